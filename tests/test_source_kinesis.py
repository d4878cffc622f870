"""How Lambda reads a data stream: shards in order, batches, failures; all on the clock."""

from __future__ import annotations

import itertools
import json
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import boto3
import clouds
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from queues import Queue, Role
from streams import DataStream, Reader, connect, session

from lambda_study.cloud import shard_reader

cloud, real_cloud, strict_cloud = clouds.cloud, clouds.real_cloud, clouds.strict_cloud
REPORTING = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}
# https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html (read 2026-11-23)
SAMPLE = {
    "kinesis": {
        "kinesisSchemaVersion": "1.0",
        "partitionKey": "1",
        "sequenceNumber": "49590338271490256608559692538361571095921575989136588898",
        "data": "SGVsbG8sIHRoaXMgaXMgYSB0ZXN0Lg==",
        "approximateArrivalTimestamp": 1545084650.987,
    },
    "eventSource": "aws:kinesis",
    "eventVersion": "1.0",
    "eventID": "shardId-000000000006:49590338271490256608559692538361571095921575989136588898",
    "eventName": "aws:kinesis:record",
    "invokeIdentityArn": "arn:aws:iam::123456789012:role/lambda-role",
    "awsRegion": "us-east-2",
    "eventSourceARN": "arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream",
}


def form(value):
    """The names and types in VALUE, in their order."""
    return [(name, form(each)) for name, each in value.items()] if isinstance(value, dict) else type(value)


def numbered(count, key="a"):
    return [f"{key}-{number}" for number in range(count)]


def test_a_record_has_the_form_of_the_sample_of_aws(cloud, tmp_path):
    reader, stream = Reader(cloud, tmp_path), DataStream()
    connect(reader, stream)
    stream.put("Hello, this is a test.", key="1")
    cloud.settle()
    (record,) = reader.events[0]["Records"]
    assert form(record) == form(SAMPLE)
    assert record["kinesis"]["data"] == SAMPLE["kinesis"]["data"]
    assert len(record["kinesis"]["sequenceNumber"]) == 56
    assert record["eventID"] == "shardId-000000000000:" + record["kinesis"]["sequenceNumber"]


def test_a_batch_holds_what_its_size_allows_in_the_order_of_writing(cloud, tmp_path):
    reader, stream = Reader(cloud, tmp_path), DataStream()
    stream.put(*numbered(5))
    connect(reader, stream, BatchSize=2)
    cloud.settle()
    assert reader.batches == [["a-0", "a-1"], ["a-2", "a-3"], ["a-4"]]


def test_a_shard_is_read_once_a_second(cloud, tmp_path):
    reader, stream = Reader(cloud, tmp_path), DataStream()
    connect(reader, stream)
    stream.put("a-0")
    cloud.settle()
    stream.put("a-1", "a-2")
    cloud.clock.advance(0.9)
    assert reader.batches == [["a-0"]]
    cloud.clock.advance(0.1)
    assert reader.batches == [["a-0"], ["a-1", "a-2"]]


def test_a_window_gathers_from_its_first_record_on_and_ends_when_a_batch_is_full(cloud, tmp_path):
    reader, stream = Reader(cloud, tmp_path), DataStream()
    connect(reader, stream, BatchSize=3, MaximumBatchingWindowInSeconds=30)
    stream.put("a-0")
    cloud.clock.advance(20)
    stream.put("a-1")
    cloud.clock.advance(9)
    assert reader.batches == []
    cloud.clock.advance(1)
    stream.put("b-0", "b-1", "b-2")
    cloud.settle()
    assert reader.batches == [["a-0", "a-1"], ["b-0", "b-1", "b-2"]]


def test_six_megabytes_are_a_full_batch(cloud, tmp_path):
    reader, stream = Reader(cloud, tmp_path), DataStream()
    connect(reader, stream, MaximumBatchingWindowInSeconds=300)
    for _ in range(6):
        stream.put("x" * 1_000_000, key="x")
        cloud.clock.advance(1)
    assert [len(batch) for batch in reader.batches] == [4]


