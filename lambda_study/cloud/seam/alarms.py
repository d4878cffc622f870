"""moto's alarms: they are told of when they are made, and their data are read as CloudWatch does.

moto keeps alarms, and never looks at one again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from moto.cloudwatch import models as moto_cloudwatch
from moto.cloudwatch.exceptions import ValidationError

from lambda_study.cloud import seam
from lambda_study.cloud.seam.cloudwatch import backend, check_period, plain, values_of, write_all
from lambda_study.cloud.seam.patch import Patch, all_patched
from lambda_study.errors import BadInput
from lambda_study.model.metric_math import evaluate
from lambda_study.model.metrics import Value, datapoints, statistic_of


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm as moto keeps it. `settings` are the parameters of PutMetricAlarm, by their names in moto."""

    name: str
    arn: str
    state: str
    reason: str
    settings: Mapping[str, Any]


class Listener(Protocol):
    """Is told of alarms, under the lock of the seam: it may note it, and nothing more."""

    def alarm_put(self, name: str) -> None:
        """An alarm was made, or changed."""

    def alarm_set(self, before: Alarm, after: Alarm) -> None:
        """Somebody set the state of an alarm."""


def alarm(name: str) -> Alarm | None:
    """Return the alarm called NAME, or None."""
    with seam.lock:
        found = backend().alarms.get(name)
        return None if found is None else _alarm(found)


def set_state(name: str, state: str, reason: str) -> None:
    """Set the state of an alarm that changes by itself."""
    with seam.lock:
        backend().alarms[name].update_state(reason, "{}", state)


def alarm_data(settings: Mapping[str, Any], start: datetime, end: datetime) -> dict[datetime, float]:
    """Return the datapoints that an alarm with SETTINGS looks at, by the beginnings of their periods."""
    with seam.lock:
        write_all()
        begin, until = plain(start), plain(end)
        if settings["metric_data_queries"]:
            found = _queried(settings["metric_data_queries"], begin, until)
        else:
            metric = (settings["namespace"], settings["metric_name"], settings["dimensions"])
            statistic = settings["statistic"] or settings["extended_statistic"]
            found = datapoints(values_of(*metric), statistic, begin, until, int(settings["period"]))
    return {at.replace(tzinfo=UTC): value for at, value in found.items()}


def _queried(queries: list[Any], start: datetime, end: datetime) -> dict[datetime, float]:
    """Return what the query of an alarm that returns data brings."""
    series: dict[str, dict[datetime, float]] = {}
    for query in (each for each in queries if each.metric_stat):
        stat = query.metric_stat
        dimensions = [{"Name": each.name, "Value": each.value} for each in stat.metric.dimensions]
        values = values_of(stat.metric.namespace, stat.metric.metric_name, dimensions)
        series[query.id] = datapoints(values, stat.stat, start, end, int(stat.period))
    for query in (each for each in queries if each.expression):
        series[query.id] = evaluate(query.expression, series)
    shown = [each.id for each in queries if each.return_data is not False]
    return series[shown[-1]] if shown else {}


_SETTINGS = (
    *("namespace", "metric_name", "metric_data_queries", "comparison_operator", "evaluation_periods"),
    *("datapoints_to_alarm", "period", "threshold", "statistic", "extended_statistic", "description"),
    *("alarm_actions", "ok_actions", "insufficient_data_actions", "unit", "actions_enabled"),
    *("treat_missing_data", "rule"),
)


def _alarm(found: Any) -> Alarm:
    settings = {name: getattr(found, name) for name in _SETTINGS}
    settings["dimensions"] = [{"Name": each.name, "Value": each.value} for each in found.dimensions]
    return Alarm(found.name, found.alarm_arn, found.state_value, found.state_reason, settings)


# Patches: all of them run under the lock

_listener: Listener | None = None


@contextmanager
def told_to(listener: Listener) -> Iterator[None]:
    """Tell LISTENER of alarms until the block ends."""
    global _listener
    with all_patched(PATCHES):
        _listener = listener
        try:
            yield
        finally:
            _listener = None


