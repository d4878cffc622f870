"""moto's queues: read, mended where AWS's rules are others, and no longer leading to Lambda by themselves.

What is mended: order of a message group after a failure, deduplication after a message is gone, sequence
numbers, retention, a visibility time-out that ends on time, and moto's own synchronous calls of functions.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from moto.core.utils import unix_time_millis
from moto.sqs import models as moto_sqs
from moto.sqs import responses

from lambda_study.cloud import seam
from lambda_study.cloud.seam import queue_attributes as limits
from lambda_study.cloud.seam import queue_rules as rules
from lambda_study.cloud.seam.patch import Patch, all_patched
from lambda_study.cloud.seam.queue_rules import MotoMessage, MotoQueue
from lambda_study.engine import ServiceError
from lambda_study.engine.function import ACCOUNT, REGION
from lambda_study.engine.lineage import carried

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
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
        offered = rules.fitting(rules.receivable(queue, one_group=True), most_bytes)
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
        times = [rules.opens_at(each) for each in queue._messages]
        if queue.fifo_queue:
            times = list(rules.group_times(queue).values())
        return _EPOCH + timedelta(milliseconds=round(min(times) + rules.EARLY_MS)) if times else None


def visibility_timeout_s(queue_arn: str) -> int:
    """Return for how long a received message is hidden, in seconds."""
    with seam.lock:
        return int(_queue(queue_arn).visibility_timeout)


def is_fifo(queue_arn: str) -> bool:
    """True for a FIFO queue."""
    with seam.lock:
        return bool(_queue(queue_arn).fifo_queue)


def exists(queue_arn: str) -> bool:
    """True if there is such a queue."""
    with seam.lock:
        return _find(queue_arn) is not None


def _queue(queue_arn: str) -> MotoQueue:
    queue = _find(queue_arn)
    if queue is None:
        text = "The specified queue does not exist."
        raise ServiceError(400, "AWS.SimpleQueueService.NonExistentQueue", text)
    rules.forget_expired(queue)
    return queue


def _find(queue_arn: str) -> MotoQueue | None:
    return moto_sqs.sqs_backends[ACCOUNT][REGION].queues.get(queue_arn.rpartition(":")[2])


def _message_of(message: MotoMessage) -> Message:
    described = message.message_attributes
    return Message(
        message.id,
        message.receipt_handle or "",
        message.body,
        message.body_md5,
        MappingProxyType(_attributes_of(message)),
        MappingProxyType(dict(described)),
        message.attribute_md5 if described else "",
        _EPOCH + timedelta(milliseconds=round(message.visible_at + rules.EARLY_MS)),
    )


def _attributes_of(message: MotoMessage) -> dict[str, str]:
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
    queue: MotoQueue, offered: Iterable[MotoMessage], most: int, visibility_timeout_s: int
) -> list[MotoMessage]:
    """Receive of the OFFERED messages; those that were received too often go to the dead-letter queue."""
    taken: list[MotoMessage] = []
    for message in offered:
        if rules.is_exhausted(queue, message):
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


def _redrive(queue: MotoQueue, message: MotoMessage) -> None:
    dead_letters = queue.dead_letter_queue
    assert dead_letters is not None
    queue._messages.remove(message)
    queue._pending_messages.discard(message)
    _came_from[message] = queue.queue_arn
    rules.add_dead(dead_letters, message)
    for listener in _listeners:
        listener.redriven(queue.queue_arn, dead_letters.queue_arn, _message_of(message))
    _changed(queue)
    _changed(dead_letters)


# Sending


_came_from: WeakKeyDictionary[MotoMessage, str] = WeakKeyDictionary()


def _add(queue: MotoQueue, message: MotoMessage) -> None:
    if queue.fifo_queue and rules.is_duplicate(queue, message):
        return
    if carried().runs and "AWSTraceHeader" not in message.system_attributes:
        trace_header = {"DataType": "String", "StringValue": str(carried())}
        message.system_attributes = {**message.system_attributes, "AWSTraceHeader": trace_header}
    with queue._messages_lock:
        queue._messages.append(message)
    _changed(queue)


# Patches

_listeners: list[Listener] = []


@contextmanager
def mended() -> Iterator[None]:
    """Let moto's queues follow AWS's rules and tell listeners of what happens, until the block ends."""
    with all_patched(PATCHES):
        try:
            yield
        finally:
            _listeners.clear()


def listen(listener: Listener) -> None:
    """Tell LISTENER of all queues from now on, after those that came before."""
    with seam.lock:
        _listeners.append(listener)


def unlisten(listener: Listener) -> None:
    """Tell LISTENER nothing any more."""
    with seam.lock:
        if listener in _listeners:
            _listeners.remove(listener)


def _changed(queue: MotoQueue) -> None:
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
    ) -> list[MotoMessage]:
        queue = self.get_queue(queue_name)
        offered = rules.receivable(queue, one_group=False)
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
    def delete_message(self: MotoQueue, receipt_handle: str) -> None:
        moto(self, receipt_handle)
        _changed(self)

    return delete_message


def _get_queue(moto: Callable[..., Any]) -> Callable[..., Any]:
    def get_queue(self: moto_sqs.SQSBackend, queue_name: str) -> MotoQueue:
        queue = moto(self, queue_name)
        rules.forget_expired(queue)
        return queue

    return get_queue


def _change_visibility(moto: Callable[..., Any]) -> Callable[..., Any]:
    def change_visibility(self: MotoMessage, visibility_timeout: int) -> None:
        self.visible_at = unix_time_millis() + int(visibility_timeout) * 1000 - rules.EARLY_MS

    return change_visibility


def _delay(moto: Callable[..., Any]) -> Callable[..., Any]:
    def delay(self: MotoMessage, delay_seconds: int) -> None:
        self.delayed_until = unix_time_millis() + int(delay_seconds) * 1000 - rules.EARLY_MS

    return delay


def _validate_message(moto: Callable[..., Any]) -> Callable[..., Any]:
    """moto counts characters; SQS counts bytes, and refuses characters that XML does not know."""

    def validate(
        self: moto_sqs.SQSBackend, queue: MotoQueue, message_body: str, *more: Any, **named: Any
    ) -> None:
        moto(self, queue, message_body, *more, **named)
        rules.check_body(message_body, queue.maximum_message_size)

    return validate


def _set_attributes(moto: Callable[..., Any]) -> Callable[..., Any]:
    """moto takes any value; what SQS refuses changes nothing."""

    def set_attributes(self: MotoQueue, attributes: dict[str, Any], now: float | None = None) -> None:
        limits.check_attributes(self.name, attributes, lambda arn: _find(arn) is not None)
        moto(self, attributes, now)

    return set_attributes


def _check_message_attributes(moto: Callable[..., Any]) -> Callable[..., Any]:
    """Attributes of messages are checked where they come in: before the first message of a batch is sent."""

    def check(message_attributes: dict[str, Any]) -> None:
        moto(message_attributes)
        limits.check_message_attributes(message_attributes or {})

    return check


def _answer_receive(moto: Callable[..., Any]) -> Callable[..., Any]:
    """moto has the text that botocore makes of an error in its own."""

    def receive_message(self: responses.SQSResponse) -> Any:
        limits.check_receiving(self._get_param("MaxNumberOfMessages"), self._get_param("WaitTimeSeconds"))
        return moto(self)

    return receive_message


def _messages(moto: Callable[..., Any]) -> Callable[..., Any]:
    """The same as moto, which asks for the time twice a message, and this for each message that is sent."""
    return lambda self: rules.visible(self)


def _count_delayed(moto: Callable[..., Any]) -> Callable[..., Any]:
    return lambda self: rules.count_after_now(each.delayed_until for each in self._messages)


def _count_not_visible(moto: Callable[..., Any]) -> Callable[..., Any]:
    return lambda self: rules.count_after_now(each.visible_at for each in self._messages)


_RECEIVING = ("queue_name", "count", "wait_seconds_timeout", "visibility_timeout", "message_attribute_names")
_VALIDATED = ("self", "queue", "message_body", "delay_seconds", "deduplication_id", "group_id")
_VISIBILITY = ("self", "queue_name", "receipt_handle", "visibility_timeout")
PATCHES = (
    Patch(moto_sqs.Queue, "add_message", ("self", "message"), _add_message),
    Patch(moto_sqs.Queue, "delete_message", ("self", "receipt_handle"), _delete_message),
    Patch(moto_sqs.SQSBackend, "receive_message", ("self", *_RECEIVING), _receive_message),
    Patch(moto_sqs.SQSBackend, "_validate_message", (*_VALIDATED, "validate_group_id"), _validate_message),
    Patch(moto_sqs.SQSBackend, "change_message_visibility", _VISIBILITY, _change_message_visibility),
    Patch(moto_sqs.SQSBackend, "get_queue", ("self", "queue_name"), _get_queue),
    Patch(moto_sqs.Queue, "_set_attributes", ("self", "attributes", "now"), _set_attributes),
    Patch(responses.SQSResponse, "receive_message", ("self",), _answer_receive),
    Patch(responses, "validate_message_attributes", ("message_attributes",), _check_message_attributes),
    Patch(moto_sqs.Queue, "messages", ("self",), _messages),
    Patch(moto_sqs.Queue, "approximate_number_of_messages_delayed", ("self",), _count_delayed),
    Patch(moto_sqs.Queue, "approximate_number_of_messages_not_visible", ("self",), _count_not_visible),
    Patch(moto_sqs.Message, "change_visibility", ("self", "visibility_timeout"), _change_visibility),
    Patch(moto_sqs.Message, "delay", ("self", "delay_seconds"), _delay),
    *limits.PATCHES,
)