@pytest.mark.parametrize(("position", "seen"), [("TRIM_HORIZON", [["a-0", "a-1"]]), ("LATEST", [["a-1"]])])
def test_a_mapping_starts_where_it_is_told(cloud, tmp_path, position, seen):
    reader, stream = Reader(cloud, tmp_path), DataStream()
    stream.put("a-0")
    connect(reader, stream, position)
    stream.put("a-1")
    cloud.settle()
    assert reader.batches == seen


def test_a_mapping_can_start_at_a_time(cloud, tmp_path):
    reader, stream = Reader(cloud, tmp_path), DataStream()
    for text in ("a-0", "a-1", "a-2"):
        stream.put(text)
        cloud.clock.advance(hours=1)
    when = cloud.clock.now() - timedelta(hours=2)
    connect(reader, stream, "AT_TIMESTAMP", StartingPositionTimestamp=when)
    cloud.settle()
    assert reader.texts == ["a-1", "a-2"]


def test_each_of_two_functions_gets_every_record(cloud, tmp_path):
    stream = DataStream()
    readers = [Reader(cloud, tmp_path, name) for name in ("one", "two")]
    for reader in readers:
        connect(reader, stream)
    stream.put(*numbered(3))
    cloud.settle()
    assert [reader.texts for reader in readers] == [numbered(3)] * 2


def test_a_poison_record_blocks_its_shard_until_it_expires_and_no_other_shard(cloud, tmp_path):
    reader, stream = Reader(cloud, tmp_path), DataStream(shards=2)
    connect(reader, stream, BatchSize=1)
    stream.put("a-bad", "a-1")
    stream.put("b-0", "b-1")
    cloud.clock.advance(hours=23)
    assert "a-1" not in reader.texts
    assert [text for text in reader.texts if text != "a-bad"] == ["b-0", "b-1"]
    cloud.clock.advance(hours=1, minutes=1)
    assert reader.texts[-1] == "a-bad" and reader.texts.count("a-bad") > 1000
    assert [event.error for event in cloud.trace.of("failure")] == ["RecordAgeExceeded"] * 2


