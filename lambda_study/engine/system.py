"""What the engine asks of the operating system: start a child, stop it with all its children, freeze it.

`PortableSystem` is the core that runs everywhere. Where the module `posix` can be imported, its
`PosixSystem` adds freezing, process groups and logs that are read without waiting.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambda_study.engine.sized_mount import SizedMount

MARKER = "LAMBDA_STUDY_ENVIRONMENT"
SWEEPS = 5  # a process may start another one while it is being looked for


class PortableSystem:
    """Child processes with the standard library and psutil only; nothing is frozen."""

    can_freeze = False
    reads_without_waiting = False

    def start(
        self, command: Sequence[str], environment: Mapping[str, str], folder: Path
    ) -> subprocess.Popen[bytes]:
        """Start COMMAND in FOLDER; its standard output and error come back as one pipe."""
        return subprocess.Popen(
            list(command),
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            **self._start_options(),
        )

    def freeze(self, process: subprocess.Popen[bytes]) -> None:
        """Stop PROCESS and its group until `thaw`; here nothing happens."""

    def thaw(self, process: subprocess.Popen[bytes]) -> None:
        """Let PROCESS and its group run on; here nothing happens."""

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Kill PROCESS with its descendants, also those in sessions of their own; wait until it is gone."""
        strays = descendants(process.pid) if process.poll() is None else []
        self._kill_process(process)
        for stray in strays:
            kill_quietly(stray)
        process.wait()

    def sweep(self, marker: str) -> None:
        """Kill every process whose environment carries MARKER, also those that nobody is parent of."""
        for _ in range(SWEEPS):
            found = marked(marker)
            for stray in found:
                kill_quietly(stray)
            if not found:
                return

    def sized_mount(self, path: Path, size_mb: int) -> SizedMount | None:
        """Let the folder PATH be full at SIZE_MB for a handler's processes; None where that cannot be."""
        return None

    def prepare_log(self, descriptor: int) -> None:
        """Make the log pipe ready for the way in which it is read."""

    def _kill_process(self, process: subprocess.Popen[bytes]) -> None:
        with contextlib.suppress(OSError):
            process.kill()

    def _start_options(self) -> dict[str, Any]:
        if sys.platform == "win32":
            return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
        return {"start_new_session": True}


def default_system() -> PortableSystem:
    """Return the best system for this machine: with POSIX extras where they exist."""
    try:
        from lambda_study.engine.posix import PosixSystem
    except ImportError:
        return PortableSystem()
    return PosixSystem()


def descendants(pid: int) -> list[int]:
    """Return the ids of all living descendants of process PID, however many sessions they opened."""
    import psutil

    try:
        return [child.pid for child in psutil.Process(pid).children(recursive=True)]
    except psutil.Error:
        return []


def marked(marker: str) -> list[int]:
    """Return the processes whose environment carries `MARKER=marker...`, whoever their parent is."""
    wanted = f"{MARKER}={marker}"
    return [
        pid for pid, text in _environments() if any(entry.startswith(wanted) for entry in text.split("\0"))
    ]


def kill_quietly(pid: int) -> None:
    """Kill process PID; one that is gone already is fine."""
    import psutil

    with contextlib.suppress(psutil.Error):
        psutil.Process(pid).kill()


def _environments() -> list[tuple[int, str]]:
    proc = Path("/proc")
    if not (proc / "self" / "environ").exists():
        return _environments_by_psutil()
    found = []
    for entry in proc.iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                text = (entry / "environ").read_bytes().decode("utf-8", "replace")
                found.append((int(entry.name), text))
    return found


def _environments_by_psutil() -> list[tuple[int, str]]:
    import psutil

    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            found.append((process.pid, "\0".join(f"{k}={v}" for k, v in process.environ().items())))
    return found
