"""The metrics of every function, as Lambda sends them to CloudWatch."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from lambda_study.cloud import seam
from lambda_study.cloud.seam import cloudwatch
from lambda_study.cloud.seam.cloudwatch import Sample
from lambda_study.engine import AsyncInvocation, Delivery, Invocation, ServiceError
from lambda_study.engine.observer import Observer
from lambda_study.model.asynchronous import RECURSIVE_INVOCATION

if TYPE_CHECKING:
    from lambda_study.cloud.wiring import Wiring

NAMESPACE = "AWS/Lambda"
_OF_ALL = "ConcurrentExecutions"  # what the functions have at a time cannot be added up
_IN_MS = ("Duration", "AsyncEventAge", "IteratorAge")


class Measured(NamedTuple):
    """One value of a metric of a function; of one that was called by a version or alias, its QUALIFIER."""

    metric: str
    function: str
    at: datetime
    value: float
    qualifier: str = ""
    executed_version: str = ""


class Metrics(Observer):
    """Metrics of functions: noted as it happens, written into CloudWatch when somebody reads.

    Each value counts for its function (dimension FunctionName) and for all functions (no dimension), in the
    minute in which the invocation started. A run that was called by a version or alias counts for that too
    (Resource, as in resize:live), and by an alias for the version that ran (ExecutedVersion).

    Unlike AWS: what is counted before or after a run, such as throttles, has no version or alias, and there
    is no ConcurrentExecutions of all functions. AWS's take a minute or two to be there.
    Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html (read 2026-11-23).
    """

    def __init__(self, wiring: Wiring) -> None:
        self._clock = wiring.clock
        self._measured: deque[Measured] = deque()
        self._queued_at: dict[str, datetime] = {}  # when an event was accepted, by its request id
        self._stack = ExitStack()
        self._stack.enter_context(cloudwatch.mended())
        self._stack.enter_context(cloudwatch.written_by(self))
        wiring.observers.add(self)

    def close(self) -> None:
        """Write nothing any more."""
        self._stack.close()

    def note(self, metric: str, function: str, value: float, at: datetime | None = None) -> None:
        """Note a VALUE of a metric of a function, of now or of another time."""
        self._measured.append(Measured(metric, function, at or self._clock.now(), value))

    def write(self) -> None:
        """Write what was noted so far."""
        with seam.lock:
            cloudwatch.put(NAMESPACE, [sample for each in self._taken() for sample in _samples(each)])

    # -- told by the service

    def queued(self, item: AsyncInvocation) -> None:
        self._queued_at[item.request_id] = item.accepted_at
        self.note("AsyncEventsReceived", item.name, 1, item.accepted_at)

    def invoked(self, name: str, invocation: Invocation, source: str) -> None:
        at, request_id = invocation.report.started_at, invocation.report.request_id
        qualifier = invocation.invoked_arn.partition(f":function:{name}:")[2]
        values = {
            "Invocations": 1,
            "Errors": 0 if invocation.ok else 1,
            "Throttles": 0,
            "Duration": invocation.report.duration_ms,
            "ConcurrentExecutions": invocation.concurrency,
        }
        for metric, value in values.items():
            version = invocation.report.version
            self._measured.append(Measured(metric, name, at, value, qualifier, version))
        if request_id in self._queued_at:
            self.note("AsyncEventAge", name, (at - self._queued_at[request_id]).total_seconds() * 1000, at)
            if invocation.ok:
                del self._queued_at[request_id]

    def throttled(self, name: str, error: ServiceError, source: str) -> None:
        if error.status == 429:
            self.note("Throttles", name, 1)

    def given_up(self, item: AsyncInvocation) -> None:
        self._queued_at.pop(item.request_id, None)
        self.note("AsyncEventsDropped", item.name, 1)
        if item.condition == RECURSIVE_INVOCATION:
            self.note("RecursiveInvocationsDropped", item.name, 1)

    def not_delivered(self, item: AsyncInvocation, delivery: Delivery, error: Exception) -> None:
        is_queue = delivery.kind == "dead-letter"
        self.note("DeadLetterErrors" if is_queue else "DestinationDeliveryFailures", item.name, 1)

    def behind(self, name: str, age_ms: float) -> None:
        self.note("IteratorAge", name, age_ms)

    def _taken(self) -> list[Measured]:
        taken = []
        while self._measured:
            taken.append(self._measured.popleft())
        return taken


def _samples(measured: Measured) -> list[Sample]:
    """Return the value for its function, for what it was called by, and for all functions."""
    unit = "Milliseconds" if measured.metric in _IN_MS else "Count"
    minute = measured.at.replace(second=0, microsecond=0)
    metric, value = measured.metric, float(measured.value)
    return [Sample(metric, dimensions, minute, value, unit) for dimensions in _dimensions(measured)]


def _dimensions(measured: Measured) -> list[Mapping[str, str]]:
    """Return by what a value is counted."""
    function = {"FunctionName": measured.function}
    found: list[Mapping[str, str]] = [function]
    if measured.qualifier:
        called = {**function, "Resource": f"{measured.function}:{measured.qualifier}"}
        found.append(called)
        if not measured.qualifier.isdecimal():
            found.append({**called, "ExecutedVersion": measured.executed_version})
    return found if measured.metric == _OF_ALL else [*found, {}]
