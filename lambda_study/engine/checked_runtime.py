"""A program that is checked as a Lambda runtime: one process, and what the Runtime API saw of it."""

from __future__ import annotations

import contextlib
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lambda_study.engine.failures import exit_text
from lambda_study.engine.guard import Guard
from lambda_study.engine.logs import LogPipe
from lambda_study.engine.request_parser import BadRequest
from lambda_study.engine.runtime_api import Connection, RuntimeApi
from lambda_study.engine.system import MARKER, PortableSystem

LOOK_EVERY_S = 0.02  # how often a wait looks whether the process still lives
ARN = "arn:aws:lambda:us-east-1:123456789012:function:runtime-check"


@dataclass(frozen=True, slots=True)
class Post:
    """What a runtime posted: "response", "error" or "init error", for which request id, with which body."""

    kind: str
    request_id: str
    body: bytes
    error_type: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One event and all that the runtime did until it asked for the next one, ended, or time was over."""

    request_id: str
    posts: tuple[Post, ...]
    came_back: bool
    how_it_went: str

    @property
    def answer(self) -> Post | None:
        """The first post, whatever request id it names; None if there was none."""
        return self.posts[0] if self.posts else None


class CheckedRuntime:
    """One process of the program. Its Runtime API takes every post and never decides what is right."""

    def __init__(
        self,
        system: PortableSystem,
        guard: Guard,
        marker: str,
        command: Sequence[str],
        variables: Mapping[str, str],
    ) -> None:
        self._system = system
        self._guard = guard
        self._changed = threading.Condition()
        self._waiting: Connection | None = None
        self._posts: list[Post] = []
        self._last_words: list[str] = []
        self.polls = 0
        self._api = RuntimeApi(self)
        self._marker = f"{marker}:{self._api.address};"
        try:
            self._process = self._start(command, variables)
        except BaseException:
            self._api.close()
            raise
        guard.watch(self._process.pid)
        assert self._process.stdout is not None
        self._log = LogPipe(self._process.stdout.fileno(), system)

    @property
    def waits(self) -> bool:
        """True while the runtime has a request for the next event open."""
        return self._waiting is not None

    @property
    def ended(self) -> bool:
        return self._process.poll() is not None

    def wait_until_waiting(self, timeout_s: float) -> bool:
        """Wait until the runtime asks for an event; False if it ended or did not in time."""
        return self.wait_for(lambda: self.waits, timeout_s)

    def wait_for(self, condition: Callable[[], bool], timeout_s: float) -> bool:
        """Wait until CONDITION holds; False if the process ended first or time is over."""
        deadline = time.monotonic() + timeout_s
        with self._changed:
            while not condition():
                left = deadline - time.monotonic()
                if left <= 0 or self.ended:
                    return condition()
                self._changed.wait(min(left, LOOK_EVERY_S))
        return True

    def wait_for_init(self, timeout_s: float) -> tuple[Post, ...]:
        """Wait until the runtime asks for an event or posts something; return what it posted."""
        self.wait_for(lambda: self.waits or bool(self._posts), timeout_s)
        return tuple(self._posts)

    def wait_for_end(self, timeout_s: float) -> bool:
        """Wait until the process ends; False if it does not in time."""
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return False
        return True

    def exchange(self, request_id: str, event: bytes, timeout_s: float) -> Exchange:
        """Hand EVENT to the waiting runtime and watch it until it asks for the next one."""
        with self._changed:
            connection, self._waiting = self._waiting, None
            self._posts.clear()
        assert connection is not None
        with contextlib.suppress(OSError):  # a runtime that is gone is seen by the wait
            connection.send(200, event, _headers(request_id, timeout_s), timeout_s)
        came_back = self.wait_until_waiting(timeout_s)
        return Exchange(request_id, tuple(self._posts), came_back, self.how_it_goes())

    def how_it_goes(self) -> str:
        """Return what the process does now, in words; of one that ended also the last line of its log."""
        if self.waits:
            return "it asked for the next event"
        if not self.ended:
            return "it still runs"
        return f"it ended with {_ending(self._process.returncode)}{self._said()}"

    def close_api(self) -> None:
        """Take the Runtime API away: no open connection, and nothing listens on the port any more."""
        self._api.close()

    def kill(self) -> None:
        """Kill the process with all that it started."""
        self._system.kill(self._process)
        self._system.sweep(self._marker)
        self._api.close()
        self._log.close()
        self._guard.forget(self._process.pid)
        self._process.stdout.close()  # type: ignore[union-attr]

    # -- the Runtime API's side

    def next(self, connection: Connection) -> None:
        with self._changed:
            self.polls += 1
            self._waiting = connection
            self._changed.notify_all()
        threading.Thread(
            target=self._attend, args=(connection,), name="lambda-study check", daemon=True
        ).start()

    def response(self, request_id: str, body: bytes) -> tuple[int, str]:
        return self._take(Post("response", request_id, body))

    def error(self, request_id: str, body: bytes, error_type: str) -> tuple[int, str]:
        return self._take(Post("error", request_id, body, error_type))

    def init_error(self, body: bytes, error_type: str) -> tuple[int, str]:
        return self._take(Post("init error", "", body, error_type))

    def gone(self) -> None:
        """A connection that ends is no fault: a runtime may open one for each request."""

    # --

    def _take(self, post: Post) -> tuple[int, str]:
        with self._changed:
            self._posts.append(post)
            self._changed.notify_all()
        return 202, ""

    def _attend(self, connection: Connection) -> None:
        """Serve what comes over CONNECTION after its request for an event; see when the runtime drops it."""
        with contextlib.suppress(BadRequest, OSError):
            while (request := connection.read_request()) is not None:
                if not self._api.serve(connection, request):
                    return
        with self._changed:
            if self._waiting is connection:
                self._waiting = None
            self._changed.notify_all()
        connection.close()

    def _start(self, command: Sequence[str], variables: Mapping[str, str]) -> subprocess.Popen[bytes]:
        environment = {**variables, "AWS_LAMBDA_RUNTIME_API": self._api.address, MARKER: self._marker}
        return self._system.start(command, environment, Path.cwd())

    def _said(self) -> str:
        self._last_words += [line for line in self._log.take() if line.strip()]
        return f'; its log ended: "{self._last_words[-1].strip()[-120:]}"' if self._last_words else ""


def _ending(exit_status: int) -> str:
    return (
        f"exit status {exit_status}" if exit_status >= 0 else exit_text(exit_status).rpartition("error: ")[2]
    )


def _headers(request_id: str, timeout_s: float) -> str:
    deadline_ms = int((time.time() + timeout_s) * 1000)
    return (
        f"Lambda-Runtime-Aws-Request-Id: {request_id}\r\n"
        f"Lambda-Runtime-Deadline-Ms: {deadline_ms}\r\n"
        f"Lambda-Runtime-Invoked-Function-Arn: {ARN}\r\n"
        f"Lambda-Runtime-Trace-Id: Root=1-{deadline_ms // 1000:08x}-{'0' * 24};Sampled=0\r\n"
    )
