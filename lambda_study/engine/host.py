"""What an execution environment gets from the service that it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lambda_study.engine.clock import Clock
from lambda_study.engine.cpu_share import CpuShare
from lambda_study.engine.freezer import Freezer
from lambda_study.engine.guard import Guard
from lambda_study.engine.runtimes.identifiers import family
from lambda_study.engine.runtimes.languages import launcher_for
from lambda_study.engine.runtimes.launcher import Launcher
from lambda_study.engine.system import PortableSystem
from lambda_study.engine.variables import NO_ENDPOINT


@dataclass(frozen=True)
class Host:
    """The machine as seen by execution environments: where files go, who starts and who guards processes."""

    system: PortableSystem
    python_launcher: Launcher
    guard: Guard
    clock: Clock
    ids: Callable[[], str]
    folder: Path
    marker: str
    freezer: Freezer | None = None  # None where nothing can be frozen, or nothing shall be
    cpu_share: CpuShare | None = None  # None where every function may use the whole machine
    endpoint_url: str = NO_ENDPOINT  # of the AWS that handlers call

    def launcher_for(self, runtime: str) -> Launcher:
        """Return what starts the functions of RUNTIME; BadInput if its tools are not installed."""
        return self.python_launcher if family(runtime) == "python" else launcher_for(runtime)
