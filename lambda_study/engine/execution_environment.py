"""An execution environment: init, invocations one after the other, and what is left of it after a failure."""

from __future__ import annotations

import enum
import shutil
import time
from datetime import datetime
from typing import NamedTuple

from lambda_study.engine import limits
from lambda_study.engine.containers.launcher import ContainerLauncher
from lambda_study.engine.event import Event, decode
from lambda_study.engine.failures import Failure, failed_start, failure_of
from lambda_study.engine.function import FunctionConfiguration
from lambda_study.engine.host import Host
from lambda_study.engine.invocation import Invocation
from lambda_study.engine.revision import Revision
from lambda_study.engine.runtime_process import End, RuntimeProcess
from lambda_study.engine.runtimes.launcher import Launcher, version_arn
from lambda_study.engine.temporary_folder import TemporaryFolder
from lambda_study.engine.variables import (
    ON_DEMAND,
    PROVISIONED,
    container_path,
    handler_variables,
    next_headers,
)
from lambda_study.errors import OneLineError
from lambda_study.model.platform_log import PlatformLog
from lambda_study.model.report import Report

# How long a runtime may take to ask for the next event after it has answered.
# Unlike AWS: one that takes longer is killed. There the invocation goes on, up to the function's timeout.
RETURN_LIMIT_S = 2.0


class State(enum.Enum):
    """What an execution environment does."""

    INIT = "init"
    IDLE = "idle"
    BUSY = "busy"
    STOPPED = "stopped"


class Stopped(OneLineError):
    """The environment was stopped while it ran: its function was deleted, or the service closed."""


class FilesGone(OneLineError):
    """The package is not there any more.

    Unlike AWS: a handler can delete its own package; /var/task on Lambda cannot be written.
    """


class Outcome(NamedTuple):
    """What the invoke phase brought: how long it took and either the runtime's answer or a failure."""

    duration_ms: float
    payload: bytes
    is_error: bool
    failure: Failure | None


