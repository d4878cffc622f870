"""Invocations sorted into rows: one execution environment each, bars in order of time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lambda_study.model.report import Report


@dataclass(frozen=True)
class Bar:
    """One invocation as it is drawn; times in ms since the first one began."""

    begin: float
    init_ms: float
    handler_ms: float
    billed_ms: int
    cold: bool
    failure: str = ""

    @property
    def handler_begin(self) -> float:
        return self.begin + self.init_ms

    @property
    def end(self) -> float:
        return self.handler_begin + self.handler_ms

    @property
    def busy(self) -> tuple[float, float]:
        return self.begin, max(self.end, self.begin + self.billed_ms)


@dataclass(frozen=True)
class Row:
    """One execution environment and its invocations."""

    name: str
    bars: tuple[Bar, ...]

    @property
    def summary(self) -> str:
        counts = {
            "cold": sum(bar.cold for bar in self.bars),
            "warm": sum(not bar.cold for bar in self.bars),
            "timed out": sum(bar.failure == "timed out" for bar in self.bars),
            "failed": sum(bar.failure == "failed" for bar in self.bars),
        }
        return ", ".join(f"{number} {word}" for word, number in counts.items() if number)


def rows_of(invocations: Iterable[Any]) -> tuple[Row, ...]:
    """The rows of the invocations, by name; each item is a Report or carries one as `.report`."""
    reports = sorted(((_report(item), item) for item in invocations), key=lambda pair: _began(pair[0]))
    zero = _began(reports[0][0])
    rows: dict[str, list[Bar]] = {}
    for report, item in reports:
        bars = rows.setdefault(_name(report, reports), [])
        # An environment runs one invocation at a time. A clock that stands still would stack them.
        free = bars[-1].end if bars else 0.0
        begin = (_began(report) - zero) / timedelta(milliseconds=1)
        bars.append(_bar(report, max(begin, free), _failure(report, item)))
    return tuple(Row(name, tuple(rows[name])) for name in sorted(rows, key=_natural))


def _report(item: Any) -> Report:
    report: Report = getattr(item, "report", item)
    return report


def _began(report: Report) -> datetime:
    """When init, or without one the handler, began: a Report's start is that of the handler."""
    return report.started_at - timedelta(milliseconds=report.init_ms or 0.0)


def _name(report: Report, reports: Sequence[tuple[Report, Any]]) -> str:
    """Environments of two functions may have the same name; then the function's name tells them apart."""
    several = len({other.function_name for other, _ in reports}) > 1
    return f"{report.function_name}, {report.environment}" if several else report.environment


def _natural(name: str) -> list[tuple[int, str]]:
    """A key that puts "environment 2" before "environment 10"."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", name)]


def _bar(report: Report, begin: float, failure: str) -> Bar:
    return Bar(begin, report.init_ms or 0.0, report.duration_ms, report.billed_ms, report.cold, failure)


def _failure(report: Report, item: Any) -> str:
    if report.status == "timeout":
        return "timed out"
    failed = report.status or report.error_type or getattr(item, "function_error", None)
    return "failed" if failed else ""
