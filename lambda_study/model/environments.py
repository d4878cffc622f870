"""Which environment each simulated invocation ran on: seldom asked for, so it is followed afterwards."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

from lambda_study.model.placement_loop import COLD, READY

if TYPE_CHECKING:
    import numpy as np

    Column = np.ndarray[Any, np.dtype[Any]]


class LatestFinished:
    """Idle environments, of which the one that finished last is taken."""

    def __init__(self) -> None:
        self._idle: list[int] = []

    def add(self, number: int, since_s: float) -> None:
        """Let the environment NUMBER be idle from SINCE_S on."""
        self._idle.append(number)

    def take(self, now: float) -> int:
        """Return the environment that is reused at NOW."""
        return self._idle.pop()


class NewestStarted:
    """Idle environments, of which the one started last is taken, if it is idle for less than `expiry_s`."""

    def __init__(self, expiry_s: float) -> None:
        self._expiry_s = expiry_s
        self._idle: list[tuple[int, float]] = []

    def add(self, number: int, since_s: float) -> None:
        """Let the environment NUMBER be idle from SINCE_S on."""
        heappush(self._idle, (-number, since_s))

    def take(self, now: float) -> int:
        """Return the environment that is reused at NOW."""
        number, since_s = heappop(self._idle)
        while now - since_s >= self._expiry_s:
            number, since_s = heappop(self._idle)
        return -number


def environment_numbers(
    outcome: Column, start_s: Column, finish_s: Column, provisioned: int, idle: LatestFinished | NewestStarted
) -> Column:
    """Return the environments' numbers, given what became of each invocation and when it ran.

    Provisioned environments are numbered first, then the others in the order of their start. Of those that
    finish at the same moment, the one whose invocation came first finishes first.
    """
    import numpy as np

    ready, started, numbers = list(range(1, provisioned + 1)), provisioned, [0] * len(outcome)
    cases, order, finish = outcome.tolist(), np.argsort(finish_s, kind="stable").tolist(), finish_s.tolist()
    released = 0
    for request, now in enumerate(start_s.tolist()):
        while order[released] < request and finish[order[released]] <= now:
            done = order[released]
            released += 1
            if cases[done] == READY:
                ready.append(numbers[done])
            else:
                idle.add(numbers[done], finish[done])
        if cases[request] == READY:
            numbers[request] = ready.pop()
        elif cases[request] == COLD:
            started += 1
            numbers[request] = started
        else:
            numbers[request] = idle.take(now)
    return np.array(numbers, dtype=np.int64)
