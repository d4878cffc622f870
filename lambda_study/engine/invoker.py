"""Runs invocations: one, or several at the same time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

from lambda_study.engine.deployed import DeployedFunction, Target
from lambda_study.engine.errors import ServiceError
from lambda_study.engine.event import Event
from lambda_study.engine.execution_environment import ExecutionEnvironment
from lambda_study.engine.invocation import Invocation
from lambda_study.engine.lineage import Lineage, carried
from lambda_study.engine.throttled import THROTTLED, ThrottledInvocation

Result = Invocation | ThrottledInvocation


class Run:
    """One invocation that has its environment: `result` runs it, `release` gives the environment back.

    It is part of LINEAGE, else of what its thread carries; ServiceError if that is a recursive loop.
    """

    def __init__(
        self,
        deployed: DeployedFunction,
        target: Target,
        request_id: str,
        payload: bytes,
        lineage: Lineage | None = None,
        client_context: str = "",
    ) -> None:
        lineage = deployed.next_lineage(carried() if lineage is None else lineage)
        self._target = target
        self._reports = deployed.reports
        self._number, self.environment = self._acquire()
        busy = deployed.concurrency
        self._event = Event(request_id, payload, target.arn, lineage, client_context, busy)

    def result(self) -> Invocation:
        """Run the handler and return what it brought."""
        invocation = self.environment.invoke(self._event)
        hints = self._target.pool.revision.package.hints
        if invocation.function_error and hints:
            invocation = replace(invocation, hints=(*hints, *invocation.hints))
        self._reports.append(invocation.report)
        return invocation

    def stop(self) -> None:
        """End it, whatever it does."""
        self.environment.stop()

    def release(self) -> None:
        """Give the environment back."""
        self._target.pool.release(self._number)

    def _acquire(self) -> tuple[int, ExecutionEnvironment]:
        return self._target.pool.acquire()


class ThrottledRun:
    """An invocation that no environment took: its result is the throttle."""

    def __init__(self, error: ServiceError) -> None:
        self._error = error

    def result(self) -> ThrottledInvocation:
        """Return what AWS answers."""
        return ThrottledInvocation(self._error)

    def stop(self) -> None:
        """Nothing runs."""

    def release(self) -> None:
        """Nothing was taken."""


def run_or_throttled(run: Callable[[], Run]) -> Run | ThrottledRun:
    """Return the RUN that comes; one that is throttled keeps its place."""
    try:
        return run()
    except ServiceError as error:
        if error.status != THROTTLED:
            raise
        return ThrottledRun(error)


def run_all(runs: Sequence[Run | ThrottledRun]) -> list[Result]:
    """Run all RUNS at the same time, and return their results in order. An interrupt ends all of them."""
    if not runs:
        return []
    with ThreadPoolExecutor(len(runs), thread_name_prefix="lambda-study invoke") as threads:
        running: list[Future[Result]] = [threads.submit(run.result) for run in runs]
        try:
            return [future.result() for future in running]
        except BaseException:
            for run in runs:
                run.stop()
            raise
