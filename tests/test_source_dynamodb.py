"""How Lambda reads the stream of a table: records of changes, in order, for each function."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import clouds
import pytest
from botocore.exceptions import ClientError
from queues import Queue
from streams import Reader, Table, connect, session

cloud, real_cloud = clouds.cloud, clouds.real_cloud
# https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html (read 2026-11-23)
SAMPLES = [
    {
        "Keys": {"Id": {"N": "101"}},
        "NewImage": {"Message": {"S": "New item!"}, "Id": {"N": "101"}},
        "SizeBytes": 26,
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    },
    {
        "Keys": {"Id": {"N": "101"}},
        "NewImage": {"Message": {"S": "This item has changed"}, "Id": {"N": "101"}},
        "OldImage": {"Message": {"S": "New item!"}, "Id": {"N": "101"}},
        "SizeBytes": 59,
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    },
    {
        "Keys": {"Id": {"N": "101"}},
        "OldImage": {"Message": {"S": "This item has changed"}, "Id": {"N": "101"}},
        "SizeBytes": 38,
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    },
]


def changes_of(reader):
    return [record["dynamodb"] for event in reader.events for record in event["Records"]]


def write_the_samples(table):
    table.put(101, Message="New item!")
    table.put(101, Message="This item has changed")
    table.delete(101)


def test_records_are_those_of_the_samples_of_aws(cloud, tmp_path):
    reader, table = Reader(cloud, tmp_path), Table()
    connect(reader, table)
    write_the_samples(table)
    cloud.settle()
    (records,) = (event["Records"] for event in reader.events)
    assert [record["eventName"] for record in records] == ["INSERT", "MODIFY", "REMOVE"]
    assert {(record["eventSource"], record["awsRegion"]) for record in records} == {
        ("aws:dynamodb", "us-east-1")
    }
    assert {record["eventSourceARN"] for record in records} == {table.arn}
    for change, sample in zip(changes_of(reader), SAMPLES, strict=True):
        assert change.pop("SequenceNumber").isdecimal()
        assert change.pop("ApproximateCreationDateTime") == int(cloud.clock.now().timestamp())
        assert change == sample


@pytest.mark.parametrize(
    ("view", "images"),
    [
        ("KEYS_ONLY", [[], [], []]),
        ("NEW_IMAGE", [["NewImage"], ["NewImage"], []]),
        ("OLD_IMAGE", [[], ["OldImage"], ["OldImage"]]),
    ],
)
def test_the_view_of_the_stream_decides_on_the_images(cloud, tmp_path, view, images):
    reader, table = Reader(cloud, tmp_path), Table(view=view)
    connect(reader, table)
    write_the_samples(table)
    cloud.settle()
    assert [[name for name in change if name.endswith("Image")] for change in changes_of(reader)] == images


def test_a_write_that_changes_nothing_makes_no_record(cloud, tmp_path):
    reader, table = Reader(cloud, tmp_path), Table()
    connect(reader, table)
    table.put(1, name="a")
    table.put(1, name="a")
    table.delete(2)
    cloud.settle()
    assert reader.texts == ["INSERT 1"]


def test_an_update_of_an_item_that_is_not_there_makes_one_record(cloud, tmp_path):
    reader, table = Reader(cloud, tmp_path), Table()
    connect(reader, table)
    update = {
        "UpdateExpression": "ADD likes :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }
    for _ in range(2):
        table.client.update_item(TableName="photos", Key={"Id": {"N": "1"}}, **update)
    cloud.settle()
    assert reader.texts == ["INSERT 1", "MODIFY 1"]
    assert [change["NewImage"]["likes"] for change in changes_of(reader)] == [{"N": "1"}, {"N": "2"}]


def test_a_transaction_that_is_cancelled_makes_no_record(cloud, tmp_path):
    reader, table = Reader(cloud, tmp_path), Table()
    connect(reader, table)
    put = {"Put": {"TableName": "photos", "Item": {"Id": {"N": "1"}}}}
    check = {
        "ConditionCheck": {
            "TableName": "photos",
            "Key": {"Id": {"N": "2"}},
            "ConditionExpression": "attribute_exists(Id)",
        }
    }
    with pytest.raises(ClientError, match="TransactionCanceled"):
        table.client.transact_write_items(TransactItems=[put, check])
    cloud.settle()
    assert reader.texts == []


def test_two_functions_on_one_stream_get_every_record_and_boto3_does_too(cloud, tmp_path):
    table = Table()
    readers = [Reader(cloud, tmp_path, name) for name in ("one", "two")]
    for reader in readers:
        connect(reader, table)
    for number in range(3):
        table.put(number)
        cloud.clock.advance(1)
    assert [reader.texts for reader in readers] == [["INSERT 0", "INSERT 1", "INSERT 2"]] * 2
    assert len(read_by_boto3(table)) == 3


def read_by_boto3(table, position="TRIM_HORIZON"):
    client = session().client("dynamodbstreams")
    (shard,) = client.describe_stream(StreamArn=table.arn)["StreamDescription"]["Shards"]
    iterator = client.get_shard_iterator(
        StreamArn=table.arn, ShardId=shard["ShardId"], ShardIteratorType=position
    )
    return client.get_records(ShardIterator=iterator["ShardIterator"])["Records"]


def test_records_are_kept_for_a_day(cloud, tmp_path):
    table = Table()
    table.put(1)
    cloud.clock.advance(hours=24, seconds=1)
    table.put(2)
    assert [record["dynamodb"]["Keys"]["Id"]["N"] for record in read_by_boto3(table)] == ["2"]
    reader = Reader(cloud, tmp_path)
    connect(reader, table)
    cloud.settle()
    assert reader.texts == ["INSERT 2"]


def test_a_reader_goes_on_after_records_that_have_expired(cloud, tmp_path):
    reader, table = Reader(cloud, tmp_path), Table()
    connect(reader, table)
    for number in (1, 2):
        table.put(number)
        cloud.clock.advance(hours=25)
    assert reader.texts == ["INSERT 1", "INSERT 2"]


def test_the_latest_position_leaves_out_what_was_before(cloud, tmp_path):
    reader, table = Reader(cloud, tmp_path), Table()
    table.put(1)
    connect(reader, table, "LATEST")
    table.put(2)
    cloud.settle()
    assert reader.texts == ["INSERT 2"]


def test_a_filter_sees_the_whole_record(cloud, tmp_path):
    reader, table = Reader(cloud, tmp_path), Table()
    pattern = {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"size": {"S": ["A3"]}}}}
    connect(reader, table, FilterCriteria={"Filters": [{"Pattern": json.dumps(pattern)}]})
    table.put(1, size="A3")
    table.put(2, size="A4")
    table.put(2, size="A3")
    cloud.settle()
    assert reader.texts == ["INSERT 1"]


def test_a_failed_batch_is_split_and_its_record_goes_to_the_destination(cloud, tmp_path):
    reader, table, dead = Reader(cloud, tmp_path, environment={"BAD": "INSERT"}), Table(), Queue("dead")
    failed = {"OnFailure": {"Destination": dead.arn}}
    connect(reader, table, BisectBatchOnFunctionError=True, MaximumRetryAttempts=0, DestinationConfig=failed)
    table.put(1)
    table.put(2)
    cloud.settle()
    told = [json.loads(body)["DDBStreamBatchInfo"] for body in dead.bodies()]
    assert [each["batchSize"] for each in told] == [1, 1]
    assert {each["streamArn"] for each in told} == {table.arn}


def test_a_stream_that_is_turned_off_takes_no_record_and_is_told_of(cloud, tmp_path):
    reader, table = Reader(cloud, tmp_path), Table()
    connect(reader, table)
    table.client.update_table(TableName="photos", StreamSpecification={"StreamEnabled": False})
    table.put(1)
    cloud.clock.advance(minutes=2)
    assert reader.texts == []
    with pytest.raises(ClientError, match="Stream not found"):
        connect(Reader(cloud, tmp_path, "other"), table)


def test_eight_clients_at_once_lose_no_change_and_each_item_keeps_its_order(real_cloud, tmp_path):
    reader, table = Reader(real_cloud, tmp_path), Table()
    connect(reader, table, BatchSize=50)

    def write(writer):
        for number in range(10):
            table.put(writer, version=str(number))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    clouds.wait_for(lambda: len(reader.texts) >= 80)
    for writer in range(8):
        images = [each["NewImage"] for each in changes_of(reader) if each["Keys"]["Id"]["N"] == str(writer)]
        assert [image["version"]["S"] for image in images] == [str(number) for number in range(10)]
