"""Sends many messages in one line of a lesson."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import boto3

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
