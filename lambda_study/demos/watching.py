"""What CloudWatch tells of functions: logs, subscriptions, metrics and alarms that really run here.

The clock is moved by hand.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from lambda_study.demos.small_account import SmallAccount
from lambda_study.engine import Function, ThrottledInvocation

_METRICS = ("Invocations", "Errors", "Throttles")
_ALARM = {
    "AlarmName": "watch",
    "Namespace": "AWS/Lambda",
    "MetricName": "Errors",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 0,
    "ComparisonOperator": "GreaterThanThreshold",
}
_TIMEOUT_S = 30  # so that a busy machine is no time-out


def counts_when_two_of_three_are_throttled() -> str:
    """Invocations, errors and throttles of three calls at once, when one may run and fails.

    >>> counts_when_two_of_three_are_throttled()
    '1, 1, 2'
    """
    with SmallAccount() as account:
        function = _writer(account, reserved_concurrency=1)
        results = function.invoke_all([{"fail": True}] * 3)
        assert sum(isinstance(each, ThrottledInvocation) for each in results) == 2
        return ", ".join(f"{sum_of(account, metric):g}" for metric in _METRICS)


def treatment_that_tells_of_silence() -> str:
    """Which ways to treat missing data let an alarm go off for a function that nobody calls any more.

    >>> treatment_that_tells_of_silence()
    'breaching'
    """
    with SmallAccount() as account:
        function = _writer(account)
        for missing in ("missing", "ignore", "breaching", "notBreaching"):
            watched = {**_watch(function), "AlarmName": missing, "TreatMissingData": missing}
            fewer = {"MetricName": "Invocations", "Threshold": 1, "ComparisonOperator": "LessThanThreshold"}
            account.cloudwatch.put_metric_alarm(**{**watched, **fewer})
        function.invoke()
        account.clock.advance(minutes=10)
        alarms = account.cloudwatch.describe_alarms()["MetricAlarms"]
        return " and ".join(each["AlarmName"] for each in alarms if each["StateValue"] == "ALARM")


def states_of_an_alarm_after_an_error() -> list[str]:
    """The state of an alarm on errors after a run, after a failure, and when nobody calls for ten minutes.

    >>> states_of_an_alarm_after_an_error()
    ['OK', 'ALARM', 'INSUFFICIENT_DATA']
    """
    with SmallAccount() as account:
        function = _writer(account)
        account.cloudwatch.put_metric_alarm(**_watch(function))
        states = []
        minutes: tuple[list[Any], ...] = ([{}], [{"fail": True}], [None] * 10)
        for events in minutes:
            for event in events:
                if event is not None:
                    function.invoke(event)
                account.clock.advance(minutes=1)
            states.append(_state(account))
        return states


def minute_in_which_an_alarm_goes_off() -> int:
    """After how many minutes an alarm for 2 of 3 minutes with more than 5 errors goes off.

    The minutes have 7, 0, 2, 9 and 6 errors.

    >>> minute_in_which_an_alarm_goes_off()
    5
    """
    with SmallAccount() as account:
        function = _writer(account)
        two_of_three = {"EvaluationPeriods": 3, "DatapointsToAlarm": 2, "Threshold": 5}
        account.cloudwatch.put_metric_alarm(**{**_watch(function), **two_of_three})
        for minute, errors in enumerate((7, 0, 2, 9, 6), start=1):
            for number in range(max(errors, 1)):
                function.invoke({"fail": number < errors})
            account.clock.advance(minutes=1)
            if _state(account) == "ALARM":
                return minute
    return 0


def patterns_that_take_an_error() -> set[str]:
    """Which filter patterns find the line "[ERROR] KeyError: photo" in the log of a function.

    >>> sorted(patterns_that_take_an_error())
    ['any', 'one term']
    """
    tried = {
        "one term": "ERROR",
        "small letters": "keyerror",
        "any": "?WARN ?ERROR",
        "without": "ERROR -KeyError",
        "both": "ERROR WARN",
    }
    with SmallAccount() as account:
        _writer(account).invoke({"lines": ["[ERROR] KeyError: photo"]})
        return {name for name, pattern in tried.items() if found(account, pattern)}


def pattern_for_slow_errors() -> str:
    """Which filter pattern finds the errors that took more than 500 ms, and nothing else.

    >>> pattern_for_slow_errors()
    'both fields'
    """
    tried = {
        "terms": 'ERROR "500"',
        "either field": '{ $.level = "ERROR" || $.ms > 500 }',
        "both fields": '{ $.level = "ERROR" && $.ms > 500 }',
        "between spaces": "[level = ERROR, ms > 500]",
    }
    lines = [json.dumps({"level": level, "ms": ms}) for level in ("ERROR", "INFO") for ms in (80, 812)]
    with SmallAccount() as account:
        _writer(account).invoke({"lines": lines})
        return " and ".join(name for name, pattern in tried.items() if found(account, pattern) == [lines[1]])


def log_groups_whose_subscription_never_ends() -> str:
    """Which log group, subscribed to by a function, makes it run for ever.

    >>> log_groups_whose_subscription_never_ends()
    'its own'
    """
    groups = {"its own": "/aws/lambda/reader", "that of another function": "/aws/lambda/writer"}
    return " and ".join(name for name, group in groups.items() if _runs_for_ever(group))


def way_to_read_log_events() -> str:
    """How a function reads the data of an event of CloudWatch Logs: what comes first, next and last.

    >>> way_to_read_log_events()
    'base64, gzip, JSON'
    """
    with SmallAccount() as account:
        writer, reader = _writer(account), _function(account, "reader", "reads_logs")
        writer.invoke()
        subscribe(account, "/aws/lambda/writer", reader, "photo")
        writer.invoke({"lines": ["photo 1"]})
        account.clock.advance(seconds=5)
        [run] = account.cloud.invocations("reader")
        return " and ".join(run.payload)


def lines_that_land_in_a_bucket() -> str:
    """What a function stores in a bucket of the lines of two runs, if it is subscribed to ERROR.

    >>> lines_that_land_in_a_bucket()
    'ERROR swan, ERROR owl'
    """
    with SmallAccount() as account:
        account.bucket("archive")
        writer, lander = _writer(account), _function(account, "lander", "lands_logs")
        writer.invoke()
        subscribe(account, "/aws/lambda/writer", lander, "ERROR")
        for photo in ("swan", "owl"):
            writer.invoke({"lines": [f"ok {photo}", f"ERROR {photo}"]})
        account.clock.advance(seconds=5)
        [stored] = account.s3.list_objects_v2(Bucket="archive")["Contents"]
        body = account.s3.get_object(Bucket="archive", Key=stored["Key"])["Body"].read()
        return ", ".join(body.decode().splitlines())


def metric_of_a_dead_letter_that_is_lost() -> str:
    """Which metric has data when a dead-letter queue is gone, and none when it is there.

    >>> metric_of_a_dead_letter_that_is_lost()
    'DeadLetterErrors'
    """
    tried = ("Errors", "AsyncEventsDropped", "DeadLetterErrors", "DestinationDeliveryFailures")
    with SmallAccount() as account:
        there = account.arn_of(account.queue("there"))
        writers = {
            name: _function(account, name, "writes_lines", dead_letter=arn)
            for name, arn in {"well": there, "badly": there.replace("there", "gone")}.items()
        }
        for writer in writers.values():
            writer.invoke_async({"fail": True})
        account.clock.advance(minutes=5)
        return " and ".join(
            metric
            for metric in tried
            if sum_of(account, metric, "badly") and not sum_of(account, metric, "well")
        )


def what_json_logging_changes() -> str:
    """Which lines have a level when a function logs as JSON: those of print, of logging, or both.

    >>> what_json_logging_changes()
    'logging'
    """
    with SmallAccount() as account:
        function = _writer(account)
        account.lambda_.update_function_configuration(
            FunctionName="writer", LoggingConfig={"LogFormat": "JSON"}
        )
        function.invoke({"lines": ["print"], "warning": "logging"})
        lines = found(account, "{ $.level = * }")
        return " and ".join(json.loads(line)["message"] for line in lines)


def found(account: SmallAccount, pattern: str, group: str = "/aws/lambda/writer") -> list[str]:
    """The messages in a log group that PATTERN finds, but for those of the platform."""
    events = account.logs.filter_log_events(logGroupName=group, filterPattern=pattern)["events"]
    return [each["message"] for each in events if "RequestId" not in each["message"]]


def subscribe(account: SmallAccount, group: str, function: Function, pattern: str = "") -> None:
    """Send what PATTERN takes of a log group to FUNCTION."""
    account.logs.put_subscription_filter(
        logGroupName=group,
        filterName=function.name,
        filterPattern=pattern,
        destinationArn=function.configuration.arn,
    )


def sum_of(account: SmallAccount, metric: str, name: str = "writer") -> float:
    """The sum of a metric of the function NAME over the day."""
    now = account.clock.now()
    answer = account.cloudwatch.get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName=metric,
        Dimensions=[{"Name": "FunctionName", "Value": name}],
        StartTime=now - timedelta(days=1),
        EndTime=now + timedelta(minutes=1),
        Period=60,
        Statistics=["Sum"],
    )
    return sum(float(each["Sum"]) for each in answer["Datapoints"])


def _runs_for_ever(group: str) -> bool:
    with SmallAccount() as account:
        writer, reader = _writer(account), _function(account, "reader", "reads_logs")
        reader.invoke({"awslogs": {"data": ""}})
        writer.invoke()
        subscribe(account, group, reader)
        for function, event in ((writer, {}), (reader, {"awslogs": {"data": ""}})):
            function.invoke(event)
        account.clock.advance(seconds=10)
        return len(account.cloud.invocations("reader")) > 4


def _writer(account: SmallAccount, **settings: Any) -> Function:
    return _function(account, "writer", "writes_lines", **settings)


def _function(account: SmallAccount, name: str, file: str, **settings: Any) -> Function:
    return account.function(name, file, timeout_s=_TIMEOUT_S, **settings)


def _watch(function: Function) -> dict[str, Any]:
    return {**_ALARM, "Dimensions": [{"Name": "FunctionName", "Value": function.name}]}


def _state(account: SmallAccount) -> str:
    [alarm] = account.cloudwatch.describe_alarms()["MetricAlarms"]
    return str(alarm["StateValue"])
