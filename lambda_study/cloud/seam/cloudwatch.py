"""moto's metrics: statistics by period, as CloudWatch has them.

moto keeps metrics. It begins a period where the data do, adds up what has further dimensions, and knows no
percentiles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

from moto.cloudwatch import models as moto_cloudwatch
from moto.cloudwatch.exceptions import InvalidParameterCombination, InvalidParameterValue
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult

from lambda_study.cloud import seam
from lambda_study.cloud.seam.patch import Patch, all_patched
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


class Writer(Protocol):
    """Has metrics that are not written yet."""

    def write(self) -> None:
        """Write them: somebody is about to read."""


def put(namespace: str, samples: Iterable[Sample]) -> None:
    """Add SAMPLES to the metrics of NAMESPACE."""
    with seam.lock:
        backend().metric_data.extend(
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


def values_of(namespace: str, name: str, dimensions: Iterable[Mapping[str, str]]) -> list[Value]:
    """Return the values of the metric that has these DIMENSIONS and no others."""
    wanted = frozenset((each["Name"], each["Value"]) for each in dimensions)
    key, kept = (namespace, name, wanted), backend()
    found = _index.values(key, kept)
    return found or [_value(datum) for datum in kept.aws_metric_data if _key(datum) == key]


def _key(datum: Any) -> _Key:
    return datum.namespace, datum.name, frozenset((each.name, each.value) for each in datum.dimensions)


def _value(datum: Any) -> Value:
    at = plain(datum.timestamp)
    if isinstance(datum, moto_cloudwatch.MetricDatum):
        return Value.of(at, datum.value)
    return Value(at, datum.sum, datum.min, datum.max, datum.sample_count)


def plain(at: datetime) -> datetime:
    """Return a time as moto keeps it: in UTC, without saying so."""
    return at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at


def backend() -> Any:
    """Return moto's metrics and alarms; who asks holds the lock."""
    return moto_cloudwatch.cloudwatch_backends[ACCOUNT][REGION]


# Patches: all of them run under the lock

_writers: list[Writer] = []


@contextmanager
def mended() -> Iterator[None]:
    """Mend moto's metrics and alarms until the block ends."""
    with all_patched(PATCHES):
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


def write_all() -> None:
    """Let all that is noted be written; who asks holds the lock."""
    for writer in _writers:
        writer.write()


def _of_response(moto: Callable[..., Any]) -> Callable[..., Any]:
    def cloudwatch_backend(self: Any) -> Any:
        write_all()
        return moto(self)

    return cloudwatch_backend


def _get_metric_statistics(_moto: Callable[..., Any]) -> Callable[..., Any]:
    def get_metric_statistics(self: Any) -> ActionResult:
        write_all()
        start, end = _range(self._get_param("StartTime"), self._get_param("EndTime"))
        plain, extended = self._get_param("Statistics", []), self._get_param("ExtendedStatistics", [])
        if not plain and not extended:
            raise InvalidParameterCombination("Must specify either Statistics or ExtendedStatistics")
        name, period_s = self._get_param("MetricName"), check_period(self._get_int_param("Period"))
        values = values_of(self._get_param("Namespace"), name, self._get_param("Dimensions", []))
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
            values = values_of(metric["Namespace"], metric["MetricName"], metric.get("Dimensions", []))
            period_s = check_period(int(stat["Period"]))
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
    start, end = plain(start), plain(end)
    if start >= end:
        raise InvalidParameterValue("The parameter StartTime must be less than the parameter EndTime.")
    return start.replace(second=0, microsecond=0), end


def check_period(period_s: int) -> int:
    """Return PERIOD_S; AWS's error if it is no period."""
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


_BACKEND = moto_cloudwatch.CloudWatchBackend
PATCHES = (
    Patch(CloudWatchResponse, "cloudwatch_backend", ("self",), _of_response),
    Patch(CloudWatchResponse, "get_metric_statistics", ("self",), _get_metric_statistics),
    Patch(
        _BACKEND,
        "get_metric_data",
        ("self", "queries", "start_time", "end_time", "scan_by"),
        _get_metric_data,
    ),
)
