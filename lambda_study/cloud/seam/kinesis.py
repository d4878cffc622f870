"""moto's data streams: read, and mended where AWS's rules are others.

What is mended: sequence numbers, retention, the limits of a shard (so that PutRecords can fail in part),
shards after a split or a merge, and moto's own synchronous calls of functions.
"""

from __future__ import annotations

from base64 import b64decode
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.core.utils import unix_time
from moto.kinesis import models as moto_kinesis
from moto.utilities.utils import md5_hash

from lambda_study.cloud import seam
from lambda_study.cloud.seam import shard_limits as limits
from lambda_study.cloud.seam.listeners import Listeners
from lambda_study.cloud.seam.patch import Patch, all_patched
from lambda_study.cloud.streams import TRIM_HORIZON, Shard
from lambda_study.engine import ServiceError
from lambda_study.engine.function import ACCOUNT, REGION

MotoStream = moto_kinesis.Stream
MotoShard = moto_kinesis.Shard
listeners = Listeners()


@dataclass(frozen=True, slots=True)
class Record:
    """A record as a consumer reads it; `data` in base64."""

    sequence_number: int
    partition_key: str
    data: str
    arrived: datetime


# Asking


def exists(stream_arn: str) -> bool:
    """True if there is such a stream."""
    with seam.lock:
        return _find(stream_arn) is not None


def shards(stream_arn: str) -> list[Shard]:
    """Return the shards of a stream, oldest first."""
    with seam.lock:
        return [
            Shard(each.shard_id, tuple(filter(None, (each.parent, each.adjacent_parent))), each.is_open)
            for each in _stream(stream_arn).shards.values()
        ]


def records(stream_arn: str, shard_id: str, after: int, most: int) -> list[Record]:
    """Return up to MOST records of a shard that come after the sequence number AFTER."""
    with seam.lock:
        found, _last, _behind = _stream(stream_arn).get_shard(shard_id).get_records(str(after), most)
        return [Record(each.sequence_number, each.partition_key, each.data, _arrival(each)) for each in found]


def latest(stream_arn: str, shard_id: str) -> int:
    """Return the sequence number of the newest record of a shard."""
    with seam.lock:
        return _last_number(_stream(stream_arn).get_shard(shard_id))


def before(stream_arn: str, shard_id: str, when: datetime) -> int:
    """Return the sequence number of the last record that arrived before WHEN."""
    with seam.lock:
        shard = _stream(stream_arn).get_shard(shard_id)
        numbers = [each.sequence_number for each in shard.records.values() if _arrival(each) < when]
        return max(numbers, default=TRIM_HORIZON)


def retention(stream_arn: str) -> timedelta:
    """Return for how long a record is kept."""
    with seam.lock:
        return timedelta(hours=_stream(stream_arn).retention_period_hours)


def _stream(stream_arn: str) -> MotoStream:
    stream = _find(stream_arn)
    if stream is None:
        name = stream_arn.rpartition("/")[2]
        text = f"Stream {name} under account {ACCOUNT} not found."
        raise ServiceError(400, "ResourceNotFoundException", text)
    return stream


def _find(stream_arn: str) -> MotoStream | None:
    stream = moto_kinesis.kinesis_backends[ACCOUNT][REGION].streams.get(stream_arn.rpartition("/")[2])
    return stream if stream is not None and stream.arn == stream_arn else None


def _arrival(record: moto_kinesis.Record) -> datetime:
    return record.created_at_datetime.replace(tzinfo=UTC)


# Sequence numbers, as AWS builds them: 56 digits, the shard in the last ones


def _next_number(shard: MotoShard) -> int:
    """Return a number that no record of the stream has, above all of its shard."""
    last = _last_number(shard)
    if last:
        return last + (1 << 36)
    return (2 << 184) + (int(unix_time()) << 148) + (shard._shard_id << 4) + 2


def _last_number(shard: MotoShard) -> int:
    return getattr(shard, "_last_number", TRIM_HORIZON)


# Patches


@contextmanager
def mended() -> Iterator[None]:
    """Let moto's streams follow AWS's rules and tell listeners of what happens, until the block ends."""
    with all_patched(PATCHES):
        try:
            yield
        finally:
            listeners.clear()


def _put_into_shard(moto: Callable[..., Any]) -> Callable[..., Any]:
    def put_record(self: MotoShard, partition_key: str, data: str, explicit_hash_key: str) -> str:
        number = _next_number(self)
        self.records[number] = moto_kinesis.Record(partition_key, data, number, explicit_hash_key)
        self._last_number = number  # type: ignore[attr-defined]
        return str(number)

    return put_record


def _put_into_stream(moto: Callable[..., Any]) -> Callable[..., Any]:
    """The same as moto, which then calls functions itself."""

    def put_record(
        self: MotoStream, partition_key: str, explicit_hash_key: str, data: str
    ) -> tuple[str, str]:
        shard = self.get_shard_for_key(partition_key, explicit_hash_key)
        assert shard is not None
        number = shard.put_record(partition_key, data, explicit_hash_key)
        listeners.changed(self.arn)
        return number, shard.shard_id

    return put_record


def _shard_for_key(moto: Callable[..., Any]) -> Callable[..., Any]:
    """An open shard: moto finds one that was split too, and none for the last key of each."""

    def get_shard_for_key(self: MotoStream, partition_key: str, explicit_hash_key: str) -> MotoShard | None:
        moto(self, partition_key, explicit_hash_key)  # it checks the two
        key = int(explicit_hash_key or md5_hash(partition_key.encode()).hexdigest(), _base(explicit_hash_key))
        ranges = (each for each in self.shards.values() if each.is_open)
        return next((each for each in ranges if each.starting_hash <= key <= each.ending_hash), None)

    return get_shard_for_key