def test_after_the_retries_the_batch_is_given_up_and_the_shard_goes_on(cloud, tmp_path):
    reader, stream, dead = Reader(cloud, tmp_path), DataStream(), Queue("dead")
    connect(
        reader,
        stream,
        BatchSize=2,
        MaximumRetryAttempts=2,
        DestinationConfig={"OnFailure": {"Destination": dead.arn}},
    )
    stream.put("a-0", "a-bad", "a-2")
    cloud.clock.advance(minutes=1)
    assert reader.batches == [["a-0", "a-bad"]] * 3 + [["a-2"]]
    (told,) = map(json.loads, dead.bodies())
    first, second = (each["kinesis"]["sequenceNumber"] for each in reader.events[0]["Records"])
    assert told["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert told["requestContext"]["approximateInvokeCount"] == 3
    assert told["requestContext"]["requestId"] == cloud.invocations("reader")[2].report.request_id
    assert told["responseContext"] == {
        "statusCode": 200,
        "executedVersion": "$LATEST",
        "functionError": "Unhandled",
    }
    assert told["version"] == "1.0" and told["timestamp"] == "2026-11-23T00:00:03.000Z"
    assert told["KinesisBatchInfo"] == {
        "shardId": "shardId-000000000000",
        "startSequenceNumber": first,
        "endSequenceNumber": second,
        "approximateArrivalOfFirstRecord": "2026-11-23T00:00:00.000Z",
        "approximateArrivalOfLastRecord": "2026-11-23T00:00:00.000Z",
        "batchSize": 2,
        "streamArn": stream.arn,
    }


def test_a_bucket_gets_the_records_themselves_too(cloud, tmp_path):
    reader, stream, s3 = Reader(cloud, tmp_path), DataStream(), boto3.client("s3")
    s3.create_bucket(Bucket="failed")
    failed = {"OnFailure": {"Destination": "arn:aws:s3:::failed"}}
    uuid = connect(reader, stream, MaximumRetryAttempts=0, DestinationConfig=failed)
    stream.put("a-bad")
    cloud.settle()
    (found,) = s3.list_objects_v2(Bucket="failed")["Contents"]
    folder = f"aws/lambda/{uuid}/shardId-000000000000/2026/11/23/2026-11-23T00.00.00-"
    assert found["Key"].startswith(folder)
    told = json.loads(s3.get_object(Bucket="failed", Key=found["Key"])["Body"].read())
    assert b64decode(told["payload"]["Records"][0]["kinesis"]["data"]) == b"a-bad"


def test_a_destination_that_is_not_there_is_told_of(cloud, tmp_path):
    reader, stream = Reader(cloud, tmp_path), DataStream()
    gone = {"OnFailure": {"Destination": "arn:aws:sqs:us-east-1:123456789012:gone"}}
    connect(reader, stream, MaximumRetryAttempts=0, DestinationConfig=gone)
    stream.put("a-bad")
    cloud.settle()
    assert "does not exist" in cloud.trace.of("failure")[-1].error


def test_bisection_finds_the_poison_record_and_uses_up_no_retry(cloud, tmp_path):
    reader, stream = Reader(cloud, tmp_path), DataStream()
    connect(reader, stream, BisectBatchOnFunctionError=True, MaximumRetryAttempts=1)
    stream.put("a-0", "a-1", "a-bad", "a-3", "a-4")
    cloud.clock.advance(1)
    assert reader.batches == [
        ["a-0", "a-1", "a-bad", "a-3", "a-4"],
        ["a-0", "a-1", "a-bad"],
        ["a-0", "a-1"],
        ["a-bad"],
        ["a-bad"],
        ["a-3", "a-4"],
    ]


def test_a_function_that_reports_is_asked_again_from_the_lowest_number_on(cloud, tmp_path):
    reader, stream = Reader(cloud, tmp_path, environment={"REPORTS": "1"}), DataStream()
    connect(reader, stream, MaximumRetryAttempts=1, **REPORTING)
    stream.put("a-0", "a-bad1", "a-2", "a-bad3", "a-4")
    cloud.clock.advance(10)
    assert reader.batches == [["a-0", "a-bad1", "a-2", "a-bad3", "a-4"], ["a-bad1", "a-2", "a-bad3", "a-4"]]
    assert cloud.trace.of("failure")[0].detail == "4 given up"


def test_with_reports_and_bisection_only_the_poison_is_given_up(cloud, tmp_path):
    reader, stream = Reader(cloud, tmp_path, environment={"REPORTS": "1"}), DataStream()
    connect(reader, stream, MaximumRetryAttempts=0, BisectBatchOnFunctionError=True, **REPORTING)
    stream.put("a-0", "a-bad", "a-2", "a-3")
    cloud.clock.advance(10)
    assert [event.detail for event in cloud.trace.of("failure")] == ["1 given up"]
    assert reader.texts[-2:] == ["a-2", "a-3"]


def test_records_that_are_too_old_are_passed_over(cloud, tmp_path):
    reader, stream, dead = Reader(cloud, tmp_path), DataStream(), Queue("dead")
    stream.put("a-0")
    cloud.clock.advance(90)
    stream.put("a-1")
    failed = {"OnFailure": {"Destination": dead.arn}}
    connect(reader, stream, MaximumRecordAgeInSeconds=60, DestinationConfig=failed)
    cloud.settle()
    assert reader.batches == [["a-1"]]
    (told,) = map(json.loads, dead.bodies())
    assert told["requestContext"]["condition"] == "RecordAgeExceeded"
    assert told["requestContext"]["approximateInvokeCount"] == 0
    assert "responseContext" not in told


def test_a_throttle_uses_up_no_retry(cloud, tmp_path):
    reader, stream = Reader(cloud, tmp_path, reserved_concurrency=0), DataStream()
    connect(reader, stream, MaximumRetryAttempts=0)
    stream.put("a-0")
    cloud.clock.advance(minutes=10)
    session().client("lambda").delete_function_concurrency(FunctionName="reader")
    cloud.clock.advance(minutes=1)
    assert reader.batches == [["a-0"]]


def test_pauses_after_failures_grow_to_a_minute(cloud, tmp_path):
    reader, stream = Reader(cloud, tmp_path), DataStream()
    connect(reader, stream, MaximumRetryAttempts=8)
    stream.put("a-bad")
    cloud.clock.advance(minutes=5)
    waits = [event.detail.rpartition("in ")[2] for event in cloud.trace.of("retry")]
    assert waits == ["1 s", "2 s", "4 s", "8 s", "16 s", "32 s", "60 s", "60 s"]


def test_a_batch_that_was_given_up_leaves_no_longer_pause_to_the_next(cloud, tmp_path):
    reader, stream = Reader(cloud, tmp_path), DataStream()
    connect(reader, stream, BatchSize=1, MaximumRetryAttempts=2)
    stream.put("a-bad1", "a-bad2")
    cloud.clock.advance(10)
    waits = [event.detail.rpartition("in ")[2] for event in cloud.trace.of("retry")]
    assert waits == ["1 s", "2 s"] * 2


def test_a_batch_that_succeeds_leaves_no_longer_pause_to_the_next(cloud, tmp_path):
    reader, stream, client = Reader(cloud, tmp_path), DataStream(), session().client("lambda")
    connect(reader, stream)
    for text in ("a-0", "a-1"):
        client.put_function_concurrency(FunctionName="reader", ReservedConcurrentExecutions=0)
        stream.put(text)
        cloud.clock.advance(1)
        client.delete_function_concurrency(FunctionName="reader")
        cloud.clock.advance(10)
    assert reader.batches == [["a-0"], ["a-1"]]
    waits = [event.detail.rpartition("in ")[2] for event in cloud.trace.of("retry")]
    assert waits == ["1 s", "2 s"] * 2


def test_a_changed_factor_holds_at_once_beside_a_lane_that_is_blocked(cloud, tmp_path):
    reader, stream = Reader(cloud, tmp_path), DataStream()
    uuid = connect(reader, stream)
    stream.put("k0-bad", "k1-0")
    cloud.clock.advance(30)
    assert ["k1-0"] not in reader.batches
    session().client("lambda").update_event_source_mapping(UUID=uuid, ParallelizationFactor=10)
    cloud.clock.advance(60)
    assert ["k1-0"] in reader.batches and reader.batches[-1] == ["k0-bad"]


def test_filters_look_into_the_data_and_drop_what_is_no_json(cloud, tmp_path):
    reader, stream = Reader(cloud, tmp_path), DataStream()
    pattern = json.dumps({"data": {"size": ["A3"]}})
    connect(reader, stream, FilterCriteria={"Filters": [{"Pattern": pattern}]})
    stream.put('{"size": "A3"}', '{"size": "A4"}', "A3")
    cloud.settle()
    assert reader.batches == [['{"size": "A3"}']]
    assert [event.detail for event in cloud.trace.of("delivery")] == ["2 records filtered out"]


def test_a_factor_runs_partition_keys_of_a_shard_at_the_same_time_each_in_order(cloud, tmp_path):
    reader, stream = Reader(cloud, tmp_path), DataStream()
    connect(reader, stream, BatchSize=2, ParallelizationFactor=10)
    keys = [f"k{number}" for number in range(8)]
    stream.put("k0-bad", *(f"{key}-{number}" for number in range(3) for key in keys))
    cloud.clock.advance(30)
    blocked = ("k0", "k5")  # the hash of both leads to one lane
    for key in set(keys) - set(blocked):
        own = [text for text in reader.texts if text.startswith(key)]
        assert own == [f"{key}-{number}" for number in range(3)]
    assert {text for text in reader.texts if text.startswith(blocked)} == {"k0-bad", "k0-0"}


def test_a_mapping_that_rests_goes_on_where_it_was(cloud, tmp_path):
    reader, stream, client = Reader(cloud, tmp_path), DataStream(), session().client("lambda")
    uuid = connect(reader, stream)
    stream.put("a-0")
    cloud.clock.advance(1)
    client.update_event_source_mapping(UUID=uuid, Enabled=False)
    stream.put("a-1")
    cloud.clock.advance(60)
    assert reader.texts == ["a-0"]
    client.update_event_source_mapping(UUID=uuid, Enabled=True)
    cloud.clock.advance(1)
    assert reader.texts == ["a-0", "a-1"]


def test_a_mapping_tells_how_it_went(cloud, tmp_path):
    reader, stream, client = Reader(cloud, tmp_path), DataStream(), session().client("lambda")
    uuid = connect(reader, stream)
    told = [client.get_event_source_mapping(UUID=uuid)["LastProcessingResult"]]
    for text in ("a-0", "a-bad"):
        stream.put(text)
        cloud.clock.advance(1)
        told.append(client.get_event_source_mapping(UUID=uuid)["LastProcessingResult"])
    assert told == ["No records processed", "OK", "PROBLEM: Function call failed"]


def test_the_children_of_a_split_shard_are_read_after_it(cloud, tmp_path):
    reader, stream = Reader(cloud, tmp_path), DataStream()
    connect(reader, stream, BatchSize=1, MaximumRetryAttempts=1)
    stream.put("a-bad", "b-0")
    stream.client.split_shard(
        StreamName="clicks", ShardToSplit="shardId-000000000000", NewStartingHashKey=str(2**127)
    )
    stream.put("a-1", "b-1")
    cloud.clock.advance(10)
    assert reader.texts[:3] == ["a-bad", "a-bad", "b-0"]
    assert sorted(reader.texts[3:]) == ["a-1", "b-1"]


def test_merged_shards_keep_their_records_and_come_first(cloud, tmp_path):
    reader, stream = Reader(cloud, tmp_path), DataStream(shards=2)
    stream.put("a-0", "b-0")
    stream.client.merge_shards(
        StreamName="clicks", ShardToMerge="shardId-000000000000", AdjacentShardToMerge="shardId-000000000001"
    )
    stream.put("a-1", "b-1")
    connect(reader, stream)
    cloud.clock.advance(5)
    assert sorted(reader.texts[:2]) == ["a-0", "b-0"] and reader.texts[2:] == ["a-1", "b-1"]


def test_a_stream_that_is_deleted_is_told_of_once(cloud, tmp_path):
    reader, stream = Reader(cloud, tmp_path), DataStream()
    connect(reader, stream)
    stream.client.delete_stream(StreamName="clicks")
    cloud.clock.advance(minutes=10)
    (event,) = cloud.trace.of("failure")
    assert event.error == ("ResourceNotFoundException: Stream clicks under account 123456789012 not found.")


def test_a_role_that_may_not_read_any_more_is_told_of(strict_cloud, tmp_path):
    role = Role("reads")
    role.allow("kinesis:*")
    reader, stream = Reader(strict_cloud, tmp_path), DataStream()
    session().client("lambda").update_function_configuration(FunctionName="reader", Role=role.arn)
    connect(reader, stream)
    role.allow("s3:*")
    stream.put("a-0")
    strict_cloud.settle()
    assert reader.batches == []
    assert "Please ensure the role can perform the GetRecords" in strict_cloud.trace.of("failure")[0].error
    role.allow("kinesis:*")
    strict_cloud.clock.advance(minutes=1)
    assert reader.batches == [["a-0"]]


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"EventSourceArn": "arn:aws:kinesis:us-east-1:123456789012:stream/gone"}, "Stream not found: arn"),
        ({"StartingPosition": "AT_TIMESTAMP"}, "needs a StartingPositionTimestamp"),
        ({"TumblingWindowInSeconds": 30}, "A tumbling window of an event source mapping is not modelled"),
    ],
)
def test_what_cannot_be_read_is_refused(cloud, tmp_path, settings, text):
    reader, stream = Reader(cloud, tmp_path), DataStream()
    given = {"FunctionName": "reader", "EventSourceArn": stream.arn, "StartingPosition": "LATEST", **settings}
    with pytest.raises(ClientError, match=text):
        session().client("lambda").create_event_source_mapping(**given)
    assert reader.batches == []


