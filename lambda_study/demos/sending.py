"""Queues in one line of a lesson: sending many messages, looking at those that wait, and their mappings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import boto3
from botocore.exceptions import ClientError

from lambda_study.engine.function import ACCOUNT, REGION

_MOST_AT_ONCE = 10


def send_all(queue_url: str, bodies: Iterable[str], **settings: Any) -> int:
    """Send a message for each of BODIES, by SendMessageBatch in tens; how many. SETTINGS are of each entry.

    `send_all(url, ["a", "b"], MessageGroupId="one")` sends both to one message group.
    """
    entries = [{"Id": str(number), "MessageBody": body, **settings} for number, body in enumerate(bodies)]
    client = boto3.client("sqs")
    for first in range(0, len(entries), _MOST_AT_ONCE):
        client.send_message_batch(QueueUrl=queue_url, Entries=entries[first : first + _MOST_AT_ONCE])
    return len(entries)


def look_into(queue_url: str) -> list[str]:
    """Return the bodies of up to ten messages that wait in the queue; they go on waiting."""
    answer = boto3.client("sqs").receive_message(
        QueueUrl=queue_url, MaxNumberOfMessages=_MOST_AT_ONCE, VisibilityTimeout=0
    )
    return [message["Body"] for message in answer.get("Messages", [])]


def map_queue(queue_url: str, function_name: str, **settings: Any) -> dict[str, Any]:
    """Let Lambda poll the queue for a function, by CreateEventSourceMapping; the mapping as boto3 gives it.

    A mapping of the two that is there already gets SETTINGS, by UpdateEventSourceMapping.
    """
    client, ends = (
        boto3.client("lambda"),
        {"FunctionName": function_name, "EventSourceArn": arn_of(queue_url)},
    )
    try:
        made: dict[str, Any] = client.create_event_source_mapping(**ends, **settings)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceConflictException":
            raise
        (there,) = client.list_event_source_mappings(**ends)["EventSourceMappings"]
        made = client.update_event_source_mapping(UUID=there["UUID"], **settings)
    return made


def arn_of(queue_url: str) -> str:
    """Return the ARN of the queue at QUEUE_URL.

    >>> arn_of("http://127.0.0.1:4566/123456789012/orders")
    'arn:aws:sqs:us-east-1:123456789012:orders'
    """
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue_url.rpartition('/')[2]}"
