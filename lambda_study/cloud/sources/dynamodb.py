"""DynamoDB as a source of events: the streams of its tables, and the records that functions get."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from lambda_study.cloud.seam import dynamodb as streams
from lambda_study.cloud.stream_poller import StreamPoller
from lambda_study.cloud.streams import TRIM_HORIZON, Listener, Shard, StreamRecord
from lambda_study.cloud.wiring import Wiring
from lambda_study.facts import fact

if TYPE_CHECKING:
    from lambda_study.cloud.mappings import EventSourceMapping

_ORDER = ("eventID", "eventName", "eventVersion", "eventSource", "awsRegion")
_ORDER_OF_CHANGE = (
    "ApproximateCreationDateTime",
    "Keys",
    "NewImage",
    "OldImage",
    "SequenceNumber",
    "SizeBytes",
    "StreamViewType",
)


class DynamoDB:
    """Keeps the streams of this cloud's tables to AWS's rules."""

    def __init__(self, wiring: Wiring) -> None:
        self._stack = ExitStack()
        self._stack.enter_context(streams.mended())

    def close(self) -> None:
        """Leave moto as it was."""
        self._stack.close()


class TableStream:
    """The stream of a table as a poller reads it."""

    batch_info = "DDBStreamBatchInfo"

    def __init__(self, arn: str) -> None:
        self.arn = arn
        self.poll_interval = timedelta(seconds=1 / fact("ddb.poll_rate").value)

    def shards(self) -> list[Shard]:
        """The shards, oldest first."""
        return streams.shards(self.arn)

    def position(self, shard_id: str, starting_position: str, timestamp: datetime | None) -> int:
        """The sequence number after which a reader begins."""
        return streams.latest(self.arn) if starting_position == "LATEST" else TRIM_HORIZON

    def read(self, shard_id: str, after: int, most: int) -> list[StreamRecord]:
        """The records after a sequence number, in order."""
        return [_record(each, self.arn) for each in streams.records(self.arn, after, most)]

    def retention(self) -> timedelta:
        """For how long a record is kept."""
        return streams.retention()

    def listen(self, listener: Listener) -> None:
        """Tell LISTENER of changes from now on."""
        streams.listeners.add(listener)

    def unlisten(self, listener: Listener) -> None:
        """Tell LISTENER nothing any more."""
        streams.listeners.remove(listener)


def dynamodb_poller(wiring: Wiring, mapping: EventSourceMapping) -> StreamPoller:
    """Return the poller of a mapping of the stream of a table."""
    return StreamPoller(wiring, mapping, TableStream(mapping.event_source_arn))


def _record(record: streams.Record, stream_arn: str) -> StreamRecord:
    """A record as a function gets it; filters see all of it.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html (read 2026-11-23).
    """
    change: dict[str, Any] = dict(record.change["dynamodb"])
    change["ApproximateCreationDateTime"] = int(record.arrived.timestamp())
    event = {
        **{name: record.change[name] for name in _ORDER},
        "dynamodb": {name: change[name] for name in _ORDER_OF_CHANGE if name in change},
        "eventSourceARN": stream_arn,
    }
    # AWS writes 1.1, moto 1.0.
    event["eventVersion"] = "1.1"
    return StreamRecord(record.sequence_number, record.partition_key, record.arrived, event, event)