def _base(explicit_hash_key: str) -> int:
    return 10 if explicit_hash_key else 16


def _get_shard(moto: Callable[..., Any]) -> Callable[..., Any]:
    def get_shard(self: MotoStream, shard_id: str) -> MotoShard:
        shard: MotoShard = moto(self, shard_id)
        oldest = unix_time() - self.retention_period_hours * 3600
        while shard.records:
            number, record = next(iter(shard.records.items()))
            if record.created_at >= oldest:
                break
            del shard.records[number]
        return shard

    return get_shard


def _split_shard(moto: Callable[..., Any]) -> Callable[..., Any]:
    def split_shard(self: MotoStream, shard_to_split: str, new_starting_hash_key: str) -> None:
        with _keeping_records(self, shard_to_split):
            moto(self, shard_to_split, new_starting_hash_key)

    return split_shard


def _merge_shards(moto: Callable[..., Any]) -> Callable[..., Any]:
    def merge_shards(self: MotoStream, shard_to_merge: str, adjacent_shard_to_merge: str) -> None:
        with _keeping_records(self, shard_to_merge, adjacent_shard_to_merge):
            moto(self, shard_to_merge, adjacent_shard_to_merge)

    return merge_shards


@contextmanager
def _keeping_records(stream: MotoStream, *shard_ids: str) -> Iterator[None]:
    """Let the records of shards stay where they are, while moto would move them to new shards."""
    parents = [stream.shards[shard_id] for shard_id in shard_ids]
    kept = [parent.records for parent in parents]
    for parent in parents:
        parent.records = OrderedDict()
    try:
        yield
    finally:
        for parent, its_records in zip(parents, kept, strict=True):
            parent.records = its_records
        listeners.changed(stream.arn)


def _delete_stream(moto: Callable[..., Any]) -> Callable[..., Any]:
    def delete_stream(self: Any, stream_arn: str | None, stream_name: str | None) -> MotoStream:
        stream: MotoStream = moto(self, stream_arn, stream_name)
        listeners.changed(stream.arn)
        return stream

    return delete_stream


def _put_record(moto: Callable[..., Any]) -> Callable[..., Any]:
    def put_record(
        self: Any, stream_arn: str, stream_name: str, partition_key: str, explicit_hash_key: str, data: str
    ) -> tuple[str, str]:
        stream = self.describe_stream(stream_arn=stream_arn, stream_name=stream_name)
        shard = stream.get_shard_for_key(partition_key, explicit_hash_key)
        size = len(b64decode(data)) + len(partition_key)
        if size > limits.MOST_OF_RECORD:
            raise limits.too_large()
        if not limits.admit(shard, size):
            raise limits.exceeded(stream, shard)
        answer: tuple[str, str] = moto(self, stream_arn, stream_name, partition_key, explicit_hash_key, data)
        return answer

    return put_record


def _put_records(moto: Callable[..., Any]) -> Callable[..., Any]:
    """Each record for itself: those beyond what a shard takes fail, and the others are written."""

    def put_records(
        self: Any, stream_arn: str, stream_name: str, records: list[dict[str, Any]]
    ) -> dict[str, Any]:
        stream = self.describe_stream(stream_arn=stream_arn, stream_name=stream_name)
        sizes = [_size(each) for each in records]
        limits.check_request(sizes)
        results = [_put_one(stream, each, size) for each, size in zip(records, sizes, strict=True)]
        written = [size for result, size in zip(results, sizes, strict=True) if "ErrorCode" not in result]
        self._send_stream_metrics(
            stream.stream_name, incoming_bytes=sum(written), incoming_records=len(written)
        )
        return {"FailedRecordCount": len(records) - len(written), "Records": results}

    return put_records


def _put_one(stream: MotoStream, record: Mapping[str, Any], size: int) -> dict[str, str]:
    key, hash_key = record["PartitionKey"], record.get("ExplicitHashKey", "")
    shard = stream.get_shard_for_key(key, hash_key)
    assert shard is not None
    if not limits.admit(shard, size):
        return {"ErrorCode": limits.EXCEEDED, "ErrorMessage": limits.text_of(stream, shard)}
    number, shard_id = stream.put_record(key, hash_key, record["Data"])
    return {"SequenceNumber": number, "ShardId": shard_id}


def _size(record: Mapping[str, Any]) -> int:
    return len(b64decode(record.get("Data", ""))) + len(record.get("PartitionKey", ""))


_BACKEND = moto_kinesis.KinesisBackend
_PUT = ("self", "stream_arn", "stream_name", "partition_key", "explicit_hash_key", "data")
PATCHES = (
    Patch(MotoShard, "put_record", ("self", "partition_key", "data", "explicit_hash_key"), _put_into_shard),
    Patch(MotoStream, "put_record", ("self", "partition_key", "explicit_hash_key", "data"), _put_into_stream),
    Patch(MotoStream, "get_shard_for_key", ("self", "partition_key", "explicit_hash_key"), _shard_for_key),
    Patch(MotoStream, "get_shard", ("self", "shard_id"), _get_shard),
    Patch(MotoStream, "split_shard", ("self", "shard_to_split", "new_starting_hash_key"), _split_shard),
    Patch(MotoStream, "merge_shards", ("self", "shard_to_merge", "adjacent_shard_to_merge"), _merge_shards),
    Patch(_BACKEND, "delete_stream", ("self", "stream_arn", "stream_name"), _delete_stream),
    Patch(_BACKEND, "put_record", _PUT, _put_record),
    Patch(_BACKEND, "put_records", ("self", "stream_arn", "stream_name", "records"), _put_records),
)
