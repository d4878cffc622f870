"""What an execution environment gets from the service that it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lambda_study.engine.clock import Clock
from lambda_study.engine.freezer import Freezer
from lambda_study.engine.guard import Guard
from lambda_study.engine.runtimes.python import PythonLauncher
from lambda_study.engine.system import PortableSystem


@dataclass(frozen=True)
class Host:
    """The machine as seen by execution environments: where files go, who starts and who guards processes."""

    system: PortableSystem
    launcher: PythonLauncher
    guard: Guard
    clock: Clock
    ids: Callable[[], str]
    folder: Path
    marker: str
    freezer: Freezer | None = None  # None where nothing can be frozen, or nothing shall be
