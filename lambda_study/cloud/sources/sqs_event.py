"""The event that Lambda sends for messages of an SQS queue, and the filters that look at its records."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from lambda_study.model.event_pattern import EventPattern

if TYPE_CHECKING:
    from lambda_study.cloud.seam.sqs import Message


def record(message: Message, queue_arn: str) -> dict[str, Any]:
    """Return the record of one MESSAGE.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html (read 2026-11-23). The digest of
    message attributes is not in AWS's samples, but in its events.
    """
    found = {
        "messageId": message.message_id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": dict(message.attributes),
        "messageAttributes": {name: _value(each) for name, each in message.message_attributes.items()},
        "md5OfMessageAttributes": message.md5_of_message_attributes,
        "md5OfBody": message.md5_of_body,
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": queue_arn.split(":")[3],
    }
    return found if message.md5_of_message_attributes else _without(found, "md5OfMessageAttributes")


def matches(filters: Iterable[EventPattern], record: Mapping[str, Any]) -> bool:
    """Return whether one of FILTERS takes RECORD; without filters each record is taken.

    A body that is JSON is looked into; a pattern for its fields takes no other body.

    >>> from lambda_study.model.event_pattern import parse
    >>> prints = parse({"body": {"size": ["A3"]}})
    >>> matches([prints], {"body": '{"size": "A3"}'}), matches([prints], {"body": "A3"})
    (True, False)

    Source: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html (read 2026-11-23).
    """
    given = list(filters)
    if not given:
        return True
    seen = {**record, "body": _parsed(record["body"])}
    return any(each.matches(seen) for each in given)


def _parsed(body: str) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body


def _value(given: Mapping[str, Any]) -> dict[str, Any]:
    """A message attribute as Lambda writes it: only one of the values is there, and two lists never are."""
    binary = given.get("BinaryValue")
    if binary is not None:
        value = {"binaryValue": base64.b64encode(binary).decode("ascii")}
    else:
        value = {"stringValue": given.get("StringValue", "")}
    return {**value, "stringListValues": [], "binaryListValues": [], "dataType": given["DataType"]}


def _without(found: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in found.items() if key != name}
