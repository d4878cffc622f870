"""A REPORT line of this machine beside what to expect of AWS, by published measurements."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from lambda_study.facts import fact
from lambda_study.model.measured import measured
from lambda_study.model.report import Report

MEASURED_BY = "maxday/lambda-perf, 120 days to 2026-08-22"


def init_there(runtime: str) -> tuple[int, int]:
    """The median and the 99th percentile of Init Duration on AWS in ms, for a function that says hello."""
    late: int = fact(f"cold_start.init_p99_ms.{runtime}").value
    middle: int = fact(f"cold_start.init_p50_ms.{runtime}").value
    return middle, late


@dataclass(frozen=True, repr=False)
class HereAndThere:
    """The fields of a REPORT line: what they are here, and what to expect on AWS."""

    rows: tuple[tuple[str, str, str], ...]

    def __repr__(self) -> str:
        return "\n".join(f"{field:<16} there: {there:<58} here: {here}" for field, here, there in self.rows)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self.html()}

    def html(self) -> str:
        """The same as an HTML table."""
        head = _row("th", "REPORT", "to expect on AWS", "here")
        rows = "".join(_row("td", field, there, here) for field, here, there in self.rows)
        return f"<table>{head}{rows}</table>"


def _row(tag: str, *cells: str) -> str:
    named = (f"<{tag} style='text-align: left'>{escape(cell)}</{tag}>" for cell in cells)
    return f"<tr>{''.join(named)}</tr>"


def here_and_there(report: Report, runtime: str = "python3.13") -> HereAndThere:
    """REPORT of a cold start here, field by field beside what to expect on AWS."""
    middle, late = init_there(runtime)
    share = report.memory_mb / fact("vcpu.full_at").value
    here = (measured(report.init_ms or 0, "ms"), measured(report.duration_ms, "ms"))
    return HereAndThere(
        (
            ("Memory Size", f"{report.memory_mb} MB", "the same: you set it"),
            ("Init Duration", here[0], f"{middle} to {late} ms for a hello; imports come on top"),
            ("Duration", here[1], f"measure it: {share:.0%} of a vCPU computes"),
            ("Billed Duration", measured(report.billed_ms, "ms"), "both together, rounded up once"),
            ("Max Memory Used", measured(report.max_memory_mb, "MB"), "measure it: the whole environment"),
        )
    )
