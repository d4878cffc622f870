"""Asynchronous invocation: the queue in front of functions that nobody waits for."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from lambda_study.engine.clock import Clock, Timer
from lambda_study.engine.deployed import LATEST, DeployedFunction, Target
from lambda_study.engine.errors import ServiceError
from lambda_study.engine.invocation import Invocation
from lambda_study.engine.invoker import Run
from lambda_study.engine.lineage import STOPPED_TEXT, carried, carrying
from lambda_study.engine.observer import CALLER, Observer
from lambda_study.engine.sink import Delivery, Kind, Sink
from lambda_study.engine.turns import Turn, Turns
from lambda_study.model import asynchronous as rules

DELETED = "FunctionDeleted"  # our own word: the event is gone with its function, and nobody is told
INTERRUPTED = "Interrupted"
THROTTLED, FAULT, STOPPED = 429, 500, 400
_REFUSALS = {
    THROTTLED: "Rate Exceeded.",
    FAULT: "The AWS Lambda service encountered an internal error.",
    STOPPED: STOPPED_TEXT,
}


class AsyncInvocation:
    """An event that Lambda has accepted: status 202, and from then on what became of it.

    `attempts` are the results of its runs so far, oldest first; all have the same request id. `condition` is
    None while the event is queued, then "Success", "RetriesExhausted", "EventAgeExceeded",
    "ZeroReservedConcurrency" or "RecursiveInvocation". On AWS the caller learns neither: only logs, metrics
    and destinations tell. `source` is who sent it, `about` what it is about in a few words, `lineage` the
    chain of requests it is part of.
    """

    status = 202

    def __init__(
        self,
        name: str,
        qualifier: str | None,
        request_id: str,
        event: Any,
        payload: bytes,
        at: datetime,
        source: str = CALLER,
        about: str = "",
    ) -> None:
        self.name = name
        self.qualifier = qualifier
        self.request_id = request_id
        self.event = event
        self.payload = payload
        self.accepted_at = at
        self.source = source
        self.about = about
        self.lineage = carried()
        self.attempts: tuple[Invocation, ...] = ()
        self.throttles = 0
        self.condition: str | None = None
        self.refused: int | None = None  # AWS's status where the last try did not run
        self.version = LATEST  # that of the last try

    @property
    def runs(self) -> int:
        """How often the handler has run."""
        return len(self.attempts)

    def age_s(self, now: datetime) -> float:
        """Return how old the event is, in seconds."""
        return (now - self.accepted_at).total_seconds()

    def __repr__(self) -> str:
        runs = f"{self.runs} {'run' if self.runs == 1 else 'runs'}"
        throttles = f", throttled {self.throttles} times" if self.throttles else ""
        return f"{self.status} accepted: {self.condition or 'queued'} ({runs}{throttles})"


class AsyncQueue:
    """Tries events when they are due on the clock, each on a thread, until they succeed or are given up.

    With a clock that is moved by hand, events of one time run at the same time, and what follows from them
    follows in the order of their coming.
    """

    def __init__(
        self,
        clock: Clock,
        sink: Sink,
        find: Callable[[str], DeployedFunction],
        turns: Turns,
        observer: Observer,
    ) -> None:
        self._clock = clock
        self._sink = sink
        self._find = find
        self._turns = turns
        self._observer = observer
        self._lock = threading.Lock()  # of what waits; nothing is called while it is held
        self._closed = False
        self._waiting: dict[int, Timer] = {}

    def add(self, item: AsyncInvocation) -> None:
        """Take ITEM; it is tried at once, on the clock."""
        self._observer.queued(item)
        self._try_at(item, 0.0)

    def close(self) -> None:
        """Try nothing any more; what runs goes on."""
        with self._lock:
            self._closed = True
            for timer in self._waiting.values():
                timer.cancel()
            self._waiting.clear()

    def _try_at(self, item: AsyncInvocation, wait_s: float) -> None:
        self._call_in(wait_s, lambda: self._try(item))

    def _call_in(self, wait_s: float, action: Callable[[], None]) -> None:
        """Call ACTION in WAIT_S seconds of the clock, unless the queue is closed before."""

        def called() -> None:
            with self._lock:
                due = self._waiting.pop(timer.order, None)
            if due is not None:
                action()

        with self._lock:
            if not self._closed:
                timer = self._clock.call_at(self._clock.now() + timedelta(seconds=wait_s), called)
                self._waiting[timer.order] = timer

    def _try(self, item: AsyncInvocation) -> None:
        try:
            deployed = self._find(item.name)
            target = deployed.target(item.qualifier)
        except ServiceError:
            item.condition = DELETED
            return
        item.version = target.pool.revision.configuration.version
        if deployed.share.reserved == 0:
            self._give_up(item, deployed, rules.ZERO_RESERVED_CONCURRENCY)
            return
        if deployed.stops(item.lineage):
            item.refused = STOPPED
            self._give_up(item, deployed, rules.RECURSIVE_INVOCATION)
            return
        run = self._acquire(item, deployed, target)
        if isinstance(run, int):
            self._refused(item, deployed, run)
        else:
            self._turns.begin(lambda: run, lambda turn: self._end(item, deployed, turn))

    def _acquire(self, item: AsyncInvocation, deployed: DeployedFunction, target: Target) -> Run | int:
        """Return ITEM's run with its environment; the status if throttled, or if none can be made."""
        try:
            return Run(deployed, target, item.request_id, item.payload, item.lineage)
        except ServiceError as error:
            self._observer.throttled(item.name, error, item.source)
            return THROTTLED
        except Exception:  # a fault of the service: told once, and tried again as a throttle is
            if not item.throttles:
                traceback.print_exc()
            return FAULT
        except BaseException:
            item.condition = INTERRUPTED
            raise

    def _end(self, item: AsyncInvocation, deployed: DeployedFunction, turn: Turn) -> None:
        if turn.interrupted:
            item.condition = INTERRUPTED  # and not tried again
        elif turn.result is None:
            self._refused(item, deployed, FAULT)  # a fault of the service is tried again as a throttle is
        else:
            item.attempts = (*item.attempts, turn.result)
            item.throttles, item.refused = 0, None
            self._observer.invoked(item.name, turn.result, item.source)
            self._judge(item, deployed, turn.result)

    def _judge(self, item: AsyncInvocation, deployed: DeployedFunction, result: Invocation) -> None:
        config = deployed.async_config(item.qualifier)
        if result.ok:
            item.condition = rules.SUCCESS
            self._send(item, deployed, "success", config.on_success)
            return
        self._follow(item, rules.after_error(config, item.runs, item.age_s(self._clock.now())))

    def _refused(self, item: AsyncInvocation, deployed: DeployedFunction, status: int) -> None:
        """Try ITEM, which did not run, later: after a fault of the service as after a throttle."""
        item.throttles += 1
        item.refused = status
        config = deployed.async_config(item.qualifier)
        self._follow(item, rules.after_throttle(config, item.throttles, item.age_s(self._clock.now())))

    def _follow(self, item: AsyncInvocation, step: rules.Next) -> None:
        if step.condition is None:
            self._observer.retries(item, step.wait_s)
            self._try_at(item, step.wait_s)
            return
        condition = step.condition
        if step.wait_s > 0:
            self._call_in(step.wait_s, lambda: self._give_up_later(item, condition))
        else:
            self._give_up_later(item, condition)

    def _give_up_later(self, item: AsyncInvocation, condition: str) -> None:
        try:
            self._give_up(item, self._find(item.name), condition)
        except ServiceError:
            item.condition = DELETED

    def _give_up(self, item: AsyncInvocation, deployed: DeployedFunction, condition: str) -> None:
        item.condition = condition
        self._observer.given_up(item)
        arn = deployed.configuration.arn
        if condition == rules.RECURSIVE_INVOCATION and item.lineage.was_stopped(arn):
            return  # it has come back from where failures go: that loop ends too
        self._send(item, deployed, "failure", deployed.async_config(item.qualifier).on_failure)
        self._send(item, deployed, "dead-letter", deployed.dead_letter(item.version))

    def _send(self, item: AsyncInvocation, deployed: DeployedFunction, kind: Kind, destination: str) -> None:
        if not destination:
            return
        now, arn = self._clock.now(), deployed.configuration.arn
        if kind == "dead-letter":
            delivery = Delivery(destination, kind, item.event, now, _attributes(item), arn)
        else:
            record = _record(item, f"{arn}:{item.qualifier or LATEST}", now)
            delivery = Delivery(destination, kind, record, now, function_arn=arn)
        try:
            with carrying(item.lineage.with_run_of(arn)):
                self._sink.deliver(delivery)
        except ServiceError as error:
            # on AWS the metric DestinationDeliveryFailures counts it, and the queue goes on
            self._observer.not_delivered(item, delivery, error)
        except Exception as error:
            traceback.print_exc()
            self._observer.not_delivered(item, delivery, error)
        else:
            self._observer.delivered(item, delivery)


def _record(item: AsyncInvocation, arn: str, now: datetime) -> dict[str, Any]:
    last = item.attempts[-1] if item.attempts else None
    response = None
    if item.refused is not None:
        response = {"statusCode": item.refused}
    elif last is not None:
        response = rules.response_context(last.report.version, last.function_error)
    return rules.invocation_record(
        request_id=item.request_id,
        function_arn=arn,
        condition=item.condition or "",
        runs=item.runs,
        at=now,
        event=item.event,
        response=response,
        payload=last.payload if last else None,
    )


def _attributes(item: AsyncInvocation) -> dict[str, str]:
    if item.condition == rules.ZERO_RESERVED_CONCURRENCY:
        return rules.dead_letter_attributes(item.request_id, None, rules.ZERO_RESERVED_TEXT)
    if item.refused is not None or not item.attempts:
        status = item.refused or THROTTLED
        return rules.dead_letter_attributes(item.request_id, status, _REFUSALS[status])
    payload = item.attempts[-1].payload
    message = payload.get("errorMessage", "") if isinstance(payload, dict) else ""
    return rules.dead_letter_attributes(item.request_id, 200, str(message))
