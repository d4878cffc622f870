"""What happened in the club's account, told by services and functions without their ids."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lambda_study.model.trace_event import TraceEvent

_SERVICES = {
    "cloudfront": "CloudFront",
    "cloudwatch": "CloudWatch",
    "cognito-idp": "Cognito",
    "dynamodb": "DynamoDB",
    "execute-api": "API Gateway",
    "kinesis": "Kinesis",
    "s3": "S3",
    "scheduler": "Scheduler",
    "sns": "SNS",
    "sqs": "SQS",
}
_WHERE = {"sns": "topic", "sqs": "queue"}
# A trigger is followed by the run that it leads to, and a retry by the next run.
_LEFT_OUT = ("trigger", "retry")


@dataclass(frozen=True)
class Happened:
    """One line for each run, delivery and failure: `lines`. `runs` names the functions that ran, in order."""

    lines: tuple[str, ...]
    runs: tuple[str, ...]

    def __repr__(self) -> str:
        return "\n".join(self.lines) or "Nothing has happened."


def happened(events: Iterable[TraceEvent]) -> Happened:
    """Return what EVENTS of a trace tell, a line each.

    >>> from datetime import UTC, datetime
    >>> at = datetime(2026, 11, 23, 18, tzinfo=UTC)
    >>> happened([TraceEvent(at, "invocation", "s3:photos", "thumbnail", "environment 1, cold")])
    18:00:00  S3 -> thumbnail
    """
    shown = [event for event in events if event.kind not in _LEFT_OUT]
    runs = tuple(event.target for event in shown if event.kind == "invocation")
    return Happened(tuple(map(_line, shown)), runs)


def _line(event: TraceEvent) -> str:
    start = f"{event.at:%H:%M:%S}  {_source(event.source)} -> {_target(event.target)}"
    if event.kind == "invocation":
        return f"{start}, failed: {event.error.partition(':')[0]}" if event.error else start
    told = event.detail.partition(":")[0] if event.kind == "delivery" else f"{event.kind}: {event.error}"
    return f"{start}, {told}"


def _source(name: str) -> str:
    """A service by its name; a function has its own."""
    return _SERVICES.get(name.partition(":")[0], name)


def _target(name: str) -> str:
    service, _, resource = name.partition(":")
    return f"{_WHERE[service]} {resource}" if service in _WHERE else name
