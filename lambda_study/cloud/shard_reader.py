"""One shard as a mapping reads it: what was read of it, and the batches that are due."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from lambda_study.cloud.pollers import MOST_BYTES
from lambda_study.cloud.stream_batch import Batch
from lambda_study.cloud.streams import Shard, Stream, StreamRecord

if TYPE_CHECKING:
    from lambda_study.cloud.mappings import EventSourceMapping

_MOST_READ = 10_000
_MOST_GATHERED = 20_000
_FIRST_BACKOFF_S = 1
_LONGEST_BACKOFF_S = 60
_NEVER = datetime.max.replace(tzinfo=UTC)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass
class Lane:
    """A part of a shard whose records run one batch at a time: all records of a partition key are in one.

    `waiting` holds batches that failed and come first; `gathered` the records that were read, and when.
    """

    waiting: deque[Batch] = field(default_factory=deque)
    gathered: deque[tuple[StreamRecord, datetime]] = field(default_factory=deque)
    is_running: bool = False
    not_before: datetime = _LONG_AGO
    failures: int = 0

    @property
    def is_busy(self) -> bool:
        """Whether a batch runs, or is to run again."""
        return self.is_running or bool(self.waiting)

    def take(self, now: datetime, mapping: EventSourceMapping) -> Batch | None:
        """Return the next batch if one is due."""
        if self.is_running or now < self.not_before:
            return None
        if self.waiting:
            return self.waiting.popleft()
        count = self._fitting(mapping.batch_size)
        is_full = count == mapping.batch_size or count < len(self.gathered)
        if not self.gathered or not (is_full or now >= self._window_ends(mapping)):
            return None
        return Batch(tuple(self.gathered.popleft()[0] for _ in range(count)))

    def due_at(self, mapping: EventSourceMapping) -> datetime:
        """Return when to look again, if nothing happens before."""
        if self.is_running or not (self.waiting or self.gathered):
            return _NEVER
        return self.not_before if self.waiting else max(self.not_before, self._window_ends(mapping))

    def back_off(self, now: datetime) -> float:
        """Let the next batch wait after a failure, each time for longer, and return the seconds.

        Unlike AWS: from 1 to 60 seconds. AWS says that it waits for longer and longer, not how long.
        """
        wait_s = min(_FIRST_BACKOFF_S << min(self.failures, 10), _LONGEST_BACKOFF_S)
        self.failures += 1
        self.not_before = now + timedelta(seconds=wait_s)
        return wait_s

    def go_on(self) -> None:
        """Let the next batch begin at once."""
        self.failures = 0
        self.not_before = _LONG_AGO

    def _window_ends(self, mapping: EventSourceMapping) -> datetime:
        return self.gathered[0][1] + timedelta(seconds=mapping.window_s)

    def _fitting(self, most: int) -> int:
        """How many records fit into one event, of MOST at most."""
        size = 0
        for count, (record, _read_at) in enumerate(self.gathered):
            size += record.size
            if count == most or (count and size > MOST_BYTES):
                return count
        return len(self.gathered)


class ShardReader:
    """Reads one SHARD from a position on, and hands out the batches that are due, in order.

    The shard is read once in the stream's poll interval while it has records; a record that comes after a
    pause is read at once. Records that TAKES does not want go no further: FILTERED is told how many.

    Unlike AWS: a pause is not polled through, so that a clock can stand still.
    """

    def __init__(
        self,
        stream: Stream,
        shard: Shard,
        after: int,
        takes: Callable[[StreamRecord], bool],
        filtered: Callable[[int], None],
    ) -> None:
        self.shard = shard
        self.lanes: list[Lane] = [Lane()]
        self._stream = stream
        self._after = after
        self._takes = takes
        self._filtered = filtered
        self._next_read = _LONG_AGO
        self._has_more = True

    @property
    def is_drained(self) -> bool:
        """Whether the shard is closed and all its records are through: then its children can be read."""
        if self.shard.is_open or any(lane.is_busy or lane.gathered for lane in self.lanes):
            return False
        return not self._stream.read(self.shard.shard_id, self._after, 1)

    def batches(self, now: datetime, mapping: EventSourceMapping) -> list[tuple[Lane, Batch]]:
        """Read if it is time to, and return the batches to run now, each with its lane."""
        self._read(now)
        self._divide(mapping.parallelization_factor)
        if self._is_changing(mapping):
            return []
        due = []
        for lane in self.lanes:
            batch = lane.take(now, mapping)
            if batch is not None:
                lane.is_running = True
                due.append((lane, batch))
        return due

    def due_at(self, mapping: EventSourceMapping) -> datetime:
        """Return when to look again, if nothing happens before."""
        # The end of a batch tells when a change can go on, not the clock.
        times = [] if self._is_changing(mapping) else [lane.due_at(mapping) for lane in self.lanes]
        return min([*times, self._next_read if self._has_more else _NEVER])

    def look_again(self) -> None:
        """Know that there may be new records."""
        self._has_more = True

    def _read(self, now: datetime) -> None:
        if now < self._next_read or not self._has_more:
            return
        room = _MOST_GATHERED - sum(len(lane.gathered) for lane in self.lanes)
        if room <= 0:
            self._has_more = False  # the end of a batch lets it look again
            return
        found = self._stream.read(self.shard.shard_id, self._after, min(room, _MOST_READ))
        self._has_more = bool(found)
        if found:
            self._after = found[-1].sequence_number
            self._next_read = now + self._stream.poll_interval
            self._gather(found, now)

    def _gather(self, found: list[StreamRecord], now: datetime) -> None:
        wanted = [record for record in found if self._takes(record)]
        if len(wanted) < len(found):
            self._filtered(len(found) - len(wanted))
        self._spread((record, now) for record in wanted)

    def _spread(self, records: Iterable[tuple[StreamRecord, datetime]]) -> None:
        for record, read_at in records:
            number = _lane_of(record.partition_key, len(self.lanes))
            self.lanes[number].gathered.append((record, read_at))

    def _is_changing(self, mapping: EventSourceMapping) -> bool:
        """Whether another number of lanes waits for the batches that run; no other begins before."""
        return mapping.parallelization_factor != len(self.lanes)

    def _divide(self, factor: int) -> None:
        """Let there be FACTOR lanes, as soon as no batch runs.

        A batch that is to run again goes on in parts, one a lane. AWS does not say what it does.
        """
        if factor == len(self.lanes) or any(lane.is_running for lane in self.lanes):
            return
        before, self.lanes = self.lanes, [Lane() for _ in range(factor)]
        for lane in before:
            for batch in lane.waiting:
                self._hand_over(batch, lane)
        gathered = (each for lane in before for each in lane.gathered)
        self._spread(sorted(gathered, key=lambda each: each[0].sequence_number))

    def _hand_over(self, batch: Batch, before: Lane) -> None:
        """Let BATCH wait in the lanes of its keys, for as long as it would have in the lane BEFORE."""
        for number, lane in enumerate(self.lanes):
            own = tuple(
                each for each in batch.records if _lane_of(each.partition_key, len(self.lanes)) == number
            )
            if own:
                lane.waiting.append(replace(batch, records=own))
                lane.not_before = max(lane.not_before, before.not_before)
                lane.failures = max(lane.failures, before.failures)


def _lane_of(partition_key: str, lanes: int) -> int:
    """Return the lane of a key: always the same one, so that its records stay in order."""
    digest = hashlib.md5(partition_key.encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[-4:], "big") % lanes