class ExecutionEnvironment:
    """Runs one function's handler in a child process of its own, one invocation at a time.

    The process stays between invocations, frozen, with its globals. After a time-out or a crash the next
    invocation starts a fresh process inside its own Duration; the temporary folder stays.
    """

    def __init__(self, number: int, revision: Revision, host: Host, provisioned: bool = False) -> None:
        self.name = f"environment {number}"
        self.stopped = False
        self.provisioned = provisioned
        self._state = State.INIT
        self._revision = revision
        self._configuration = configuration = revision.configuration
        self._task_root = revision.task_root
        self._host = host
        self._process: RuntimeProcess | None = None
        self._begun = False
        self._max_memory_mb = 0
        self._folder = host.folder / f"{configuration.name}-{number}-{host.ids()[:8]}"
        self._folder.mkdir()
        self._temporary = TemporaryFolder(self._folder / "tmp", configuration.ephemeral_mb)
        self._launcher = self._own_launcher()
        self._log_stream = _log_stream(configuration, host)
        self._platform_log = PlatformLog(configuration.logging.format, configuration.logging.system_level)
        revision.files.hold(self)

    def __repr__(self) -> str:
        version = self._configuration.version
        of = "" if version == "$LATEST" else f" of version {version}"
        return f"{self.name}{of} ({'provisioned, ' if self.provisioned else ''}{self.state.value})"

    @property
    def state(self) -> State:
        return State.STOPPED if self.stopped else self._state

    @property
    def pid(self) -> int | None:
        """The id of the child process; None while there is none."""
        return self._process.pid if self._process else None

    def invoke(self, event: Event) -> Invocation:
        """Run the handler once. What interrupts this call kills the process: its state would be unknown."""
        try:
            invocation = self._invoke(event)
        except Exception as error:
            if self.stopped:
                raise self._stopped() from error
            self.stop()
            raise
        except BaseException:
            self.stop()
            raise
        if self.stopped and invocation.report.status is not None:
            raise self._stopped()  # its process did not end by itself
        return invocation

    def init_ahead(self) -> tuple[bool, list[str]]:
        """Init before there is any event. Return whether it went well, and the log."""
        logs: list[str] = []
        try:
            self._begun = True
            limit_s = limits.provisioned_init_limit_s(self._configuration.timeout_s)
            init_ms = self._init("", logs, limit_s)
        except BaseException:
            self.stop()
            raise
        self._state = State.IDLE
        return init_ms is not None, logs

    def stop(self) -> None:
        """Kill the child process with all that it started, and remove the temporary folder."""
        self.stopped = True
        self._end_process()
        self._temporary.close()
        shutil.rmtree(self._folder, ignore_errors=True)
        self._revision.files.let_go(self)

    def _invoke(self, event: Event) -> Invocation:
        logs: list[str] = []
        request_id = event.request_id
        init_ms = None
        if not self._begun:
            self._begun = True
            init_ms = self._init(request_id, logs, limits.init_limit_s())
        self._state = State.BUSY
        started_at = self._host.clock.now()
        outcome = self._run(event, logs)
        report = self._report(request_id, started_at, init_ms, outcome)
        logs += self._platform_log.end(report)
        error = "Unhandled" if outcome.is_error else None
        hints = self._temporary.hints()
        invocation = Invocation(
            decode(outcome.payload),
            error,
            tuple(logs),
            report,
            hints=hints,
            body=outcome.payload,
            log_group=self._configuration.log_group,
            log_stream=self._log_stream,
            concurrency=event.concurrency,
            invoked_arn=event.arn,
        )
        self._await_return()
        self._state = State.IDLE
        return invocation

    def _init(self, request_id: str, logs: list[str], limit_s: float) -> float | None:
        """Start the process before the invocation's own time runs. Return its duration; None if it failed."""
        if version := self._launcher.version():
            logs += self._platform_log.init_start(version, version_arn(version), self._host.clock.now())
        begun = time.perf_counter()
        process, end = self._start(begun + limit_s)
        init_ms = _since(begun)
        if end is End.READY:
            logs += process.log.take()
            return init_ms
        failure = self._failure_of(end, process, request_id, limit_s)
        logs += self._end_process()
        logs += self._init_report(init_ms, "init", failure)
        return None

    def _run(self, event: Event, logs: list[str]) -> Outcome:
        """The invoke phase; a process that failed before is started again within it."""
        request_id = event.request_id
        begun = time.perf_counter()
        deadline = begun + self._configuration.timeout_s
        version, now = self._configuration.version, self._host.clock.now()
        start = self._platform_log.start(request_id, version, now)
        process = self._ready_process(deadline)
        if process is None:
            process, end = self._start(deadline)
            if end is not End.READY:
                failure = self._failure_of(end, process, request_id, self._configuration.timeout_s)
                logs += self._end_process()
                logs += [*self._init_report(_since(begun), "invoke", failure), *start]
                return self._failed(begun, failure)
            logs += process.log.take()
        logs += start
        process.send(request_id, self._headers(event), event.payload, deadline)
        end = process.wait_for_answer(deadline)
        return self._outcome(process, end, begun, request_id, logs)

    def _outcome(
        self, process: RuntimeProcess, end: End, begun: float, request_id: str, logs: list[str]
    ) -> Outcome:
        answer = process.answer
        if end is End.ANSWERED and answer is not None:
            logs += process.log.take()
            if answer.refused:
                logs += self._await_return()  # what the runtime says to that
            return Outcome((process.answered_at - begun) * 1000, answer.body, answer.is_error, None)
        failure = self._failure_of(end, process, request_id, self._configuration.timeout_s)
        logs += self._end_process()
        return self._failed(begun, failure)

    def _await_return(self) -> list[str]:
        """Wait until the runtime asks for its next event: all else is done while it comes back.

        Of one that does not come, return the last log.
        """
        limit = time.perf_counter() + RETURN_LIMIT_S
        if self._process is not None and self._process.wait_until_ready(limit) is not End.READY:
            return self._end_process()
        return []

    def _failure_of(self, end: End, process: RuntimeProcess, request_id: str, limit_s: float) -> Failure:
        if isinstance(self._launcher, ContainerLauncher) and (problem := self._launcher.start_problem()):
            return failed_start(problem.error_type, problem.text, request_id)
        return failure_of(end, process, request_id, limit_s)

    def _failed(self, begun: float, failure: Failure) -> Outcome:
        duration_ms = failure.duration_ms if failure.duration_ms is not None else _since(begun)
        return Outcome(duration_ms, failure.payload, True, failure)

    def _own_launcher(self) -> Launcher:
        configuration = self._configuration
        if configuration.image is None:
            launcher = self._host.launcher_for(configuration.runtime)
            return self._temporary.inside(launcher, self._task_root, self._host.system)
        path = container_path(configuration)
        return ContainerLauncher(
            configuration.image, configuration.container, self._task_root, self._temporary.path, path
        )

    def _start(self, deadline: float) -> tuple[RuntimeProcess, End]:
        if self.stopped:
            raise self._stopped()
        if not self._task_root.is_dir():
            name = self._configuration.name
            raise FilesGone(f"The files of {name} are gone. Did its handler delete them? Deploy it again.")
        self._state = State.INIT
        variables = handler_variables(
            self._configuration,
            self._task_root,
            self._temporary.path,
            self._log_stream,
            PROVISIONED if self.provisioned else ON_DEMAND,
            self._revision.layers_root,
            self._host.endpoint_url,
        )
        memory_mb = self._configuration.memory_mb
        process = RuntimeProcess(self._host, self._launcher, variables, self._task_root, memory_mb)
        self._process = process
        if self.stopped:
            raise self._stopped()
        return process, process.wait_until_ready(deadline)

    def _stopped(self) -> Stopped:
        function = self._configuration.name
        return Stopped(f"{self.name} of {function} was stopped while it ran. Was the function deleted?")

    def _ready_process(self, deadline: float) -> RuntimeProcess | None:
        """Return the process if it is back and waits for an event; one that ended since is forgotten."""
        if self._process is not None and self._process.wait_until_ready(deadline) is not End.READY:
            self._end_process()
        return self._process

    def _end_process(self) -> list[str]:
        process, self._process = self._process, None
        if process is None:
            return []
        self._max_memory_mb = max(self._max_memory_mb, process.max_memory_mb())
        return process.kill()

    def _headers(self, event: Event) -> str:
        deadline_ms = int((time.time() + self._configuration.timeout_s) * 1000)
        return next_headers(event, deadline_ms)

    def _init_report(self, init_ms: float, phase: str, failure: Failure) -> list[str]:
        now = self._host.clock.now()
        return self._platform_log.init_report(init_ms, phase, failure.status, failure.error_type, now)

    def _report(
        self, request_id: str, started_at: datetime, init_ms: float | None, outcome: Outcome
    ) -> Report:
        configuration, failure = self._configuration, outcome.failure
        used = self._process.max_memory_mb() if self._process else self._max_memory_mb
        return Report.of(
            request_id=request_id,
            function_name=configuration.name,
            environment=self.name,
            architecture=configuration.architecture,
            started_at=started_at,
            duration_ms=outcome.duration_ms,
            memory_mb=configuration.memory_mb,
            max_memory_mb=min(used, configuration.memory_mb),
            init_ms=init_ms,
            version=configuration.version,
            status=failure.status if failure else None,
            error_type=failure.error_type if failure and failure.status == "error" else None,
        )


def _since(begun: float) -> float:
    return (time.perf_counter() - begun) * 1000


def _log_stream(configuration: FunctionConfiguration, host: Host) -> str:
    """Return the name of a new log stream; in a group that functions may share, it names the function."""
    day, name = f"{host.clock.now():%Y/%m/%d}", host.ids().replace("-", "")
    if configuration.logging.group:
        return f"{day}/{configuration.name}[{configuration.version}][{name}]"
    return f"{day}/[{configuration.version}]{name}"
