"""Freezes runtime processes that wait for an event, a moment after they began to wait."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import Protocol

DELAY_S = 0.002


class Freezable(Protocol):
    """A process that can be frozen while it waits."""

    def freeze_if_waiting(self, since: float) -> bool:
        """Freeze if it has waited at least since SINCE. False if it waits for a shorter time: ask again."""


class Freezer:
    """One thread that freezes for all environments of a service.

    Lambda freezes an environment once it waits for its next event. To stop and continue a process costs
    more than a short invocation, so one that gets its next event within two milliseconds is left running.
    """

    def __init__(self) -> None:
        self._waiting: set[Freezable] = set()
        self._wake = threading.Event()
        self._closed = False
        threading.Thread(target=self._run, name="lambda-study freezer", daemon=True).start()

    def later(self, process: Freezable) -> None:
        """Freeze PROCESS soon, unless it gets an event before."""
        self._waiting.add(process)
        if not self._wake.is_set():
            self._wake.set()

    def close(self) -> None:
        """Freeze nothing any more."""
        self._closed = True
        self._wake.set()

    def _run(self) -> None:
        while not self._closed:
            self._wake.wait()
            time.sleep(DELAY_S)
            self._wake.clear()
            for process in self._waiting.copy():
                self._waiting.discard(process)
                with contextlib.suppress(Exception):  # what cannot be frozen keeps no other from it
                    if not process.freeze_if_waiting(time.perf_counter() - DELAY_S):
                        self.later(process)
