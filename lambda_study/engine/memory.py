"""How much memory a process and its children hold, and the most that it has held."""

# Looked at every few milliseconds: plain system calls instead of pathlib.
# ruff: noqa: PTH208

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

MB = 1024 * 1024
_WEIGHED_EVERY_S = 0.05
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


class LinuxMemory:
    """Reads /proc. The files of the main process stay open: one look takes a few microseconds.

    Where a process has children, pages that they share count once: a fork holds next to nothing of its own.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._statm = os.open(f"/proc/{pid}/statm", os.O_RDONLY)
        self._status = os.open(f"/proc/{pid}/status", os.O_RDONLY)
        self._first_task = os.open(_children_file(pid), os.O_RDONLY)
        self._family = _Family(pid)
        self.most_bytes = 0

    def resident_bytes(self) -> int:
        """Return what the process and its children hold now."""
        with contextlib.suppress(OSError, IndexError):
            held = int(os.pread(self._statm, 128, 0).split()[1]) * _PAGE
            if children := _descendants_of(self._pid):
                held = max(held, self._family.bytes(held, children))
            self.most_bytes = max(self.most_bytes, held)
            return held
        return 0

    def peak_bytes(self) -> int:
        """Look now, and return the most that was held so far; of a dead process, the most that was seen."""
        with contextlib.suppress(OSError, IndexError, ValueError):
            status = os.pread(self._status, 4096, 0)
            held = int(status.split(b"VmHWM:", 1)[1].split(None, 1)[0]) * 1024
            alone = b"Threads:\t1\n" in status and not os.pread(self._first_task, 16, 0)
            if not alone and (children := _descendants_of(self._pid)):
                held = max(held, self._family.bytes_now(children))
            self.most_bytes = max(self.most_bytes, held)
        return self.most_bytes

    def close(self) -> None:
        descriptors = self._statm, self._status, self._first_task
        self._statm = self._status = self._first_task = -1  # a late look fails, and never reads another file
        for descriptor in descriptors:
            os.close(descriptor)


class _Family:
    """Weighs a process with its children. The kernel takes about a millisecond for each 100 MB of them.

    So it is asked again only when they hold a MB more or less than before, or after a while: a page that a
    child writes to becomes its own, and nothing else tells of it.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._apart = self._together = 0
        self._next_at = 0.0

    def bytes(self, own: int, children: list[int]) -> int:
        """Return what the process, which holds OWN bytes, and its CHILDREN hold together."""
        apart, now = own + sum(map(_resident, children)), time.monotonic()
        if abs(apart - self._apart) > MB or now >= self._next_at:
            self._apart, self._next_at = apart, now + _WEIGHED_EVERY_S
            self._together = min(apart, self.bytes_now(children))
        return self._together

    def bytes_now(self, children: list[int]) -> int:
        """The same, asked now: of a page that several of them share each has its part."""
        return sum(_part_of(pid) for pid in [self._pid, *children])


class PsutilMemory:
    """The same where there is no /proc."""

    def __init__(self, pid: int) -> None:
        import psutil

        self._errors = psutil.Error
        self._process = psutil.Process(pid)
        self.most_bytes = 0

    def resident_bytes(self) -> int:
        with contextlib.suppress(self._errors):
            tree = [self._process, *self._process.children(recursive=True)]
            held = sum(int(process.memory_info().rss) for process in tree)
            self.most_bytes = max(self.most_bytes, held)
            return held
        return 0

    def peak_bytes(self) -> int:
        with contextlib.suppress(self._errors):
            info = self._process.memory_info()
            self.most_bytes = max(self.most_bytes, int(getattr(info, "peak_wset", info.rss)))
        return self.most_bytes

    def close(self) -> None:
        """Nothing is open."""


class UnseenMemory:
    """For a process whose memory somebody else measures and limits, a container of Docker's."""

    most_bytes = 0

    def resident_bytes(self) -> int:
        return 0

    def peak_bytes(self) -> int:
        return 0

    def close(self) -> None:
        """Nothing is open."""


ProcessMemory = LinuxMemory | PsutilMemory | UnseenMemory


def memory_of(pid: int) -> ProcessMemory:
    """Return the reader of process PID's memory."""
    if Path(_children_file(pid)).exists():  # some kernels have /proc without it
        return LinuxMemory(pid)
    return PsutilMemory(pid)


def _children_file(pid: int) -> str:
    return f"/proc/{pid}/task/{pid}/children"


def children_of(pid: int) -> list[int]:
    """Return the ids of the processes that PID has started and that live; Linux only."""
    found: list[int] = []
    tasks = f"/proc/{pid}/task"
    for task in os.listdir(tasks):
        with contextlib.suppress(OSError):
            descriptor = os.open(f"{tasks}/{task}/children", os.O_RDONLY)
            try:
                found.extend(int(child) for child in os.read(descriptor, 65536).split())
            finally:
                os.close(descriptor)
    return found


def _descendants_of(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [each for child in children_of(pid) for each in (child, *_descendants_of(child))]
    return []


def _resident(pid: int) -> int:
    with contextlib.suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_bytes().split()[1]) * _PAGE
    return 0


def _part_of(pid: int) -> int:
    """What a process holds, of shared pages its part; all of them where the kernel does not tell."""
    with contextlib.suppress(OSError, IndexError, ValueError):
        told = Path(f"/proc/{pid}/smaps_rollup").read_bytes()
        return int(told.split(b"\nPss:", 1)[1].split(None, 1)[0]) * 1024
    return _resident(pid)
