"""The folder that is an environment's /tmp."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_study.engine.runtimes.launcher import Launcher
from lambda_study.engine.system import PortableSystem
from lambda_study.facts import fact

if TYPE_CHECKING:
    from lambda_study.engine.sized_mount import SizedMount

MB = 1024 * 1024


class TemporaryFolder:
    """An environment's own temporary folder. It stays as long as the environment, over time-outs too.

    A size other than the 512 MB that every function has is kept on Linux: a write beyond it fails with "No
    space left on device".

    Unlike AWS: else it is as large as the host's disk, and what exceeds the function's size is told after the
    invocation. So it is, too, where Linux lets nobody mount anything, and in containers.
    """

    def __init__(self, path: Path, size_mb: int) -> None:
        self.path = path
        self._size_mb = size_mb
        path.mkdir(parents=True)
        self._mount: SizedMount | None = None
        self._name = str(path)
        self._untouched = _changed_at(self._name)

    def inside(self, launcher: Launcher, folder: Path, system: PortableSystem) -> Launcher:
        """Return what starts the children of LAUNCHER, in FOLDER, where this one has its size if it can."""
        if self._size_mb == fact("tmp.min").value:
            return launcher
        self._mount = system.sized_mount(self.path, self._size_mb)
        return launcher if self._mount is None else self._mount.launcher(launcher, folder)

    def close(self) -> None:
        """Forget what lies in it, where it is no folder of the disk."""
        if self._mount is not None:
            self._mount.close()

    def hints(self) -> tuple[str, ...]:
        """Return one line if more lies in it than Lambda would have let in."""
        if _changed_at(self._name) == self._untouched:
            return ()  # nothing was ever written: one look is enough
        held = _size(self._name)
        if held <= self._size_mb * MB:
            return ()
        return (
            f"/tmp holds {held / MB:,.1f} MB, but the function has {self._size_mb:,} MB: on Lambda the write "
            "fails with [Errno 28] No space left on device. Raise ephemeral_mb.",
        )


def _changed_at(folder: str) -> int:
    try:
        return os.stat(folder).st_mtime_ns  # noqa: PTH116
    except OSError:
        return 0


def _size(folder: str) -> int:
    """Return how many bytes the files below FOLDER take."""
    total = 0
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(OSError):
                is_folder = entry.is_dir(follow_symlinks=False)
                total += _size(entry.path) if is_folder else entry.stat(follow_symlinks=False).st_size
    return total
