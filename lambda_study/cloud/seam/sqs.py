"""moto's queues: read, mended where AWS's rules are others, and no longer leading to Lambda by themselves.

What is mended: order of a message group after a failure, deduplication after a message is gone, sequence
numbers, retention, a visibility time-out that ends on time, and moto's own synchronous calls of functions.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from moto.core.utils import unix_time_millis
from moto.sqs import models as moto_sqs

from lambda_study.cloud import seam
from lambda_study.cloud.seam.patch import Patch, patched
from lambda_study.engine import ServiceError
from lambda_study.engine.function import ACCOUNT, REGION

DEDUPLICATION_MS = 300_000
_FIRST_SEQUENCE_NUMBER = 18849496460467696128  # that of AWS's sample; the next ones are larger
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLY_MS = 0.5  # moto waits until a time is past: so a time of whole milliseconds is past when it is reached
_TOLERANCE_MS = 0.01  # moto's times are floats
_AROUND_A_BODY = 4096
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Message:
    """A message as a consumer has received it; `attributes` are SQS's own, in the order of AWS's samples."""

    message_id: str
    receipt_handle: str
    body: str
    md5_of_body: str
    attributes: Mapping[str, str]
    message_attributes: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: _NOTHING)
    md5_of_message_attributes: str = ""
    visible_at: datetime = _EPOCH


class Listener(Protocol):
    """Is told what happens to queues, under the lock of the seam: it may note it, and nothing more."""

    def changed(self, queue_arn: str) -> None:
        """A message has come, has gone, or can be received at another time."""

    def redriven(self, queue_arn: str, dead_letter_arn: str, message: Message) -> None:
        """A message that was received too often has gone to the dead-letter queue."""


# Asking and changing


def receive(queue_arn: str, most: int, most_bytes: int) -> list[Message]:
    """Receive up to MOST messages and MOST_BYTES: they are hidden for the queue's visibility time-out.

    Of a FIFO queue they are of one message group, so that several groups can be worked on at a time.
    """
    with seam.lock:
        queue = _queue(queue_arn)
        offered = _fitting(_receivable(queue, one_group=True), most_bytes)
        return [_message_of(each) for each in _take(queue, offered, most, queue.visibility_timeout)]


def delete(queue_arn: str, messages: Collection[Message]) -> None:
    """Delete MESSAGES; those that are gone already do no harm."""
    handles = {message.receipt_handle for message in messages}
    with seam.lock:
        queue = _queue(queue_arn)
        kept = []
        for each in queue._messages:
            if handles.isdisjoint(each.all_receipt_handles):
                kept.append(each)
            else:
                queue.deleted_messages.update(each.all_receipt_handles)
                queue._pending_messages.discard(each)
        queue._messages = kept
        _changed(queue)


def next_visible(queue_arn: str) -> datetime | None:
    """Return when the next message can be received, maybe in the past; None for an empty queue."""
    with seam.lock:
        queue = _queue(queue_arn)
        times = [_opens_at(each) for each in queue._messages]
        if queue.fifo_queue:
            times = list(_group_times(queue).values())
        return _EPOCH + timedelta(milliseconds=round(min(times) + _EARLY_MS)) if times else None


def visibility_timeout_s(queue_arn: str) -> int:
    """Return for how long a received message is hidden, in seconds."""
    with seam.lock:
        return int(_queue(queue_arn).visibility_timeout)


def exists(queue_arn: str) -> bool:
    """True if there is such a queue."""
    with seam.lock:
        return _find(queue_arn) is not None


def _queue(queue_arn: str) -> moto_sqs.Queue:
    queue = _find(queue_arn)
    if queue is None:
        text = "The specified queue does not exist."
        raise ServiceError(400, "AWS.SimpleQueueService.NonExistentQueue", text)
    _forget_expired(queue)
    return queue


def _find(queue_arn: str) -> moto_sqs.Queue | None:
    return moto_sqs.sqs_backends[ACCOUNT][REGION].queues.get(queue_arn.rpartition(":")[2])


def _message_of(message: moto_sqs.Message) -> Message:
    described = message.message_attributes
    return Message(
        message.id,
        message.receipt_handle or "",
        message.body,
        message.body_md5,
        MappingProxyType(_attributes_of(message)),
        MappingProxyType(dict(described)),
        message.attribute_md5 if described else "",
        _EPOCH + timedelta(milliseconds=round(message.visible_at + _EARLY_MS)),
    )


def _attributes_of(message: moto_sqs.Message) -> dict[str, str]:
    trace_header = message.system_attributes.get("AWSTraceHeader", {}).get("StringValue")
    values = {
        "ApproximateReceiveCount": message.approximate_receive_count,
        "AWSTraceHeader": trace_header,
        "SentTimestamp": message.sent_timestamp,
        "SequenceNumber": message.sequence_number,
        "MessageGroupId": message.group_id,
        "SenderId": message.sender_id,
        "MessageDeduplicationId": message.deduplication_id,
        "ApproximateFirstReceiveTimestamp": message.approximate_first_receive_timestamp,
        "DeadLetterQueueSourceArn": _came_from.get(message),
    }
    return {name: str(value) for name, value in values.items() if value is not None}


# Receiving


def _take(
    queue: moto_sqs.Queue, offered: Iterable[moto_sqs.Message], most: int, visibility_timeout_s: int
) -> list[moto_sqs.Message]:
    """Receive of the OFFERED messages; those that were received too often go to the dead-letter queue."""
    taken: list[moto_sqs.Message] = []
    for message in offered:
        if _is_exhausted(queue, message):
            _redrive(queue, message)
            continue
        queue._pending_messages.add(message)
        message.mark_received(visibility_timeout=visibility_timeout_s)
        taken.append(message)
        if len(taken) == most:
            break
    if taken:
        _changed(queue)
    return taken


def _fitting(messages: Iterable[moto_sqs.Message], most_bytes: int) -> Iterator[moto_sqs.Message]:
    """The first of MESSAGES, as far as one event can hold them."""
    for message in messages:
        most_bytes -= size_of(message.body)
        if most_bytes < 0:
            return
        yield message


def size_of(body: str) -> int:
    """Return how many bytes a message takes in an event, at most."""
    return len(json.dumps(body)) + _AROUND_A_BODY


def _receivable(queue: moto_sqs.Queue, one_group: bool) -> list[moto_sqs.Message]:
    """The messages that can be received now, in the order in which they are."""
    now = unix_time_millis() + _TOLERANCE_MS
    if not queue.fifo_queue:
        return [each for each in queue._messages if _opens_at(each) <= now]
    groups: dict[str | None, list[moto_sqs.Message]] = {}
    open_groups = {name for name, at in _group_times(queue).items() if at <= now}
    for each in queue._messages:
        if each.group_id in open_groups and _opens_at(each) <= now:
            groups.setdefault(each.group_id, []).append(each)
    # As AWS says: as many messages of one group as possible, then those of others.
    in_groups = list(groups.values())
    return list(itertools.chain.from_iterable(in_groups[:1] if one_group else in_groups))


def _opens_at(message: moto_sqs.Message) -> float:
    return max(message.visible_at, message.delayed_until)


def _group_times(queue: moto_sqs.Queue) -> dict[str | None, float]:
    """When each message group of a FIFO queue can be received: not while one of its messages is in flight."""
    now = unix_time_millis()
    times: dict[str | None, float] = {}
    for each in queue._messages:
        if each.group_id not in times:
            times[each.group_id] = _opens_at(each)
        elif each.visible_at > now:
            times[each.group_id] = max(times[each.group_id], each.visible_at)
    return times


def _is_exhausted(queue: moto_sqs.Queue, message: moto_sqs.Message) -> bool:
    if queue.dead_letter_queue is None or not queue.redrive_policy:
        return False
    return bool(message.approximate_receive_count >= queue.redrive_policy["maxReceiveCount"])


def _redrive(queue: moto_sqs.Queue, message: moto_sqs.Message) -> None:
    dead_letters = queue.dead_letter_queue
    assert dead_letters is not None
    queue._messages.remove(message)
    queue._pending_messages.discard(message)
    _came_from[message] = queue.queue_arn
    with dead_letters._messages_lock:
        dead_letters._messages.append(message)
    for listener in _listeners:
        listener.redriven(queue.queue_arn, dead_letters.queue_arn, _message_of(message))
    _changed(dead_letters)


def _forget_expired(queue: moto_sqs.Queue) -> None:
    """Drop what is older than the retention period; the oldest stand first."""
    kept_from = unix_time_millis() - queue.message_retention_period * 1000
    while queue._messages and queue._messages[0].sent_timestamp <= kept_from:
        queue._pending_messages.discard(queue._messages.pop(0))


# Sending


class _Sent:
    """What a FIFO queue remembers: a count, and the ids even of messages that are gone."""

    def __init__(self) -> None:
        self.numbers = itertools.count(_FIRST_SEQUENCE_NUMBER, 256)
        self.ids: dict[tuple[str | None, str], tuple[int, str]] = {}


_sent: WeakKeyDictionary[moto_sqs.Queue, _Sent] = WeakKeyDictionary()
_came_from: WeakKeyDictionary[moto_sqs.Message, str] = WeakKeyDictionary()


def _add(queue: moto_sqs.Queue, message: moto_sqs.Message) -> None:
    if queue.fifo_queue and _is_duplicate(queue, message):
        return
    with queue._messages_lock:
        queue._messages.append(message)
    _changed(queue)


def _is_duplicate(queue: moto_sqs.Queue, message: moto_sqs.Message) -> bool:
    """Whether MESSAGE was sent within five minutes before; it gets the sequence number of the first one."""
    sent = _sent.setdefault(queue, _Sent())
    scope = message.group_id if queue.deduplication_scope == "messageGroup" else None
    key = (scope, message.deduplication_id)
    before = sent.ids.get(key)
    if before is not None and message.sent_timestamp - before[0] < DEDUPLICATION_MS:
        message.sequence_number = before[1]
        return True
    message.sequence_number = str(next(sent.numbers))
    sent.ids[key] = (message.sent_timestamp, message.sequence_number)
    return False


# Patches

_listeners: list[Listener] = []


@contextmanager
def mended() -> Iterator[None]:
    """Let moto's queues follow AWS's rules and tell listeners of what happens, until the block ends."""
    with ExitStack() as stack:
        for patch in PATCHES:
            stack.enter_context(patched(patch))
        stack.callback(_listeners.clear)
        yield


def listen(listener: Listener) -> None:
    """Tell LISTENER of all queues from now on, after those that came before."""
    with seam.lock:
        _listeners.append(listener)


def unlisten(listener: Listener) -> None:
    """Tell LISTENER nothing any more."""
    with seam.lock:
        if listener in _listeners:
            _listeners.remove(listener)


def _changed(queue: moto_sqs.Queue) -> None:
    for listener in _listeners:
        listener.changed(queue.queue_arn)


def _add_message(moto: Callable[..., Any]) -> Callable[..., Any]:
    return _add


def _receive_message(moto: Callable[..., Any]) -> Callable[..., Any]:
    """Receiving that never waits: whoever waits for messages does so outside the lock."""

    def receive_message(
        self: moto_sqs.SQSBackend,
        queue_name: str,
        count: int,
        wait_seconds_timeout: int,
        visibility_timeout: int,
        message_attribute_names: list[str] | None = None,
    ) -> list[moto_sqs.Message]:
        queue = self.get_queue(queue_name)
        offered = _receivable(queue, one_group=False)
        received = [copy(each) for each in _take(queue, offered, count, visibility_timeout)]
        for each in received:
            moto_sqs._filter_message_attributes(each, message_attribute_names or [])
        return received

    return receive_message


def _change_message_visibility(moto: Callable[..., Any]) -> Callable[..., Any]:
    def change_message_visibility(
        self: moto_sqs.SQSBackend, queue_name: str, receipt_handle: str, visibility_timeout: int
    ) -> None:
        moto(self, queue_name, receipt_handle, visibility_timeout)
        _changed(self.get_queue(queue_name))

    return change_message_visibility


def _delete_message(moto: Callable[..., Any]) -> Callable[..., Any]:
    def delete_message(self: moto_sqs.Queue, receipt_handle: str) -> None:
        moto(self, receipt_handle)
        _changed(self)

    return delete_message


def _get_queue(moto: Callable[..., Any]) -> Callable[..., Any]:
    def get_queue(self: moto_sqs.SQSBackend, queue_name: str) -> moto_sqs.Queue:
        queue = moto(self, queue_name)
        _forget_expired(queue)
        return queue

    return get_queue


def _change_visibility(moto: Callable[..., Any]) -> Callable[..., Any]:
    def change_visibility(self: moto_sqs.Message, visibility_timeout: int) -> None:
        self.visible_at = unix_time_millis() + int(visibility_timeout) * 1000 - _EARLY_MS

    return change_visibility


def _delay(moto: Callable[..., Any]) -> Callable[..., Any]:
    def delay(self: moto_sqs.Message, delay_seconds: int) -> None:
        self.delayed_until = unix_time_millis() + int(delay_seconds) * 1000 - _EARLY_MS

    return delay


_RECEIVING = ("queue_name", "count", "wait_seconds_timeout", "visibility_timeout", "message_attribute_names")
_VISIBILITY = ("self", "queue_name", "receipt_handle", "visibility_timeout")
PATCHES = (
    Patch(moto_sqs.Queue, "add_message", ("self", "message"), _add_message),
    Patch(moto_sqs.Queue, "delete_message", ("self", "receipt_handle"), _delete_message),
    Patch(moto_sqs.SQSBackend, "receive_message", ("self", *_RECEIVING), _receive_message),
    Patch(moto_sqs.SQSBackend, "change_message_visibility", _VISIBILITY, _change_message_visibility),
    Patch(moto_sqs.SQSBackend, "get_queue", ("self", "queue_name"), _get_queue),
    Patch(moto_sqs.Message, "change_visibility", ("self", "visibility_timeout"), _change_visibility),
    Patch(moto_sqs.Message, "delay", ("self", "delay_seconds"), _delay),
)
