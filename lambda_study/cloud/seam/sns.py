"""moto's topics: what is published is told, and no longer delivered by moto itself.

What is mended: the checks of a message and of a subscription, and a subscription that is refused is not made.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from moto.sns import models as moto_sns
from moto.sns.exceptions import InvalidParameterValue, SNSException, SNSInvalidParameter
from moto.sns.responses import SNSResponse

from lambda_study.cloud import seam
from lambda_study.cloud.seam.patch import Patch, all_patched
from lambda_study.engine import ServiceError
from lambda_study.engine.function import ACCOUNT, REGION
from lambda_study.facts import fact

_PREFIX = "Invalid parameter: "
_PARTS_OF_AN_ARN = 6
_OF_BOTOCORE = re.compile(r"An error occurred \((\w+)\) when calling the \w+ operation: (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscription of a topic: messages go to `endpoint` by `protocol`.

    `policy` is its filter policy as JSON, "" for none; `scope` is what that is about. `dead_letter` is the
    ARN of the queue for what could not be delivered.
    """

    arn: str
    protocol: str
    endpoint: str
    raw: bool = False
    policy: str = ""
    scope: str = "MessageAttributes"
    dead_letter: str = ""


@dataclass(frozen=True, slots=True)
class Publication:
    """A message on its way to the subscriptions that `topic`, an ARN, has at this time."""

    topic: str
    text: str
    subject: str | None
    attributes: Mapping[str, Mapping[str, str]]
    structure: str | None
    group: str | None
    deduplication: str | None
    subscriptions: tuple[Subscription, ...]


class Listener(Protocol):
    """Is told what happens in topics, under the lock of the seam: it may note it, and nothing more."""

    def check_message(
        self,
        text: str,
        subject: str | None,
        attributes: Mapping[str, Mapping[str, str]],
        structure: str | None,
        most: int,
    ) -> None:
        """Raise ServiceError for a message that SNS does not take."""

    def check_batch(self, texts: list[str], most: int) -> None:
        """Raise ServiceError for messages that are too long together."""

    def check_subscription(self, protocol: str, endpoint: str, fifo: bool) -> None:
        """Raise ServiceError for a subscription that SNS does not make."""

    def check_attribute(self, protocol: str, name: str, value: Any, scope: str) -> None:
        """Raise ServiceError for an attribute of a subscription that SNS does not take."""

    def published(self, publication: Publication) -> str:
        """Take a message, and return its id."""

    def sequence_number(self, message_id: str) -> str | None:
        """Return the sequence number of a message; None for one of a standard topic."""


def exists(topic_arn: str) -> bool:
    """True if there is such a topic."""
    with seam.lock:
        return topic_arn in _backend().topics


def publish(topic_arn: str, text: str, subject: str | None = None) -> None:
    """Publish a message as AWS's own services do; ServiceError if the topic is not there."""
    with seam.lock:
        if not exists(topic_arn):
            raise ServiceError(404, "NotFound", "Topic does not exist")
        try:
            _backend().publish(text, topic_arn, subject=subject)
        except SNSException as error:
            raise ServiceError(400, error.code, error.message) from None


def _backend() -> Any:
    return moto_sns.sns_backends[ACCOUNT][REGION]


def _subscription(subscription: Any) -> Subscription:
    attributes = subscription.attributes
    redrive = attributes.get("RedrivePolicy") or "{}"
    return Subscription(
        subscription.arn,
        subscription.protocol,
        subscription.endpoint,
        str(attributes.get("RawMessageDelivery")).lower() == "true",
        attributes.get("FilterPolicy") or "",
        attributes.get("FilterPolicyScope") or "MessageAttributes",
        json.loads(redrive).get("deadLetterTargetArn", ""),
    )


# Patches: all of them run under the lock

_listener: Listener | None = None


@contextmanager
def told_to(listener: Listener) -> Iterator[None]:
    """Mend moto's topics and tell LISTENER of what is published, until the block ends."""
    global _listener
    with all_patched(PATCHES):
        _listener = listener
        try:
            yield
        finally:
            _listener = None


@contextmanager
def _moto_errors() -> Iterator[None]:
    """Turn a ServiceError of ours into the error with which moto answers the caller."""
    try:
        yield
    except ServiceError as error:
        if error.code == "InvalidParameter":
            raise InvalidParameterValue(error.message) from None  # one that tells of an entry of a batch
        raise SNSException(error.code, error.message) from None


def _publish_to_topic(moto: Callable[..., Any]) -> Callable[..., Any]:
    def publish(
        self: Any,
        message: str,
        subject: str | None = None,
        message_attributes: dict[str, Any] | None = None,
        group_id: str | None = None,
        deduplication_id: str | None = None,
        message_structure: str | None = None,
    ) -> str:
        if _listener is None:
            raise ServiceError(500, "InternalError", "No cloud is open.")
        found = self.sns_backend._get_topic_subscriptions(self)
        return _listener.published(
            Publication(
                self.arn,
                message,
                subject,
                message_attributes or {},
                message_structure,
                group_id,
                deduplication_id,
                tuple(map(_subscription, found)),
            )
        )

    return publish


def _publish(moto: Callable[..., Any]) -> Callable[..., Any]:
    def publish(
        self: Any,
        message: str,
        arn: str | None,
        phone_number: str | None = None,
        subject: str | None = None,
        message_attributes: dict[str, Any] | None = None,
        group_id: str | None = None,
        deduplication_id: str | None = None,
        message_structure: str | None = None,
    ) -> str:
        if _listener is not None and phone_number is None and ":endpoint/" not in (arn or ""):
            self.get_topic(arn)  # AWS says that it is the topic that is not there
            with _moto_errors():
                attributes, most = message_attributes or {}, _most_bytes(self, arn)
                _listener.check_message(message or "", subject, attributes, message_structure, most)
        told: str = moto(
            self,
            message,
            arn,
            phone_number,
            subject,
            message_attributes,
            group_id,
            deduplication_id,
            message_structure,
        )
        return told

    return publish