def _put_metric_alarm(moto: Callable[..., Any]) -> Callable[..., Any]:
    def put_metric_alarm(self: Any, name: str, **settings: Any) -> Any:
        _check_alarm(settings)
        before = self.alarms.get(name)
        made = moto(self, name, **settings)
        made.state_value = "INSUFFICIENT_DATA" if before is None else before.state_value
        if _listener is not None and not made.rule:
            _listener.alarm_put(name)
        return made

    return put_metric_alarm


def _check_alarm(settings: Mapping[str, Any]) -> None:
    """Raise AWS's error for an alarm that could never go off, or that looks too far back."""
    periods, needed = settings["evaluation_periods"], settings.get("datapoints_to_alarm")
    if needed and periods and int(needed) > int(periods):
        raise ValidationError("DatapointsToAlarm must be less than or equal to EvaluationPeriods.")
    period_s = settings["period"]
    if period_s is not None:
        check_period(int(period_s))
        if timedelta(seconds=int(period_s) * int(periods)) > timedelta(days=7):
            raise ValidationError("Metrics cannot be checked across more than 7 days.")
    if not settings.get("rule") and settings["threshold"] is not None:
        _check_data(settings)


def _check_data(settings: Mapping[str, Any]) -> None:
    """Raise AWS's error for data that cannot be computed; what is not modelled is refused here too."""
    queries = settings.get("metric_data_queries")
    try:
        if queries:
            _try_queries(queries)
            return
        statistic = settings["statistic"] or settings.get("extended_statistic")
        if not statistic or settings["period"] is None:
            raise ValidationError(
                "An alarm on a metric needs a Period, and a Statistic or ExtendedStatistic."
            )
        statistic_of(statistic, [_ONE])
    except (BadInput, NotImplementedError, ValueError, OverflowError, RecursionError) as error:
        raise ValidationError(str(error)) from None


def _try_queries(queries: list[Any]) -> None:
    """Compute QUERIES from one value of each metric, as `_queried` does from all of them."""
    series: dict[str, dict[datetime, float]] = {}
    for query in (each for each in queries if each.metric_stat):
        check_period(int(query.metric_stat.period))
        series[query.id] = {_ONE.at: statistic_of(query.metric_stat.stat, [_ONE])}
    for query in (each for each in queries if each.expression):
        series[query.id] = evaluate(query.expression, series)
    if any(query.id not in series for query in queries):
        raise ValidationError("Each query needs a MetricStat or an Expression.")


_ONE = Value.of(datetime(2026, 11, 23), 1.0)


def _set_alarm_state(moto: Callable[..., Any]) -> Callable[..., Any]:
    def set_alarm_state(self: Any, alarm_name: str, reason: str, reason_data: str, state_value: str) -> None:
        before = alarm(alarm_name)
        moto(self, alarm_name, reason, reason_data, state_value)
        after = alarm(alarm_name)
        if _listener is not None and before is not None and after is not None:
            _listener.alarm_set(before, after)

    return set_alarm_state


_BACKEND = moto_cloudwatch.CloudWatchBackend
_PUT = (
    *("self", "name", "namespace", "metric_name", "comparison_operator", "evaluation_periods", "period"),
    *("threshold", "statistic", "description", "dimensions", "alarm_actions", "metric_data_queries"),
    *("datapoints_to_alarm", "extended_statistic", "ok_actions", "insufficient_data_actions", "unit"),
    *("actions_enabled", "treat_missing_data", "evaluate_low_sample_count_percentile"),
    *("threshold_metric_id", "rule", "tags"),
)
PATCHES = (
    Patch(_BACKEND, "put_metric_alarm", _PUT, _put_metric_alarm),
    Patch(
        _BACKEND,
        "set_alarm_state",
        ("self", "alarm_name", "reason", "reason_data", "state_value"),
        _set_alarm_state,
    ),
)
