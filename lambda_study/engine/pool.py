"""The execution environments of one function: who runs the next invocation."""

from __future__ import annotations

import threading
from pathlib import Path

from lambda_study.engine.errors import ServiceError
from lambda_study.engine.execution_environment import ExecutionEnvironment
from lambda_study.engine.function import FunctionConfiguration
from lambda_study.engine.host import Host
from lambda_study.model.concurrency import Placement, Routing


class Pool:
    """Joins the placement rule with real environments. Its lock is not held while anything runs or starts."""

    def __init__(
        self,
        host: Host,
        limit: int,
        routing: Routing = "most_recently_used",
        idle_expiry_s: float | None = None,
    ) -> None:
        self._host = host
        self._placement = Placement(limit, routing=routing, idle_expiry=idle_expiry_s)
        self._environments: dict[int, ExecutionEnvironment] = {}
        self._lock = threading.Lock()
        self._configuration: FunctionConfiguration | None = None
        self._task_root: Path | None = None

    def configure(self, configuration: FunctionConfiguration, task_root: Path) -> None:
        """Let new environments have CONFIGURATION and the code in TASK_ROOT; those of before stop."""
        with self._lock:
            self._configuration, self._task_root = configuration, task_root
            self._placement.reserved = configuration.reserved_concurrency
            outdated = [self._environments.pop(number) for number in self._placement.outdate()]
        for environment in outdated:
            environment.stop()

    def reserve(self, configuration: FunctionConfiguration) -> None:
        """Take over a change of the reserved concurrency, which leaves environments warm."""
        with self._lock:
            self._configuration = configuration
            self._placement.reserved = configuration.reserved_concurrency

    def acquire(self) -> tuple[int, ExecutionEnvironment]:
        """Return an environment for one invocation; `release` gives it back. ServiceError if throttled."""
        now = self._host.clock.now().timestamp()
        with self._lock:
            expired = [self._environments.pop(number) for number in self._placement.expire(now)]
            number, cold, reason = self._placement.arrive(now)
        for environment in expired:
            environment.stop()
        if reason is not None:
            raise ServiceError(429, "TooManyRequestsException", "Rate Exceeded.", reason)
        try:
            return number, self._start(number) if cold else self._environments[number]
        except BaseException:
            with self._lock:
                self._placement.discard(number)
            raise

    def release(self, number: int) -> None:
        """Take environment NUMBER back after its invocation; one that stopped or is outdated is dropped."""
        now = self._host.clock.now().timestamp()
        with self._lock:
            environment = self._environments[number]
            kept = not environment.stopped and self._placement.finish(number, now)
            if not kept:
                self._placement.discard(number)
                del self._environments[number]
        if not kept:
            environment.stop()

    def environments(self) -> tuple[ExecutionEnvironment, ...]:
        """Return the environments that exist, by number."""
        with self._lock:
            return tuple(environment for _, environment in sorted(self._environments.items()))

    def close(self) -> None:
        """Stop all environments, busy ones too."""
        with self._lock:
            environments = list(self._environments.values())
            for number in self._placement.outdate():
                del self._environments[number]
        for environment in environments:
            environment.stop()

    def _start(self, number: int) -> ExecutionEnvironment:
        assert self._configuration is not None and self._task_root is not None
        environment = ExecutionEnvironment(number, self._configuration, self._task_root, self._host)
        with self._lock:
            self._environments[number] = environment
        return environment
