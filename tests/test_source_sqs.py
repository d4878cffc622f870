"""SQS as an event source: the event, and how a queue is polled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lambda_study.cloud.seam.sqs import Message
from lambda_study.cloud.sources.sqs_event import matches, record
from lambda_study.cloud.sources.sqs_scaling import Scaling
from lambda_study.model.event_pattern import parse

QUEUE = "arn:aws:sqs:us-east-2:123456789012:my-queue"
STANDARD = {
    "messageId": "059f36b4-87a3-44ab-83d2-661975830a7d",
    "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a...",
    "body": "Test message.",
    "attributes": {
        "ApproximateReceiveCount": "1",
        "SentTimestamp": "1545082649183",
        "SenderId": "AIDAIENQZJOLO23YVJ4VO",
        "ApproximateFirstReceiveTimestamp": "1545082649185",
    },
    "messageAttributes": {
        "myAttribute": {
            "stringValue": "myValue",
            "stringListValues": [],
            "binaryListValues": [],
            "dataType": "String",
        }
    },
    "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
    "eventSource": "aws:sqs",
    "eventSourceARN": QUEUE,
    "awsRegion": "us-east-2",
}
"""The record of AWS's documented sample event."""


def message(**changes) -> Message:
    given = {
        "message_id": STANDARD["messageId"],
        "receipt_handle": STANDARD["receiptHandle"],
        "body": STANDARD["body"],
        "md5_of_body": STANDARD["md5OfBody"],
        "attributes": STANDARD["attributes"],
    }
    return Message(**{**given, **changes})


def test_a_record_is_that_of_the_documented_sample():
    text = {"myAttribute": {"DataType": "String", "StringValue": "myValue"}}
    built = record(message(message_attributes=text), QUEUE)
    assert built == STANDARD
    assert list(built) == list(STANDARD)


def test_a_record_with_message_attributes_has_their_digest():
    built = record(message(md5_of_message_attributes="18e31cf8c7e82c76901a7d29b0bd589d"), QUEUE)
    assert built["md5OfMessageAttributes"] == "18e31cf8c7e82c76901a7d29b0bd589d"


def test_a_binary_attribute_is_written_in_base64():
    given = {"thumb": {"DataType": "Binary", "BinaryValue": b"\x00\xff"}}
    value = record(message(message_attributes=given), QUEUE)["messageAttributes"]["thumb"]
    assert value == {
        "binaryValue": "AP8=",
        "stringListValues": [],
        "binaryListValues": [],
        "dataType": "Binary",
    }


@pytest.mark.parametrize(
    ("pattern", "body", "taken"),
    [
        ({"body": {"size": ["A3"]}}, '{"size": "A3"}', True),
        ({"body": {"size": ["A3"]}}, '{"size": "A4"}', False),
        ({"body": {"size": ["A3"]}}, "A3", False),
        ({"body": ["A3"]}, "A3", True),
        ({"body": ["A3"]}, '{"size": "A3"}', False),
        ({"body": {"copies": [{"numeric": [">", 2]}]}}, '{"copies": 3}', True),
        ({"eventSource": ["aws:sqs"]}, "anything", True),
    ],
)
def test_a_filter_looks_into_a_body_that_is_json(pattern, body, taken):
    assert matches([parse(pattern)], record(message(body=body), QUEUE)) is taken


def test_a_message_is_taken_if_one_of_several_filters_takes_it():
    filters = [parse({"body": {"size": [size]}}) for size in ("A3", "A4")]
    bodies = ['{"size": "A3"}', '{"size": "A4"}', '{"size": "A5"}']
    assert [matches(filters, {"body": body}) for body in bodies] == [True, True, False]


EIGHT = datetime(2026, 11, 23, 8, tzinfo=UTC)


def test_a_crowded_queue_gets_300_more_a_minute_up_to_1250():
    scaling = Scaling()
    scaling.crowded(EIGHT)
    minutes = [scaling.allowed(EIGHT + timedelta(minutes=minute)) for minute in range(6)]
    assert minutes == [5, 305, 605, 905, 1205, 1250]


def test_concurrency_falls_back_when_no_message_waits():
    scaling = Scaling()
    scaling.crowded(EIGHT)
    scaling.quiet()
    assert scaling.allowed(EIGHT + timedelta(minutes=1)) == 5


def test_a_maximum_concurrency_bounds_the_growth():
    scaling = Scaling(maximum_concurrency=2)
    scaling.crowded(EIGHT)
    assert scaling.allowed(EIGHT + timedelta(minutes=9)) == 2
    assert scaling.grows_at(EIGHT) is None
