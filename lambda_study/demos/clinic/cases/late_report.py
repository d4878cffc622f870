"""A time-out that nobody hears of, as a retry does the rest."""

from __future__ import annotations

from collections.abc import Iterator

from lambda_study.demos.clinic.case import Case
from lambda_study.demos.clinic.evidence import Evidence, Lines, Log, failure_of

_PARTS = 2


class LateReport(Case):
    name = "late-report"
    title = "The report comes a minute late"
    complaint = (
        "The report of the night should be there at midnight. Its second half has come at one minute past, "
        "every night since spring, when the club grew. It is complete, so nobody minded. Should we?"
    )
    parts = (
        "function report: invoked asynchronously at midnight, writes two parts; it goes on where it stopped",
        "bucket reports: a folder a night",
    )
    causes = (
        "The schedule fires a minute late",
        "The first run is cut off, and a retry writes the rest",
        "S3 shows the second part late",
    )
    cause = causes[1]
    hints = (
        "How many runs are there for one night? What does the REPORT line of the first one say at its end?",
        "Lambda tries a failed asynchronous event again after one minute, and then after two more.",
        "The work takes longer than the timeout allows. `case.function().update(timeout_s=...)`",
    )
    checks = ("The report is whole after the first run", "No run was cut off, and none was a retry")
    functions = ("report",)

    def admit(self) -> None:
        self.account.bucket("reports")
        self.given("report", timeout_s=1).invoke_async({"night": "monday"})
        self.cloud.clock.advance(minutes=5)

    def evidence(self) -> Evidence:
        config = self.function().configuration
        return Evidence(
            {
                "The log of the first run": Log(self.runs()[0]),
                "Trace": self.trace[:4],
                "Settings of report": Lines(f"timeout {config.timeout_s} s, retries 2 (the default)"),
            }
        )

    def examine(self) -> Iterator[str]:
        night, before = f"tuesday-{self.looks}", len(self.runs())
        self.function().invoke_async({"night": night})
        self.cloud.settle()
        there = self.account.s3.list_objects_v2(Bucket="reports", Prefix=f"{night}/").get("KeyCount", 0)
        runs = self.runs()[before:]
        if there < _PARTS:
            told = failure_of(runs[-1]) if runs else "it did not run"
            yield f"{there} of {_PARTS} parts are there ({told})."
            return
        yield ""
        self.cloud.clock.advance(minutes=5)
        runs = self.runs()[before:]
        yield "" if len(runs) == 1 and runs[0].ok else f"It took {len(runs)} runs: {failure_of(runs[0])}."
