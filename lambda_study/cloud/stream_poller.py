"""The poller that Lambda has for each event source mapping of a stream, of Kinesis and of DynamoDB."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from lambda_study.cloud import mapping_rules as rules
from lambda_study.cloud.destinations import ACTIONS
from lambda_study.cloud.pollers import Alarm, failed_items
from lambda_study.cloud.shard_reader import Lane, ShardReader
from lambda_study.cloud.stream_batch import FOREVER, Batch, failure_record
from lambda_study.cloud.streams import TRIM_HORIZON, Stream, StreamRecord
from lambda_study.cloud.traced import error_of
from lambda_study.cloud.wiring import Result, Wiring
from lambda_study.engine import Invocation, ServiceError
from lambda_study.model.event_pattern import parse

if TYPE_CHECKING:
    from lambda_study.cloud.mappings import EventSourceMapping

_ASK_AGAIN = timedelta(minutes=1)
_NEVER = datetime.max.replace(tzinfo=UTC)


class StreamPoller:
    """Reads the shards of a stream in order and invokes the mapping's function with each batch.

    It has no thread: the clock wakes it when a record may be there, a batching window or a pause after a
    failure ends, or an invocation has ended. A batch that fails blocks its shard, or its lane of the shard
    if the parallelization factor is above 1: nothing after it runs before it succeeds or is given up.

    The observers hear how far behind it is, for the metric IteratorAge; `last_result` is how it went.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html (read 2026-11-23).
    """

    def __init__(self, wiring: Wiring, mapping: EventSourceMapping, stream: Stream) -> None:
        self.last_result = "No records processed"
        self._wiring = wiring
        self._clock = wiring.clock
        self._stream = stream
        self._lock = threading.RLock()
        self._alarm = Alarm(wiring.clock, self._poll)
        self._positions: dict[str, int] = {}  # after which number to begin, where it is not the oldest
        self._readers: dict[str, ShardReader] = {}
        self._refused = ""
        self._closed = False
        self._set(mapping)

    def start(self) -> None:
        """Begin to read, in each shard that there is at the starting position."""
        begin = self._mapping.starting_position or "TRIM_HORIZON"
        timestamp = self._mapping.starting_position_timestamp
        with self._lock:
            for shard in self._stream.shards():
                position = self._stream.position(shard.shard_id, begin, timestamp)
                self._positions[shard.shard_id] = position
        self._stream.listen(self)
        self._alarm.ring_now()

    def update(self, mapping: EventSourceMapping) -> None:
        """Go on with MAPPING where it is; rest while it is not enabled."""
        with self._lock:
            self._set(mapping)
        self._alarm.ring_now()

    def close(self) -> None:
        """Read no more. Batches that run are let run."""
        self._stream.unlisten(self)
        self._alarm.close()
        with self._lock:
            self._closed = True

    def changed(self, stream_arn: str) -> None:
        """Wake up if it is this poller's stream."""
        if stream_arn == self._stream.arn:
            self._alarm.ring_now()

    def _set(self, mapping: EventSourceMapping) -> None:
        self._mapping = mapping
        self._filters = [parse(pattern) for pattern in mapping.filters]

    # From the stream to the function

    def _poll(self) -> None:
        with self._lock:
            if self._closed or not self._mapping.enabled:
                return
            try:
                self._check_role()
                self._open_new_shards()
                self._step(self._clock.now())
                self._refused = ""
            except ServiceError as error:
                self._note_refusal(str(error))

    def _step(self, now: datetime) -> None:
        """Start the batches that are due, and see when to look again."""
        most = self._maximum_age()
        for reader in list(self._readers.values()):
            reader.look_again()
            for lane, batch in reader.batches(now, self._mapping):
                self._begin(reader, lane, batch, most)
        due_at = min((each.due_at(self._mapping) for each in self._readers.values()), default=_NEVER)
        if due_at < _NEVER:
            self._alarm.ring_at(due_at)

    def _open_new_shards(self) -> None:
        """Know which shards are closed, and read those that came of them once they are through."""
        for shard in self._stream.shards():
            if shard.shard_id in self._readers:
                self._readers[shard.shard_id].shard = shard
            elif all(self._is_through(parent) for parent in shard.parents):
                after = self._positions.get(shard.shard_id, TRIM_HORIZON)
                self._readers[shard.shard_id] = ShardReader(
                    self._stream, shard, after, self._takes, self._note_filtered
                )

    def _is_through(self, shard_id: str) -> bool:
        reader = self._readers.get(shard_id)
        return reader is not None and reader.is_drained

    def _takes(self, record: StreamRecord) -> bool:
        return not self._filters or any(each.matches(record.seen) for each in self._filters)

    def _note_filtered(self, count: int) -> None:
        detail = f"{'1 record' if count == 1 else f'{count} records'} filtered out"
        self._wiring.trace.add("delivery", source=self._stream.arn, target="filter", detail=detail)

    def _check_role(self) -> None:
        """Raise ServiceError if the function's role may not read the stream any more."""
        for action in rules.actions(self._mapping.service):
            if not self._wiring.role_allows(self._mapping.function_arn, action, self._stream.arn):
                raise rules.not_permitted(self._stream.arn, action)

    def _note_refusal(self, error: str) -> None:
        """Trace once why nothing can be read, and try again in a while."""
        if error != self._refused:
            self._note("failure", error=error)
        self._refused = error
        self.last_result = f"PROBLEM: {error}"
        self._alarm.ring_at(self._clock.now() + _ASK_AGAIN)

    def _begin(self, reader: ShardReader, lane: Lane, batch: Batch, maximum_age: timedelta) -> None:
        """Invoke the function with what is young enough of BATCH."""
        now = self._clock.now()
        old = batch.older_than(maximum_age, now)
        if old:
            self._give_up(reader, Batch(batch.records[:old], *_history(batch)), "RecordAgeExceeded")
            batch = batch.rest(old)
        if not batch.records:
            self._end(lane, [])
            return
        age = now - batch.records[-1].arrived
        self._wiring.observers.behind(self._mapping.function_name, age / timedelta(milliseconds=1))
        try:
            self._wiring.invoke_in_turn(
                self._mapping.function_arn,
                {"Records": [record.event for record in batch.records]},
                self._locked(lambda result: self._ended(reader, lane, batch, result)),
                source=self._mapping.service,
                source_arn=self._stream.arn,
                detail=str(batch),
            )
        except ServiceError as error:  # refused before it ran
            self._ended(reader, lane, batch, error)

    def _maximum_age(self) -> timedelta:
        """After which age a record is given up: once it has left the stream, at the latest."""
        kept = self._stream.retention()
        most = self._mapping.maximum_record_age_s
        return kept if most == FOREVER else min(kept, timedelta(seconds=most))

    def _locked(self, action: Callable[[Result], None]) -> Callable[[Result], None]:
        def call(result: Result) -> None:
            with self._lock:
                action(result)

        return call

    # From the function back to the stream

    def _ended(self, reader: ShardReader, lane: Lane, batch: Batch, result: Result) -> None:
        if isinstance(result, ServiceError):
            # It has not run: that uses up no retry, and only age ends it.
            self._try_again(lane, [batch], str(result))
            return
        batch = batch.ran(result)
        done = self._done(batch, result)
        if done == len(batch.records):
            lane.go_on()
            self.last_result = "OK"
            self._end(lane, [])
        else:
            self._failed(reader, lane, batch.rest(done), done, result)

    def _done(self, batch: Batch, result: Invocation) -> int:
        """How many records from the beginning are done: up to the first that failed."""
        if not result.ok:
            return 0
        if not self._mapping.report_batch_item_failures:
            return len(batch.records)
        numbers = [str(record.sequence_number) for record in batch.records]
        failed = failed_items(result.payload, numbers)
        return min(map(numbers.index, failed), default=len(numbers))

    def _failed(self, reader: ShardReader, lane: Lane, rest: Batch, done: int, result: Invocation) -> None:
        """Split the REST, try it again, or give it up."""
        self.last_result = "PROBLEM: Function call failed"
        error = error_of(result) or f"{len(rest.records)} of {done + len(rest.records)} are to come again"
        if self._mapping.bisect_on_error and done:
            self._note("retry", f"{rest}, after {done} done", error)
            self._end(lane, [rest])
        elif self._mapping.bisect_on_error and len(rest.records) > 1:
            halves = rest.halves()
            sizes = " and ".join(str(len(half.records)) for half in halves)
            self._note("retry", f"split into {sizes}", error)
            self._end(lane, halves)
        elif rest.is_exhausted(self._mapping.maximum_retry_attempts):
            self._give_up(reader, rest, "RetryAttemptsExhausted")
            lane.go_on()
            self._end(lane, [])
        else:
            self._try_again(lane, [rest.retried()], error)

    def _try_again(self, lane: Lane, batches: list[Batch], error: str) -> None:
        wait_s = lane.back_off(self._clock.now())
        self._note("retry", f"{batches[0]}, in {wait_s:g} s", error)
        self._end(lane, batches)

    def _end(self, lane: Lane, again: list[Batch]) -> None:
        """Free LANE; the batches AGAIN come before all others."""
        lane.is_running = False
        lane.waiting.extendleft(reversed(again))
        self._alarm.ring_now()

    def _give_up(self, reader: ShardReader, batch: Batch, condition: str) -> None:
        """Pass over BATCH, and tell the on-failure destination where it is."""
        self._note("failure", f"{len(batch.records)} given up", condition)
        destination = self._mapping.on_failure
        if not destination:
            return
        record = failure_record(
            batch,
            condition,
            request_id=self._wiring.ids(),
            function_arn=self._mapping.function_arn,
            shard_id=reader.shard.shard_id,
            stream_arn=self._stream.arn,
            batch_info=self._stream.batch_info,
            at=self._clock.now(),
        )
        try:
            self._deliver(destination, record, reader, batch)
        except ServiceError as error:
            self._wiring.trace.add("failure", source=self._stream.arn, target=destination, error=str(error))
        else:
            self._wiring.trace.add("delivery", source=self._stream.arn, target=destination, detail=condition)

    def _deliver(self, arn: str, record: dict[str, object], reader: ShardReader, batch: Batch) -> None:
        """Send RECORD; a bucket gets the records themselves with it."""
        service = arn.split(":")[2]
        if not self._wiring.role_allows(self._mapping.function_arn, ACTIONS.get(service, ""), arn):
            text = f"The role of {self._mapping.function_arn} may not send to {arn}"
            raise ServiceError(403, "AccessDeniedException", text)
        if service != "s3":
            self._wiring.targets.deliver(arn, record)
            return
        at = self._clock.now()
        key = (
            f"aws/lambda/{self._mapping.uuid}/{reader.shard.shard_id}/"
            f"{at:%Y/%m/%d/%Y-%m-%dT%H.%M.%S}-{self._wiring.ids()}"
        )
        payload = {"Records": [each.event for each in batch.records]}
        self._wiring.targets.put_object(arn, key, {**record, "payload": payload})

    def _note(self, kind: str, detail: str = "", error: str = "") -> None:
        function = self._mapping.function_arn
        self._wiring.trace.add(kind, source=self._stream.arn, target=function, detail=detail, error=error)  # type: ignore[arg-type]


def _history(batch: Batch) -> tuple[int, int, Invocation | None]:
    return batch.invocations, batch.retries, batch.last
