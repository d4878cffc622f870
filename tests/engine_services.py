"""Services for the engine's tests: AWS's native transport or ours, with the POSIX extras or without."""

from __future__ import annotations

import itertools
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from lambda_study.engine import Function, LambdaService, deploy
from lambda_study.engine.runtimes.python import PythonLauncher
from lambda_study.engine.system import PortableSystem, default_system

_NAMES = map("function_{}".format, itertools.count(1))
WAYS = ("native-posix", "pure-posix", "native-portable", "pure-portable")


def service_for(way: str, **options: Any) -> LambdaService:
    """Start a service that works in the given WAY."""
    transport, system = way.split("-")
    return LambdaService(
        launcher=PythonLauncher(pure=transport == "pure"),
        system=PortableSystem() if system == "portable" else default_system(),
        **options,
    )


class Deployer:
    """Deploys a handler's source as a file, each under a name of its own."""

    def __init__(self, service: LambdaService, folder: Path) -> None:
        self.service = service
        self._folder = folder
        self._names = _NAMES

    def __call__(self, source: str, **options: Any) -> Function:
        path = self._folder / f"{next(self._names)}.py"
        path.write_text(textwrap.dedent(source), encoding="utf-8")
        return deploy(f"{path}:handler", service=self.service, **options)


def counting_ids() -> Callable[[], str]:
    """Return request ids 00000001, 00000002, ..."""
    numbers = itertools.count(1)
    return lambda: f"{next(numbers):08d}"


def wait_for(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait until CONDITION holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.005)


def gone(pid: int) -> bool:
    """True if process PID has ended, whether or not somebody has asked for its status."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True
