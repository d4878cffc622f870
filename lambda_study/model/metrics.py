"""Metrics of CloudWatch: values at times, and their statistics by period."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from lambda_study.errors import BadInput

_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d+)?|100)")


@dataclass(frozen=True, slots=True)
class Value:
    """What was measured at a time: one value, or a set of which only sum, extremes and number are known."""

    at: datetime
    sum: float
    least: float
    most: float
    count: float = 1.0

    @classmethod
    def of(cls, at: datetime, value: float) -> Value:
        """Return one value."""
        return cls(at, value, value, value)


def datapoints(
    values: Iterable[Value], statistic: str, start: datetime, end: datetime, period_s: int
) -> dict[datetime, float]:
    """Return the STATISTIC of VALUES by period from START to before END, oldest first; none where none is.

    STATISTIC is Sum, Average, Minimum, Maximum, SampleCount, or a percentile such as p95, which is the
    nearest value there was. BadInput for another one.

    >>> start = datetime(2026, 11, 23)
    >>> values = [Value.of(start + timedelta(seconds=n * 40), n) for n in range(4)]
    >>> list(datapoints(values, "Sum", start, start + timedelta(minutes=3), 60).values())
    [1.0, 2.0, 3.0]

    Unlike AWS: AWS estimates percentiles, and does not tell how.
    """
    by_period: dict[int, list[Value]] = {}
    for value in values:
        if start <= value.at < end:
            by_period.setdefault(int((value.at - start).total_seconds() // period_s), []).append(value)
    return {
        start + timedelta(seconds=number * period_s): float(statistic_of(statistic, by_period[number]))
        for number in sorted(by_period)
    }


def statistic_of(name: str, values: list[Value]) -> float:
    """Return the statistic called NAME of VALUES, of which there is one at least.

    >>> at = datetime(2026, 11, 23)
    >>> statistic_of("p90", [Value.of(at, n) for n in range(1, 11)])
    9
    """
    if name == "Sum":
        return sum(value.sum for value in values)
    if name == "Average":
        return sum(value.sum for value in values) / sum(value.count for value in values)
    if name == "Minimum":
        return min(value.least for value in values)
    if name == "Maximum":
        return max(value.most for value in values)
    if name == "SampleCount":
        return sum(value.count for value in values)
    percentile = _PERCENTILE.fullmatch(name)
    if percentile is None:
        raise BadInput(f'The statistic "{name}" is not modelled. Choose Sum, Average, p95 or the like.')
    ordered = sorted(value.most for value in values)
    return ordered[max(0, ceil(float(percentile[1]) / 100 * len(ordered)) - 1)]
