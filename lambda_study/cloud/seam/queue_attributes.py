"""What SQS refuses: attributes of a queue and of a message that are out of its bounds, with its texts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from moto.sqs.exceptions import SQSException
from moto.sqs.models import SQSBackend

from lambda_study.cloud.seam.patch import Patch

_RANGES = {
    "DelaySeconds": (0, 900),
    "KmsDataKeyReusePeriodSeconds": (60, 86_400),
    "MaximumMessageSize": (1024, 1_048_576),
    "MessageRetentionPeriod": (60, 1_209_600),
    "ReceiveMessageWaitTimeSeconds": (0, 20),
    "VisibilityTimeout": (0, 43_200),
}
_OTHERS = {
    "ContentBasedDeduplication",
    "DeduplicationScope",
    "FifoQueue",
    "FifoThroughputLimit",
    "KmsMasterKeyId",
    "Policy",
    "RedriveAllowPolicy",
    "RedrivePolicy",
    "SqsManagedSseEnabled",
}
_RECEIVE_COUNTS = range(1, 1001)
_MOST_MESSAGE_ATTRIBUTES = 10
_MOST_MESSAGES = 10
_LONGEST_WAIT_S = 20


def check_attributes(queue_name: str, attributes: Mapping[str, Any], is_there: Callable[[str], bool]) -> None:
    """Raise AWS's error for ATTRIBUTES that a queue cannot have; IS_THERE knows the ARNs of queues.

    Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
    (read 2026-11-23).
    """
    for name, value in attributes.items():
        if name in _RANGES:
            _check_range(name, value)
        elif name not in _OTHERS:
            raise SQSException("InvalidAttributeName", f"Unknown Attribute {name}.")
    policy = attributes.get("RedrivePolicy")
    if policy:
        _check_redrive(queue_name, policy, is_there)


def check_message_attributes(attributes: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise AWS's error for more message attributes than ten, or for one without a value."""
    if len(attributes) > _MOST_MESSAGE_ATTRIBUTES:
        text = f"Number of message attributes [{len(attributes)}] exceeds the allowed maximum [10]."
        raise SQSException("InvalidParameterValue", text)
    for name, each in attributes.items():
        if not (each.get("StringValue") or each.get("BinaryValue")):
            kind = each["DataType"]
            text = f"Message (user) attribute '{name}' must contain a non-empty value of type '{kind}'."
            raise SQSException("InvalidParameterValue", text)


def check_receiving(most: int | None, wait_s: int | None) -> None:
    """Raise AWS's error for a number of messages, or for a wait, that ReceiveMessage does not take."""
    if most is not None and not 1 <= most <= _MOST_MESSAGES:
        text = "is invalid. Reason: Must be between 1 and 10, if provided."
        raise SQSException("InvalidParameterValue", f"Value {most} for parameter MaxNumberOfMessages {text}")
    if wait_s is not None and not 0 <= wait_s <= _LONGEST_WAIT_S:
        text = "is invalid. Reason: Must be >= 0 and <= 20, if provided."
        raise SQSException("InvalidParameterValue", f"Value {wait_s} for parameter WaitTimeSeconds {text}")


def _check_size(body: str, attributes: Mapping[str, Mapping[str, Any]] | None, most_bytes: int) -> None:
    """Raise AWS's error for a message that is too large, with names, types and values of its attributes."""
    size = len(body.encode())
    for name, each in (attributes or {}).items():
        value = each.get("BinaryValue") or str(each.get("StringValue") or "").encode()
        size += len(name.encode()) + len(each["DataType"]) + len(value)
    if size > most_bytes:
        text = "One or more parameters are invalid. Reason: Message must be shorter than"
        raise SQSException("InvalidParameterValue", f"{text} {most_bytes} bytes.")


def _send_message(moto: Callable[..., Any]) -> Callable[..., Any]:
    """moto counts the body alone."""

    def send_message(
        self: Any,
        queue_name: str,
        message_body: str,
        message_attributes: Any = None,
        *rest: Any,
        **named: Any,
    ) -> Any:
        _check_size(message_body, message_attributes, self.get_queue(queue_name).maximum_message_size)
        return moto(self, queue_name, message_body, message_attributes, *rest, **named)

    return send_message


def _check_range(name: str, value: Any) -> None:
    low, high = _RANGES[name]
    number = _whole(value)
    if number is None or not low <= number <= high:
        raise SQSException("InvalidAttributeValue", f"Invalid value for the parameter {name}.")


def _check_redrive(queue_name: str, policy: Any, is_there: Callable[[str], bool]) -> None:
    given = _object(policy)
    if given is None:
        raise _refused(policy, "Redrive policy is not a valid JSON map.")
    if not given:
        return  # it takes the policy away
    for name in ("deadLetterTargetArn", "maxReceiveCount"):
        if name not in given:
            raise _refused(policy, f"Redrive policy does not contain mandatory attribute: {name}.")
    count, target = given["maxReceiveCount"], given["deadLetterTargetArn"]
    if _whole(count) not in _RECEIVE_COUNTS:
        bounds = "valid values are from 1 to 1000 both inclusive"
        raise _refused(policy, f"Invalid value for maxReceiveCount: {count}, {bounds}.")
    if not isinstance(target, str) or not is_there(target):
        raise _refused(policy, "Dead letter target does not exist.")
    if target.endswith(".fifo") != queue_name.endswith(".fifo"):
        raise _refused(policy, "Dead-letter queue must be same type of queue as the source.")


def _refused(policy: Any, reason: str) -> SQSException:
    text = f"Value {policy} for parameter RedrivePolicy is invalid. Reason: {reason}"
    return SQSException("InvalidParameterValue", text)


def _object(policy: Any) -> Mapping[str, Any] | None:
    try:
        given = json.loads(policy) if isinstance(policy, str) else policy
    except ValueError:
        return None
    return given if isinstance(given, dict) else None


def _whole(value: Any) -> int | None:
    """Return VALUE as a whole number; None for what is none, such as 1.5 or true."""
    text = str(value)
    return int(text) if text.removeprefix("-").isdecimal() else None


_SENDING = (
    *("self", "queue_name", "message_body", "message_attributes", "delay_seconds", "deduplication_id"),
    *("group_id", "system_attributes", "validate_group_id"),
)
PATCHES = (Patch(SQSBackend, "send_message", _SENDING, _send_message),)