def test_of_put_records_what_a_shard_does_not_take_fails_and_the_rest_is_written(cloud):
    stream = DataStream()
    stream.put_all(numbered(500))
    stream.put_all(numbered(450))
    answer = stream.put_all(numbered(100))
    failed = [record for record in answer["Records"] if "ErrorCode" in record]
    assert answer["FailedRecordCount"] == len(failed) == 50
    assert failed[0]["ErrorCode"] == "ProvisionedThroughputExceededException"
    assert failed[0]["ErrorMessage"] == (
        "Rate exceeded for shard shardId-000000000000 in stream clicks under account 123456789012."
    )
    assert len(stream.read()) == 1000
    cloud.clock.advance(1)
    assert stream.put_all(numbered(50))["FailedRecordCount"] == 0


def test_put_records_takes_ten_mebibytes_in_one_request(cloud):
    stream = DataStream()
    assert stream.put_all(["x" * 1_000_000] * 10)["FailedRecordCount"] == 9
    with pytest.raises(ClientError, match="Records size exceeds 10 MB limit"):
        stream.put_all(["x" * 1_000_000] * 11)
    with pytest.raises(ClientError, match=r"at 'records\.2\.member\.data'"):
        stream.put_all(["x", "x" * 1_048_577])
    with pytest.raises(ClientError, match="less than or equal to 500"):
        stream.put_all(["x"] * 501)


