"""The guard: a process that outlives the engine for a moment and clears up after it.

The engine tells it over a pipe which child processes live and which folder holds its files. When the pipe
ends, for whatever reason (close, exit, a crash, SIGKILL), the guard kills what is left, frozen children
included, removes the folder, and ends. It has a session of its own, so that a kernel that is killed with
its process group does not take it along.
"""

# It is a script that must start fast: plain calls instead of pathlib and contextlib.
# ruff: noqa: PTH110, PTH120, PTH123, PTH208, SIM105

from __future__ import annotations

import os
import sys

NEW_PROCESS_GROUP = 0x00000200  # Windows: Ctrl-C does not reach the guard

TYPE_CHECKING = False  # the module typing is slow to import, and this file is a script too
if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterable
    from pathlib import Path


class Guard:
    """The engine's end of the pipe. It starts the guard's process again if that was killed."""

    def __init__(self, marker: str, folder: Path) -> None:
        import threading

        self._marker = marker
        self._folder = folder
        self._lock = threading.Lock()
        self._watched: set[int] = set()
        self._closed = False
        self._process = self._start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def watch(self, pid: int) -> None:
        """Kill process PID and its group if the engine ends before `forget`."""
        with self._lock:
            self._watched.add(pid)
            if self._process.poll() is not None and not self._closed:
                self._process = self._start()
                self._tell(f"+{known}" for known in self._watched)
            else:
                self._tell([f"+{pid}"])

    def forget(self, pid: int) -> None:
        """Process PID is gone."""
        with self._lock:
            self._watched.discard(pid)
            self._tell([f"-{pid}"])

    def close(self) -> None:
        """Let the guard clear up, and wait for it."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        self.drop_pipe()
        self._process.wait(timeout=10)

    def drop_pipe(self) -> None:
        """Close our end of the pipe; a forked child does so too, that the guard still sees its engine end."""
        import contextlib

        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()

    def _tell(self, lines: Iterable[str]) -> None:
        import contextlib

        assert self._process.stdin is not None
        with contextlib.suppress(OSError, ValueError):
            self._process.stdin.write("".join(f"{line}\n" for line in lines).encode())

    def _start(self) -> subprocess.Popen[bytes]:
        import subprocess

        packages = [path for path in sys.path if path.endswith("site-packages")]
        return subprocess.Popen(
            [sys.executable, "-I", "-S", __file__, self._marker, str(self._folder), *packages],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            cwd=os.path.dirname(__file__),
            start_new_session=os.name == "posix",
            creationflags=0 if os.name == "posix" else NEW_PROCESS_GROUP,
        )


def main(marker: str, folder: str, packages: list[str]) -> None:
    """Follow the pipe until it ends, then clear up."""
    watched: set[int] = set()
    for line in sys.stdin:
        pid = int(line[1:])
        (watched.add if line[0] == "+" else watched.discard)(pid)
    sys.path.extend(packages)
    for pid in watched:
        _kill_group(pid)
    for _ in range(5):
        strays = _marked(marker)
        for pid in strays:
            _kill(pid)
        if not strays:
            break
    _remove(folder)


def _kill_group(pid: int) -> None:
    import signal

    if hasattr(os, "killpg"):
        try:
            os.killpg(pid, signal.SIGKILL)
        except OSError:
            pass
        return
    import psutil

    try:
        tree = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.Error:
        return
    for process in tree:
        _kill(process.pid)


def _kill(pid: int) -> None:
    import signal

    try:
        os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))
    except OSError:
        pass


def _marked(marker: str) -> list[int]:
    """Return the processes that carry the engine's marker: those that left their group."""
    wanted = b"LAMBDA_STUDY_ENVIRONMENT=" + marker.encode()
    if not os.path.exists("/proc/self/environ"):
        return _marked_by_psutil(marker)
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/environ", "rb") as file:
                entries = file.read().split(b"\0")
        except OSError:
            continue
        if any(entry.startswith(wanted) for entry in entries):
            found.append(int(name))
    return found


def _marked_by_psutil(marker: str) -> list[int]:
    import psutil

    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("LAMBDA_STUDY_ENVIRONMENT", "").startswith(marker):
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


def _remove(folder: str) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
