"""moto's DynamoDB streams: read, and mended where AWS's rules are others.

What is mended: a write makes one record, and none if it changes nothing; records go after 24 hours and not
when they are read; a stream that is turned off takes none; their size; moto's own synchronous calls of
functions.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.core.utils import utcnow
from moto.dynamodb import models as moto_dynamodb
from moto.dynamodb.models import table as moto_table
from moto.dynamodb.models.dynamo_type import Item

from lambda_study.cloud import seam
from lambda_study.cloud.seam.listeners import Listeners
from lambda_study.cloud.seam.patch import Patch, all_patched
from lambda_study.cloud.streams import Shard
from lambda_study.engine import ServiceError
from lambda_study.engine.function import ACCOUNT, REGION
from lambda_study.facts import fact

MotoShard = moto_table.StreamShard
MotoTable = moto_table.Table
listeners = Listeners()
_HELD = "_held"  # our own attribute of moto's shard: the changes that are held back


@dataclass(frozen=True, slots=True)
class Record:
    """A change of an item: `change` is the record as the stream has it, `partition_key` that of the item."""

    sequence_number: int
    partition_key: str
    change: Mapping[str, Any]
    arrived: datetime


def exists(stream_arn: str) -> bool:
    """True if there is such a stream, and it is on."""
    with seam.lock:
        return _find(stream_arn) is not None


def shards(stream_arn: str) -> list[Shard]:
    """Return the shards of a stream, oldest first.

    Unlike AWS: a table has one, however large it is. On AWS each partition has its own, and a shard is closed
    after some hours.
    """
    with seam.lock:
        return [Shard(_shard(stream_arn).id)]


def records(stream_arn: str, after: int, most: int) -> list[Record]:
    """Return up to MOST records that come after the sequence number AFTER."""
    with seam.lock:
        shard = _shard(stream_arn)
        _forget_expired(shard)
        first = max(0, after + 1 - shard.starting_sequence_number)
        return [_record_of(shard.table, each.record) for each in shard.items[first : first + most]]


def latest(stream_arn: str) -> int:
    """Return the sequence number of the newest record."""
    with seam.lock:
        shard = _shard(stream_arn)
        return shard.starting_sequence_number + len(shard.items) - 1


def retention() -> timedelta:
    """Return for how long a record is kept."""
    return timedelta(hours=fact("ddb.stream_retention").value)


def _shard(stream_arn: str) -> MotoShard:
    table = _find(stream_arn)
    if table is None or table.stream_shard is None:
        text = f"Requested resource not found: Stream: {stream_arn} not found"
        raise ServiceError(400, "ResourceNotFoundException", text)
    return table.stream_shard


def _find(stream_arn: str) -> MotoTable | None:
    name, _, label = stream_arn.partition(":table/")[2].partition("/stream/")
    table = moto_dynamodb.dynamodb_backends[ACCOUNT][REGION].tables.get(name)
    return table if table is not None and _is_on(table) and table.latest_stream_label == label else None


def _is_on(table: MotoTable) -> bool:
    return bool(table.stream_specification and table.stream_specification.get("StreamEnabled"))


def _record_of(table: MotoTable, change: Mapping[str, Any]) -> Record:
    told = change["dynamodb"]
    key = json.dumps(told["Keys"][table.hash_key_attr], sort_keys=True)
    arrived = told["ApproximateCreationDateTime"].replace(tzinfo=UTC)
    return Record(int(told["SequenceNumber"]), key, change, arrived)


def _forget_expired(shard: MotoShard) -> None:
    """Drop what is older than a stream keeps; numbers of records stay what they are."""
    oldest = utcnow() - retention()
    gone = 0
    for item in shard.items:
        if item.record["dynamodb"]["ApproximateCreationDateTime"] >= oldest:
            break
        gone += 1
    del shard.items[:gone]
    shard.starting_sequence_number += gone


# Patches


@contextmanager
def mended() -> Iterator[None]:
    """Let moto's streams follow AWS's rules and tell listeners of what happens, until the block ends."""
    with all_patched(PATCHES):
        try:
            yield
        finally:
            listeners.clear()


def _add(moto: Callable[..., Any]) -> Callable[..., Any]:
    """The same as moto, which then calls functions itself, and forgets what they took."""

    def add(self: MotoShard, old: Item | None, new: Item | None) -> None:
        if not _is_on(self.table) or _attributes(old) == _attributes(new) or _is_held(self, old, new):
            return
        name = "INSERT" if old is None else "REMOVE" if new is None else "MODIFY"
        view = self.table.stream_specification["StreamViewType"]  # type: ignore[index]
        number = self.starting_sequence_number + len(self.items)
        record = moto_table.StreamRecord(self.table, view, name, old, new, number)
        record.record["dynamodb"]["SizeBytes"] = _size(self.table, old, new, view)
        self.items.append(record)
        listeners.changed(f"{self.table.table_arn}/stream/{self.table.latest_stream_label}")

    return add


def _get(moto: Callable[..., Any]) -> Callable[..., Any]:
    def get(self: MotoShard, start: int, quantity: int) -> list[dict[str, Any]]:
        _forget_expired(self)
        found: list[dict[str, Any]] = moto(self, max(start, self.starting_sequence_number), quantity)
        return found

    return get


def _update_item(moto: Callable[..., Any]) -> Callable[..., Any]:
    """One record for an update: moto makes two when there was no item before."""

    def update_item(self: Any, table_name: str, *given: Any, **named: Any) -> Item:
        shard = self.get_table(table_name).stream_shard
        with _last_change_only(shard) if shard is not None else nullcontext():
            item: Item = moto(self, table_name, *given, **named)
        return item

    return update_item


@contextmanager
def _last_change_only(shard: MotoShard) -> Iterator[None]:
    """Hold back the changes of the block, and add the last of them."""
    held: list[tuple[Item | None, Item | None]] = []
    setattr(shard, _HELD, held)
    try:
        yield
    finally:
        setattr(shard, _HELD, None)
        for old, new in held[-1:]:
            shard.add(old, new)


def _is_held(shard: MotoShard, old: Item | None, new: Item | None) -> bool:
    held = getattr(shard, _HELD, None)
    if held is None:
        return False
    held.append((old, new))
    return True


def _attributes(item: Item | None) -> Any:
    return None if item is None else item.to_json()["Attributes"]


def _size(table: MotoTable, old: Item | None, new: Item | None, view: str) -> int:
    """The bytes of the keys and of the images that VIEW shows."""
    images = {"NEW_IMAGE": [new], "OLD_IMAGE": [old], "NEW_AND_OLD_IMAGES": [new, old]}.get(view, [])
    item = new if new is not None else old
    assert item is not None
    keys: int = sum(len(name.encode()) + item.attrs[name].size() for name in table.table_key_attrs)
    shown: int = sum(image.size() for image in images if image is not None)
    return keys + shown


_UPDATE = (
    "self",
    "table_name",
    "key",
    "update_expression",
    "expression_attribute_names",
    "expression_attribute_values",
    "attribute_updates",
    "expected",
    "condition_expression",
    "return_values_on_condition_check_failure",
)
PATCHES = (
    Patch(moto_dynamodb.DynamoDBBackend, "update_item", _UPDATE, _update_item),
    Patch(MotoShard, "add", ("self", "old", "new"), _add),
    Patch(MotoShard, "get", ("self", "start", "quantity"), _get),
)
