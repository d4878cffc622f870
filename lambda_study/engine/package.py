"""A deployment package: the files that become /var/task, and the name of the handler in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lambda_study.errors import BadInput

CELL_MODULE = "lambda_function"
BOOTSTRAP = "bootstrap"  # the program of an OS-only runtime
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_]+")


@dataclass(frozen=True, slots=True)
class Package:
    """The files of a function by their path, the handler in AWS's spelling, and hints about the code.

    EXECUTABLES are the files that may be run as programs. RUNTIME is what the files are written for, where
    `deploy` is not told; NAME is a name for the function.
    """

    files: Mapping[str, bytes]
    handler: str
    hints: tuple[str, ...] = ()
    executables: frozenset[str] = frozenset()
    runtime: str = ""
    name: str = ""

    def write(self, folder: Path) -> None:
        """Write the files into FOLDER."""
        for name, content in self.files.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            if name in self.executables:
                target.chmod(0o755)

    @property
    def default_name(self) -> str:
        """A name for a function that was given none: that of the handler, or of a file that is not a cell."""
        module, _, function = self.handler.rpartition(".")
        own = self.name or (function if module in (CELL_MODULE, "") else module)
        return _NOT_IN_A_NAME.sub("-", own).strip("-")


def read_text(path: Path) -> str:
    """Return the text of a source file; BadInput if it is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise BadInput(f'"{path}" is not UTF-8 text. Save it as UTF-8.') from None


def read_source(path: Path, handler: str) -> str:
    """Return the text of a source file; BadInput if it never mentions HANDLER."""
    source = read_text(path)
    if not re.search(rf"\b{re.escape(handler)}\b", source):
        raise BadInput(f'"{path.name}" has no "{handler}". Write "{path.name}:" and the name of its handler.')
    return source
