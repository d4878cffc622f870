"""The POSIX extras: frozen environments, process groups, and logs read without waiting.

The engine runs without this module too; importing it fails where the system has no such calls.
"""

from __future__ import annotations

import contextlib
import fcntl  # absent on Windows: there the import of this module fails, and the portable system is used
import os
import resource
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from lambda_study.engine.limits import descriptors
from lambda_study.engine.logs import PIPE_BYTES
from lambda_study.engine.sized_mount import NotHere, SizedMount
from lambda_study.engine.system import PortableSystem


class PosixSystem(PortableSystem):
    """Child processes that lead a process group of their own, so that signals reach all of it."""

    can_freeze = True
    reads_without_waiting = True

    def start(
        self, command: Sequence[str], environment: Mapping[str, str], folder: Path
    ) -> subprocess.Popen[bytes]:
        """Start COMMAND with Lambda's number of file descriptors, and without core files.

        Where the system cannot set the limits of another process (macOS), Python's boot file sets its own.
        """
        process = super().start(command, environment, folder)
        if hasattr(resource, "prlimit"):
            most = min(descriptors(), resource.getrlimit(resource.RLIMIT_NOFILE)[1])
            with contextlib.suppress(OSError):  # a child that has ended already
                resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (most, most))
                resource.prlimit(process.pid, resource.RLIMIT_CORE, (0, 0))
        return process

    def freeze(self, process: subprocess.Popen[bytes]) -> None:
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGSTOP)

    def thaw(self, process: subprocess.Popen[bytes]) -> None:
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGCONT)

    def sized_mount(self, path: Path, size_mb: int) -> SizedMount | None:
        with contextlib.suppress(NotHere, OSError):
            return SizedMount(path, size_mb)
        return None

    def prepare_log(self, descriptor: int) -> None:
        os.set_blocking(descriptor, False)
        if hasattr(fcntl, "F_SETPIPE_SZ"):
            with contextlib.suppress(OSError):
                fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, PIPE_BYTES)

    def _kill_process(self, process: subprocess.Popen[bytes]) -> None:
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
