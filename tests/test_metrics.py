"""Metrics of functions, as boto3 reads them, and alarms that watch them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import clouds
import pytest
from botocore.exceptions import ClientError

from lambda_study.cloud import Cloud
from lambda_study.cloud.seam import alarms
from lambda_study.cloud.seam import cloudwatch as seam
from lambda_study.engine import ServiceError
from lambda_study.engine.clock import ManualClock
from lambda_study.model.metric_math import evaluate

cloud = clouds.cloud
FILE = Path(__file__).parent / "handlers" / "logs.py"
START = datetime(2026, 11, 23, tzinfo=UTC)
OF_TALKER = [{"Name": "FunctionName", "Value": "talker"}]
ALARM = {
    "AlarmName": "talker-fails",
    "Namespace": "AWS/Lambda",
    "MetricName": "Errors",
    "Dimensions": OF_TALKER,
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 0,
    "ComparisonOperator": "GreaterThanThreshold",
}


def talker(cloud, name="talker", **settings):
    return cloud.deploy(f"{FILE}:talk", name=name, timeout_s=60, **settings)


def statistics(metric, statistic="Sum", period_s=60, dimensions=OF_TALKER, hours=24):
    """The datapoints of a day, oldest first."""
    given = {"ExtendedStatistics" if statistic[0] == "p" else "Statistics": [statistic]}
    answer = boto3.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName=metric,
        Dimensions=dimensions,
        StartTime=START,
        EndTime=START + timedelta(hours=hours),
        Period=period_s,
        **given,
    )
    points = sorted(answer["Datapoints"], key=lambda each: each["Timestamp"])
    return [
        each[statistic] if statistic in each else each["ExtendedStatistics"][statistic] for each in points
    ]


def test_runs_and_errors_are_counted_by_the_minute(cloud):
    function = talker(cloud)
    function.invoke()
    function.invoke({"fail": True})
    cloud.clock.advance(minutes=5)
    function.invoke()
    assert (statistics("Invocations"), statistics("Errors")) == ([2, 1], [1, 0])
    assert statistics("Invocations", period_s=3600) == [3]
    assert statistics("Errors", "Average", period_s=3600) == [pytest.approx(1 / 3)]


def test_the_duration_is_that_of_the_reports(cloud):
    function = talker(cloud)
    reports = [function.invoke().report for _ in range(4)]
    durations = sorted(report.duration_ms for report in reports)
    assert statistics("Duration", "Maximum") == [pytest.approx(durations[-1])]
    assert statistics("Duration", "p50") == [pytest.approx(durations[1])]


def test_all_functions_together_are_a_metric_without_dimension(cloud):
    talker(cloud).invoke()
    talker(cloud, "other").invoke()
    assert (statistics("Invocations"), statistics("Invocations", dimensions=[])) == ([1], [2])


def test_what_ran_at_the_same_time_is_the_maximum_of_concurrency(cloud):
    function = talker(cloud)
    function.invoke_all([{}, {}, {}])
    cloud.clock.advance(minutes=1)
    for _ in range(3):
        function.invoke()
    assert statistics("ConcurrentExecutions", "Maximum") == [3, 1]


def test_a_throttle_is_neither_a_run_nor_an_error(cloud):
    function = talker(cloud, reserved_concurrency=0)
    with pytest.raises(ServiceError, match="TooManyRequests"):
        function.invoke()
    assert (statistics("Throttles"), statistics("Invocations"), statistics("Errors")) == ([1], [], [])


def test_an_event_that_is_given_up_is_dropped_after_three_errors(cloud):
    function = talker(cloud, dead_letter="arn:aws:sqs:us-east-1:123456789012:gone")
    function.invoke_async({"fail": True})
    cloud.clock.advance(minutes=5)
    one_each = {name: statistics(name) for name in ("AsyncEventsReceived", "AsyncEventsDropped")}
    assert one_each == {"AsyncEventsReceived": [1], "AsyncEventsDropped": [1]}
    assert statistics("Errors", period_s=3600) == [3]
    assert statistics("AsyncEventAge", "Maximum", period_s=3600) == [180_000]
    assert statistics("DeadLetterErrors") == [1]


def test_the_age_of_an_event_is_forgotten_once_it_has_run():
    with Cloud(clock="manual", ids=lambda: "00000000-0000-4000-8000-000000000001") as cloud:
        function = talker(cloud)
        function.invoke_async({})
        cloud.clock.advance(seconds=1)
        function.invoke({})  # which has the same request id
        assert statistics("Invocations") == [2]
        assert statistics("AsyncEventAge", "SampleCount") == [1]


def test_several_metrics_come_in_one_request_with_their_quotient(cloud):
    function = talker(cloud)
    for fails in (True, False, False, False):
        function.invoke({"fail": fails})
    queries = [metric("errors", "Errors"), metric("runs", "Invocations")]
    queries.append({"Id": "rate", "Expression": "100 * errors / runs"})
    answer = boto3.client("cloudwatch").get_metric_data(
        MetricDataQueries=queries, StartTime=START, EndTime=START + timedelta(hours=1)
    )
    assert {each["Id"]: each["Values"] for each in answer["MetricDataResults"]} == {
        "errors": [1],
        "runs": [4],
        "rate": [25],
    }


def metric(name, of):
    found = {"Namespace": "AWS/Lambda", "MetricName": of, "Dimensions": OF_TALKER}
    return {"Id": name, "MetricStat": {"Metric": found, "Period": 60, "Stat": "Sum"}}


def test_metrics_of_ones_own_are_read_in_the_same_way(cloud):
    client = boto3.client("cloudwatch")
    client.put_metric_data(
        Namespace="Club",
        MetricData=[{"MetricName": "Photos", "Timestamp": START, "Values": [1, 5], "Unit": "Count"}],
    )
    answer = client.get_metric_statistics(
        Namespace="Club",
        MetricName="Photos",
        StartTime=START,
        EndTime=START + timedelta(hours=1),
        Period=300,
        Statistics=["Sum", "Maximum"],
    )
    [point] = answer["Datapoints"]
    assert (point["Sum"], point["Maximum"], point["Timestamp"]) == (6, 5, START)


def test_a_log_event_in_the_embedded_metric_format_is_a_metric(cloud):
    directive = {"Namespace": "Club", "Dimensions": [["kind"], []], "Metrics": [{"Name": "faces"}]}
    about = {"Timestamp": int(START.timestamp() * 1000), "CloudWatchMetrics": [directive]}
    line = json.dumps({"_aws": about, "kind": "swan", "faces": [2, 3]})
    talker(cloud).invoke({"lines": [line, '{"_aws": 1}']})
    of_swans = [{"Name": "kind", "Value": "swan"}]
    for dimensions in (of_swans, []):
        [found] = boto3.client("cloudwatch").get_metric_statistics(
            Namespace="Club",
            MetricName="faces",
            Dimensions=dimensions,
            StartTime=START,
            EndTime=START + timedelta(hours=1),
            Period=60,
            Statistics=["Sum"],
        )["Datapoints"]
        assert found["Sum"] == 5


def test_the_metrics_are_listed(cloud):
    talker(cloud).invoke()
    listed = boto3.client("cloudwatch").list_metrics(Namespace="AWS/Lambda", Dimensions=OF_TALKER)["Metrics"]
    names = {each["MetricName"] for each in listed}
    assert names == {"Invocations", "Errors", "Throttles", "Duration", "ConcurrentExecutions"}


def state():
    [alarm] = boto3.client("cloudwatch").describe_alarms()["MetricAlarms"]
    return alarm["StateValue"]


def test_an_alarm_goes_off_and_calms_down_again(cloud):
    function = talker(cloud)
    boto3.client("cloudwatch").put_metric_alarm(**ALARM)
    states = [state()]
    for event in ({}, {"fail": True}, {}):
        function.invoke(event)
        cloud.clock.advance(minutes=1)
        states.append(state())
    assert states == ["INSUFFICIENT_DATA", "OK", "ALARM", "OK"]


def test_without_data_an_alarm_does_as_it_is_told(cloud):
    function, client = talker(cloud), boto3.client("cloudwatch")
    for missing in ("missing", "ignore", "breaching", "notBreaching"):
        client.put_metric_alarm(**{**ALARM, "AlarmName": missing, "TreatMissingData": missing})
    function.invoke()
    cloud.clock.advance(minutes=10)
    found = client.describe_alarms()["MetricAlarms"]
    assert {each["AlarmName"]: each["StateValue"] for each in found} == {
        "missing": "INSUFFICIENT_DATA",
        "ignore": "OK",
        "breaching": "ALARM",
        "notBreaching": "OK",
    }


def test_a_topic_a_function_and_the_event_bus_are_told(cloud):
    function, heard = talker(cloud), talker(cloud, "heard")
    topic = boto3.client("sns").create_topic(Name="alarms")["TopicArn"]
    boto3.client("sns").subscribe(TopicArn=topic, Protocol="lambda", Endpoint=heard.configuration.arn)
    events = boto3.client("events")
    events.put_rule(Name="alarms", EventPattern='{"source": ["aws.cloudwatch"]}')
    events.put_targets(Rule="alarms", Targets=[{"Id": "1", "Arn": heard.configuration.arn}])
    boto3.client("cloudwatch").put_metric_alarm(**ALARM, AlarmActions=[topic, heard.configuration.arn])
    function.invoke({"fail": True})
    cloud.clock.advance(minutes=1)
    told = [each.source for each in cloud.trace.of("trigger")]
    assert sorted(told) == ["cloudwatch:alarm:talker-fails", "events:rule/alarms", "sns:alarms"]
    assert len(cloud.invocations("heard")) == 3


def test_a_function_gets_the_event_that_aws_documents(cloud):
    heard = cloud.deploy(f"{FILE.parent / 'basics.py'}:echo", name="heard", timeout_s=60)
    client, arn = boto3.client("cloudwatch"), "arn:aws:cloudwatch:us-east-1:123456789012:alarm:talker-fails"
    client.put_metric_alarm(**ALARM, AlarmActions=[heard.configuration.arn])
    client.set_alarm_state(AlarmName="talker-fails", StateValue="ALARM", StateReason="a test")
    cloud.settle()
    [event] = [each.payload for each in cloud.invocations("heard")]
    data = event.pop("alarmData")
    assert event == {
        "source": "aws.cloudwatch",
        "alarmArn": arn,
        "accountId": "123456789012",
        "time": "2026-11-23T00:00:00.000+0000",
        "region": "us-east-1",
    }
    assert (data["state"]["value"], data["state"]["reason"]) == ("ALARM", "a test")
    assert data["previousState"]["value"] == "INSUFFICIENT_DATA"
    [stat] = [each["metricStat"] for each in data["configuration"]["metrics"]]
    assert stat["metric"]["dimensions"] == {"FunctionName": "talker"}


def test_a_topic_gets_the_message_that_aws_sends(cloud):
    sqs, sns, function = boto3.client("sqs"), boto3.client("sns"), talker(cloud)
    url = sqs.create_queue(QueueName="mails")["QueueUrl"]
    topic = sns.create_topic(Name="alarms")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:123456789012:mails")
    boto3.client("cloudwatch").put_metric_alarm(**ALARM, AlarmActions=[topic])
    function.invoke({"fail": True})
    cloud.clock.advance(minutes=1)
    [received] = sqs.receive_message(QueueUrl=url)["Messages"]
    envelope = json.loads(received["Body"])
    message = json.loads(envelope["Message"])
    assert envelope["Subject"] == 'ALARM: "talker-fails" in US East (N. Virginia)'
    assert (message["OldStateValue"], message["NewStateValue"]) == ("INSUFFICIENT_DATA", "ALARM")
    assert (message["StateChangeTime"], message["Trigger"]["MetricName"]) == (
        "2026-11-23T00:01:00.000+0000",
        "Errors",
    )


def test_a_topic_that_is_gone_is_a_failure_in_the_trace(cloud):
    boto3.client("cloudwatch").put_metric_alarm(
        **ALARM, AlarmActions=["arn:aws:sns:us-east-1:123456789012:gone"]
    )
    boto3.client("cloudwatch").set_alarm_state(
        AlarmName="talker-fails", StateValue="ALARM", StateReason="a test"
    )
    cloud.settle()
    [failure] = cloud.trace.of("failure")
    assert (failure.target, failure.detail) == ("sns:gone", "INSUFFICIENT_DATA -> ALARM")


@pytest.mark.parametrize(
    "wrong", [{"Period": 7}, {"DatapointsToAlarm": 2}, {"Period": 86400, "EvaluationPeriods": 8}]
)
def test_an_alarm_that_aws_refuses_is_not_made(cloud, wrong):
    client = boto3.client("cloudwatch")
    with pytest.raises(ClientError):
        client.put_metric_alarm(**{**ALARM, **wrong})
    assert client.describe_alarms()["MetricAlarms"] == []


def test_an_alarm_watches_a_rate_of_errors(cloud):
    function = talker(cloud)
    queries = [{**metric("errors", "Errors"), "ReturnData": False}]
    queries += [{**metric("runs", "Invocations"), "ReturnData": False}]
    queries += [{"Id": "rate", "Expression": "100 * errors / runs", "ReturnData": True}]
    boto3.client("cloudwatch").put_metric_alarm(
        AlarmName="half",
        Metrics=queries,
        EvaluationPeriods=1,
        Threshold=50,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
    )
    states = []
    for events in ([{}, {}, {"fail": True}], [{}, {"fail": True}]):
        for event in events:
            function.invoke(event)
        cloud.clock.advance(minutes=1)
        states.append(state())
    assert states == ["OK", "ALARM"]


@pytest.mark.parametrize(
    "expression", ["FILL(m1, 0)", "SUM([m1])", "m1 *", "m1 + other", "m1 * 1" + "0" * 400]
)
def test_an_alarm_whose_expression_cannot_be_computed_is_not_made(cloud, expression):
    client = boto3.client("cloudwatch")
    queries = [{**metric("m1", "Errors"), "ReturnData": False}, {"Id": "e", "Expression": expression}]
    rule = {name: ALARM[name] for name in ("EvaluationPeriods", "Threshold", "ComparisonOperator")}
    with pytest.raises(ClientError, match="ValidationError"):
        client.put_metric_alarm(AlarmName="math", Metrics=queries, **rule)
    assert client.describe_alarms()["MetricAlarms"] == []


def test_metric_math_names_the_function_that_is_not_modelled():
    with pytest.raises(NotImplementedError, match=r"FILL\(m1, 0\) is not modelled"):
        evaluate("100 * FILL(m1, 0)", {"m1": {START: 1.0}})


@pytest.mark.parametrize("left_out", ["Statistic", "Period"])
def test_an_alarm_on_a_metric_says_which_statistic_of_which_period(cloud, left_out):
    given = {name: value for name, value in ALARM.items() if name != left_out}
    with pytest.raises(ClientError, match="ValidationError"):
        boto3.client("cloudwatch").put_metric_alarm(**given)


def test_an_alarm_on_a_statistic_that_is_not_modelled_is_not_made(cloud):
    given = {name: value for name, value in ALARM.items() if name != "Statistic"}
    with pytest.raises(ClientError, match="p1000"):
        boto3.client("cloudwatch").put_metric_alarm(**given, ExtendedStatistic="p1000")


def test_an_alarm_that_breaks_is_told_once_and_stops_no_clock(cloud):
    boto3.client("cloudwatch").put_metric_alarm(**ALARM)
    seam.backend().alarms["talker-fails"].statistic = "gone"
    talker(cloud).invoke()
    cloud.clock.advance(minutes=10)
    [failure] = cloud.trace.of("failure")
    assert '"gone" is not modelled' in failure.error


def test_an_alarm_that_was_changed_is_looked_at_by_its_new_period_alone(cloud):
    client = boto3.client("cloudwatch")
    client.put_metric_alarm(**ALARM)
    client.put_metric_alarm(**{**ALARM, "Period": 300, "TreatMissingData": "breaching"})
    cloud.clock.advance(minutes=4)
    before = state()
    cloud.clock.advance(minutes=1)
    assert (before, state()) == ("INSUFFICIENT_DATA", "ALARM")


class LateClock(ManualClock):
    """A clock whose timers fire half a second late, as those of a busy machine may."""

    def call_at(self, at, action):
        return super().call_at(at + timedelta(seconds=0.5), action)


def test_an_alarm_that_is_looked_at_late_sees_whole_periods():
    with Cloud(clock=LateClock()) as cloud:
        boto3.client("cloudwatch").put_metric_alarm(**ALARM)
        talker(cloud).invoke({"fail": True})
        cloud.clock.advance(minutes=3, seconds=1)  # the oldest of the three that are looked at has the error
        assert state() == "ALARM"
        cloud.clock.advance(minutes=1)
        assert state() == "INSUFFICIENT_DATA"


def test_an_alarm_whose_actions_are_switched_off_does_none(cloud):
    heard = talker(cloud, "heard")
    client, actions = boto3.client("cloudwatch"), [heard.configuration.arn]
    for enabled in (False, True):
        client.put_metric_alarm(**ALARM, AlarmActions=actions, ActionsEnabled=enabled)
        for value in ("OK", "ALARM"):
            client.set_alarm_state(AlarmName="talker-fails", StateValue=value, StateReason="a test")
        cloud.settle()
        assert len(cloud.invocations("heard")) == int(enabled)


def test_a_request_for_metrics_begins_with_a_whole_minute(cloud):
    talker(cloud).invoke()
    found = boto3.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName="Invocations",
        Dimensions=OF_TALKER,
        StartTime=START + timedelta(seconds=59),
        EndTime=START + timedelta(hours=1),
        Period=60,
        Statistics=["Sum"],
    )["Datapoints"]
    assert [(each["Timestamp"], each["Sum"]) for each in found] == [(START, 1)]


def test_the_age_of_a_stream_is_that_of_the_last_record_of_a_batch(cloud):
    kinesis, function = boto3.client("kinesis"), talker(cloud)
    kinesis.create_stream(StreamName="clicks", ShardCount=1)
    cloud.clock.advance(minutes=1)
    kinesis.put_record(StreamName="clicks", Data=b"1", PartitionKey="a")
    cloud.clock.advance(minutes=2)
    boto3.client("lambda").create_event_source_mapping(
        FunctionName=function.name,
        EventSourceArn="arn:aws:kinesis:us-east-1:123456789012:stream/clicks",
        StartingPosition="TRIM_HORIZON",
    )
    cloud.clock.advance(minutes=1)
    assert statistics("IteratorAge", "Maximum") == [pytest.approx(120_000, abs=1000)]


def test_what_nobody_reads_is_written_nowhere(cloud):
    """An invocation only notes what it logs and what it took: the rest is done when somebody reads."""
    function = talker(cloud)
    for _ in range(3):
        function.invoke({"fail": True})
    assert seam.backend().metric_data == []
    assert statistics("Errors") == [3]
    assert seam.backend().metric_data != []


def test_all_patches_are_taken_out_again():
    patches = (*seam.PATCHES, *alarms.PATCHES)
    before = [vars(patch.owner)[patch.name] for patch in patches]
    with seam.mended(), alarms.told_to(None):  # type: ignore[arg-type]
        pass
    assert [vars(patch.owner)[patch.name] for patch in patches] == before


@pytest.mark.parametrize(
    "patch", [*seam.PATCHES, *alarms.PATCHES], ids=lambda patch: f"{patch.owner.__name__}.{patch.name}"
)
def test_what_is_patched_is_in_moto_as_it_was(patch):
    patch.check()
