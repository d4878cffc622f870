"""moto's metrics and alarms: statistics by period as CloudWatch has them, and alarms that are told of.

moto keeps metrics and alarms. It begins a period where the data do, adds up what has further dimensions,
knows no percentiles, and never looks at an alarm again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Protocol

from moto.cloudwatch import models as moto_cloudwatch
from moto.cloudwatch.exceptions import InvalidParameterCombination, InvalidParameterValue, ValidationError
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult

from lambda_study.cloud import seam
from lambda_study.cloud.seam.patch import Patch, patched
from lambda_study.engine.function import ACCOUNT, REGION
from lambda_study.errors import BadInput
from lambda_study.model.metric_math import evaluate
from lambda_study.model.metrics import Value, datapoints

Dimensions = Mapping[str, str]
_MINUTE_S = 60


class Sample(NamedTuple):
    """One value of a metric at a time, an aware one."""

    name: str
    dimensions: Dimensions
    at: datetime
    value: float
    unit: str


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


class Writer(Protocol):
    """Has metrics that are not written yet."""

    def write(self) -> None:
        """Write them: somebody is about to read."""


def put(namespace: str, samples: Iterable[Sample]) -> None:
    """Add SAMPLES to the metrics of NAMESPACE."""
    with seam.lock:
        _backend().metric_data.extend(
            moto_cloudwatch.MetricDatum(
                namespace,
                sample.name,
                sample.value,
                [{"Name": name, "Value": value} for name, value in sample.dimensions.items()],
                sample.at.replace(tzinfo=None),
                sample.unit,
            )
            for sample in samples
        )


def alarm(name: str) -> Alarm | None:
    """Return the alarm called NAME, or None."""
    with seam.lock:
        found = _backend().alarms.get(name)
        return None if found is None else _alarm(found)


def set_state(name: str, state: str, reason: str) -> None:
    """Set the state of an alarm that changes by itself."""
    with seam.lock:
        _backend().alarms[name].update_state(reason, "{}", state)


def alarm_data(settings: Mapping[str, Any], start: datetime, end: datetime) -> dict[datetime, float]:
    """Return the datapoints that an alarm with SETTINGS looks at, by the beginnings of their periods."""
    with seam.lock:
        _write()
        begin, until = _plain(start), _plain(end)
        if settings["metric_data_queries"]:
            found = _queried(settings["metric_data_queries"], begin, until)
        else:
            metric = (settings["namespace"], settings["metric_name"], settings["dimensions"])
            statistic = settings["statistic"] or settings["extended_statistic"]
            found = datapoints(_values(*metric), statistic, begin, until, int(settings["period"]))
    return {at.replace(tzinfo=UTC): value for at, value in found.items()}


def _queried(queries: list[Any], start: datetime, end: datetime) -> dict[datetime, float]:
    """Return what the query of an alarm that returns data brings."""
    series: dict[str, dict[datetime, float]] = {}
    for query in (each for each in queries if each.metric_stat):
        stat = query.metric_stat
        dimensions = [{"Name": each.name, "Value": each.value} for each in stat.metric.dimensions]
        values = _values(stat.metric.namespace, stat.metric.metric_name, dimensions)
        series[query.id] = datapoints(values, stat.stat, start, end, int(stat.period))
    for query in (each for each in queries if each.expression):
        series[query.id] = evaluate(query.expression, series)
    shown = [each.id for each in queries if each.return_data is not False]
    return series[shown[-1]] if shown else {}


# The values of a metric

_Key = tuple[str, str, frozenset[tuple[str, str]]]


class _Index:
    """The values of each metric of a backend. moto only ever adds to its data: so what is new is added."""

    def __init__(self) -> None:
        self.backend: Any = None
        self._read = 0
        self._values: dict[_Key, list[Value]] = {}

    def values(self, key: _Key, backend: Any) -> list[Value]:
        """Return the values of one metric."""
        if backend is not self.backend or len(backend.metric_data) < self._read:
            self.backend, self._read, self._values = backend, 0, {}
        for datum in backend.metric_data[self._read :]:
            self._values.setdefault(_key(datum), []).append(_value(datum))
        self._read = len(backend.metric_data)
        return self._values.get(key, [])


_index = _Index()


def _values(namespace: str, name: str, dimensions: Iterable[Mapping[str, str]]) -> list[Value]:
    """Return the values of the metric that has these DIMENSIONS and no others."""
    wanted = frozenset((each["Name"], each["Value"]) for each in dimensions)
    key, backend = (namespace, name, wanted), _backend()
    found = _index.values(key, backend)
    return found or [_value(datum) for datum in backend.aws_metric_data if _key(datum) == key]


def _key(datum: Any) -> _Key:
    return datum.namespace, datum.name, frozenset((each.name, each.value) for each in datum.dimensions)


def _value(datum: Any) -> Value:
    at = _plain(datum.timestamp)
    if isinstance(datum, moto_cloudwatch.MetricDatum):
        return Value.of(at, datum.value)
    return Value(at, datum.sum, datum.min, datum.max, datum.sample_count)


def _plain(at: datetime) -> datetime:
    """Return a time as moto keeps it: in UTC, without saying so."""
    return at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at


def _backend() -> Any:
    return moto_cloudwatch.cloudwatch_backends[ACCOUNT][REGION]


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
_writers: list[Writer] = []


@contextmanager
def mended() -> Iterator[None]:
    """Mend moto's metrics and alarms until the block ends."""
    with ExitStack() as stack:
        for patch in PATCHES:
            stack.enter_context(patched(patch))
        yield


