"""AWS's rules of queues, where moto's are others: what can be received, in which order, and for how long."""

from __future__ import annotations

import base64
import bisect
import itertools
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from weakref import WeakKeyDictionary

from moto.core.utils import unix_time_millis
from moto.sqs.exceptions import SQSException

MotoQueue = Any  # moto sets their attributes by name, so that no type knows them
MotoMessage = Any
EARLY_MS = 0.5  # moto waits until a time is past: so a time of whole milliseconds is past when it is reached
_TOLERANCE_MS = 0.01  # moto's times are floats
_DEDUPLICATION_MS = 300_000
_FIRST_SEQUENCE_NUMBER = 18849496460467696128  # that of AWS's sample; the next ones are larger
_NO_CHARACTER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CHARACTERS = "#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF"
_AROUND_A_BODY = 4096  # bytes, more than the rest of a record takes
_AROUND_AN_ATTRIBUTE = 128  # bytes, more than a record writes around a message attribute


def fitting(messages: Iterable[MotoMessage], most_bytes: int) -> Iterator[MotoMessage]:
    """The first of MESSAGES, as far as one event can hold them."""
    for message in messages:
        most_bytes -= size_of(message)
        if most_bytes < 0:
            return
        yield message


def size_of(message: Any) -> int:
    """Return how many bytes a message takes in an event, at most: its body and its message attributes."""
    attributes = message.message_attributes
    described = len(json.dumps(dict(attributes), default=_in_base64)) + len(attributes) * _AROUND_AN_ATTRIBUTE
    return len(json.dumps(message.body)) + described + _AROUND_A_BODY


def receivable(queue: MotoQueue, one_group: bool) -> list[MotoMessage]:
    """The messages that can be received now, in the order in which they are.

    Unlike AWS: a standard queue hands them out in the order of their coming; AWS promises none.
    """
    if not queue.fifo_queue:
        return visible(queue)
    now = unix_time_millis() + _TOLERANCE_MS
    groups: dict[str | None, list[MotoMessage]] = {}
    open_groups = {name for name, at in group_times(queue).items() if at <= now}
    for each in queue._messages:
        if each.group_id in open_groups and opens_at(each) <= now:
            groups.setdefault(each.group_id, []).append(each)
    # As AWS says: as many messages of one group as possible, then those of others.
    in_groups = list(groups.values())
    return list(itertools.chain.from_iterable(in_groups[:1] if one_group else in_groups))


def visible(queue: MotoQueue) -> list[MotoMessage]:
    """The messages of QUEUE that are neither in flight nor delayed."""
    now = unix_time_millis() + _TOLERANCE_MS
    return [each for each in queue._messages if each.visible_at <= now and each.delayed_until <= now]


def count_after_now(times_ms: Iterable[float]) -> int:
    """Return how many of TIMES_MS are still to come."""
    now = unix_time_millis() + _TOLERANCE_MS
    return sum(time_ms > now for time_ms in times_ms)


def opens_at(message: MotoMessage) -> float:
    """When MESSAGE can be received, in milliseconds."""
    return float(max(message.visible_at, message.delayed_until))


def group_times(queue: MotoQueue) -> dict[str | None, float]:
    """When each message group of a FIFO queue can be received: not while one of its messages is in flight."""
    now = unix_time_millis()
    times: dict[str | None, float] = {}
    for each in queue._messages:
        if each.group_id not in times:
            times[each.group_id] = opens_at(each)
        elif each.visible_at > now:
            times[each.group_id] = max(times[each.group_id], each.visible_at)
    return times


def is_exhausted(queue: MotoQueue, message: MotoMessage) -> bool:
    """Whether MESSAGE was received as often as QUEUE allows: it belongs to the dead-letter queue."""
    if queue.dead_letter_queue is None or not queue.redrive_policy:
        return False
    return bool(message.approximate_receive_count >= queue.redrive_policy["maxReceiveCount"])


def forget_expired(queue: MotoQueue) -> None:
    """Drop what is older than the retention period; the oldest stand first."""
    kept_from = unix_time_millis() - queue.message_retention_period * 1000
    while queue._messages and queue._messages[0].sent_timestamp <= kept_from:
        queue._pending_messages.discard(queue._messages.pop(0))


def add_dead(queue: MotoQueue, message: MotoMessage) -> None:
    """Put MESSAGE into a dead-letter QUEUE, where the oldest stand first.

    In a standard queue it keeps the time at which it was sent, and so expires as if it had not moved; in a
    FIFO queue that time begins anew.
    Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/
    setting-up-dead-letter-queue-retention.html (read 2026-11-23).
    """
    if queue.fifo_queue:
        message.sent_timestamp = int(unix_time_millis())
    with queue._messages_lock:
        bisect.insort(queue._messages, message, key=lambda each: each.sent_timestamp)


def check_body(body: str, most_bytes: int) -> None:
    """Raise AWS's error for a body that is empty, too large, or has characters that SQS does not take."""
    if not body:
        raise SQSException("MissingParameter", "The request must contain the parameter MessageBody.")
    if _NO_CHARACTER.search(body):
        text = f"Invalid characters found. Valid unicode characters are {_CHARACTERS}"
        raise SQSException("InvalidMessageContents", text)
    if len(body.encode()) > most_bytes:
        text = "One or more parameters are invalid. Reason: Message must be shorter than"
        raise SQSException("InvalidParameterValue", f"{text} {most_bytes} bytes.")


def _in_base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


class _Sent:
    """What a FIFO queue remembers: a count, and for five minutes the ids, even of messages that are gone."""

    def __init__(self) -> None:
        self.numbers = itertools.count(_FIRST_SEQUENCE_NUMBER, 256)
        self.ids: dict[tuple[str | None, str], tuple[int, str]] = {}  # oldest first

    def forget(self, now_ms: int) -> None:
        """Drop the ids of five minutes ago."""
        while self.ids:
            oldest = next(iter(self.ids))
            if now_ms - self.ids[oldest][0] < _DEDUPLICATION_MS:
                return
            del self.ids[oldest]


_sent: WeakKeyDictionary[MotoQueue, _Sent] = WeakKeyDictionary()


def is_duplicate(queue: MotoQueue, message: MotoMessage) -> bool:
    """Whether MESSAGE was sent within five minutes before; it gets the sequence number of the first one."""
    sent = _sent.setdefault(queue, _Sent())
    scope = message.group_id if queue.deduplication_scope == "messageGroup" else None
    key = (scope, message.deduplication_id)
    sent.forget(message.sent_timestamp)
    before = sent.ids.get(key)
    if before is not None:
        message.sequence_number = before[1]
        return True
    message.sequence_number = str(next(sent.numbers))
    sent.ids[key] = (message.sent_timestamp, message.sequence_number)
    return False
