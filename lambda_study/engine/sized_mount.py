"""A temporary folder that is full at its size: a file system in memory that a handler's processes alone see.

It lives in a namespace that a small process holds open, over time-outs and crashes of the handler. That
process ends with the pipe from the engine, however the engine ends, and the file system with it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from lambda_study.engine.runtimes.launcher import Launcher

MB = 1024 * 1024
_HOLD = 'mount -t tmpfs -o "size=$1m" tmpfs "$2" && echo held && read ended'
_NAMESPACE = ("-U", "--map-current-user", "--keep-caps", "-m", "--propagation", "private")
_TOOLS = ("unshare", "nsenter", "sh", "mount")
_GO_THERE = 'cd "$0" && exec "$@"'  # a folder from outside would have no path inside


class NotHere(Exception):
    """This system lets nobody mount anything without being asked, or has too little memory for it."""


class SizedMount:
    """A file system of SIZE_MB over the folder PATH, for the processes that `inside` starts."""

    def __init__(self, path: Path, size_mb: int) -> None:
        if not all(map(shutil.which, _TOOLS)) or 2 * size_mb * MB > _free_bytes():
            raise NotHere
        self._holder = subprocess.Popen(
            ["unshare", *_NAMESPACE, "sh", "-c", _HOLD, "sh", str(size_mb), str(path)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        assert self._holder.stdout
        if self._holder.stdout.readline() != b"held\n":
            self.close()
            raise NotHere

    @property
    def pid(self) -> int:
        """The id of the process that holds it."""
        return self._holder.pid

    def inside(self, command: Sequence[str], folder: Path) -> list[str]:
        """Return the command line that starts COMMAND in FOLDER where the file system is seen.

        A program that is not there is left as it is, so that its start fails as ever.
        """
        if not os.access(folder / command[0], os.X_OK):
            return [*command]
        enter = ["nsenter", "-t", str(self.pid), "-U", "-m", "--preserve-credentials"]
        return [*enter, "sh", "-c", _GO_THERE, str(folder), *command]

    def launcher(self, launcher: Launcher, folder: Path) -> Launcher:
        """Return what starts the children of LAUNCHER, in FOLDER, where the file system is seen."""
        return _Inside(launcher, self, folder)

    def close(self) -> None:
        """Let go of the file system; with the last process inside it is gone."""
        self._holder.kill()
        self._holder.wait()
        for pipe in (self._holder.stdin, self._holder.stdout):
            with contextlib.suppress(OSError):
                pipe.close()  # type: ignore[union-attr]


class _Inside:
    """A launcher of a language, whose children see MOUNT; they run in FOLDER."""

    def __init__(self, launcher: Launcher, mount: SizedMount, folder: Path) -> None:
        self.marks_logs = launcher.marks_logs
        self._launcher = launcher
        self._mount = mount
        self._folder = folder

    def command(self, memory_mb: int = 128, mark_logs: bool = False) -> list[str]:
        return self._mount.inside(self._launcher.command(memory_mb, mark_logs), self._folder)

    def version(self) -> str:
        return self._launcher.version()


def _free_bytes() -> int:
    """How much memory could be had; 0 where nobody tells."""
    with contextlib.suppress(OSError, IndexError, ValueError):
        told = Path("/proc/meminfo").read_text(encoding="ascii").split("MemAvailable:", 1)[1]
        return int(told.split()[0]) * 1024
    return 0