@contextmanager
def written_by(writer: Writer) -> Iterator[None]:
    """Let WRITER write before anybody reads, until the block ends."""
    with seam.lock:
        _writers.append(writer)
    try:
        yield
    finally:
        with seam.lock:
            _writers.remove(writer)


@contextmanager
def told_to(listener: Listener) -> Iterator[None]:
    """Tell LISTENER of alarms until the block ends."""
    global _listener
    _listener = listener
    try:
        yield
    finally:
        _listener = None


def _write() -> None:
    for writer in _writers:
        writer.write()


def _of_response(moto: Callable[..., Any]) -> Callable[..., Any]:
    def cloudwatch_backend(self: Any) -> Any:
        _write()
        return moto(self)

    return cloudwatch_backend


def _get_metric_statistics(_moto: Callable[..., Any]) -> Callable[..., Any]:
    def get_metric_statistics(self: Any) -> ActionResult:
        _write()
        start, end = _range(self._get_param("StartTime"), self._get_param("EndTime"))
        plain, extended = self._get_param("Statistics", []), self._get_param("ExtendedStatistics", [])
        if not plain and not extended:
            raise InvalidParameterCombination("Must specify either Statistics or ExtendedStatistics")
        name, period_s = self._get_param("MetricName"), _period(self._get_int_param("Period"))
        values = _values(self._get_param("Namespace"), name, self._get_param("Dimensions", []))
        found: dict[datetime, dict[str, Any]] = {}
        for statistic in (*plain, *extended):
            for at, value in _datapoints(values, statistic, start, end, period_s).items():
                point = found.setdefault(at, {"Timestamp": at, "Unit": _unit_of(self, name)})
                place = point.setdefault("ExtendedStatistics", {}) if statistic in extended else point
                place[statistic] = value
        return ActionResult({"Label": name, "Datapoints": list(found.values())})

    return get_metric_statistics


def _get_metric_data(_moto: Callable[..., Any]) -> Callable[..., Any]:
    def get_metric_data(
        self: Any,
        queries: list[dict[str, Any]],
        start_time: datetime,
        end_time: datetime,
        scan_by: str = "TimestampAscending",
    ) -> list[dict[str, Any]]:
        start, end = _range(start_time, end_time)
        series: dict[str, dict[datetime, float]] = {}
        for query in (each for each in queries if "MetricStat" in each):
            stat, metric = query["MetricStat"], query["MetricStat"]["Metric"]
            values = _values(metric["Namespace"], metric["MetricName"], metric.get("Dimensions", []))
            period_s = _period(int(stat["Period"]))
            series[query["Id"]] = _datapoints(values, stat["Stat"], start, end, period_s)
        for query in (each for each in queries if "Expression" in each):
            series[query["Id"]] = evaluate(query["Expression"], series)
        shown = [query for query in queries if query.get("ReturnData", True)]
        return [_result(query, series[query["Id"]], scan_by) for query in shown]

    return get_metric_data


def _result(query: Mapping[str, Any], found: Mapping[datetime, float], scan_by: str) -> dict[str, Any]:
    metric = query.get("MetricStat", {}).get("Metric", {}).get("MetricName", query["Id"])
    times = sorted(found, reverse=scan_by == "TimestampDescending")
    return {
        "id": query["Id"],
        "label": query.get("Label") or metric,
        "values": [found[at] for at in times],
        "timestamps": times,
        "status_code": "Complete",
    }


def _range(start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """Return both times; the first rounded down to the minute, as CloudWatch does."""
    start, end = _plain(start), _plain(end)
    if start >= end:
        raise InvalidParameterValue("The parameter StartTime must be less than the parameter EndTime.")
    return start.replace(second=0, microsecond=0), end


def _period(period_s: int) -> int:
    if period_s < 1 or (period_s % _MINUTE_S and period_s not in (1, 5, 10, 20, 30)):
        raise InvalidParameterValue("The parameter Period must be 1, 5, 10, 20, 30, or a multiple of 60.")
    return period_s


def _datapoints(
    values: list[Value], statistic: str, start: datetime, end: datetime, period_s: int
) -> dict[datetime, float]:
    try:
        return datapoints(values, statistic, start, end, period_s)
    except BadInput as error:
        raise InvalidParameterValue(str(error)) from None


def _unit_of(response: Any, name: str) -> str:
    data = (datum for datum in response.cloudwatch_backend.metric_data if datum.name == name)
    return next((datum.unit for datum in data if datum.unit), "None")


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
        _period(int(period_s))
        if timedelta(seconds=int(period_s) * int(periods)) > timedelta(days=7):
            raise ValidationError("Metrics cannot be checked across more than 7 days.")


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
    Patch(CloudWatchResponse, "cloudwatch_backend", ("self",), _of_response),
    Patch(CloudWatchResponse, "get_metric_statistics", ("self",), _get_metric_statistics),
    Patch(
        _BACKEND,
        "get_metric_data",
        ("self", "queries", "start_time", "end_time", "scan_by"),
        _get_metric_data,
    ),
    Patch(_BACKEND, "put_metric_alarm", _PUT, _put_metric_alarm),
    Patch(
        _BACKEND,
        "set_alarm_state",
        ("self", "alarm_name", "reason", "reason_data", "state_value"),
        _set_alarm_state,
    ),
)
