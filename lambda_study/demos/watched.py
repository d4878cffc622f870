"""A program that runs as a Lambda runtime under the eyes of a demo."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lambda_study.engine.checked_runtime import CheckedRuntime
from lambda_study.engine.guard import Guard
from lambda_study.engine.system import default_system

PROGRAMS = Path(__file__).parent / "handlers" / "programs"


@contextmanager
def watched(program: str) -> Iterator[CheckedRuntime]:
    """The Python PROGRAM of `handlers/programs/`, watched by its Runtime API; it ends with the block."""
    with tempfile.TemporaryDirectory(prefix="lambda-study-demo-") as name:
        folder = Path(name)
        guard = Guard(folder.name, folder / "guarded")
        command = [sys.executable, "-I", "-S", str(PROGRAMS / program)]
        runtime = CheckedRuntime(default_system(), guard, folder.name, command, dict(os.environ))
        try:
            yield runtime
        finally:
            runtime.kill()
            guard.close()
