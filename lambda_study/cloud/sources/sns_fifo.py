"""What FIFO topics remember: what was published in the last five minutes, and the sequence numbers."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from lambda_study.cloud.sources.sns_message import Message

_DEDUPLICATION = timedelta(minutes=5)
_FIRST_SEQUENCE_NUMBER = 10_000_000_000_000_000_000  # as many digits as in AWS's samples
_STEP = 1000  # AWS's numbers do not follow one another


class FifoMemory:
    """Numbers the messages of FIFO topics, and knows which one was published before.

    >>> from datetime import UTC, datetime
    >>> memory = FifoMemory()
    >>> at = datetime(2026, 11, 23, tzinfo=UTC)
    >>> first = memory.take(Message("arn:aws:sns:...:orders.fifo", "a", "1", at, group="g"))
    >>> again = memory.take(Message("arn:aws:sns:...:orders.fifo", "a", "2", at, group="g"))
    >>> (first.id, again.id, again.sequence_number)
    ('1', '1', '10000000000000000000')

    Source: https://docs.aws.amazon.com/sns/latest/dg/fifo-message-dedup.html (read 2026-11-23).
    """

    def __init__(self) -> None:
        self._sent: dict[tuple[str, str], Message] = {}  # by topic and deduplication id, oldest first
        self._numbers: dict[str, Iterator[int]] = {}  # by topic

    def take(self, message: Message) -> Message:
        """Return MESSAGE with its numbers, or the same one that its topic took in the last five minutes."""
        self._forget(message)
        deduplication = message.deduplication or hashlib.sha256(message.text.encode()).hexdigest()
        key = (message.topic, deduplication)
        if key not in self._sent:
            numbers = self._numbers.setdefault(message.topic, itertools.count(_FIRST_SEQUENCE_NUMBER, _STEP))
            number = str(next(numbers))
            self._sent[key] = replace(message, deduplication=deduplication, sequence_number=number)
        return self._sent[key]

    def sequence_number(self, message_id: str) -> str | None:
        """Return the sequence number of a message of the last five minutes; None for a standard topic's."""
        found = (
            message.sequence_number for message in reversed(self._sent.values()) if message.id == message_id
        )
        return next(found, None)

    def _forget(self, new: Message) -> None:
        """Drop what is five minutes older than the NEW message."""
        while self._sent:
            oldest = next(iter(self._sent))
            if new.at - self._sent[oldest].at < _DEDUPLICATION:
                return
            del self._sent[oldest]
