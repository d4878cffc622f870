"""Dead-letter queues and destinations: what comes to real queues, topics, buckets, buses and functions."""

from __future__ import annotations

import json
from pathlib import Path

import boto3
import clouds
import pytest
from event_targets import KeptEvents

from lambda_study.engine import ServiceError

BASICS = Path(__file__).parent / "handlers" / "basics.py"
ARN = "arn:aws:{}:us-east-1:123456789012:{}"
ROLE = "arn:aws:iam::123456789012:role/club"
cloud, strict_cloud = clouds.cloud, clouds.strict_cloud


@pytest.fixture
def queue():
    """Makes a queue, and returns a function that reads its one message."""

    def make(name="records", **attributes):
        sqs = boto3.client("sqs")
        url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]

        def read():
            answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
            (message,) = answer["Messages"]
            return message

        return read

    return make


def run(cloud, handler, event, **config):
    """Run HANDLER asynchronously with CONFIG until nothing is left to do."""
    function = cloud.deploy(f"{BASICS}:{handler}", name=handler)
    function.configure_async(maximum_retry_attempts=0, **config)
    accepted = function.invoke_async(event)
    cloud.settle()
    return accepted


def test_a_queue_gets_the_record_of_a_success(cloud, queue):
    read = queue()
    accepted = run(cloud, "echo", {"n": 1}, on_success=ARN.format("sqs", "records"))
    record = json.loads(read()["Body"])
    assert record["requestContext"] == {
        "requestId": accepted.request_id,
        "functionArn": ARN.format("lambda", "function:echo:$LATEST"),
        "condition": "Success",
        "approximateInvokeCount": 1,
    }
    assert (record["requestPayload"], record["responsePayload"]) == ({"n": 1}, {"n": 1})


def test_a_dead_letter_queue_gets_the_event_and_three_attributes(cloud, queue):
    read = queue("dead")
    function = cloud.deploy(f"{BASICS}:fail", name="fail", dead_letter=ARN.format("sqs", "dead"))
    accepted = function.invoke_async({"n": 1})
    cloud.clock.advance(minutes=3)
    message = read()
    told = {
        name: (value["DataType"], value["StringValue"])
        for name, value in message["MessageAttributes"].items()
    }
    assert json.loads(message["Body"]) == {"n": 1}
    assert told == {
        "RequestID": ("String", accepted.request_id),
        "ErrorCode": ("Number", "200"),
        "ErrorMessage": ("String", "no {'n': 1}"),
    }


def test_a_topic_passes_a_record_on_to_its_queue(cloud, queue):
    read = queue()
    sns = boto3.client("sns")
    topic = sns.create_topic(Name="done")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=ARN.format("sqs", "records"))
    run(cloud, "echo", {"n": 1}, on_success=topic)
    assert json.loads(json.loads(read()["Body"])["Message"])["requestPayload"] == {"n": 1}


def test_a_bucket_gets_the_record_of_a_failure_under_a_key_with_the_time(cloud):
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="failures")
    run(cloud, "fail", {"n": 1}, on_failure="arn:aws:s3:::failures")
    (stored,) = s3.list_objects_v2(Bucket="failures")["Contents"]
    assert stored["Key"].startswith(
        "aws/lambda/async/fail/2026/11/23/2026-11-23T00.00.00-00000000-0000-4000-"
    )
    record = json.loads(s3.get_object(Bucket="failures", Key=stored["Key"])["Body"].read())
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["responsePayload"]["errorMessage"] == "no {'n': 1}"


@pytest.mark.parametrize(("handler", "end"), [("echo", "Success"), ("fail", "Failure")])
def test_an_event_bus_gets_an_event_that_a_rule_can_match(cloud, queue, handler, end):
    read = queue()
    events = boto3.client("events")
    bus = events.create_event_bus(Name="club")["EventBusArn"]
    pattern = {"source": ["lambda"], "detail-type": [f"Lambda Function Invocation Result - {end}"]}
    events.put_rule(Name="results", EventBusName="club", EventPattern=json.dumps(pattern))
    targets = [{"Id": "1", "Arn": ARN.format("sqs", "records")}]
    events.put_targets(Rule="results", EventBusName="club", Targets=targets)
    run(cloud, handler, {"n": 1}, on_success=bus, on_failure=bus)
    event = json.loads(read()["Body"])
    assert event["resources"] == [bus, ARN.format("lambda", f"function:{handler}:$LATEST")]
    assert event["detail"]["requestPayload"] == {"n": 1}


def test_a_function_is_invoked_asynchronously_with_the_record(cloud, tmp_path):
    kept = KeptEvents(cloud, tmp_path / "events")
    run(cloud, "echo", {"n": 1}, on_success=kept.arn)
    assert [record["requestPayload"] for record in kept.events] == [{"n": 1}]
    assert [event.source for event in cloud.trace.of("delivery")] == ["echo"]


@pytest.mark.parametrize(
    ("destination", "code"),
    [
        (ARN.format("sqs", "gone"), "AWS.SimpleQueueService.NonExistentQueue"),
        (ARN.format("sns", "gone"), "NotFound"),
        ("arn:aws:s3:::gone", "NoSuchBucket"),
        (ARN.format("events", "event-bus/gone"), "ResourceNotFoundException"),
        (ARN.format("lambda", "function:gone"), "ResourceNotFoundException"),
    ],
)
def test_a_destination_that_is_not_there_is_in_the_trace(cloud, destination, code):
    run(cloud, "fail", {"n": 1}, on_failure=destination)
    lost = cloud.trace.of("failure")[-1]
    assert (lost.source, lost.detail) == ("fail", "record of failure")
    assert code in lost.error


def test_a_role_that_may_not_send_loses_the_record_in_the_trace(strict_cloud, queue):
    queue()
    run(strict_cloud, "echo", {"n": 1}, on_success=ARN.format("sqs", "records"))
    lost = strict_cloud.trace.of("failure")[-1]
    assert "is not authorized to perform: sqs:SendMessage" in lost.error


def test_an_arn_of_a_service_that_takes_no_messages_is_refused(cloud):
    with pytest.raises(ServiceError, match="cannot be a target here"):
        cloud._wiring.targets.deliver(ARN.format("ec2", "instance/i-1"), {})
