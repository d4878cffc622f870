"""The execution environments of one revision: who runs the next invocation."""

from __future__ import annotations

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from lambda_study.engine.clock import Timer
from lambda_study.engine.errors import ServiceError, throttled
from lambda_study.engine.execution_environment import ExecutionEnvironment, State
from lambda_study.engine.host import Host
from lambda_study.engine.revision import Revision
from lambda_study.model.concurrency import Placement, Routing
from lambda_study.model.shares import Share

STARTED_AT_A_TIME = 8  # inits of provisioned environments that run at the same time
LEAST_WAIT_S = 0.001


class Pool:
    """Joins the placement rule with real environments. LOCK is not held while anything starts or runs.

    All pools of a service have one lock, because their placements share what the account may run.
    """

    def __init__(
        self,
        host: Host,
        revision: Revision,
        share: Share,
        lock: threading.Lock,
        routing: Routing = "most_recently_used",
        idle_expiry_s: float | None = None,
    ) -> None:
        self._host = host
        self._placement = Placement(routing=routing, idle_expiry=idle_expiry_s, share=share)
        self._environments: dict[int, ExecutionEnvironment] = {}
        self._lock = lock
        self._revision = revision
        revision.files.hold(self)
        self._reaping: Timer | None = None
        self._closed = False

    @property
    def revision(self) -> Revision:
        return self._revision

    def configure(self, revision: Revision) -> None:
        """Let new environments be of REVISION; those of before stop."""
        revision.files.hold(self)
        with self._lock:
            before, self._revision = self._revision, revision
            outdated = [self._environments.pop(number) for number in self._placement.outdate()]
        for environment in outdated:
            environment.stop()
        if before.files is not revision.files:
            before.files.let_go(self)

    def adopt(self, revision: Revision) -> None:
        """Let new environments be of REVISION; those of before stay, it is the same to them."""
        with self._lock:
            self._revision = revision

    def acquire(self) -> tuple[int, ExecutionEnvironment]:
        """Return an environment for one invocation; `release` gives it back. ServiceError if throttled."""
        now = self._host.clock.now().timestamp()
        with self._lock:
            self._check_open()
            expired = self._expire(now)
            number, cold, reason = self._placement.arrive(now)
        for environment in expired:
            environment.stop()
        if reason is not None:
            raise throttled(reason)
        if not cold:
            return number, self._environments[number]
        try:
            return number, self._create(number)
        except BaseException:
            with self._lock:
                self._placement.discard(number)
            raise

    def release(self, number: int) -> None:
        """Take environment NUMBER back; it is dropped if it has stopped, is outdated or never ran."""
        now = self._host.clock.now().timestamp()
        with self._lock:
            environment = self._environments[number]
            unfit = environment.state in (State.STOPPED, State.INIT)
            kept = not unfit and self._placement.finish(number, now)
            if not kept:
                self._placement.discard(number)
                del self._environments[number]
            elif self._reaping is None and self._placement.idle_expiry is not None:
                self._reap_later(now)
        if not kept:
            environment.stop()

    def provision(self, environments: int) -> tuple[int, list[str]]:
        """Have ENVIRONMENTS provisioned ones, all through their init. Return how many, and their log.

        If an init fails, none is kept.
        """
        with self._lock:
            started, surplus = self._placement.provision(environments)
            stopped = [self._environments.pop(number) for number in surplus]
        for environment in stopped:
            environment.stop()
        logs: list[str] = []
        try:
            well = self._init_ahead(started, logs)
        except BaseException:
            self._drop(started)
            raise
        if well:
            with self._lock:
                for number in started:
                    self._placement.ready(number)
        else:
            self._drop(started)
            self.provision(0)
        return len(self._placement.provisioned), logs

    @property
    def provisioned(self) -> int:
        """How many environments are provisioned."""
        with self._lock:
            return len(self._placement.provisioned)

    @property
    def concurrency(self) -> int:
        """How many environments are busy."""
        return self._placement.concurrency

    def environments(self) -> tuple[ExecutionEnvironment, ...]:
        """Return the environments that exist, by number."""
        with self._lock:
            return tuple(environment for _, environment in sorted(self._environments.items()))

    def close(self) -> None:
        """Stop all environments, busy ones too."""
        with self._lock:
            self._closed = True
            environments = list(self._environments.values())
            for number in self._placement.outdate():
                del self._environments[number]
            if self._reaping is not None:
                self._reaping.cancel()
        for environment in environments:
            environment.stop()
        self._revision.files.let_go(self)

    def reap(self) -> None:
        """Stop the environments that have been idle for too long; later the next ones."""
        now = self._host.clock.now().timestamp()
        with self._lock:
            self._reaping = None
            expired = self._expire(now)
            if not self._closed:
                self._reap_later(now)
        for environment in expired:
            environment.stop()

    def _reap_later(self, now: float) -> None:
        since, expiry = self._placement.idle_since, self._placement.idle_expiry
        if since is not None and expiry is not None:
            wait = timedelta(seconds=max(LEAST_WAIT_S, since + expiry - now))
            self._reaping = self._host.clock.call_at(self._host.clock.now() + wait, self.reap)

    def _expire(self, now: float) -> list[ExecutionEnvironment]:
        return [self._environments.pop(number) for number in self._placement.expire(now + LEAST_WAIT_S)]

    def _create(self, number: int, provisioned: bool = False) -> ExecutionEnvironment:
        making = object()  # holds the files meanwhile: an update may let go of them
        with self._lock:
            self._check_open()
            shown = self._placement.share.shown_number(number)
            revision = self._revision
            revision.files.hold(making)
        try:
            environment = ExecutionEnvironment(shown, revision, self._host, provisioned)
        finally:
            revision.files.let_go(making)
        self._add(number, environment)
        return environment

    def _add(self, number: int, environment: ExecutionEnvironment) -> None:
        try:
            with self._lock:
                self._check_open()
                self._environments[number] = environment
        except ServiceError:
            environment.stop()
            raise

    def _check_open(self) -> None:
        """Raise AWS's error if the function was deleted meanwhile: what starts now, nobody would stop."""
        if self._closed:
            arn = self._revision.configuration.arn
            raise ServiceError(404, "ResourceNotFoundException", f"Function not found: {arn}")

    def _init_ahead(self, numbers: list[int], logs: list[str]) -> bool:
        """Start the environments NUMBERS, several at a time; False if one failed."""
        created = [self._create(number, provisioned=True) for number in numbers]
        if not created:
            return True
        with ThreadPoolExecutor(STARTED_AT_A_TIME, thread_name_prefix="lambda-study init") as threads:
            running = [threads.submit(environment.init_ahead) for environment in created]
            try:
                results = [future.result() for future in running]
            except BaseException:
                for environment in created:
                    environment.stop()
                raise
        logs += [line for _, lines in results for line in lines]
        return all(well for well, _ in results)

    def _drop(self, numbers: list[int]) -> None:
        with self._lock:
            for number in numbers:
                self._placement.discard(number)
            dropped = [self._environments.pop(number, None) for number in numbers]
        for environment in dropped:
            if environment is not None:
                with contextlib.suppress(OSError):
                    environment.stop()
