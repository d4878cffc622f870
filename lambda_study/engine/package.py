"""A deployment package: the files that become /var/task, and the name of the handler in them."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
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
    `deploy` is not told; NAME is a name for the function. LINKS are the files that are symbolic links: their
    content is where they lead.
    """

    files: Mapping[str, bytes]
    handler: str
    hints: tuple[str, ...] = ()
    executables: frozenset[str] = frozenset()
    runtime: str = ""
    name: str = ""
    links: frozenset[str] = frozenset()

    def write(self, folder: Path) -> None:
        """Write the files into FOLDER."""
        write_files(folder, self.files, self.executables, self.links)

    @property
    def default_name(self) -> str:
        """A name for a function that was given none: that of the handler, or of a file that is not a cell."""
        module, _, function = self.handler.rpartition(".")
        own = self.name or (function if module in (CELL_MODULE, "") else module)
        return _NOT_IN_A_NAME.sub("-", own).strip("-")


def write_files(
    folder: Path, files: Mapping[str, bytes], executables: Collection[str], links: Collection[str]
) -> None:
    """Write FILES into FOLDER, over what lies there; the links last, so that no file is written through one.

    Unlike AWS: a link out of the package is refused, as it would lead into this machine.
    """
    for name in sorted(files, key=lambda name: name in links):
        target = folder / name
        if name in links:
            _check_inside(folder, target.parent)  # another link may lead there
        target.parent.mkdir(parents=True, exist_ok=True)
        if name in links:
            target.unlink(missing_ok=True)
            target.symlink_to(os.fsdecode(files[name].partition(b"\0")[0]))  # a NUL ends it, as in C
            continue
        target.write_bytes(files[name])
        if name in executables:
            target.chmod(0o755)
    for name in links:
        _check_inside(folder, folder / name)


def _check_inside(folder: Path, path: Path) -> None:
    """Raise BadInput if PATH leads out of FOLDER by a link; realpath takes a circle of links as it is."""
    if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder)):
        name = path.relative_to(folder).as_posix()
        raise BadInput(f'The link "{name}" leads out of the package. Zip without it.')


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