def _publish_batch(moto: Callable[..., Any]) -> Callable[..., Any]:
    def publish_batch(self: Any, topic_arn: str, publish_batch_request_entries: list[dict[str, Any]]) -> Any:
        if _listener is not None:
            texts = [entry.get("Message", "") for entry in publish_batch_request_entries]
            with _moto_errors():
                _listener.check_batch(texts, _most_bytes(self, topic_arn))
        return moto(self, topic_arn, publish_batch_request_entries)

    return publish_batch


def _most_bytes(backend: Any, topic_arn: str | None) -> int:
    topic = backend.topics.get(topic_arn)
    return int(getattr(topic, "maximum_message_size", fact("sns.message_max").value["default"]))


def _subscribe(moto: Callable[..., Any]) -> Callable[..., Any]:
    def subscribe(self: Any, topic_arn: str, endpoint: str, protocol: str) -> Any:
        topic = self.get_topic(topic_arn)
        if _listener is not None:
            with _moto_errors():
                _listener.check_subscription(protocol, endpoint or "", bool(topic.fifo_topic))
        return moto(self, topic_arn, endpoint, protocol)

    return subscribe


def _answer_subscribe(moto: Callable[..., Any]) -> Callable[..., Any]:
    """A subscription that is refused for an attribute is not made, and the error says so as AWS's does."""

    def subscribe(self: SNSResponse) -> Any:
        before = set(self.backend.subscriptions)
        try:
            return moto(self)
        except (SNSInvalidParameter, InvalidParameterValue) as error:
            for arn in set(self.backend.subscriptions) - before:
                del self.backend.subscriptions[arn]
            text = error.message
            if text.startswith(f"{_PREFIX}FilterPolicy"):
                text = f"{_PREFIX}Attributes Reason: {text.removeprefix(_PREFIX)}"
            raise SNSInvalidParameter(text) from None

    return subscribe


def _answer_publish(moto: Callable[..., Any]) -> Callable[..., Any]:
    """A FIFO topic answers with the sequence number, which moto leaves out."""

    def publish(self: SNSResponse) -> Any:
        answer = moto(self)
        for each in answer.result.get("Successful", [answer.result]):
            number = (
                _listener.sequence_number(each["MessageId"]) if _listener and "MessageId" in each else None
            )
            if number is not None:
                each["SequenceNumber"] = number
        return answer

    return publish


def _transform_attributes(moto: Callable[..., Any]) -> Callable[..., Any]:
    """moto has the text that botocore makes of an error in its own."""

    def transform(self: SNSResponse, message_attributes: dict[str, Any]) -> Any:
        try:
            return moto(self, message_attributes)
        except InvalidParameterValue as error:
            found = _OF_BOTOCORE.match(error.message)
            raise (SNSException(found[1], found[2]) if found else error) from None

    return transform


def _get_topic(moto: Callable[..., Any]) -> Callable[..., Any]:
    """What is no ARN cannot be a topic, and is told as that."""

    def get_topic(self: Any, arn: str) -> Any:
        parts = len(arn.split(":"))
        if parts < _PARTS_OF_AN_ARN:
            text = f"{_PREFIX}TopicArn Reason: An ARN must have at least 6 elements, not {parts}"
            raise SNSInvalidParameter(text)
        return moto(self, arn)

    return get_topic


def _set_attribute(moto: Callable[..., Any]) -> Callable[..., Any]:
    def set_subscription_attributes(self: Any, arn: str, name: str, value: Any) -> None:
        subscription = self.subscriptions.get(arn)
        if _listener is not None and subscription is not None:
            scope = subscription.attributes.get("FilterPolicyScope") or "MessageAttributes"
            with _moto_errors():
                _listener.check_attribute(subscription.protocol, name, value, scope)
        moto(self, arn, name, value)

    return set_subscription_attributes


def _validate_filter_policy(moto: Callable[..., Any]) -> Callable[..., Any]:
    def validate(self: Any, value: Any, scope: str | None) -> None:
        """What moto checks, and has not learnt all operators of, is checked before."""

    return validate


_PUBLISHING = ("subject", "message_attributes", "group_id", "deduplication_id", "message_structure")
_BACKEND = moto_sns.SNSBackend
PATCHES = (
    Patch(moto_sns.Topic, "publish", ("self", "message", *_PUBLISHING), _publish_to_topic),
    Patch(_BACKEND, "publish", ("self", "message", "arn", "phone_number", *_PUBLISHING), _publish),
    Patch(_BACKEND, "publish_batch", ("self", "topic_arn", "publish_batch_request_entries"), _publish_batch),
    Patch(_BACKEND, "subscribe", ("self", "topic_arn", "endpoint", "protocol"), _subscribe),
    Patch(_BACKEND, "set_subscription_attributes", ("self", "arn", "name", "value"), _set_attribute),
    Patch(_BACKEND, "_validate_filter_policy", ("self", "value", "scope"), _validate_filter_policy),
    Patch(_BACKEND, "get_topic", ("self", "arn"), _get_topic),
    Patch(SNSResponse, "subscribe", ("self",), _answer_subscribe),
    Patch(SNSResponse, "publish", ("self",), _answer_publish),
    Patch(SNSResponse, "publish_batch", ("self",), _answer_publish),
    Patch(
        SNSResponse, "_transform_message_attributes", ("self", "message_attributes"), _transform_attributes
    ),
)
