"""Compilers: what a language's own runtime is made of, once a machine, and what a function is made of."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from lambda_study.errors import BadInput

LONGEST_S = 300  # the first build of a Go program compiles its standard library too


def run_compiler(command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> None:
    """Run a compiler in FOLDER. What it finds wrong is BadInput: its first error, in one line."""
    done = subprocess.run(
        list(command),
        cwd=folder,
        env={**os.environ, "LC_ALL": "C.UTF-8", **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=LONGEST_S,
    )
    if done.returncode != 0:
        text = done.stdout.decode("utf-8", "replace")
        raise BadInput(f"{Path(command[0]).stem} cannot build it: {_first_error(text)}")


def compiled_once(name: str, sources: Path, tool: str, build: Callable[[Path], None]) -> Path:
    """Return the folder of what BUILD makes of SOURCES with TOOL (its name and version).

    It is built once and kept in the user's cache, until the sources or the tool change.
    """
    digest = hashlib.sha256(tool.encode())
    for file in sorted(path for path in sources.rglob("*") if path.is_file()):
        digest.update(file.read_bytes())
    folder = cache_folder() / f"{name}-{digest.hexdigest()[:16]}"
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=folder.parent))
        try:
            build(unfinished)
            unfinished.rename(folder)
        except OSError:
            if not folder.is_dir():  # else another process was faster
                raise
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def cache_folder() -> Path:
    """Return the folder for compiled runtimes; it may be deleted at any time."""
    if sys.platform == "win32":
        root = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        root = Path.home() / "Library" / "Caches"
    else:
        root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return root / "lambda-study" / "runtimes"


def _first_error(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    errors = [line for line in lines if re.search(r"\berror\b", line)]
    line = (errors or [*lines, "it does not say why"])[0]
    return re.sub(r"^\S*[/\\]", "", line)  # the file by its name, without its folders
