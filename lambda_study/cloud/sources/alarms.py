"""Alarms of CloudWatch: looked at by the clock, and told to topics, functions and the event bus."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from lambda_study.cloud.seam import alarms as seam
from lambda_study.cloud.seam import events as bus
from lambda_study.cloud.seam import sns as topics
from lambda_study.cloud.seam.alarms import Alarm
from lambda_study.cloud.sources.errands import Errands
from lambda_study.cloud.sources.s3_event import iso_ms
from lambda_study.cloud.wiring import Wiring
from lambda_study.engine import ServiceError
from lambda_study.engine.function import ACCOUNT, REGION
from lambda_study.model.alarm import AlarmRule, State

_ACTIONS = {
    "ALARM": "alarm_actions",
    "OK": "ok_actions",
    "INSUFFICIENT_DATA": "insufficient_data_actions",
}
_WORDS = {
    "GreaterThanThreshold": "greater than",
    "GreaterThanOrEqualToThreshold": "greater than or equal to",
    "LessThanThreshold": "less than",
    "LessThanOrEqualToThreshold": "less than or equal to",
}
_TREATED = {"breaching": "breaching", "notBreaching": "not breaching"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OF_QUERIES_S = 60  # the period of an alarm on metric math, whose metrics have their own


@dataclass(frozen=True, slots=True)
class Change:
    """An alarm has changed its state, for a reason."""

    alarm: Alarm
    before: str
    after: str
    reason: str
    at: datetime


class Alarms:
    """Looks at each alarm whenever a period of it ends, and does its actions when its state changes.

    Unlike AWS: AWS looks every minute, and at data that are a minute or two old. Alarms on anomaly detection
    bands and composite alarms stay as they are.
    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
    (read 2026-11-23).
    """

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._errands = Errands(wiring.clock, chained=False)
        self._versions: dict[str, int] = {}  # how often each alarm was put: what looks for an old one ends
        self._stack = ExitStack()
        self._stack.callback(self._errands.close)
        self._stack.enter_context(seam.told_to(self))

    def close(self) -> None:
        """Look at no alarm any more."""
        self._stack.close()

    # -- told by the seam

    def alarm_put(self, name: str) -> None:
        """Look at an alarm from now on."""
        self._versions[name] = self._versions.get(name, 0) + 1
        found = seam.alarm(name)
        if found is not None and rule_of(found.settings) is not None:
            self._look_later(name, self._versions[name], period_of(found.settings))

    def alarm_set(self, before: Alarm, after: Alarm) -> None:
        """Do what follows from a state that somebody has set."""
        if after.state != before.state:
            change = Change(before, before.state, after.state, after.reason, self._errands.now())
            self._errands.call_in(0, lambda: self._tell(change))

    # -- parts

    def _look_later(self, name: str, version: int, period_s: int) -> None:
        """Look when the period of now has ended."""
        now = self._errands.now()
        wait = begun(now, period_s) + timedelta(seconds=period_s) - now
        self._errands.call_in(wait.total_seconds(), lambda: self._look(name, version))

    def _look(self, name: str, version: int) -> None:
        found = seam.alarm(name)
        if found is None or self._versions[name] != version:
            return
        rule, period_s = rule_of(found.settings), period_of(found.settings)
        if rule is None:
            return
        now = self._errands.now()
        try:
            values = _values(found, rule, begun(now, period_s), period_s)
        except Exception as error:  # an alarm that cannot be computed must not stop the clock of all others
            self._wiring.trace.add("failure", source="cloudwatch", target=found.arn, error=str(error))
            return
        self._look_later(name, version, period_s)
        state = rule.state(values, _state(found.state))
        if state != found.state:
            reason = reason_of(rule, values, state)
            seam.set_state(name, state, reason)
            self._tell(Change(found, found.state, state, reason, now))

    def _tell(self, change: Change) -> None:
        """Do the actions of a change, and tell EventBridge, whether there are actions or not."""
        bus.offer_to_rules(bus_event(change, self._wiring.ids()))
        settings = change.alarm.settings
        for action in settings[_ACTIONS[change.after]] if settings["actions_enabled"] else ():
            self._act(action, change)

    def _act(self, action: str, change: Change) -> None:
        detail = f"{change.before} -> {change.after}"
        arn = change.alarm.arn
        if ":lambda:" in action:
            event = lambda_event(change)
            source = "lambda.alarms.cloudwatch"
            self._wiring.invoke_async(action, event, source=source, source_arn=arn, detail=detail)
            return
        try:
            if ":sns:" not in action:
                raise ServiceError(
                    400, "NotModelledException", "Only topics and functions are modelled here."
                )
            subject = f'{change.after}: "{change.alarm.name}" in US East (N. Virginia)'
            topics.publish(action, json.dumps(message_of(change)), subject)
        except ServiceError as error:
            self._wiring.trace.add("failure", source=arn, target=action, detail=detail, error=str(error))
        else:
            self._wiring.trace.add("delivery", source=arn, target=action, detail=detail)


def rule_of(settings: Mapping[str, Any]) -> AlarmRule | None:
    """Return by which rule an alarm goes off; None for one that is not modelled."""
    if settings["rule"] or settings["comparison_operator"] not in _WORDS or settings["threshold"] is None:
        return None
    periods = int(settings["evaluation_periods"])
    return AlarmRule(
        settings["comparison_operator"],
        float(settings["threshold"]),
        periods,
        int(settings["datapoints_to_alarm"] or periods),
        settings["treat_missing_data"] or "missing",
    )


def period_of(settings: Mapping[str, Any]) -> int:
    """Return the period of an alarm, in seconds."""
    periods = [each.metric_stat.period for each in settings["metric_data_queries"] if each.metric_stat]
    return int(settings["period"] or max(map(int, periods), default=_OF_QUERIES_S))


def begun(now: datetime, period_s: int) -> datetime:
    """Return when the period of NOW began. Periods begin when time began, as CloudWatch's do.

    >>> begun(datetime(2026, 11, 23, 12, 4, 59, 7, tzinfo=UTC), 60).isoformat()
    '2026-11-23T12:04:00+00:00'
    """
    return now - (now - _EPOCH) % timedelta(seconds=period_s)


def _values(alarm: Alarm, rule: AlarmRule, end: datetime, period_s: int) -> list[float | None]:
    """Return the datapoints of the periods before END, oldest first, None for a missing one."""
    start = end - timedelta(seconds=period_s * rule.range)
    data = seam.alarm_data(alarm.settings, start, end)
    return [data.get(start + timedelta(seconds=period_s * number)) for number in range(rule.range)]


def reason_of(rule: AlarmRule, values: list[float | None], state: str) -> str:
    """Return in words why an alarm is in a state, much as AWS says it.

    >>> reason_of(AlarmRule("GreaterThanThreshold", 0.0, 1, 1), [None, 2.0], "ALARM")
    'Threshold Crossed: 1 of the last 1 datapoints [2.0] was greater than the threshold (0.0).'
    """
    real = [value for value in values if value is not None][-rule.evaluation_periods :]
    if not real:
        treated = _TREATED.get(rule.missing)
        if treated is None:
            return "Insufficient Data: no datapoints were received."
        return f"Threshold Crossed: no datapoints were received, and missing ones were treated as {treated}."
    wanted = [value for value in real if rule.breaches(value) == (state == "ALARM")]
    verb = "was" if len(wanted) == 1 else "were"
    no = "" if state == "ALARM" else "not "
    return (
        f"Threshold Crossed: {len(wanted)} of the last {rule.evaluation_periods} datapoints {wanted} {verb} "
        f"{no}{_WORDS[rule.comparison]} the threshold ({rule.threshold})."
    )


def message_of(change: Change) -> dict[str, Any]:
    """Return what a topic gets of a change, as the text of its message."""
    settings = change.alarm.settings
    trigger = {
        "MetricName": settings["metric_name"],
        "Namespace": settings["namespace"],
        "StatisticType": "Statistic",
        "Statistic": (settings["statistic"] or settings["extended_statistic"] or "").upper(),
        "Unit": settings["unit"],
        "Dimensions": [{"value": each["Value"], "name": each["Name"]} for each in settings["dimensions"]],
        "Period": period_of(settings),
        "EvaluationPeriods": int(settings["evaluation_periods"]),
        "ComparisonOperator": settings["comparison_operator"],
        "Threshold": float(settings["threshold"]),
        "TreatMissingData": settings["treat_missing_data"] or "missing",
    }
    return {
        "AlarmName": change.alarm.name,
        "AlarmDescription": settings["description"],
        "AWSAccountId": ACCOUNT,
        "NewStateValue": change.after,
        "NewStateReason": change.reason,
        "StateChangeTime": f"{iso_ms(change.at)[:-1]}+0000",
        "Region": "US East (N. Virginia)",
        "AlarmArn": change.alarm.arn,
        "OldStateValue": change.before,
        "OKActions": settings["ok_actions"],
        "AlarmActions": settings["alarm_actions"],
        "InsufficientDataActions": settings["insufficient_data_actions"],
        "Trigger": trigger,
    }


def bus_event(change: Change, event_id: str) -> dict[str, Any]:
    """Return what the default event bus gets of a change.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
    (read 2026-11-23).
    """
    return {
        "version": "0",
        "id": event_id,
        "detail-type": "CloudWatch Alarm State Change",
        "source": "aws.cloudwatch",
        "account": ACCOUNT,
        "time": f"{change.at:%Y-%m-%dT%H:%M:%SZ}",
        "region": REGION,
        "resources": [change.alarm.arn],
        "detail": _detail(change),
    }


def lambda_event(change: Change) -> dict[str, Any]:
    """Return what a function gets that is an action of the alarm.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html
    (read 2026-11-23).
    """
    return {
        "source": "aws.cloudwatch",
        "alarmArn": change.alarm.arn,
        "accountId": ACCOUNT,
        "time": f"{iso_ms(change.at)[:-1]}+0000",
        "region": REGION,
        "alarmData": _detail(change),
    }


def _detail(change: Change) -> dict[str, Any]:
    return {
        "alarmName": change.alarm.name,
        "state": {
            "value": change.after,
            "reason": change.reason,
            "timestamp": f"{iso_ms(change.at)[:-1]}+0000",
        },
        "previousState": {"value": change.before, "reason": change.alarm.reason},
        "configuration": {
            "description": change.alarm.settings["description"] or "",
            "metrics": _metrics(change.alarm),
        },
    }


def _metrics(alarm: Alarm) -> list[dict[str, Any]]:
    """Return the metric of an alarm as its events show it; one on metric math shows none here."""
    settings = alarm.settings
    if not settings["metric_name"]:
        return []
    metric = {
        "namespace": settings["namespace"],
        "name": settings["metric_name"],
        "dimensions": {each["Name"]: each["Value"] for each in settings["dimensions"]},
    }
    statistic = settings["statistic"] or settings["extended_statistic"]
    stat = {"metric": metric, "period": period_of(settings), "stat": statistic}
    return [{"id": "m1", "metricStat": stat, "returnData": True}]


def _state(text: str) -> State:
    """Return TEXT as the state that it names."""
    states: dict[str, State] = {"OK": "OK", "ALARM": "ALARM"}
    return states.get(text, "INSUFFICIENT_DATA")
