"""SQS as a source of events: the poller that Lambda has for each event source mapping of a queue."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from lambda_study.cloud import mapping_rules as rules
from lambda_study.cloud.pollers import MOST_BYTES, Alarm, failed_items
from lambda_study.cloud.seam import sqs as queues
from lambda_study.cloud.seam.queue_rules import size_of
from lambda_study.cloud.seam.sqs import Message
from lambda_study.cloud.sources.sqs_event import matches, record
from lambda_study.cloud.sources.sqs_scaling import Scaling
from lambda_study.cloud.wiring import Result, Wiring
from lambda_study.engine import Invocation, ServiceError
from lambda_study.engine.lineage import Lineage, carrying
from lambda_study.model.event_pattern import parse

if TYPE_CHECKING:
    from lambda_study.cloud.mappings import EventSourceMapping

_A_MOMENT = timedelta(milliseconds=1)
# Unlike AWS: the waits after a throttle, and after a refused read, are our own; AWS names none.
_FIRST_BACKOFF_S = 1
_LONGEST_BACKOFF_S = 60
_ASK_AGAIN = timedelta(minutes=1)


class SQS:
    """Traces what goes to dead-letter queues."""

    def __init__(self, wiring: Wiring) -> None:
        self._trace = wiring.trace
        queues.listen(self)

    def changed(self, queue_arn: str) -> None:
        """Pollers listen for themselves."""

    def redriven(self, queue_arn: str, dead_letter_arn: str, message: Message) -> None:
        """Trace that MESSAGE was received too often."""
        detail = f"1 message after {_receives(message)} receives"
        self._trace.add("delivery", source=queue_arn, target=dead_letter_arn, detail=detail)

    def close(self) -> None:
        """Trace no more."""
        queues.unlisten(self)


@dataclass
class _Batch:
    messages: list[Message]
    throttles: int = 0

    @property
    def hidden_until(self) -> datetime:
        return min(message.visible_at for message in self.messages)

    @property
    def lineage(self) -> Lineage:
        headers = [message.attributes.get("AWSTraceHeader", "") for message in self.messages]
        return Lineage.longest([Lineage.of(header) for header in headers])

    def __str__(self) -> str:
        count = len(self.messages)
        text = "1 message" if count == 1 else f"{count} messages"
        most = max(map(_receives, self.messages))
        return text if most == 1 else f"{text}, received {most} times"


class SQSPoller:
    """Receives batches of a queue and invokes the mapping's function with each.

    It has no thread: the clock wakes it when a message may be there, a batching window ends, or an invocation
    has ended. Each call of `_poll` takes one batch at most, so that several mappings of a queue take turns.

    Unlike AWS: one batch is gathered at a time; on AWS each of several pollers gathers its own, and in low
    traffic a window may last up to 20 seconds even if a shorter one is set.
    Source: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html (read 2026-11-23).
    """

    def __init__(self, wiring: Wiring, mapping: EventSourceMapping) -> None:
        self._wiring = wiring
        self._clock = wiring.clock
        self._queue = mapping.event_source_arn
        self._lock = threading.RLock()
        self._alarm = Alarm(wiring.clock, self._poll)
        self._gathered: list[Message] = []
        self._window_ends: datetime | None = None
        self._is_full = False  # there are more messages, but the event cannot hold them
        self._running = 0
        self._refused = ""
        self._closed = False
        self._set(mapping)

    def start(self) -> None:
        """Begin to poll; messages that are in the queue already are received too."""
        queues.listen(self)
        self._alarm.ring_now()

    def update(self, mapping: EventSourceMapping) -> None:
        """Go on with MAPPING, or rest while it is not enabled.

        What has been gathered becomes visible again after its time-out.
        """
        with self._lock:
            self._set(mapping)
            self._gathered.clear()
        self._alarm.ring_now()

    def close(self) -> None:
        """Poll no more. Batches that run are let run, and deleted when they succeed."""
        queues.unlisten(self)
        self._alarm.close()
        with self._lock:
            self._closed = True

    def changed(self, queue_arn: str) -> None:
        """Wake up if it is this poller's queue."""
        if queue_arn == self._queue:
            self._alarm.ring_now()

    def redriven(self, queue_arn: str, dead_letter_arn: str, message: Message) -> None:
        """The source traces it."""

    def _set(self, mapping: EventSourceMapping) -> None:
        self._mapping = mapping
        self._filters = [parse(pattern) for pattern in mapping.filters]
        self._scaling = Scaling(mapping.maximum_concurrency, self._queue.endswith(".fifo"))

    # From the queue to the function

    def _poll(self) -> None:
        with self._lock:
            if self._closed or not self._mapping.enabled:
                return
            try:
                self._step(self._clock.now())
                self._refused = ""
            except ServiceError as error:
                self._note_refusal(str(error))

    def _step(self, now: datetime) -> None:
        """Start one batch if one is due; otherwise see when to look again."""
        if self._running >= self._scaling.allowed(now):
            self._wait_for_room(now)
        elif self._gather(now) or self._is_due(now):
            self._alarm.ring_now()
            if self._is_due(now):
                batch = _Batch(self._gathered)
                self._gathered, self._is_full = [], False
                self._begin(batch)
        else:
            self._wait_for_messages(now)

    def _gather(self, now: datetime) -> bool:
        """Receive what there is room for in the batch; True if anything came."""
        room = self._mapping.batch_size - len(self._gathered)
        used = sum(map(size_of, self._gathered))
        if room <= 0 or not self._has_messages(now):
            return False
        self._check_role()
        received = queues.receive(self._queue, room, MOST_BYTES - used)
        self._is_full = not received and self._has_messages(now)
        wanted = self._filtered(received)
        if wanted and not self._gathered:
            self._window_ends = now + timedelta(seconds=self._mapping.window_s)
        self._gathered += wanted
        return bool(received)

    def _filtered(self, received: list[Message]) -> list[Message]:
        """Return what the filters take; the rest is deleted, as Lambda does it."""
        wanted: list[Message] = []
        filtered: list[Message] = []
        for message in received:
            taken = matches(self._filters, record(message, self._queue))
            (wanted if taken else filtered).append(message)
        if filtered:
            queues.delete(self._queue, filtered)
            detail = f"{_Batch(filtered)} filtered out and deleted"
            self._wiring.trace.add("delivery", source=self._queue, target="filter", detail=detail)
        return wanted

    def _is_due(self, now: datetime) -> bool:
        """Whether the batch is to go: its window is over, or it holds no more messages or bytes."""
        if not self._gathered or self._window_ends is None:
            return False
        is_complete = self._is_full or len(self._gathered) >= self._mapping.batch_size
        return is_complete or now >= self._window_ends

    def _wait_for_room(self, now: datetime) -> None:
        if self._has_messages(now):
            self._scaling.crowded(now)
            grows_at = self._scaling.grows_at(now)
            if grows_at is not None:
                self._alarm.ring_at(grows_at)

    def _wait_for_messages(self, now: datetime) -> None:
        if not self._gathered and not self._running:
            self._scaling.quiet()
        visible_at = queues.next_visible(self._queue)
        if visible_at is not None:
            self._alarm.ring_at(max(visible_at, now + _A_MOMENT))
        if self._gathered and self._window_ends is not None:
            self._alarm.ring_at(self._window_ends)

    def _has_messages(self, now: datetime) -> bool:
        visible_at = queues.next_visible(self._queue)
        return visible_at is not None and visible_at <= now

    def _check_role(self) -> None:
        """Raise ServiceError if the function's role may not read the queue any more."""
        for action in rules.actions("sqs"):
            if not self._wiring.role_allows(self._mapping.function_arn, action, self._queue):
                raise rules.not_permitted(self._queue, action)

    def _note_refusal(self, error: str) -> None:
        """Trace once why nothing can be received, and try again in a while."""
        if error != self._refused:
            function = self._mapping.function_arn
            self._wiring.trace.add("failure", source=self._queue, target=function, error=error)
        self._refused = error
        if queues.exists(self._queue):
            self._alarm.ring_at(self._clock.now() + _ASK_AGAIN)

    # From the function back to the queue

    def _begin(self, batch: _Batch) -> None:
        self._running += 1
        self._invoke(batch)

    def _invoke(self, batch: _Batch) -> None:
        try:
            with carrying(batch.lineage):
                self._wiring.invoke_in_turn(
                    self._mapping.function_arn,
                    {"Records": [record(message, self._queue) for message in batch.messages]},
                    lambda result: self._ended(batch, result),
                    source="sqs",
                    source_arn=self._queue,
                    detail=str(batch),
                )
        except ServiceError as error:  # refused before it ran
            self._ended(batch, error)

    def _ended(self, batch: _Batch, result: Result) -> None:
        with self._lock:
            if isinstance(result, ServiceError) and result.status == 429:
                self._throttled(batch, result)
            else:
                self._judge(batch, result)

    def _judge(self, batch: _Batch, result: Result) -> None:
        """Delete what was done; what failed becomes visible again after the visibility time-out."""
        self._running -= 1
        failed = self._failed(batch, result)
        if queues.exists(self._queue):
            queues.delete(self._queue, [each for each in batch.messages if each.message_id not in failed])
        if failed:
            error = str(result) if isinstance(result, ServiceError) else result.function_error or ""
            self._note_failure(f"{len(failed)} of {len(batch.messages)} failed", error)
        self._alarm.ring_now()

    def _failed(self, batch: _Batch, result: Result) -> frozenset[str]:
        identifiers = frozenset(message.message_id for message in batch.messages)
        if not isinstance(result, Invocation) or not result.ok:
            return identifiers
        if not self._mapping.report_batch_item_failures:
            return frozenset()
        return failed_items(result.payload, identifiers)

    def _throttled(self, batch: _Batch, error: ServiceError) -> None:
        """Keep the batch and try again, until its messages become visible again."""
        wait_s = min(_FIRST_BACKOFF_S << batch.throttles, _LONGEST_BACKOFF_S)
        again = self._clock.now() + timedelta(seconds=wait_s)
        batch.throttles += 1
        if again < batch.hidden_until:
            self._clock.call_at(again, lambda: self._try_again(batch))
            return
        self._running -= 1
        self._note_failure(f"{batch} left to the visibility time-out", str(error))
        self._alarm.ring_now()

    def _try_again(self, batch: _Batch) -> None:
        with self._lock:
            if not self._closed:
                self._invoke(batch)

    def _note_failure(self, detail: str, error: str) -> None:
        function = self._mapping.function_arn
        self._wiring.trace.add("failure", source=self._queue, target=function, detail=detail, error=error)


def _receives(message: Message) -> int:
    return int(message.attributes["ApproximateReceiveCount"])
