"""Runtimes, shown by running them: what they ask the Runtime API, and what a package for them must hold.

The runtime under observation is `handlers/programs/small_runtime.py`, so that nothing but Python is needed.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lambda_study.demos.findings import names_of
from lambda_study.demos.watched import PROGRAMS, watched
from lambda_study.engine import Function, LambdaService, deploy
from lambda_study.engine.checked_runtime import CheckedRuntime, Exchange
from lambda_study.errors import BadInput
from lambda_study.facts import fact

_HANDLERS = Path(__file__).parent / "handlers"
_EVENT = b'{"name": "Ada"}'
_PATIENCE_S = 10.0
_ONE_MB = "x" * (1 << 20)
_X86_64, _ARM64 = 62, 183  # e_machine in the head of a Linux program


def conversation_about_one_event() -> list[str]:
    """What a runtime and the Runtime API say to each other about one event, request by request.

    >>> conversation_about_one_event()
    ['GET next: {"name": "Ada"}', 'POST {id}/response: "Welcome to the club, Ada!"', 'GET next: not yet']
    """
    with watched("small_runtime.py") as runtime:
        exchange = _one_event(runtime)
    posts = [f"POST {{id}}/{post.kind}: {post.body.decode()}" for post in exchange.posts]
    waits = ["GET next: not yet"] if exchange.came_back else []
    return [f"GET next: {_EVENT.decode()}", *posts, *waits]


def requests_for_one_event() -> str:
    """The requests with which a runtime fetches an event and hands in what the handler returned.

    >>> requests_for_one_event()
    'GET next, POST response'
    """
    with watched("small_runtime.py") as runtime:
        exchange = _one_event(runtime)
    return ", ".join(["GET next", *(f"POST {post.kind}" for post in exchange.posts)])


def times_that_next_is_called_for_five_events() -> int:
    """How often a runtime has asked for an event when five are done and it waits for the next one.

    >>> times_that_next_is_called_for_five_events()
    6
    """
    with watched("small_runtime.py") as runtime:
        for _ in range(5):
            _one_event(runtime)
        return runtime.polls


def runtime_for_a_new_go_function() -> str:
    """The identifier that a new Go function may name, of four that people try.

    >>> runtime_for_a_new_go_function()
    'provided.al2023'
    """
    tried = ["go1.x", "go1.22", "provided", "provided.al2023"]
    with LambdaService() as service:
        return names_of(runtime for runtime in tried if _accepted(runtime, service))


def languages_with_a_managed_runtime() -> list[str]:
    """The languages, of five, for which Lambda has a runtime of its own.

    >>> languages_with_a_managed_runtime()
    ['Java', 'Ruby']
    """
    managed = fact("languages.managed").value
    return [name for name in ("Java", "PHP", "Ruby", "Rust", "Swift") if name in managed]


def what_a_package_for_an_os_only_runtime_needs() -> list[str]:
    """The parts of a working package for provided.al2023 without which it fails, of five taken away in turn.

    >>> what_a_package_for_an_os_only_runtime_needs()
    ['bootstrap', 'loop']
    """
    whole = _OsOnly()
    without = {
        "bootstrap": _OsOnly(program="main"),
        "loop": _OsOnly(runs="prints_and_ends.py"),
        "port": whole,  # it listens nowhere, and works
        "Dockerfile": whole,  # it has none, and works
        "handler setting": _OsOnly(handler="anything.else"),
    }
    return [part for part, package in without.items() if not package.works()]


def cause_of_an_exec_format_error() -> str:
    """Which fault of a program for provided.al2023 is told as "exec format error", of four.

    >>> cause_of_an_exec_format_error()
    'other architecture'
    """
    faults = {
        "other architecture": _OsOnly(content=_head_of_a_program(_other_architecture())),
        "not executable": _OsOnly(mode=0o644),
        "other name": _OsOnly(program="main"),
        "no loop": _OsOnly(runs="prints_and_ends.py"),
    }
    return names_of(fault for fault, package in faults.items() if "exec format error" in package.error())


def way_to_hand_one_mb_to_a_program() -> str:
    """How a shell script can hand an event of 1 MB to a program, of three ways tried.

    >>> way_to_hand_one_mb_to_a_program()
    'standard input'
    """
    ways: dict[str, tuple[list[str], Mapping[str, str], str]] = {
        "argument": ([_ONE_MB], {}, ""),
        "environment variable": ([], {"EVENT": _ONE_MB}, ""),
        "standard input": ([], {}, _ONE_MB),
    }
    return names_of(way for way, given in ways.items() if _program_starts(*given))


@dataclass(frozen=True)
class _OsOnly:
    """A package for provided.al2023 with one program in it; its handler setting is free."""

    program: str = "bootstrap"
    runs: str = "small_runtime.py"
    content: bytes | None = None
    mode: int = 0o755
    handler: str = "not.used"

    def works(self) -> bool:
        with self._function() as function:
            return function.invoke({"name": "Ada"}).ok

    def error(self) -> str:
        with self._function() as function:
            return str(function.invoke({"name": "Ada"}).payload["errorMessage"])

    @contextmanager
    def _function(self) -> Iterator[Function]:
        with tempfile.TemporaryDirectory() as folder, LambdaService() as service:
            path = Path(folder, "package.zip")
            with zipfile.ZipFile(path, "w") as archive:
                member = zipfile.ZipInfo(self.program)
                member.external_attr = self.mode << 16
                archive.writestr(member, self.content or self._script())
            yield deploy(f"{path}:{self.handler}", runtime="provided.al2023", service=service)

    def _script(self) -> str:
        command = shlex.join([sys.executable, "-I", "-S", str(PROGRAMS / self.runs)])
        return f"#!/bin/sh\nexec {command}\n"


def _one_event(runtime: CheckedRuntime) -> Exchange:
    if not runtime.wait_until_waiting(_PATIENCE_S):
        raise AssertionError(f"the runtime never asked for an event: {runtime.how_it_goes()}")
    return runtime.exchange("8476a536-e9f4-11e8-9739-2dfe598c3fcd", _EVENT, _PATIENCE_S)


def _accepted(runtime: str, service: LambdaService) -> bool:
    try:
        deploy(f"{_HANDLERS / 'welcome.py'}:handler", runtime=runtime, service=service)
    except BadInput:
        return False
    return True


def _program_starts(arguments: list[str], variables: Mapping[str, str], stdin: str) -> bool:
    command = [sys.executable, "-I", "-S", "-c", "import sys; sys.stdin.read()", *arguments]
    try:
        subprocess.run(command, env={**os.environ, **variables}, input=stdin.encode(), check=True)
    except OSError:
        return False
    return True


def _other_architecture() -> int:
    from lambda_study.engine.containers.programs import host_architecture

    return _ARM64 if host_architecture() == "x86_64" else _X86_64


def _head_of_a_program(machine: int) -> bytes:
    """The first 64 bytes of a 64-bit Linux program for the processor MACHINE."""
    return b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\x00" + machine.to_bytes(2, "little") + bytes(44)
