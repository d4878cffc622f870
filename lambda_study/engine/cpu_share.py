"""CPU time in proportion to memory: a process that has had its share is stopped for a while."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import Protocol

PERIOD_S = 0.02  # as long as the period in which Linux accounts for the CPU time of a container


class Shared(Protocol):
    """A process that can be stopped and continued while it runs an invocation."""

    def cpu_s(self) -> float:
        """Return the CPU time that it has used so far, with its children."""

    def pause(self) -> bool:
        """Stop it. False if it runs no invocation any more."""

    def resume(self) -> None:
        """Let it run on."""


class Meter:
    """The token bucket of one process: it fills by VCPUS seconds a second, and CPU time empties it.

    >>> meter = Meter(vcpus=0.5, used_s=0.0, now=0.0)
    >>> meter.may_run(used_s=0.02, now=0.02), meter.may_run(used_s=0.02, now=0.05)
    (False, True)
    """

    def __init__(self, vcpus: float, used_s: float, now: float) -> None:
        self._vcpus = vcpus
        self._used_s = used_s
        self._now = now
        self._left_s = 0.0
        self.paused = False

    def may_run(self, used_s: float, now: float) -> bool:
        """Account for what was used until NOW; False while more is used than was due."""
        self._left_s += (now - self._now) * self._vcpus - (used_s - self._used_s)
        self._left_s = min(self._left_s, PERIOD_S * self._vcpus)
        self._used_s, self._now = used_s, now
        return self._left_s >= 0.0


class CpuShare:
    """One thread that shares out the CPU time of all environments of a service.

    Unlike AWS: a share above what the machine has cannot be given; and an init has the whole machine, where
    Lambda gives it more than its share, too.
    """

    def __init__(self) -> None:
        self._meters: dict[Shared, Meter] = {}
        self._wake = threading.Event()
        self._closed = False
        threading.Thread(target=self._run, name="lambda-study cpu share", daemon=True).start()

    def watch(self, process: Shared, vcpus: float) -> None:
        """Let PROCESS have VCPUS until `forget`."""
        self._meters[process] = Meter(vcpus, process.cpu_s(), time.perf_counter())
        self._wake.set()

    def forget(self, process: Shared) -> None:
        """PROCESS waits, or is gone."""
        self._meters.pop(process, None)

    def close(self) -> None:
        """Let everything run as it likes."""
        self._closed = True
        self._wake.set()

    def _run(self) -> None:
        while not self._closed:
            if not self._meters:
                self._wake.clear()
                if not self._meters:
                    self._wake.wait()
            time.sleep(PERIOD_S)
            for process, meter in list(self._meters.items()):
                with contextlib.suppress(Exception):  # one that is gone takes no share from the others
                    _share_out(process, meter)


def _share_out(process: Shared, meter: Meter) -> None:
    may_run = meter.may_run(process.cpu_s(), time.perf_counter())
    if may_run:
        process.resume()  # the meter of the invocation before may have stopped it last
        meter.paused = False
    elif not meter.paused:
        meter.paused = process.pause()
