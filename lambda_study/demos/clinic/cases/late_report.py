"""A time-out that nobody hears of, as a retry does the rest."""

from __future__ import annotations

from collections.abc import Iterator

from lambda_study.demos.clinic.case import Case
from lambda_study.demos.clinic.evidence import Evidence, Lines, Log, failure_of, happened

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
        "a schedule that fires a minute late",
        "a run that is cut off, and a retry",
        "S3, which shows the second part late",
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
                "Trace": happened(self.trace[:3]),
                "Settings of report": Lines(f"timeout {config.timeout_s} s, retries 2 (the default)"),
            }
        )

    def examine(self) -> Iterator[str]:
        night = f"tuesday-{self.looks}"
        event = self.function().invoke_async({"night": night})
        self.cloud.settle()
        there = self.account.s3.list_objects_v2(Bucket="reports", Prefix=f"{night}/").get("KeyCount", 0)
        if there < _PARTS:
            yield f"A part is missing: {failure_of(event.attempts[-1])}" if event.runs else "It did not run."
            return
        yield ""
        self.cloud.clock.advance(minutes=5)
        failed = failure_of(event.attempts[0])
        yield f"It took {event.runs} runs. The first one: {failed}" if failed else ""
