"""The lines that Lambda itself writes into a function's log, in both log formats."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lambda_study.model.report import Report, end_line, init_report_line, init_start_line, start_line

TEXT, JSON = "Text", "JSON"
LEVELS = ("DEBUG", "INFO", "WARN")  # of Lambda's own lines


@dataclass(frozen=True, slots=True)
class PlatformLog:
    """Writes Lambda's own lines: as text, or as JSON from a LEVEL on.

    >>> PlatformLog().start("r-1", "$LATEST", datetime(2026, 11, 23))
    ['START RequestId: r-1 Version: $LATEST']
    >>> PlatformLog(JSON).start("r-1", "1", datetime(2026, 11, 23))[0][:59]
    '{"time":"2026-11-23T00:00:00.000Z","type":"platform.start",'
    >>> PlatformLog(JSON, "WARN").start("r-1", "1", datetime(2026, 11, 23))
    []

    Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
    (read 2026-11-23).
    """

    format: str = TEXT
    level: str = "INFO"

    def init_start(self, version: str, arn: str, at: datetime) -> list[str]:
        """Return the line before an init."""
        if self.format == TEXT:
            return [init_start_line(version, arn)]
        record = {"initializationType": "on-demand", "phase": "init", "runtimeVersion": version}
        return self._event("INFO", "initStart", {**record, "runtimeVersionArn": arn}, at)

    def init_report(
        self, init_ms: float, phase: str, status: str, error_type: str, at: datetime
    ) -> list[str]:
        """Return the line after an init that failed."""
        if self.format == TEXT:
            return [init_report_line(init_ms, phase, status, error_type)]
        record: dict[str, Any] = {"initializationType": "on-demand", "phase": phase, "status": status}
        if status == "error":
            record["errorType"] = error_type
        return self._event("WARN", "initReport", {**record, "metrics": {"durationMs": _two(init_ms)}}, at)

    def start(self, request_id: str, version: str, at: datetime) -> list[str]:
        """Return the line before an invocation."""
        if self.format == TEXT:
            return [start_line(request_id, version)]
        return self._event("INFO", "start", {"requestId": request_id, "version": version}, at)

    def end(self, report: Report) -> list[str]:
        """Return the lines after an invocation."""
        at = report.started_at
        if self.format == TEXT:
            return [end_line(report.request_id), report.line()]
        status = report.status or "success"
        done = {"requestId": report.request_id, "status": status}
        told = {**done, "metrics": _metrics(report)}
        if report.error_type is not None:
            told["errorType"] = report.error_type
        level = "INFO" if report.status is None else "WARN"
        return [
            *self._event("DEBUG" if report.status is None else "WARN", "runtimeDone", done, at),
            *self._event(level, "report", told, at),
        ]

    def _event(self, level: str, kind: str, record: dict[str, Any], at: datetime) -> list[str]:
        if LEVELS.index(level) < LEVELS.index(self.level):
            return []
        time = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
        event = {"time": time, "type": f"platform.{kind}", "record": record}
        return [json.dumps(event, separators=(",", ":"))]


def _metrics(report: Report) -> dict[str, float]:
    found: dict[str, float] = {
        "durationMs": _two(report.duration_ms),
        "billedDurationMs": report.billed_ms,
        "memorySizeMB": report.memory_mb,
        "maxMemoryUsedMB": report.max_memory_mb,
    }
    if report.init_ms is not None:
        found["initDurationMs"] = _two(report.init_ms)
    return found


def _two(milliseconds: float) -> float:
    return round(milliseconds, 2)
