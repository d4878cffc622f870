"""Kinesis as a source of events: its streams, and the records that functions get."""

from __future__ import annotations

import json
from base64 import b64decode
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from lambda_study.cloud.seam import kinesis as streams
from lambda_study.cloud.stream_poller import StreamPoller
from lambda_study.cloud.streams import TRIM_HORIZON, Listener, Shard, StreamRecord
from lambda_study.cloud.wiring import Wiring
from lambda_study.engine.function import ACCOUNT
from lambda_study.facts import fact

if TYPE_CHECKING:
    from lambda_study.cloud.mappings import EventSourceMapping


class Kinesis:
    """Keeps the data streams of this cloud to AWS's rules."""

    def __init__(self, wiring: Wiring) -> None:
        self._stack = ExitStack()
        self._stack.enter_context(streams.mended())

    def close(self) -> None:
        """Leave moto as it was."""
        self._stack.close()


class DataStream:
    """A data stream as a poller reads it."""

    batch_info = "KinesisBatchInfo"

    def __init__(self, arn: str) -> None:
        self.arn = arn
        self.poll_interval = timedelta(seconds=1 / fact("kinesis.poll_rate").value)

    def shards(self) -> list[Shard]:
        """The shards, oldest first."""
        return streams.shards(self.arn)

    def position(self, shard_id: str, starting_position: str, timestamp: datetime | None) -> int:
        """The sequence number after which a reader begins."""
        if starting_position == "LATEST":
            return streams.latest(self.arn, shard_id)
        if starting_position == "AT_TIMESTAMP" and timestamp is not None:
            return streams.before(self.arn, shard_id, timestamp)
        return TRIM_HORIZON

    def read(self, shard_id: str, after: int, most: int) -> list[StreamRecord]:
        """The records after a sequence number, in order."""
        found = streams.records(self.arn, shard_id, after, most)
        return [_record(each, self.arn, shard_id) for each in found]

    def retention(self) -> timedelta:
        """For how long a record is kept."""
        return streams.retention(self.arn)

    def listen(self, listener: Listener) -> None:
        """Tell LISTENER of changes from now on."""
        streams.listeners.add(listener)

    def unlisten(self, listener: Listener) -> None:
        """Tell LISTENER nothing any more."""
        streams.listeners.remove(listener)


def kinesis_poller(wiring: Wiring, mapping: EventSourceMapping) -> StreamPoller:
    """Return the poller of a mapping of a data stream."""
    return StreamPoller(wiring, mapping, DataStream(mapping.event_source_arn))


def _record(record: streams.Record, stream_arn: str, shard_id: str) -> StreamRecord:
    """A record as a function gets it; filters see its data alone.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html and
    https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis-filtering.html (read 2026-11-23).
    """
    number = str(record.sequence_number)
    event = {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": record.partition_key,
            "sequenceNumber": number,
            "data": record.data,
            "approximateArrivalTimestamp": round(record.arrived.timestamp(), 3),
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"{shard_id}:{number}",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": f"arn:aws:iam::{ACCOUNT}:role/lambda-role",
        "awsRegion": stream_arn.split(":")[3],
        "eventSourceARN": stream_arn,
    }
    seen = {"data": _parsed(record.data)}
    return StreamRecord(record.sequence_number, record.partition_key, record.arrived, event, seen)


def _parsed(data: str) -> Any:
    try:
        return json.loads(b64decode(data))
    except ValueError:
        return data
