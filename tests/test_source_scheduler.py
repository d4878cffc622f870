"""EventBridge Scheduler in the cloud."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.exceptions import ClientError
from clouds import cloud, real_cloud, strict_cloud  # noqa: F401
from event_targets import ACCOUNT_ARN, KeptEvents, Queue

MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)
ROLE = "arn:aws:iam::123456789012:role/scheduler"
OFF = {"Mode": "OFF"}
TIME = '{"time": "<aws.scheduler.scheduled-time>"}'


@pytest.fixture
def scheduler(cloud):  # noqa: F811
    return boto3.client("scheduler")


@pytest.fixture
def kept(cloud, tmp_path):  # noqa: F811
    return KeptEvents(cloud, tmp_path / "events")


def schedule(scheduler, arn, expression, name="s", window=OFF, target=None, **settings):
    whole = {"Arn": arn, "RoleArn": ROLE, "Input": TIME, **(target or {})}
    scheduler.create_schedule(
        Name=name,
        ScheduleExpression=expression,
        FlexibleTimeWindow=window,
        Target={field: value for field, value in whole.items() if value is not None},
        **settings,
    )


def times(kept):
    """Day and time of the events that the function got."""
    return [event["time"][8:16].replace("T", " ") for event in kept.events]


# -- when


def test_a_rate_is_due_at_once_and_then_at_every_period(cloud, scheduler, kept):  # noqa: F811
    cloud.clock.advance(minutes=7)
    schedule(scheduler, kept.arn, "rate(1 hour)")
    cloud.clock.advance(hours=2)
    assert times(kept) == ["23 00:07", "23 01:07", "23 02:07"]


def test_a_rate_with_a_start_date_counts_from_there_until_its_end_date(cloud, scheduler, kept):  # noqa: F811
    start = MIDNIGHT + timedelta(hours=5, minutes=30)
    schedule(
        scheduler, kept.arn, "rate(1 hour)", StartDate=start, EndDate=start + timedelta(hours=2, minutes=10)
    )
    cloud.clock.advance(days=1)
    assert times(kept) == ["23 05:30", "23 06:30", "23 07:30"]


def test_a_one_time_schedule_fires_once_in_its_time_zone_and_stays(cloud, scheduler, kept):  # noqa: F811
    at = "at(2026-11-23T18:00:00)"
    schedule(scheduler, kept.arn, at, ScheduleExpressionTimezone="Europe/Berlin")
    cloud.clock.advance(days=3)
    assert times(kept) == ["23 17:00"]
    assert scheduler.get_schedule(Name="s")["State"] == "ENABLED"


def test_a_schedule_that_is_done_deletes_itself_if_it_says_so(cloud, scheduler, kept):  # noqa: F811
    schedule(scheduler, kept.arn, "at(2026-11-23T18:00:00)", ActionAfterCompletion="DELETE")
    cloud.clock.advance(hours=17)
    assert len(scheduler.list_schedules()["Schedules"]) == 1
    cloud.clock.advance(hours=2)
    assert (times(kept), scheduler.list_schedules()["Schedules"]) == (["23 18:00"], [])


def test_a_schedule_that_was_moved_outlives_the_retries_of_its_old_time(cloud, scheduler, kept):  # noqa: F811
    once = {"RetryPolicy": {"MaximumRetryAttempts": 2}}
    gone = ACCOUNT_ARN.format("lambda", "function:gone")
    settings = {"Name": "s", "FlexibleTimeWindow": OFF, "ActionAfterCompletion": "DELETE"}
    schedule(scheduler, gone, "at(2026-11-23T02:00:00)", target=once, ActionAfterCompletion="DELETE")
    cloud.clock.advance(hours=2)
    target = {"Arn": kept.arn, "RoleArn": ROLE, "Input": TIME}
    scheduler.update_schedule(ScheduleExpression="at(2026-11-23T03:00:00)", Target=target, **settings)
    cloud.clock.advance(hours=1)
    assert (times(kept), scheduler.list_schedules()["Schedules"]) == (["23 03:00"], [])


def test_a_window_that_is_open_ends_when_the_schedule_is_changed(cloud, scheduler, kept):  # noqa: F811
    window = {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 600}
    schedule(scheduler, kept.arn, "at(2026-11-23T02:00:00)", window=window)
    cloud.clock.advance(hours=2)
    target = {"Arn": kept.arn, "RoleArn": ROLE, "Input": TIME}
    change = {"Name": "s", "FlexibleTimeWindow": OFF, "Target": target}
    scheduler.update_schedule(ScheduleExpression="at(2026-11-25T02:00:00)", **change)
    cloud.clock.advance(days=1)
    assert kept.events == []


def test_a_cron_keeps_the_local_hour_when_the_clocks_change(cloud, scheduler, kept):  # noqa: F811
    cloud.clock.advance((datetime(2027, 3, 27, tzinfo=UTC) - MIDNIGHT).total_seconds())
    schedule(scheduler, kept.arn, "cron(0 6 * * ? *)", ScheduleExpressionTimezone="Europe/Berlin")
    cloud.clock.advance(days=3)
    assert times(kept) == ["27 05:00", "28 04:00", "29 04:00"]


def test_a_time_that_spring_skips_is_missed(cloud, scheduler, kept):  # noqa: F811
    cloud.clock.advance((datetime(2027, 3, 27, tzinfo=UTC) - MIDNIGHT).total_seconds())
    schedule(scheduler, kept.arn, "cron(30 2 * * ? *)", ScheduleExpressionTimezone="Europe/Berlin")
    cloud.clock.advance(days=3)
    assert times(kept) == ["27 01:30", "29 00:30"]


def test_a_flexible_window_invokes_later_and_tells_the_time_that_was_due(cloud, scheduler, kept):  # noqa: F811
    window = {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 30}
    schedule(scheduler, kept.arn, "cron(0 2 * * ? *)", window=window)
    cloud.clock.advance(days=10)
    late = [
        event.at - event.at.replace(hour=2, minute=0, second=0, microsecond=0)
        for event in cloud.trace.of("trigger")
    ]
    assert all(timedelta() <= each <= timedelta(minutes=30) for each in late)
    assert len(set(late)) == 10
    assert times(kept)[:2] == ["23 02:00", "24 02:00"]


def test_a_schedule_that_is_deleted_in_its_window_invokes_nothing(cloud, scheduler, kept):  # noqa: F811
    window = {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 600}
    schedule(scheduler, kept.arn, "at(2026-11-23T02:00:00)", window=window)
    cloud.clock.advance(hours=2)
    scheduler.delete_schedule(Name="s")
    cloud.clock.advance(days=1)
    assert kept.events == []


def test_a_schedule_is_as_its_last_update_says(cloud, scheduler, kept):  # noqa: F811
    schedule(scheduler, kept.arn, "cron(0 2 * * ? *)")
    target = {"Arn": kept.arn, "RoleArn": ROLE, "Input": TIME}
    change = {"Name": "s", "FlexibleTimeWindow": OFF, "Target": target}
    scheduler.update_schedule(ScheduleExpression="cron(0 3 * * ? *)", **change)
    cloud.clock.advance(days=1)
    scheduler.update_schedule(ScheduleExpression="cron(0 3 * * ? *)", State="DISABLED", **change)
    cloud.clock.advance(days=1)
    assert times(kept) == ["23 03:00"]


def test_a_deleted_schedule_and_those_of_a_deleted_group_fire_no_more(cloud, scheduler, kept):  # noqa: F811
    scheduler.create_schedule_group(Name="club")
    schedule(scheduler, kept.arn, "cron(0 2 * * ? *)")
    schedule(scheduler, kept.arn, "cron(0 3 * * ? *)", GroupName="club")
    cloud.clock.advance(days=1)
    scheduler.delete_schedule(Name="s")
    scheduler.delete_schedule_group(Name="club")
    cloud.clock.advance(days=1)
    assert times(kept) == ["23 02:00", "23 03:00"]


def test_the_runs_of_two_schedules_come_in_order(cloud, scheduler, kept):  # noqa: F811
    schedule(scheduler, kept.arn, "cron(0 2 * * ? *)", "night")
    schedule(scheduler, kept.arn, "cron(0 14 ? * 6L *)", "last-friday")
    cloud.clock.advance(days=6)
    assert times(kept)[3:] == ["26 02:00", "27 02:00", "27 14:00", "28 02:00"]


# -- what


def test_the_context_attributes_are_filled_in_the_input(cloud, scheduler, kept):  # noqa: F811
    names = ("schedule-arn", "scheduled-time", "execution-id", "attempt-number")
    text = json.dumps({name: f"<aws.scheduler.{name}>" for name in names})
    schedule(scheduler, kept.arn, "cron(0 2 * * ? *)", target={"Input": text})
    cloud.clock.advance(days=1)
    (event,) = kept.events
    assert event.pop("execution-id")
    assert event == {
        "schedule-arn": ACCOUNT_ARN.format("scheduler", "schedule/default/s"),
        "scheduled-time": "2026-11-23T02:00:00Z",
        "attempt-number": "1",
    }


def test_without_an_input_the_function_gets_aws_s_own_event(cloud, scheduler, kept):  # noqa: F811
    schedule(scheduler, kept.arn, "cron(0 2 * * ? *)", target={"Input": None})
    cloud.clock.advance(days=1)
    (event,) = kept.events
    assert (event["source"], event["detail-type"], event["detail"]) == (
        "aws.scheduler",
        "Scheduled Event",
        "{}",
    )
    assert event["resources"] == [ACCOUNT_ARN.format("scheduler", "schedule/default/s")]


def test_a_queue_gets_the_input_as_its_message(cloud, scheduler):  # noqa: F811
    queue = Queue("nights")
    schedule(scheduler, queue.arn, "cron(0 2 * * ? *)", target={"Input": "good night"})
    cloud.clock.advance(days=1)
    assert queue.bodies() == ["good night"]


def test_a_missing_function_is_tried_for_a_day_and_then_told_to_the_dead_letter_queue(cloud, scheduler):  # noqa: F811
    dead = Queue("dead")
    gone = ACCOUNT_ARN.format("lambda", "function:gone")
    schedule(scheduler, gone, "at(2026-11-23T02:00:00)", target={"DeadLetterConfig": {"Arn": dead.arn}})
    cloud.clock.advance(hours=3)
    assert dead.receive() == []
    cloud.clock.advance(hours=24)
    attributes = dead.attributes()
    assert attributes.pop("EXECUTION_ID")
    assert attributes.pop("ERROR_MESSAGE").startswith("Function not found")
    assert attributes == {
        "ERROR_CODE": "ResourceNotFoundException",
        "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
        "IS_PAYLOAD_TRUNCATED": "false",
        "RETRY_ATTEMPTS": "185",
        "SCHEDULED_TIME": "2026-11-23T02:00:00Z",
        "SCHEDULE_ARN": ACCOUNT_ARN.format("scheduler", "schedule/default/s"),
        "TARGET_ARN": gone,
    }


def test_a_function_that_comes_back_in_time_gets_the_event_late(cloud, scheduler, tmp_path):  # noqa: F811
    schedule(scheduler, ACCOUNT_ARN.format("lambda", "function:late"), "at(2026-11-23T02:00:00)")
    cloud.clock.advance(hours=4)
    kept = KeptEvents(cloud, tmp_path / "events", "late")
    cloud.clock.advance(minutes=10)
    assert times(kept) == ["23 02:00"]


def test_an_event_bus_gets_the_input_as_the_detail_of_an_event(cloud, scheduler, kept):  # noqa: F811
    events = boto3.client("events")
    events.put_rule(Name="nights", EventPattern='{"source": ["club"]}')
    events.put_targets(Rule="nights", Targets=[{"Id": "1", "Arn": kept.arn, "InputPath": "$.detail"}])
    bus = {"EventBridgeParameters": {"DetailType": "Night", "Source": "club"}}
    schedule(scheduler, ACCOUNT_ARN.format("events", "event-bus/default"), "cron(0 2 * * ? *)", target=bus)
    cloud.clock.advance(days=1)
    assert times(kept) == ["23 02:00"]


def test_a_universal_target_is_any_operation_of_aws_with_the_input_as_its_parameters(cloud, scheduler, kept):  # noqa: F811
    queue = Queue("nights")
    sends = {"Input": json.dumps({"QueueUrl": queue.url, "MessageBody": "<aws.scheduler.scheduled-time>"})}
    invokes = {"Input": json.dumps({"FunctionName": "keeps", "InvocationType": "Event", "Payload": TIME})}
    universal = "arn:aws:scheduler:::aws-sdk:{}:{}"
    schedule(
        scheduler, universal.format("sqs", "sendMessage"), "at(2026-11-23T02:00:00)", "sends", target=sends
    )
    schedule(
        scheduler, universal.format("lambda", "invoke"), "at(2026-11-23T03:00:00)", "invokes", target=invokes
    )
    cloud.clock.advance(days=1)
    assert (queue.bodies(), times(kept)) == (["2026-11-23T02:00:00Z"], ["23 03:00"])


def test_a_universal_target_that_aws_does_not_have_is_given_up_in_the_end(cloud, scheduler):  # noqa: F811
    target = {"Input": "{}", "RetryPolicy": {"MaximumRetryAttempts": 1}}
    schedule(scheduler, "arn:aws:scheduler:::aws-sdk:sqs:sendMail", "at(2026-11-23T02:00:00)", target=target)
    cloud.clock.advance(days=1)
    assert [failure.at.minute for failure in cloud.trace.of("failure")] == [0, 0]


@pytest.mark.parametrize(
    ("arn", "text"),
    [
        ("arn:aws:scheduler:::aws-sdk:sqs:meta", "{}"),
        ("arn:aws:scheduler:::aws-sdk:sqs:sendMessage", '{"Foo": 1}'),
        (ACCOUNT_ARN.format("events", "event-bus/default"), "[1]"),
        (ACCOUNT_ARN.format("events", "event-bus/default"), '{"Foo": 1}'),
    ],
)
def test_an_input_that_its_target_does_not_take_stops_no_other_schedule(cloud, scheduler, kept, arn, text):  # noqa: F811
    once = {"Input": text, "RetryPolicy": {"MaximumRetryAttempts": 0}}
    schedule(scheduler, arn, "at(2026-11-23T02:00:00)", "bad", target=once)
    schedule(scheduler, kept.arn, "at(2026-11-23T02:00:00)", "good")
    cloud.clock.advance(days=1)
    assert (times(kept), len(cloud.trace.of("failure"))) == (["23 02:00"], 1)


def role(allows):
    """A role that Scheduler may assume, with or without the permission to invoke functions."""
    iam = boto3.client("iam")
    statement = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "scheduler.amazonaws.com"},
    }
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    arn = iam.create_role(RoleName="scheduler", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    if allows:
        allowed = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        iam.put_role_policy(RoleName="scheduler", PolicyName="invoke", PolicyDocument=policy)
    return arn


@pytest.mark.parametrize("allows", [True, False])
def test_the_role_of_the_schedule_decides_where_permissions_count(strict_cloud, tmp_path, allows):  # noqa: F811
    kept, target = KeptEvents(strict_cloud, tmp_path / "events"), {"RoleArn": role(allows)}
    schedule(boto3.client("scheduler"), kept.arn, "at(2026-11-23T02:00:00)", target=target)
    strict_cloud.clock.advance(hours=3)
    assert times(kept) == (["23 02:00"] if allows else [])
    assert bool(strict_cloud.trace.of("failure")) is not allows


def test_a_role_that_scheduler_may_not_assume_is_refused_at_once(strict_cloud, tmp_path):  # noqa: F811
    kept = KeptEvents(strict_cloud, tmp_path / "events")
    with pytest.raises(ClientError, match="must allow AWS EventBridge Scheduler to assume the role"):
        schedule(boto3.client("scheduler"), kept.arn, "rate(1 hour)")


# -- what is refused


@pytest.mark.parametrize(
    "expression",
    [
        "cron(0 1 * * * *)",
        "cron(71 8 1 * ? *)",
        "rate(10 seconds)",
        "rate(-10 minutes)",
        "at(2021-12-31T23:59:59Z)",
    ],
)
def test_an_expression_that_aws_refuses_is_refused_with_its_text(scheduler, expression):
    with pytest.raises(ClientError) as refused:
        schedule(scheduler, ACCOUNT_ARN.format("lambda", "function:f"), expression)
    assert refused.value.response["Error"] == {
        "Code": "ValidationException",
        "Message": f"Invalid Schedule Expression {expression}.",
    }


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"name": "two words"}, "Value 'two words' at 'name' failed to satisfy constraint"),
        ({"ScheduleExpressionTimezone": "Europe/Berlim"}, "Europe/Berlim"),
        ({"window": {"Mode": "FLEXIBLE"}}, "MaximumWindowInMinutes is required"),
        ({"window": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 1441}}, "less than or equal to 1440"),
        ({"StartDate": MIDNIGHT - timedelta(minutes=6)}, "cannot be earlier than 5 minutes ago"),
        ({"target": {"Arn": "keeps"}}, "Provided Arn is not in correct format."),
        ({"target": {"Input": "{"}}, "well-formed JSON"),
        ({"target": {"Arn": "arn:aws:scheduler:::aws-sdk:sqs"}}, "a service and an operation"),
        ({"target": {"Arn": "arn:aws:scheduler:::aws-sdk:sqs:"}}, "a service and an operation"),
        ({"target": {"Arn": "arn:aws:scheduler:::aws-sdk:sqs:listQueues", "Input": "{}"}}, "only reads"),
        ({"target": {"Arn": "arn:aws:scheduler:::aws-sdk:sqs:sendMessage", "Input": "[]"}}, "a JSON object"),
        ({"target": {"RetryPolicy": {"MaximumRetryAttempts": 186}}}, "less than or equal to 185"),
        ({"target": {"RetryPolicy": {"MaximumEventAgeInSeconds": 86401}}}, "less than or equal to 86400"),
        (
            {"target": {"DeadLetterConfig": {"Arn": ACCOUNT_ARN.format("sqs", "d.fifo")}}},
            "deadLetterConfig.arn",
        ),
    ],
)
def test_a_setting_that_is_out_of_bounds_is_refused(scheduler, settings, message):
    with pytest.raises(ClientError) as refused:
        schedule(scheduler, ACCOUNT_ARN.format("lambda", "function:f"), "rate(1 hour)", **settings)
    assert refused.value.response["Error"]["Code"] == "ValidationException"
    assert message in refused.value.response["Error"]["Message"]


def test_a_group_has_to_be_there_and_a_name_is_free_once(scheduler, kept):
    with pytest.raises(ClientError, match="Schedule group club does not exist"):
        schedule(scheduler, kept.arn, "rate(1 hour)", GroupName="club")
    scheduler.create_schedule_group(Name="club")
    with pytest.raises(ClientError, match="Schedule group club already exists"):
        scheduler.create_schedule_group(Name="club")
    schedule(scheduler, kept.arn, "rate(1 hour)", GroupName="club")
    with pytest.raises(ClientError, match="Schedule s already exists"):
        schedule(scheduler, kept.arn, "rate(1 hour)", GroupName="club")


def test_a_schedule_of_the_real_clock_is_due_by_itself(real_cloud, tmp_path):  # noqa: F811
    kept = KeptEvents(real_cloud, tmp_path / "events")
    schedule(boto3.client("scheduler"), kept.arn, "rate(1 hour)")
    real_cloud.settle()
    assert len(kept.events) == 1
