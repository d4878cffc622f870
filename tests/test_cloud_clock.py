"""The clock of the cloud: all that waits, waits on it, and happens in order when it is moved."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from random import Random

import boto3
import clouds
import pytest

from lambda_study.cloud import Cloud
from lambda_study.engine import ManualClock
from lambda_study.errors import BadInput

HANDLERS = Path(__file__).parent / "handlers" / "basics.py"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:{}"
cloud = clouds.cloud


def minutes_of(events, clock):
    """The minutes since the first start of a manual clock at which EVENTS happened."""
    return [(event.at - ManualClock().now()) / timedelta(minutes=1) for event in events]


def test_a_hidden_message_is_visible_again_when_the_clock_says_so(cloud):
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="jobs", Attributes={"VisibilityTimeout": "30"})["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="one")
    assert len(sqs.receive_message(QueueUrl=url)["Messages"]) == 1
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    cloud.clock.advance(30)
    assert len(sqs.receive_message(QueueUrl=url)["Messages"]) == 1


def test_a_failing_event_is_tried_at_once_and_after_one_and_three_minutes(cloud):
    cloud.deploy(f"{HANDLERS}:fail", name="fail").invoke_async(1)
    cloud.clock.advance(hours=1)
    assert minutes_of(cloud.trace.of("invocation"), cloud.clock) == [0, 1, 3]
    assert minutes_of(cloud.trace.of("failure"), cloud.clock) == [3]


def test_a_day_settles_all_that_it_makes_due_in_order(cloud):
    """A rule fires every six hours; its function fails, and its dead letters are read by another one."""
    sqs, events = boto3.client("sqs"), boto3.client("events")
    sqs.create_queue(QueueName="dead")
    fails = cloud.deploy(f"{HANDLERS}:fail", name="fail", dead_letter=QUEUE.format("dead"))
    reads = cloud.deploy(f"{HANDLERS}:echo", name="read")
    boto3.client("lambda").create_event_source_mapping(
        FunctionName="read", EventSourceArn=QUEUE.format("dead")
    )
    events.put_rule(Name="often", ScheduleExpression="rate(6 hours)")
    events.put_targets(Rule="often", Targets=[{"Id": "1", "Arn": fails.configuration.arn}])
    cloud.clock.advance(hours=24, minutes=30)
    assert (len(fails.reports), len(reads.reports)) == (12, 4)
    assert [event.at for event in cloud.trace] == sorted(event.at for event in cloud.trace)
    assert reads.reports[0].started_at - fails.reports[0].started_at == timedelta(minutes=3)


def session():
    """A bucket and a queue lead to failing functions, one of them short of concurrency; its trace."""
    with Cloud(clock="manual", random=Random(1), ids=clouds.counting_ids()) as cloud:
        s3, sqs = boto3.client("s3"), boto3.client("sqs")
        s3.create_bucket(Bucket="photos")
        url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
        fails = cloud.deploy(f"{HANDLERS}:fail", name="fail", reserved_concurrency=3)
        rule = {"LambdaFunctionArn": fails.configuration.arn, "Events": ["s3:ObjectCreated:*"]}
        s3.put_bucket_notification_configuration(
            Bucket="photos", NotificationConfiguration={"LambdaFunctionConfigurations": [rule]}
        )
        cloud.deploy(f"{HANDLERS}:fail", name="read")
        boto3.client("lambda").create_event_source_mapping(
            FunctionName="read", EventSourceArn=QUEUE.format("jobs"), BatchSize=2
        )
        for n in range(8):
            s3.put_object(Bucket="photos", Key=f"{n}.jpg", Body=b"")
            sqs.send_message(QueueUrl=url, MessageBody=str(n))
        cloud.clock.advance(minutes=4)
        return list(cloud.trace)


def test_the_same_session_twice_has_the_same_trace():
    trace = session()
    assert {event.kind for event in trace} == {"trigger", "invocation", "retry", "throttle", "failure"}
    assert trace == session()


def test_a_clock_of_ones_own_stays_open(tmp_path):
    clock = ManualClock()
    with Cloud(clock=clock) as cloud:
        assert cloud.clock is clock
    rung = []
    clock.call_at(clock.now() + timedelta(seconds=1), lambda: rung.append(1))
    clock.advance(1)
    assert rung == [1]


def test_closing_takes_back_what_a_clock_of_ones_own_was_to_do():
    clock = ManualClock()
    with Cloud(clock=clock) as cloud:
        boto3.client("events").put_rule(Name="often", ScheduleExpression="rate(1 hour)")
        cloud.deploy(f"{HANDLERS}:fail", name="fail").invoke_async(1)
        clock.settle()
    clock.advance(days=1)


def test_a_clock_that_runs_cannot_be_moved():
    with Cloud(clock="x60") as cloud, pytest.raises(BadInput, match=r"^This clock runs by itself\."):
        cloud.clock.advance(hours=1)


def test_a_fast_clock_retries_soon():
    with Cloud(clock="x6000") as cloud:
        accepted = cloud.deploy(f"{HANDLERS}:fail", name="fail").invoke_async({"n": 1})
        waited = clouds.wait_for(lambda: accepted.condition)
    assert waited == "RetriesExhausted"
