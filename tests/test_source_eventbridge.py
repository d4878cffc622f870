"""EventBridge in the cloud: events, rules, schedules, targets, and what becomes of a failed delivery."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import boto3
import pytest
from botocore.client import Config
from botocore.exceptions import ClientError
from clouds import cloud, real_cloud, strict_cloud  # noqa: F401
from event_targets import ACCOUNT_ARN, KeptEvents, Queue

PHOTO = {"Source": "photo.club", "DetailType": "Photo added", "Detail": '{"key": "a.jpg", "size": 3}'}
PHOTOS = json.dumps({"source": ["photo.club"]})


@pytest.fixture
def events(cloud):  # noqa: F811
    return boto3.client("events")


@pytest.fixture
def kept(cloud, tmp_path):  # noqa: F811
    return KeptEvents(cloud, tmp_path / "events")


def rule(events, arn, name="photos", bus="default", **settings):
    """A rule with one target; its pattern takes photos unless SETTINGS give a schedule."""
    if "schedule" in settings:
        events.put_rule(Name=name, ScheduleExpression=settings.pop("schedule"))
    else:
        events.put_rule(Name=name, EventPattern=settings.pop("pattern", PHOTOS), EventBusName=bus)
    events.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": "1", "Arn": arn, **settings}])


# -- PutEvents


def test_an_event_reaches_the_function_of_a_matching_rule_in_aws_s_shape(cloud, events, kept):  # noqa: F811
    rule(events, kept.arn)
    answer = events.put_events(Entries=[{**PHOTO, "Resources": ["arn:aws:s3:::photos"]}])
    assert kept.events == []
    cloud.settle()
    assert kept.events == [
        {
            "version": "0",
            "id": answer["Entries"][0]["EventId"],
            "detail-type": "Photo added",
            "source": "photo.club",
            "account": "123456789012",
            "time": "2026-11-23T00:00:00Z",
            "region": "us-east-1",
            "resources": ["arn:aws:s3:::photos"],
            "detail": {"key": "a.jpg", "size": 3},
        }
    ]


def test_an_event_may_tell_its_own_time(cloud, events, kept):  # noqa: F811
    rule(events, kept.arn)
    events.put_events(Entries=[{**PHOTO, "Time": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)}])
    cloud.settle()
    assert kept.events[0]["time"] == "2026-01-02T03:04:05Z"


def test_only_the_rules_whose_pattern_matches_get_the_event(cloud, events, kept):  # noqa: F811
    large = json.dumps({"detail": {"size": [{"numeric": [">", 5]}]}})
    rule(events, kept.arn, "large", pattern=large)
    events.put_events(Entries=[PHOTO, {**PHOTO, "Detail": '{"key": "b.jpg", "size": 6}'}])
    cloud.settle()
    assert [event["detail"]["key"] for event in kept.events] == ["b.jpg"]


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        (
            {"Source": ""},
            "InvalidArgument",
            "Parameter Source is not valid. Reason: Source is a required argument.",
        ),
        (
            {"DetailType": ""},
            "InvalidArgument",
            "Parameter DetailType is not valid. Reason: DetailType is a required argument.",
        ),
        (
            {"Detail": ""},
            "InvalidArgument",
            "Parameter Detail is not valid. Reason: Detail is a required argument.",
        ),
        ({"Detail": "[1, 2]"}, "MalformedDetail", "Detail is malformed."),
        ({"Detail": "{"}, "MalformedDetail", "Detail is malformed."),
        ({"Source": "aws.s3"}, "NotAuthorizedForSourceException", "Not authorized for the source."),
    ],
)
def test_an_entry_that_is_wrong_fails_alone_and_the_call_succeeds(events, change, code, message):
    answer = events.put_events(Entries=[{**PHOTO, **change}, PHOTO])
    assert answer["FailedEntryCount"] == 1
    assert answer["Entries"][0] == {"ErrorCode": code, "ErrorMessage": message}
    assert set(answer["Entries"][1]) == {"EventId"}


def test_a_request_with_eleven_entries_or_over_a_megabyte_fails_as_a_whole(events):
    with pytest.raises(ClientError, match="length less than or equal to 10"):
        events.put_events(Entries=[PHOTO] * 11)
    half = {**PHOTO, "Detail": json.dumps({"text": "x" * 600_000})}
    assert events.put_events(Entries=[half])["FailedEntryCount"] == 0
    with pytest.raises(ClientError, match="Total size of the entries in the request is over the limit"):
        events.put_events(Entries=[half, half])


def test_a_request_without_entries_fails(cloud):  # noqa: F811
    events = boto3.client("events", config=Config(parameter_validation=False))
    with pytest.raises(ClientError, match="length greater than or equal to 1"):
        events.put_events(Entries=[])


def test_an_event_for_a_bus_that_is_not_there_is_accepted_and_lost(cloud, events, kept):  # noqa: F811
    rule(events, kept.arn)
    answer = events.put_events(Entries=[{**PHOTO, "EventBusName": "no-such-bus"}])
    cloud.settle()
    assert (answer["FailedEntryCount"], kept.events) == (0, [])
    assert [failure.error for failure in cloud.trace.of("failure")] == ["no such event bus"]


def test_a_rule_of_a_custom_bus_sees_only_the_events_of_its_bus(cloud, events, kept):  # noqa: F811
    events.create_event_bus(Name="club")
    rule(events, kept.arn, bus="club")
    events.put_events(Entries=[PHOTO, {**PHOTO, "EventBusName": "club", "Detail": '{"key": "club.jpg"}'}])
    cloud.settle()
    assert [event["detail"]["key"] for event in kept.events] == ["club.jpg"]


def test_an_event_passes_on_to_another_bus_and_from_there_to_no_third_one(cloud, events, kept):  # noqa: F811
    arn = {name: events.create_event_bus(Name=name)["EventBusArn"] for name in ("second", "third")}
    rule(events, arn["second"], "on")
    rule(events, kept.arn, "here", bus="second")
    events.put_targets(Rule="here", EventBusName="second", Targets=[{"Id": "2", "Arn": arn["third"]}])
    rule(events, kept.arn, "there", bus="third")
    events.put_events(Entries=[PHOTO])
    cloud.settle()
    assert len(kept.events) == 1
    assert [failure.target for failure in cloud.trace.of("failure")] == ["events:event-bus/third"]


def test_the_function_of_a_rule_is_invoked_asynchronously_and_tried_three_times(cloud, events, kept):  # noqa: F811
    rule(events, kept.arn, Input='{"fail": true}')
    events.put_events(Entries=[PHOTO])
    cloud.clock.advance(minutes=10)
    assert len(kept.events) == 3


# -- rules


@pytest.mark.parametrize(
    "expression", ["rate(1 minutes)", "rate(0 minutes)", "cron(0 2 * * *)", "at(2026-12-24T18:00:00)"]
)
def test_put_rule_refuses_a_schedule_that_rules_do_not_know(events, expression):
    with pytest.raises(ClientError) as refused:
        events.put_rule(Name="r", ScheduleExpression=expression)
    assert refused.value.response["Error"] == {
        "Code": "ValidationException",
        "Message": "Parameter ScheduleExpression is not valid.",
    }


def test_put_rule_refuses_a_pattern_with_aws_s_reason(events):
    with pytest.raises(ClientError) as refused:
        events.put_rule(Name="r", EventPattern='{"source": "photo.club"}')
    error = refused.value.response["Error"]
    assert error["Code"] == "InvalidEventPatternException"
    assert error["Message"].startswith("Event pattern is not valid. Reason: ")


def test_a_schedule_is_for_the_default_bus_only(events):
    events.create_event_bus(Name="club")
    with pytest.raises(ClientError, match="ScheduleExpression is supported only on the default event bus"):
        events.put_rule(Name="r", ScheduleExpression="rate(1 hour)", EventBusName="club")


def test_a_rule_has_five_targets_at_most(events, kept):
    rule(events, kept.arn)
    four = [{"Id": str(number), "Arn": kept.arn} for number in range(2, 6)]
    events.put_targets(Rule="photos", Targets=four)
    events.put_targets(Rule="photos", Targets=[{"Id": "1", "Arn": kept.arn}])
    with pytest.raises(ClientError, match="LimitExceededException"):
        events.put_targets(Rule="photos", Targets=[{"Id": "6", "Arn": kept.arn}])


@pytest.mark.parametrize("name", ["two words", "x" * 65])
def test_a_name_that_no_rule_can_have_is_refused(events, name):
    with pytest.raises(ClientError, match="at 'name' failed to satisfy constraint"):
        events.put_rule(Name=name, EventPattern=PHOTOS)


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"Arn": "arn:aws:lambda"}, "Provided Arn is not in correct format"),
        ({"RetryPolicy": {"MaximumRetryAttempts": 186}}, "less than or equal to 185"),
        ({"RetryPolicy": {"MaximumEventAgeInSeconds": 59}}, "greater than or equal to 60"),
        ({"DeadLetterConfig": {"Arn": "dead"}}, "the ARN of an SQS queue"),
        ({"InputPath": "detail"}, "Invalid InputPath for target 1"),
        ({"InputTransformer": {}}, "has no InputTemplate"),
        ({"InputTransformer": {"InputPathsMap": {"a": "b"}, "InputTemplate": "<a>"}}, "Invalid InputPath"),
    ],
)
def test_a_target_that_aws_refuses_is_not_put(cloud, settings, error):  # noqa: F811
    events = boto3.client("events", config=Config(parameter_validation=False))
    events.put_rule(Name="photos", EventPattern=PHOTOS)
    target = {"Id": "1", "Arn": ACCOUNT_ARN.format("lambda", "function:f"), **settings}
    with pytest.raises(ClientError, match=error) as refused:
        events.put_targets(Rule="photos", Targets=[target])
    assert refused.value.response["Error"]["Code"] == "ValidationException"
    assert events.list_targets_by_rule(Rule="photos")["Targets"] == []


def test_test_event_pattern_answers_as_the_rules_would(events):
    told = {"id": "1", "account": "1", "source": "s", "time": "t", "region": "r", "detail-type": "d"}
    ask = events.test_event_pattern
    assert ask(EventPattern='{"source": ["s"]}', Event=json.dumps(told))["Result"]
    assert not ask(EventPattern='{"source": ["t"]}', Event=json.dumps(told))["Result"]
    del told["region"]
    with pytest.raises(ClientError, match="Parameter Event is not valid"):
        ask(EventPattern='{"source": ["s"]}', Event=json.dumps(told))
    with pytest.raises(ClientError, match="InvalidEventPatternException"):
        ask(EventPattern='{"source": []}', Event=json.dumps(told | {"region": "r"}))


def test_a_disabled_rule_gets_no_event(cloud, events, kept):  # noqa: F811
    rule(events, kept.arn)
    events.disable_rule(Name="photos")
    events.put_events(Entries=[PHOTO])
    cloud.settle()
    events.enable_rule(Name="photos")
    events.put_events(Entries=[PHOTO])
    cloud.settle()
    assert len(kept.events) == 1


# -- schedules


def test_a_rate_counts_from_the_making_of_the_rule_and_a_cron_is_in_utc(cloud, events, kept):  # noqa: F811
    cloud.clock.advance(minutes=7)
    rule(events, kept.arn, "rate", schedule="rate(1 hour)")
    rule(events, kept.arn, "cron", schedule="cron(30 1 * * ? *)")
    cloud.clock.advance(hours=2, minutes=10)
    assert [event["time"][11:16] for event in kept.events] == ["01:07", "01:30", "02:07"]


def test_a_scheduled_event_has_aws_s_shape(cloud, events, kept):  # noqa: F811
    rule(events, kept.arn, "nightly", schedule="cron(0 2 * * ? *)")
    cloud.clock.advance(hours=3)
    (event,) = kept.events
    assert event.pop("id")
    assert event == {
        "version": "0",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "123456789012",
        "time": "2026-11-23T02:00:00Z",
        "region": "us-east-1",
        "resources": [ACCOUNT_ARN.format("events", "rule/nightly")],
        "detail": {},
    }


def test_a_disabled_rule_misses_its_times_and_makes_up_for_none(cloud, events, kept):  # noqa: F811
    rule(events, kept.arn, "hourly", schedule="rate(1 hour)")
    cloud.clock.advance(hours=1)
    events.disable_rule(Name="hourly")
    cloud.clock.advance(hours=2, minutes=30)
    events.enable_rule(Name="hourly")
    cloud.clock.advance(minutes=40)
    assert [event["time"][11:16] for event in kept.events] == ["01:00", "04:00"]


def test_a_rule_that_is_put_again_or_deleted_fires_as_it_is_now(cloud, events, kept):  # noqa: F811
    rule(events, kept.arn, "r", schedule="rate(1 hour)")
    events.put_rule(Name="r", ScheduleExpression="rate(3 hours)")
    cloud.clock.advance(hours=4)
    events.remove_targets(Rule="r", Ids=["1"])
    events.delete_rule(Name="r")
    cloud.clock.advance(days=1)
    assert [event["time"][11:16] for event in kept.events] == ["03:00"]


def test_a_rule_of_the_real_clock_fires_by_itself(real_cloud, tmp_path):  # noqa: F811
    kept = KeptEvents(real_cloud, tmp_path / "events")
    rule(boto3.client("events"), kept.arn)
    boto3.client("events").put_events(Entries=[PHOTO])
    real_cloud.settle()
    assert len(kept.events) == 1


# -- targets


def test_a_queue_and_a_topic_get_the_event_as_text(cloud, events):  # noqa: F811
    queue, behind = Queue("photos"), Queue("behind-the-topic")
    topic = boto3.client("sns").create_topic(Name="photos")["TopicArn"]
    boto3.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=behind.arn)
    rule(events, queue.arn)
    events.put_targets(Rule="photos", Targets=[{"Id": "2", "Arn": topic, "InputPath": "$.detail"}])
    events.put_events(Entries=[PHOTO])
    cloud.settle()
    assert json.loads(queue.bodies()[0])["detail"]["key"] == "a.jpg"
    assert json.loads(json.loads(behind.bodies()[0])["Message"]) == {"key": "a.jpg", "size": 3}


def test_eight_clients_at_once_lose_no_event_and_double_none(cloud, events):  # noqa: F811
    queue = Queue("photos")
    rule(events, queue.arn, InputPath="$.detail.key")
    entries = [
        [{**PHOTO, "Detail": json.dumps({"key": f"{client}-{number}"})} for number in range(4)]
        for client in range(8)
    ]
    with ThreadPoolExecutor(8) as clients:
        list(clients.map(lambda four: [events.put_events(Entries=[entry]) for entry in four], entries))
    cloud.settle()
    got = [json.loads(body) for _ in range(5) for body in queue.bodies()]
    assert sorted(got) == sorted(f"{client}-{number}" for client in range(8) for number in range(4))


def test_a_fifo_queue_gets_the_message_group_of_its_target(cloud, events):  # noqa: F811
    queue = Queue("photos.fifo", FifoQueue="true", ContentBasedDeduplication="true")
    rule(events, queue.arn, SqsParameters={"MessageGroupId": "club"})
    events.put_events(Entries=[PHOTO])
    cloud.settle()
    (message,) = queue.receive()
    assert message["Attributes"]["MessageGroupId"] == "club"


def test_a_target_gets_the_input_that_its_transformer_makes(cloud, events, kept):  # noqa: F811
    transformer = {"InputPathsMap": {"key": "$.detail.key"}, "InputTemplate": '{"text": "New: <key>"}'}
    rule(events, kept.arn, InputTransformer=transformer)
    events.put_events(Entries=[PHOTO])
    cloud.settle()
    assert kept.events == [{"text": "New: a.jpg"}]


# -- failed deliveries


def test_a_missing_function_is_not_tried_again_and_the_event_goes_to_the_dead_letter_queue(cloud, events):  # noqa: F811
    dead = Queue("dead")
    gone = ACCOUNT_ARN.format("lambda", "function:gone")
    rule(events, gone, DeadLetterConfig={"Arn": dead.arn})
    events.put_events(Entries=[PHOTO])
    cloud.settle()
    assert [failure.target for failure in cloud.trace.of("failure")] == ["gone"]
    (message,) = dead.receive()
    attributes = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    assert attributes.pop("ERROR_MESSAGE").startswith("Function not found")
    assert attributes == {
        "RULE_ARN": ACCOUNT_ARN.format("events", "rule/photos"),
        "TARGET_ARN": gone,
        "ERROR_CODE": "NO_RESOURCE",
        "RETRY_ATTEMPTS": "0",
    }
    assert json.loads(message["Body"])["detail"]["key"] == "a.jpg"


def test_without_a_dead_letter_queue_a_failed_delivery_is_only_in_the_trace(cloud, events):  # noqa: F811
    rule(events, ACCOUNT_ARN.format("sqs", "gone"))
    events.put_events(Entries=[PHOTO])
    cloud.clock.advance(days=2)
    (failure,) = cloud.trace.of("failure")
    assert (failure.source, failure.target) == ("events:rule/photos", "sqs:gone")


def test_a_rule_needs_the_function_s_permission_where_permissions_count(strict_cloud, tmp_path):  # noqa: F811
    kept, dead, events = KeptEvents(strict_cloud, tmp_path / "events"), Queue("dead"), boto3.client("events")
    rule(events, kept.arn, DeadLetterConfig={"Arn": dead.arn})
    events.put_events(Entries=[PHOTO])
    strict_cloud.settle()
    assert (kept.events, dead.attributes()["ERROR_CODE"]) == ([], "NO_PERMISSIONS")
    boto3.client("lambda").add_permission(
        FunctionName="keeps",
        StatementId="rule",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=ACCOUNT_ARN.format("events", "rule/photos"),
    )
    events.put_events(Entries=[PHOTO])
    strict_cloud.settle()
    assert len(kept.events) == 1
