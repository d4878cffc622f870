"""Starts the containers of a function that is an image."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from lambda_study.engine.containers.container import Start, find_container
from lambda_study.engine.containers.programs import StartProblem, start_problem
from lambda_study.engine.image import Image

ENDS_AT_ONCE = [sys.executable, "-I", "-S", "-c", "raise SystemExit(1)"]


@dataclass(frozen=True)
class ContainerLauncher:
    """Starts containers of one image, unpacked in ROOT, for one execution environment; PATH is their own."""

    image: Image
    container: str
    root: Path
    temporary_folder: Path
    path: str
    marks_logs = False

    def command(self, memory_mb: int = 128, mark_logs: bool = False) -> list[str]:
        """Return the command; one that ends at once where the image's own cannot start."""
        if self.start_problem() is not None:
            return ENDS_AT_ONCE
        start = Start(self.image, self.root, self.temporary_folder, memory_mb)
        return find_container(self.container).command(start)

    @property
    def sees_memory(self) -> bool:
        """True if the container's memory can be looked at from here."""
        return find_container(self.container).children

    def version(self) -> str:
        """Lambda writes no runtime version for an image."""
        return ""

    def start_problem(self) -> StartProblem | None:
        """Return why the image's command cannot start; None if it can."""
        return start_problem(self.image, self.root, self.path)
