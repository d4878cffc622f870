"""What pollers know of a stream, whichever service has it: shards, records and positions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Protocol

TRIM_HORIZON = 0  # the position before the oldest record there is


@dataclass(frozen=True, slots=True)
class Shard:
    """One shard; a closed one gets no more records, and its children are read after it."""

    shard_id: str
    parents: tuple[str, ...] = ()
    is_open: bool = True


@dataclass(frozen=True)
class StreamRecord:
    """One record: `event` is what a function gets of it, `seen` what filters look at."""

    sequence_number: int
    partition_key: str
    arrived: datetime
    event: Mapping[str, Any]
    seen: Mapping[str, Any]

    @cached_property
    def size(self) -> int:
        """Its bytes in the event of a function."""
        return len(json.dumps(self.event))


class Listener(Protocol):
    """Is told of streams, under the lock of the seam: it may note it, and nothing more."""

    def changed(self, stream_arn: str) -> None:
        """A record has come, or a shard, or the stream has gone."""


class Stream(Protocol):
    """A stream as a poller reads it. All but `listen` raise ServiceError if it is gone."""

    arn: str
    poll_interval: timedelta
    batch_info: str
    """The name of what tells of a batch in the record of a failure."""

    def shards(self) -> list[Shard]:
        """The shards, oldest first."""

    def position(self, shard_id: str, starting_position: str, timestamp: datetime | None) -> int:
        """The sequence number after which a reader begins."""

    def read(self, shard_id: str, after: int, most: int) -> list[StreamRecord]:
        """The records after a sequence number, in order."""

    def retention(self) -> timedelta:
        """For how long a record is kept."""

    def listen(self, listener: Listener) -> None:
        """Tell LISTENER of changes from now on."""

    def unlisten(self, listener: Listener) -> None:
        """Tell LISTENER nothing any more."""
