"""Logs of functions in CloudWatch Logs, and subscriptions that send them on."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import boto3
import clouds
import pytest
from botocore.exceptions import ClientError

from lambda_study.cloud.seam import logs as seam

cloud, real_cloud, strict_cloud = clouds.cloud, clouds.real_cloud, clouds.strict_cloud
FILE = Path(__file__).parent / "handlers" / "logs.py"
LANDER = FILE.parents[2] / "lambda_study" / "demos" / "handlers" / "lands_logs.py"
GROUP = "/aws/lambda/talker"
ARN = f"arn:aws:logs:us-east-1:123456789012:log-group:{GROUP}:*"


def talker(cloud):
    return cloud.deploy(f"{FILE}:talk", name="talker", timeout_s=60)


def subscribe(function, pattern="", group=GROUP, name="all"):
    boto3.client("logs").put_subscription_filter(
        logGroupName=group,
        filterName=name,
        filterPattern=pattern,
        destinationArn=function.configuration.arn,
    )


def messages(**settings):
    events = boto3.client("logs").filter_log_events(logGroupName=GROUP, **settings)["events"]
    return [event["message"] for event in events]


def test_a_function_has_a_log_group_as_soon_as_it_has_run(cloud):
    function, logs = talker(cloud), boto3.client("logs")
    assert logs.describe_log_groups()["logGroups"] == []
    function.invoke()
    assert [each["logGroupName"] for each in logs.describe_log_groups()["logGroups"]] == [GROUP]


def test_its_environments_write_a_stream_each_whose_name_they_know(cloud):
    function, logs = talker(cloud), boto3.client("logs")
    names = {each.payload for each in function.invoke_all([{}, {}, {}])}
    function.invoke()
    streams = logs.describe_log_streams(logGroupName=GROUP)["logStreams"]
    assert {each["logStreamName"] for each in streams} == names
    assert len(names) == 3
    assert all(name.startswith("2026/11/23/[$LATEST]") for name in names)


def test_a_stream_has_the_log_events_of_its_invocations_in_order(cloud):
    function, logs = talker(cloud), boto3.client("logs")
    first = function.invoke({"lines": ["one", "two"]})
    cloud.clock.advance(minutes=1)
    second = function.invoke({"fail": True})
    read = logs.get_log_events(logGroupName=GROUP, logStreamName=first.payload, startFromHead=True)["events"]
    assert [each["message"] for each in read] == [*first.logs, *second.logs]
    assert {each["timestamp"] for each in read} == {1795392000000, 1795392060000}


def test_what_is_searched_for_is_honoured(cloud):
    talker(cloud).invoke({"lines": ["ok 1", "ERROR 2", '{"level": "WARN", "n": 3}']})
    assert messages(filterPattern="ERROR") == ["ERROR 2"]
    assert messages(filterPattern='{ $.level = "WARN" }') == ['{"level": "WARN", "n": 3}']
    assert messages(filterPattern="[w, n = 2]") == ["ERROR 2"]


@pytest.mark.parametrize("interleaved", [False, True])
def test_a_search_brings_the_events_of_all_streams_in_the_order_of_their_times(cloud, interleaved):
    logs = boto3.client("logs")
    logs.create_log_group(logGroupName=GROUP)
    for stream, minutes in {"a": (1, 3), "b": (2, 4)}.items():
        logs.create_log_stream(logGroupName=GROUP, logStreamName=stream)
        events = [{"timestamp": 1795392000000 + each * 60_000, "message": str(each)} for each in minutes]
        logs.put_log_events(logGroupName=GROUP, logStreamName=stream, logEvents=events)
    assert messages(interleaved=interleaved) == ["1", "2", "3", "4"]


def test_a_pattern_that_is_none_is_refused(cloud):
    function = talker(cloud)
    function.invoke()
    with pytest.raises(ClientError, match=r"InvalidParameterException.*Invalid filter pattern"):
        messages(filterPattern="a@b")
    with pytest.raises(ClientError, match="Invalid filter pattern"):
        subscribe(function, "{ $.a")


def test_a_subscription_lands_what_its_pattern_takes_in_s3(cloud):
    boto3.client("s3").create_bucket(Bucket="archive")
    function = talker(cloud)
    function.invoke({"lines": ["ERROR early"]})
    subscribe(cloud.deploy(f"{LANDER}:handler", name="lander", timeout_s=60), "ERROR")
    function.invoke({"lines": ["ok", "ERROR a"]})
    function.invoke({"lines": ["ERROR b", "ok"]})
    cloud.clock.advance(seconds=2)
    [stored] = boto3.client("s3").list_objects_v2(Bucket="archive")["Contents"]
    body = boto3.client("s3").get_object(Bucket="archive", Key=stored["Key"])["Body"].read()
    assert body == b"ERROR a\nERROR b"


def test_the_function_gets_the_event_that_aws_documents(cloud):
    function = talker(cloud)
    function.invoke()
    subscribe(cloud.deploy(f"{FILE}:unpack", name="reader", timeout_s=60), "hello")
    stream = function.invoke({"lines": ["hello"]}).payload
    cloud.clock.advance(seconds=2)
    [data] = [each.payload for each in cloud.invocations("reader")]
    [event] = data.pop("logEvents")
    assert data == {
        "messageType": "DATA_MESSAGE",
        "owner": "123456789012",
        "logGroup": GROUP,
        "logStream": stream,
        "subscriptionFilters": ["all"],
    }
    assert (event["timestamp"], event["message"], len(event["id"])) == (1795392000000, "hello", 56)


def test_events_that_anybody_writes_are_sent_too(cloud):
    logs = boto3.client("logs")
    logs.create_log_group(logGroupName="/club/door")
    logs.create_log_stream(logGroupName="/club/door", logStreamName="1")
    subscribe(cloud.deploy(f"{FILE}:unpack", name="reader", timeout_s=60), "", "/club/door")
    written = [{"timestamp": 1795392000000, "message": "open"}]
    logs.put_log_events(logGroupName="/club/door", logStreamName="1", logEvents=written)
    cloud.clock.advance(seconds=2)
    assert [each.payload["logGroup"] for each in cloud.invocations("reader")] == ["/club/door"]


def test_a_burst_of_large_log_events_is_sent_in_several_events_of_lambda(cloud):
    random = Random(7)
    function = talker(cloud)
    function.invoke()
    subscribe(cloud.deploy(f"{FILE}:unpack", name="reader", timeout_s=60), "big")
    lines = [f"big {number} {random.randbytes(25_000).hex()}" for number in range(30)]
    for number in range(0, 30, 3):
        function.invoke({"lines": lines[number : number + 3]})
    cloud.clock.advance(seconds=2)
    sent = [each["message"] for run in cloud.invocations("reader") for each in run.payload["logEvents"]]
    assert sent == lines
    assert not cloud.trace.of("failure")


def test_a_function_that_logs_into_its_own_subscription_calls_itself_for_ever(cloud):
    function = cloud.deploy(f"{FILE}:unpack", name="reader", timeout_s=60)
    boto3.client("logs").create_log_group(logGroupName="/aws/lambda/reader")
    subscribe(function, "got", "/aws/lambda/reader")
    boto3.client("logs").create_log_stream(logGroupName="/aws/lambda/reader", logStreamName="1")
    boto3.client("logs").put_log_events(
        logGroupName="/aws/lambda/reader",
        logStreamName="1",
        logEvents=[{"timestamp": 1795392000000, "message": "got it"}],
    )
    cloud.clock.advance(seconds=10)
    assert len(cloud.invocations("reader")) == 10


def test_a_function_without_a_permission_cannot_be_subscribed(strict_cloud):
    function = talker(strict_cloud)
    boto3.client("logs").create_log_group(logGroupName=GROUP)
    with pytest.raises(ClientError, match="Make sure you have given CloudWatch Logs permission"):
        subscribe(function)
    allow(function)
    subscribe(function)


def test_a_permission_that_is_gone_is_a_failure_in_the_trace(strict_cloud):
    function = talker(strict_cloud)
    function.invoke()
    allow(function)
    subscribe(function, "START")
    boto3.client("lambda").remove_permission(FunctionName="talker", StatementId="logs")
    function.invoke()
    strict_cloud.clock.advance(seconds=2)
    [failure] = strict_cloud.trace.of("failure")
    assert "logs.amazonaws.com is not authorized" in failure.error


def allow(function):
    boto3.client("lambda").add_permission(
        FunctionName=function.name,
        StatementId="logs",
        Action="lambda:InvokeFunction",
        Principal="logs.amazonaws.com",
        SourceArn=ARN,
    )


def test_a_log_group_has_two_subscriptions_at_most(cloud):
    function = talker(cloud)
    function.invoke()
    for name in ("a", "b", "b"):
        subscribe(function, name=name)
    with pytest.raises(ClientError, match="LimitExceededException"):
        subscribe(function, name="c")


def configure(**logging):
    boto3.client("lambda").update_function_configuration(FunctionName="talker", LoggingConfig=logging)


def test_logs_as_json_are_json_from_the_level_on_and_prints_are_not(cloud):
    function = cloud.deploy(f"{FILE}:log", name="talker", timeout_s=60)
    configure(LogFormat="JSON", ApplicationLogLevel="WARN")
    assert function.invoke({"photo": "owl.jpg"}).ok
    [warning] = map(json.loads, messages(filterPattern='{ $.level = "WARN*" }'))
    assert (warning["message"], warning["logger"]) == ("blurred: owl.jpg", "root")
    kinds = [json.loads(each)["type"] for each in messages(filterPattern="{ $.type = platform.* }")]
    assert kinds == ["platform.initStart", "platform.start", "platform.report"]
    assert len(messages()) == 4


def test_system_logs_have_a_level_of_their_own(cloud):
    function = talker(cloud)
    configure(LogFormat="JSON", SystemLogLevel="WARN")
    function.invoke({"lines": ["plain"]})
    assert messages() == ["plain"]


def test_levels_are_for_json_only(cloud):
    talker(cloud)
    with pytest.raises(ClientError, match="only when LogFormat is JSON"):
        configure(LogFormat="Text", SystemLogLevel="WARN")


def test_functions_can_share_a_log_group(cloud):
    function = talker(cloud)
    configure(LogGroup="/club/all")
    stream = function.invoke().payload
    [found] = boto3.client("logs").describe_log_streams(logGroupName="/club/all")["logStreams"]
    assert found["logStreamName"] == stream
    assert stream.startswith("2026/11/23/talker[$LATEST][")


def test_eight_clients_at_once_lose_no_log_event(cloud):
    function = talker(cloud)
    function.invoke()
    subscribe(cloud.deploy(f"{FILE}:unpack", name="reader", timeout_s=60), "line")
    client = boto3.client("lambda")

    def call(number):
        client.invoke(FunctionName="talker", Payload=f'{{"lines": ["line {number}"]}}')
        messages()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(call, range(16)))
    assert sorted(messages(filterPattern="line")) == sorted(f"line {n}" for n in range(16))
    cloud.clock.advance(seconds=3)
    sent = [each["message"] for run in cloud.invocations("reader") for each in run.payload["logEvents"]]
    assert sorted(sent) == sorted(f"line {n}" for n in range(16))


def test_in_real_time_a_subscription_works_by_itself(real_cloud):
    function = talker(real_cloud)
    function.invoke()
    subscribe(real_cloud.deploy(f"{FILE}:unpack", name="reader", timeout_s=60), "hello")
    function.invoke({"lines": ["hello"]})
    [run] = clouds.wait_for(lambda: real_cloud.invocations("reader"))
    assert [each["message"] for each in run.payload["logEvents"]] == ["hello"]


def test_all_patches_are_taken_out_again():
    before = [vars(patch.owner)[patch.name] for patch in seam.PATCHES]
    with seam.told_to(None):  # type: ignore[arg-type]
        pass
    assert [vars(patch.owner)[patch.name] for patch in seam.PATCHES] == before


@pytest.mark.parametrize("patch", seam.PATCHES, ids=lambda patch: f"{patch.owner.__name__}.{patch.name}")
def test_what_is_patched_is_in_moto_as_it_was(patch):
    patch.check()