def test_a_shard_takes_one_mebibyte_a_second(cloud):
    stream = DataStream()
    client = session().client("kinesis", config=Config(retries={"total_max_attempts": 1}))
    client.put_record(StreamName="clicks", Data=b"x" * 1_000_000, PartitionKey="k")
    with pytest.raises(ClientError, match="ProvisionedThroughputExceededException"):
        client.put_record(StreamName="clicks", Data=b"x" * 100_000, PartitionKey="k")
    with pytest.raises(ClientError, match="less than or equal to 1048576"):
        client.put_record(StreamName="clicks", Data=b"x" * 1_048_577, PartitionKey="k")
    assert len(stream.read()) == 1


def test_records_are_kept_for_a_day_unless_told(cloud):
    stream = DataStream()
    stream.put("a-0")
    cloud.clock.advance(hours=24)
    stream.put("a-1")
    assert [record["Data"] for record in stream.read()] == [b"a-0", b"a-1"]
    cloud.clock.advance(seconds=1)
    assert [record["Data"] for record in stream.read()] == [b"a-1"]
    stream.client.increase_stream_retention_period(StreamName="clicks", RetentionPeriodHours=48)
    cloud.clock.advance(hours=47)
    assert [record["Data"] for record in stream.read()] == [b"a-1"]


