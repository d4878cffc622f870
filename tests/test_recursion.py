"""Recursive loop detection: a function that causes its own events is stopped after 16 runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import boto3
import clouds
import pytest
from event_targets import Queue

from lambda_study.engine import Function
from lambda_study.engine.lineage import Lineage, carried, carrying, key_of
from lambda_study.facts import fact

cloud = clouds.cloud
AGAIN = f"{Path(__file__).parent / 'handlers' / 'writes_again.py'}:handler"
LIMIT = int(fact("recursion.stop_after").value)


def s3_loop(cloud: Any, most: str = "99", **settings: Any) -> Function:
    """A function that a bucket runs, and that writes to the same bucket; then the first object."""
    environment = {"SEND": "s3", "TARGET": "photos", "MOST": most}
    function = cloud.deploy(AGAIN, name="again", environment=environment, **settings)
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="photos")
    arn = function.configuration.arn
    rules = [{"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"]}]
    wanted = {"LambdaFunctionConfigurations": rules}
    s3.put_bucket_notification_configuration(Bucket="photos", NotificationConfiguration=wanted)
    s3.put_object(Bucket="photos", Key="first.txt", Body=b"once")
    return function


def sns_loop(cloud: Any) -> Function:
    """A function that a topic runs, and that publishes to the same topic; then the first message."""
    sns = boto3.client("sns")
    topic = sns.create_topic(Name="photos")["TopicArn"]
    function = cloud.deploy(AGAIN, name="again", environment={"SEND": "sns", "TARGET": topic})
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function.configuration.arn)
    sns.publish(TopicArn=topic, Message="once")
    return function


def test_a_loop_through_a_queue_is_stopped_and_the_message_stays_until_its_redrive(cloud):
    dead = Queue("dead")
    redrive = json.dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": "2"})
    queue = Queue("photos", RedrivePolicy=redrive)
    function = cloud.deploy(AGAIN, name="again", environment={"SEND": "sqs", "TARGET": queue.url})
    boto3.client("lambda").create_event_source_mapping(FunctionName="again", EventSourceArn=queue.arn)
    boto3.client("sqs").send_message(QueueUrl=queue.url, MessageBody="once")
    cloud.clock.advance(minutes=5)
    assert len(function.reports) == LIMIT
    assert dead.bodies() == ["again"]
    assert "RecursiveInvocationException" in cloud.trace.of("failure")[0].error


def lambda_loop(cloud: Any) -> Function:
    """A function that invokes itself; then the first invocation."""
    function = cloud.deploy(AGAIN, name="again", environment={"SEND": "lambda", "TARGET": "again"})
    boto3.client("lambda").invoke(FunctionName="again", InvocationType="Event", Payload="{}")
    return function


@pytest.mark.parametrize("loop", [s3_loop, sns_loop, lambda_loop])
def test_a_function_that_writes_to_its_own_source_runs_16_times(cloud, loop):
    function = loop(cloud)
    cloud.settle()
    assert len(function.reports) == LIMIT == 16
    assert [each.error for each in cloud.trace.of("failure")] == ["RecursiveInvocation"]


def test_the_stopped_event_goes_to_the_dead_letter_queue(cloud):
    queue = Queue("dead")
    s3_loop(cloud, dead_letter=queue.arn)
    cloud.settle()
    (message,) = queue.receive()
    assert "recursive loop" in message["MessageAttributes"]["ErrorMessage"]["StringValue"]
    assert json.loads(message["Body"])["Records"][0]["eventSource"] == "aws:s3"


def test_a_dead_letter_topic_that_leads_back_makes_no_loop_of_its_own(cloud):
    sns = boto3.client("sns")
    topic = sns.create_topic(Name="dead")["TopicArn"]
    function = s3_loop(cloud, dead_letter=topic)
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function.configuration.arn)
    cloud.settle()
    assert len(function.reports) == LIMIT
    assert [each.target for each in cloud.trace.of("failure")] == ["again", "again"]


def test_another_upload_begins_a_chain_of_its_own(cloud):
    function = s3_loop(cloud)
    cloud.settle()
    boto3.client("s3").put_object(Bucket="photos", Key="second.txt", Body=b"once")
    cloud.settle()
    assert len(function.reports) == 2 * LIMIT


def test_a_function_that_may_loop_goes_on(cloud):
    function = s3_loop(cloud, most="20")
    boto3.client("lambda").put_function_recursion_config(FunctionName="again", RecursiveLoop="Allow")
    cloud.settle()
    assert len(function.reports) == 20
    assert not cloud.trace.of("failure")


def test_a_lineage_survives_the_header():
    lineage = Lineage().with_run_of("a").with_run_of("b").with_run_of("a")
    assert Lineage.of(f"Root=1-0-0;Sampled=0;{lineage}") == lineage
    assert (lineage.runs_of("a"), lineage.runs_of("b"), lineage.runs_of("c")) == (2, 1, 0)
    assert Lineage.of("Lineage=nonsense|:3|x:y;Root=1") == Lineage()


def test_a_batch_is_as_old_as_its_oldest_message():
    batch = [Lineage({key_of("a"): 3}), Lineage({key_of("a"): 1, key_of("b"): 2}), Lineage()]
    assert Lineage.longest(batch) == Lineage({key_of("a"): 3, key_of("b"): 2})


def test_what_a_thread_carries_ends_with_the_block():
    with carrying(Lineage().with_run_of("a")):
        assert carried().runs_of("a") == 1
    assert carried() == Lineage()
