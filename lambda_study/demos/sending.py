"""Queues in one line of a lesson: sending many messages, and looking at those that wait."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import boto3

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


def arn_of(queue_url: str) -> str:
    """Return the ARN of the queue at QUEUE_URL.

    >>> arn_of("http://127.0.0.1:4566/123456789012/orders")
    'arn:aws:sqs:us-east-1:123456789012:orders'
    """
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue_url.rpartition('/')[2]}"
