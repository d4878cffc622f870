"""The one record of an invocation, and AWS's REPORT line for it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

_FIELD = re.compile(r"^(?P<name>[A-Z][A-Za-z ]*): (?P<value>.*?)(?: (?:ms|MB))?$")
_UNKNOWN_START = datetime(1970, 1, 1, tzinfo=UTC)


def init_start_line(version: str, arn: str) -> str:
    """Return the line before an init: the VERSION of the runtime, and its ARN."""
    return f"INIT_START Runtime Version: {version}\tRuntime Version ARN: {arn}"


def init_report_line(init_ms: float, phase: str, status: str, error_type: str) -> str:
    """Return the line after an init that failed, in PHASE "init" or "invoke", by STATUS "error" or "timeout".

    >>> init_report_line(9.5, "init", "timeout", "Sandbox.Timedout").replace("\\t", " | ")
    'INIT_REPORT Init Duration: 9.50 ms | Phase: init | Status: timeout'
    """
    line = f"INIT_REPORT Init Duration: {init_ms:.2f} ms\tPhase: {phase}\tStatus: {status}"
    return f"{line}\tError Type: {error_type}" if status == "error" else line


def start_line(request_id: str, version: str) -> str:
    """Return the line before an invocation."""
    return f"START RequestId: {request_id} Version: {version}"


def end_line(request_id: str) -> str:
    """Return the line after an invocation, before its REPORT line."""
    return f"END RequestId: {request_id}"


@dataclass(frozen=True, slots=True)
class Report:
    """What one invocation took: the figures of Lambda's REPORT line and where it ran.

    Times are in milliseconds, memory in MB. `init_ms` is None for a warm invocation. `billed_ms` is the sum
    of duration and init, rounded up to the next whole millisecond. `status` is None, "timeout" or "error".

    >>> report = Report.of(
    ...     request_id="r-1", function_name="resize", environment="environment 1", architecture="x86_64",
    ...     started_at=datetime(2026, 11, 23, tzinfo=UTC), duration_ms=3.01, memory_mb=128, max_memory_mb=36,
    ...     init_ms=110.1)
    >>> report.billed_ms, report.cold
    (114, True)
    >>> report.line().replace("\\t", " | ")
    'REPORT RequestId: r-1 | Duration: 3.01 ms | Billed Duration: 114 ms | Memory Size: 128 MB | \
Max Memory Used: 36 MB | Init Duration: 110.10 ms | '

    Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html (read 2026-11-23).
    """

    request_id: str
    function_name: str
    environment: str
    architecture: str
    started_at: datetime
    duration_ms: float
    billed_ms: int
    memory_mb: int
    max_memory_mb: int
    init_ms: float | None = None
    status: str | None = None
    error_type: str | None = None
    version: str = "$LATEST"

    @classmethod
    def of(cls, *, duration_ms: float, init_ms: float | None = None, **figures: Any) -> Report:
        """Return a Report whose billed duration follows from its duration and init."""
        return cls(
            duration_ms=duration_ms,
            init_ms=init_ms,
            billed_ms=billed_duration_ms(duration_ms, init_ms),
            **figures,
        )

    @property
    def cold(self) -> bool:
        """True when this invocation began with an init that the line shows."""
        return self.init_ms is not None

    def line(self) -> str:
        """Return the REPORT line as Lambda logs it: tab-separated, a tab at the end, no line break."""
        fields = [
            f"REPORT RequestId: {self.request_id}",
            f"Duration: {self.duration_ms:.2f} ms",
            f"Billed Duration: {self.billed_ms} ms",
            f"Memory Size: {self.memory_mb} MB",
            f"Max Memory Used: {self.max_memory_mb} MB",
        ]
        if self.init_ms is not None:
            fields.append(f"Init Duration: {self.init_ms:.2f} ms")
        if self.status is not None:
            fields.append(f"Status: {self.status}")
        if self.error_type is not None:
            fields.append(f"Error Type: {self.error_type}")
        return "\t".join(fields) + "\t"

    @classmethod
    def parse(cls, line: str) -> Report:
        """Return the Report that LINE shows; what a line does not tell (function, start) is left blank.

        The billed duration is taken as written, so lines from before August 2025, when most inits were
        free, parse too. A line that is no REPORT line raises BadInput.

        >>> line = "REPORT RequestId: a\\tDuration: 2.00 ms\\tBilled Duration: 2 ms\\tMemory Size: 128 MB\\t"
        >>> Report.parse(line + "Max Memory Used: 36 MB\\tStatus: timeout").status
        'timeout'
        """
        fields = _fields(line)
        try:
            return cls(
                request_id=fields["REPORT RequestId"],
                function_name="",
                environment="",
                architecture="x86_64",
                started_at=_UNKNOWN_START,
                duration_ms=float(fields["Duration"]),
                billed_ms=int(fields["Billed Duration"]),
                memory_mb=int(fields["Memory Size"]),
                max_memory_mb=int(fields["Max Memory Used"]),
                init_ms=float(fields["Init Duration"]) if "Init Duration" in fields else None,
                status=fields.get("Status"),
                error_type=fields.get("Error Type"),
            )
        except (KeyError, ValueError):
            raise _no_report(line) from None

    def to_json(self) -> dict[str, Any]:
        """Return the figures as `lambda-study invoke --json` prints them; `init_ms` is None when warm."""
        return {
            "request_id": self.request_id,
            "duration_ms": round(self.duration_ms, 2),
            "billed_ms": self.billed_ms,
            "memory_mb": self.memory_mb,
            "max_memory_mb": self.max_memory_mb,
            "init_ms": None if self.init_ms is None else round(self.init_ms, 2),
        }


def billed_duration_ms(duration_ms: float, init_ms: float | None = None) -> int:
    """Return duration plus init, both as the REPORT line shows them, rounded up to a whole millisecond.

    >>> billed_duration_ms(3.01), billed_duration_ms(3.0, 110.1), billed_duration_ms(3000.0)
    (4, 114, 3000)

    Init counts since 2025-08-01. Source:
    https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase (read 2026-11-23).
    """
    hundredths = round(duration_ms * 100) + round((init_ms or 0.0) * 100)
    return math.ceil(hundredths / 100)


def _fields(line: str) -> dict[str, str]:
    """Split a REPORT line into its named fields; the separators may be tabs or two and more spaces."""
    parts = re.split(r"\t+|\s{2,}", line.strip())
    matches = [_FIELD.match(part.strip()) for part in parts]
    fields = {match["name"]: match["value"] for match in matches if match}
    if parts[0].startswith("REPORT RequestId: "):
        fields["REPORT RequestId"] = parts[0].removeprefix("REPORT RequestId: ")
    return fields


def _no_report(line: str) -> Exception:
    from lambda_study.errors import BadInput

    shown = line if len(line) <= 60 else line[:60] + "..."
    return BadInput(
        f'"{shown}" is not a REPORT line. It begins "REPORT RequestId: " and its fields are tab-separated.'
    )
