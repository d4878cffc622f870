"""What a Lambda service does, written into the trace."""

from __future__ import annotations

from lambda_study.cloud.trace import Trace
from lambda_study.engine import AsyncInvocation, Delivery, Invocation, ServiceError
from lambda_study.engine.observer import Observer
from lambda_study.model.report import Report
from lambda_study.model.trace_event import Kind


class Traced(Observer):
    """Writes what it is told into TRACE, and keeps the `invocations` with their logs and `reports`."""

    def __init__(self, trace: Trace) -> None:
        self.invocations: list[Invocation] = []
        self._trace = trace

    @property
    def reports(self) -> list[Report]:
        """The Reports of all invocations."""
        return [invocation.report for invocation in self.invocations]

    def queued(self, item: AsyncInvocation) -> None:
        target = item.name if item.qualifier is None else f"{item.name}:{item.qualifier}"
        self._trace.add(
            "trigger", source=item.source, target=target, detail=item.about, request_id=item.request_id
        )

    def invoked(self, name: str, invocation: Invocation, source: str) -> None:
        report = invocation.report
        self.invocations.append(invocation)
        detail = f"{report.environment}, {'cold' if report.cold else 'warm'}"
        self._trace.add(
            "invocation",
            source=source,
            target=name,
            detail=detail,
            request_id=report.request_id,
            error=error_of(invocation),
        )

    def throttled(self, name: str, error: ServiceError, source: str) -> None:
        kind: Kind = "throttle" if error.status == 429 else "failure"
        self._trace.add(kind, source=source, target=name, error=str(error))

    def retries(self, item: AsyncInvocation, wait_s: float) -> None:
        self._add("retry", item, item.name, detail=f"in {wait_s:g} s")

    def given_up(self, item: AsyncInvocation) -> None:
        self._add("failure", item, item.name, error=item.condition or "")

    def delivered(self, item: AsyncInvocation, delivery: Delivery) -> None:
        self._add("delivery", item, delivery.destination, detail=_what(delivery))

    def not_delivered(self, item: AsyncInvocation, delivery: Delivery, error: Exception) -> None:
        self._add("failure", item, delivery.destination, detail=_what(delivery), error=str(error))

    def _add(self, kind: Kind, item: AsyncInvocation, target: str, detail: str = "", error: str = "") -> None:
        source = item.source if target == item.name else item.name
        self._trace.add(
            kind, source=source, target=target, detail=detail, request_id=item.request_id, error=error
        )


def error_of(invocation: Invocation) -> str:
    """Return in one line how an invocation failed; empty if it did not."""
    if invocation.ok:
        return ""
    payload = invocation.payload
    if not isinstance(payload, dict) or "errorType" not in payload:
        return str(invocation.function_error)
    message = str(payload.get("errorMessage", "")).split("\n", 1)[0]
    return f"{payload['errorType']}: {message}"


def _what(delivery: Delivery) -> str:
    return "the event" if delivery.kind == "dead-letter" else f"record of {delivery.kind}"