def test_eight_clients_at_once_get_rising_numbers_and_lose_nothing(real_cloud, tmp_path):
    reader, stream = Reader(real_cloud, tmp_path), DataStream(shards=2)
    connect(reader, stream, BatchSize=20)

    def write(writer):
        for number in range(10):
            stream.put(f"w{writer}-{number}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    clouds.wait_for(lambda: len(reader.texts) >= 80)
    numbers = [[int(each["SequenceNumber"]) for each in stream.read(shard)] for shard in (0, 1)]
    assert all(one < two for shard in numbers for one, two in itertools.pairwise(shard))
    assert len(set(itertools.chain(*numbers))) == 80
    for writer in range(8):
        own = [text for text in reader.texts if text.startswith(f"w{writer}-")]
        assert own == [f"w{writer}-{number}" for number in range(10)]


def test_a_batch_that_no_function_can_take_is_given_up_by_its_age(cloud, tmp_path, monkeypatch):
    monkeypatch.setattr(shard_reader, "MOST_BYTES", 60_000_000)
    reader, stream = Reader(cloud, tmp_path), DataStream()
    connect(reader, stream, MaximumRecordAgeInSeconds=60, MaximumBatchingWindowInSeconds=10)
    for _ in range(6):
        stream.put("x" * 900_000, key="a")
        cloud.clock.advance(1)
    cloud.clock.advance(200)
    stream.put("a-1")
    cloud.clock.advance(20)
    assert reader.texts == ["a-1"]
