"""Streams in one line of a lesson or a demo: data streams, tables with a stream, and their mappings."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable
from typing import Any

import boto3

from lambda_study.engine import Function
from lambda_study.engine.function import ACCOUNT, REGION

_MOST_AT_ONCE = 500


def make_stream(name: str, shards: int = 1) -> str:
    """Make a data stream and return its ARN. One that is there goes first, with its records."""
    client = boto3.client("kinesis")
    if name in client.list_streams()["StreamNames"]:
        client.delete_stream(StreamName=name, EnforceConsumerDeletion=True)
    client.create_stream(StreamName=name, ShardCount=shards)
    return f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{name}"


def put_all(stream: str, texts: Iterable[str], key: str = "") -> int:
    """Write a record for each of TEXTS by PutRecords; how many failed.

    The partition key is KEY, or the text up to its first space.
    """
    records = [{"Data": text.encode(), "PartitionKey": key or text.split(" ")[0]} for text in texts]
    client = boto3.client("kinesis")
    groups = [records[first : first + _MOST_AT_ONCE] for first in range(0, len(records), _MOST_AT_ONCE)]
    answers = [client.put_records(StreamName=stream, Records=group) for group in groups]
    return sum(answer["FailedRecordCount"] for answer in answers)


def read_all(stream: str) -> list[str]:
    """Return what the records of a stream say, shard by shard, oldest first."""
    client = boto3.client("kinesis")
    shards = client.list_shards(StreamName=stream)["Shards"]
    return [text for shard in shards for text in _texts(client, stream, shard["ShardId"])]


def make_table_with_stream(name: str, view: str = "NEW_AND_OLD_IMAGES") -> str:
    """Make a table whose key is the name of a photo, and return the ARN of its stream.

    A table that is there goes first, with its items.
    """
    client = boto3.client("dynamodb")
    if name in client.list_tables()["TableNames"]:
        client.delete_table(TableName=name)
    answer = client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "photo", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "photo", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": view},
    )
    arn: str = answer["TableDescription"]["LatestStreamArn"]
    return arn


def read_stream(function: Function, stream_arn: str, **settings: Any) -> str:
    """Let Lambda read a stream for FUNCTION, from its beginning unless told; the UUID of the mapping.

    A mapping of the two that is there goes first, so reading begins anew.
    """
    client, given = boto3.client("lambda"), {"StartingPosition": "TRIM_HORIZON", **settings}
    ends = {"FunctionName": function.name, "EventSourceArn": stream_arn}
    for there in client.list_event_source_mappings(**ends)["EventSourceMappings"]:
        client.delete_event_source_mapping(UUID=there["UUID"])
    answer = client.create_event_source_mapping(**ends, **given)
    uuid: str = answer["UUID"]
    return uuid


def text_of(record: dict[str, Any]) -> str:
    """Return what a record of Kinesis says: in an event its data is base64.

    >>> text_of({"kinesis": {"data": "c3dhbi5qcGc="}})
    'swan.jpg'
    """
    return b64decode(record["kinesis"]["data"]).decode()


def _texts(client: Any, stream: str, shard_id: str) -> list[str]:
    iterator = client.get_shard_iterator(
        StreamName=stream, ShardId=shard_id, ShardIteratorType="TRIM_HORIZON"
    )
    records = client.get_records(ShardIterator=iterator["ShardIterator"])["Records"]
    return [record["Data"].decode() for record in records]
