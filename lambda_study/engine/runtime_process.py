"""One child process that runs a handler: its Runtime API, its log, its memory, from start to kill."""

from __future__ import annotations

import contextlib
import enum
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lambda_study.engine import limits
from lambda_study.engine.containers.launcher import ContainerLauncher
from lambda_study.engine.cpu_time import CpuTime
from lambda_study.engine.host import Host
from lambda_study.engine.logs import LogPipe
from lambda_study.engine.memory import MB, ProcessMemory, UnseenMemory, memory_of
from lambda_study.engine.request_parser import BadRequest
from lambda_study.engine.runtime_api import Connection, RuntimeApi
from lambda_study.engine.runtimes.launcher import Launcher, no_entrypoint
from lambda_study.engine.system import MARKER

WATCH_EVERY_S = 0.005  # memory grows by a few MB in that time before the limit is noticed


class End(enum.Enum):
    """How a wait for the child ended."""

    READY = "it waits for an event"
    ANSWERED = "it has posted its answer"
    EXITED = "it has ended"
    TIMED_OUT = "the time is over"
    OUT_OF_MEMORY = "it held more memory than the function has"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the runtime posted: the body of a response or of an error."""

    body: bytes
    is_error: bool
    error_type: str = ""
    refused: bool = False  # it was another one, which Lambda does not take


class RuntimeProcess:
    """A child process and all that is ours around it: one life, from start to kill.

    The thread that invokes serves the child's requests itself, and looks at its memory in between. Only
    until the child asks for its first event, and for connections that it opens later, threads of the
    Runtime API do so.
    """

    def __init__(
        self, host: Host, launcher: Launcher, variables: dict[str, str], folder: Path, memory_mb: int
    ) -> None:
        self._host = host
        self._launcher = launcher
        self._memory_limit = memory_mb * MB
        self._told = threading.Event()  # a thread of the Runtime API has served a request
        self._connection: Connection | None = None
        self._request_id = ""
        self._ready = False
        self._ready_at = 0.0
        self._frozen = False
        self._complete = False  # a child may ask for its first event before this object is made
        self._freeze_lock = threading.Lock()
        self.answer: Answer | None = None
        self.init_failure: Answer | None = None
        self.answered_at = 0.0
        self._killed = False
        self._kill_lock = threading.Lock()
        self._api = RuntimeApi(self)
        self._marker = f"{host.marker}:{self._api.address};"
        self._begin({**variables, "AWS_LAMBDA_RUNTIME_API": self._api.address}, folder)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_status(self) -> int | None:
        """The child's exit status, negative for a signal; None while it lives."""
        return self._process.poll()

    def send(self, request_id: str, headers: str, event: bytes, deadline: float) -> None:
        """Hand EVENT to the waiting child. One that does not read it until DEADLINE has timed out."""
        assert self._connection is not None
        self.answer = None
        self._request_id = request_id
        self._thaw()
        if self._host.cpu_share is not None:
            self._host.cpu_share.watch(self, limits.vcpus(self._memory_limit // MB))
        timeout_s = max(0.0001, deadline - time.perf_counter())
        with contextlib.suppress(OSError):  # a child that is gone is noticed by the wait that follows
            self._connection.send(200, event, headers, timeout_s)

    def wait_until_ready(self, deadline: float) -> End:
        """Wait until the child asks for an event, has ended or must be killed; DEADLINE is of `perf_counter`.

        A child that asks for an event is frozen soon after, until it gets one.
        """
        if self._ready:
            return End.READY if self.exit_status is None else End.EXITED
        before_the_first_event = self.answer is None
        end = self._wait_for(lambda: self._ready, End.READY, deadline)
        return self._within_memory(end) if before_the_first_event else end

    def wait_for_answer(self, deadline: float) -> End:
        """Wait until the child has answered, has ended or must be killed."""
        return self._within_memory(self._wait_for(lambda: self.answer is not None, End.ANSWERED, deadline))

    def _within_memory(self, end: End) -> End:
        """A peak that came and went between two looks counts: Lambda would have killed the process."""
        if end in (End.READY, End.ANSWERED) and self._memory.peak_bytes() > self._memory_limit:
            return End.OUT_OF_MEMORY
        return end

    def _wait_for(self, reached: Callable[[], bool], end: End, deadline: float) -> End:
        """Serve the child, and look at its memory while it runs."""
        while True:
            self._serve(max(0.0001, min(WATCH_EVERY_S, deadline - time.perf_counter())))
            if reached():
                return end
            if self._process.poll() is not None:
                return End.EXITED
            if self._memory.resident_bytes() > self._memory_limit:
                return End.OUT_OF_MEMORY
            if time.perf_counter() >= deadline:
                return End.TIMED_OUT

    def _serve(self, timeout_s: float) -> None:
        """Serve one request of the connection handed over; without one, wait for what threads tell.

        A runtime may open a connection for each request: the end of one says nothing about the process.
        """
        connection = self._connection
        if connection is None:
            self._told.wait(timeout_s)
            self._told.clear()
            return
        try:
            request = connection.read_request(timeout_s)
        except TimeoutError:
            return
        except BadRequest:
            request = None
        if request is not None:
            with contextlib.suppress(OSError):
                self._api.serve(connection, request)
            return
        self._api.drop(connection)
        if self._connection is connection:
            self._connection = None

    def freeze_if_waiting(self, since: float) -> bool:
        """Freeze the child if it has waited for an event at least since SINCE; False if it only began to."""
        with self._freeze_lock:
            if not self._complete or (self._ready and self._ready_at > since):
                return False
            if self._ready and not self._killed:
                self._frozen = True
                self._host.system.freeze(self._process)
            return True

    def cpu_s(self) -> float:
        """Return the CPU time that the child has used so far, with its children."""
        return self._cpu_time.seconds()

    def pause(self) -> bool:
        """Stop the child, which has had its share of the CPU; False if it waits for an event or is gone.

        A stopped child is continued here or by the next event, whoever stopped it.
        """
        with self._freeze_lock:
            if self._ready or self._killed:
                return False
            self._frozen = True
            self._host.system.freeze(self._process)
            return True

    def resume(self) -> None:
        """Let a child run on that was stopped within an invocation."""
        with self._freeze_lock:
            if self._frozen and not self._ready and not self._killed:
                self._frozen = False
                self._host.system.thaw(self._process)

    def max_memory_mb(self) -> int:
        """Return the most memory that the child was seen to hold, in MB, rounded up."""
        return -(-self._memory.most_bytes // MB)

    def kill(self) -> list[str]:
        """Kill the child with all that it started, and return what it still had to say."""
        with self._kill_lock:
            if self._killed:
                return []
            self._killed = True
        if self._host.cpu_share is not None:
            self._host.cpu_share.forget(self)
        self._memory.peak_bytes()
        self._host.system.kill(self._process)
        self._host.system.sweep(self._marker)
        events = self.log.take()
        self.log.close()
        self._api.close()
        self._memory.close()
        self._host.guard.forget(self._process.pid)
        self._process.stdout.close()  # type: ignore[union-attr]
        return events

    def _begin(self, variables: dict[str, str], folder: Path) -> None:
        """Start the child and all that looks after it. If a part fails, nothing of it stays."""
        host = self._host
        with contextlib.ExitStack() as undo:
            undo.callback(self._api.close)
            process = self._process = self._start(variables, folder)
            undo.callback(self._process.stdout.close)  # type: ignore[union-attr]
            undo.callback(host.guard.forget, process.pid)
            undo.callback(host.system.sweep, self._marker)
            undo.callback(host.system.kill, process)
            undo.callback(self._give_up)
            host.guard.watch(process.pid)
            self._memory = self._memory_reader()
            undo.callback(self._memory.close)
            self._cpu_time = CpuTime(process.pid)
            self.log = LogPipe(self._pipe(), host.system, self._launcher.marks_logs)
            undo.pop_all()
        self._complete = True

    def _give_up(self) -> None:
        self._killed = self._complete = True  # the freezer need not ask again

    # -- the Runtime API's side

    def next(self, connection: Connection) -> None:
        self._connection = connection
        self._ready_at = time.perf_counter()
        self._ready = True
        if self._host.cpu_share is not None:
            self._host.cpu_share.forget(self)
        if self._host.freezer is not None:
            self._host.freezer.later(self)
        self._tell()

    def response(self, request_id: str, body: bytes) -> tuple[int, str]:
        if request_id != self._request_id:
            return 400, "InvalidRequestID"
        if len(body) > limits.RESPONSE_BYTES:
            return self._refuse()
        self._take_answer(Answer(body, False))
        return 202, ""

    def error(self, request_id: str, body: bytes, error_type: str) -> tuple[int, str]:
        if request_id != self._request_id:
            return 400, "InvalidRequestID"
        if len(body) > limits.RESPONSE_BYTES:
            return self._refuse()
        self._take_answer(Answer(body, True, error_type))
        return 202, ""

    def init_error(self, body: bytes, error_type: str) -> tuple[int, str]:
        self.init_failure = Answer(body, True, error_type)
        return 202, ""

    def gone(self) -> None:
        self._tell()

    # --

    def _refuse(self) -> tuple[int, str]:
        refusal = limits.response_too_large()
        self._take_answer(Answer(limits.as_payload(refusal), True, refusal["errorType"], refused=True))
        return 413, refusal["errorType"]

    def _take_answer(self, answer: Answer) -> None:
        self.answered_at = time.perf_counter()
        self.answer = answer
        self._tell()

    def _tell(self) -> None:
        if not self._told.is_set():  # as a rule the thread that waits is this one, and has told itself before
            self._told.set()

    def _start(self, variables: dict[str, str], folder: Path) -> subprocess.Popen[bytes]:
        system = self._host.system
        megabytes = self._memory_limit // MB
        command = self._launcher.command(megabytes, mark_logs=not system.reads_without_waiting)
        marked = {**variables, MARKER: self._marker}
        try:
            return system.start(command, marked, folder)
        except OSError as error:
            return system.start(no_entrypoint(command[0], error), marked, folder)

    def _memory_reader(self) -> ProcessMemory:
        if isinstance(self._launcher, ContainerLauncher) and not self._launcher.sees_memory:
            return UnseenMemory()
        return memory_of(self._process.pid)

    def _thaw(self) -> None:
        with self._freeze_lock:
            self._ready = False
            if self._frozen:
                self._frozen = False
                self._host.system.thaw(self._process)

    def _pipe(self) -> int:
        assert self._process.stdout is not None
        return self._process.stdout.fileno()
