"""How much CPU time a process and its children have used."""

from __future__ import annotations

import contextlib
import time

from lambda_study.engine.memory import children_of

_OF_A_PROCESS = 2  # the kind of clock that Linux keeps for each process


class CpuTime:
    """Adds up what PID and its descendants have used; of those that ended, what was seen last."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._seen: dict[int, float] = {}

    def seconds(self) -> float:
        """Look now, and return the sum."""
        self._look(self._pid)
        return sum(self._seen.values())

    def _look(self, pid: int) -> None:
        self._seen[pid] = max(self._seen.get(pid, 0.0), _seconds_of(pid))
        with contextlib.suppress(OSError):  # no /proc, or the process has ended
            for child in children_of(pid):
                self._look(child)


def _seconds_of(pid: int) -> float:
    try:
        return float(time.clock_gettime((~pid << 3) | _OF_A_PROCESS))
    except (AttributeError, OSError, OverflowError):
        return _seconds_by_psutil(pid)


def _seconds_by_psutil(pid: int) -> float:
    import psutil

    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)
