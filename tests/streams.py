"""Streams, tables and functions that read them, for tests, as a learner makes them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import boto3

from lambda_study.cloud import Cloud

HANDLERS = Path(__file__).parent / "handlers"


@cache
def session() -> boto3.Session:
    """One session for all tests: it keeps the service models that it has read."""
    return boto3.Session()


class DataStream:
    """A data stream as a learner uses it, by boto3."""

    def __init__(self, name: str = "clicks", shards: int = 1) -> None:
        self.name = name
        self.client = session().client("kinesis")
        self.client.create_stream(StreamName=name, ShardCount=shards)
        self.arn = self.client.describe_stream(StreamName=name)["StreamDescription"]["StreamARN"]

    def put(self, *texts: str, key: str = "") -> None:
        """Write each of TEXTS; its partition key is KEY or what stands before a "-"."""
        for text in texts:
            self.client.put_record(
                StreamName=self.name, Data=text.encode(), PartitionKey=key or text.partition("-")[0]
            )

    def put_all(self, texts: list[str], key: str = "k") -> dict[str, Any]:
        records = [{"Data": text.encode(), "PartitionKey": key} for text in texts]
        return self.client.put_records(StreamName=self.name, Records=records)

    def read(self, shard: int = 0) -> list[dict[str, Any]]:
        """All records of one shard, read by boto3."""
        shards = self.client.describe_stream(StreamName=self.name)["StreamDescription"]["Shards"]
        where = {"StreamName": self.name, "ShardId": shards[shard]["ShardId"]}
        iterator = self.client.get_shard_iterator(**where, ShardIteratorType="TRIM_HORIZON")
        return self.client.get_records(ShardIterator=iterator["ShardIterator"])["Records"]


class Table:
    """A table with a stream, as a learner uses it, by boto3."""

    def __init__(self, name: str = "photos", view: str = "NEW_AND_OLD_IMAGES") -> None:
        self.name = name
        self.client = session().client("dynamodb")
        answer = self.client.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "Id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "Id", "AttributeType": "N"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": view},
        )
        self.arn = answer["TableDescription"]["LatestStreamArn"]

    def put(self, number: int, **attributes: str) -> None:
        item = {name: {"S": value} for name, value in attributes.items()}
        self.client.put_item(TableName=self.name, Item={"Id": {"N": str(number)}, **item})

    def delete(self, number: int) -> None:
        self.client.delete_item(TableName=self.name, Key={"Id": {"N": str(number)}})


class Reader:
    """A function that notes the batches it gets in a file, and fails for records that say so."""

    def __init__(self, cloud: Cloud, folder: Path, name: str = "reader", **settings: Any) -> None:
        self._seen = folder / f"{name}.txt"
        environment = {"SEEN": str(self._seen), **settings.pop("environment", {})}
        handler = f"{HANDLERS / 'reads_stream.py'}:handler"
        self.function = cloud.deploy(handler, name=name, environment=environment, **settings)

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events, in the order in which they came."""
        text = self._seen.read_text(encoding="utf-8") if self._seen.exists() else ""
        return [json.loads(line)["event"] for line in text.splitlines()]

    @property
    def batches(self) -> list[list[str]]:
        """What the records of each event say."""
        text = self._seen.read_text(encoding="utf-8") if self._seen.exists() else ""
        return [json.loads(line)["texts"] for line in text.splitlines()]

    @property
    def texts(self) -> list[str]:
        return [text for batch in self.batches for text in batch]


def connect(reader: Reader, source: Any, position: str = "TRIM_HORIZON", **settings: Any) -> str:
    """Map SOURCE to the function of READER; the UUID of the mapping."""
    client = session().client("lambda")
    answer = client.create_event_source_mapping(
        FunctionName=reader.function.name, EventSourceArn=source.arn, StartingPosition=position, **settings
    )
    return answer["UUID"]
