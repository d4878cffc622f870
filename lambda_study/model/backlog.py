"""Asynchronous events that wait: throttled ones are tried again, until they run or are too old."""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Any

from lambda_study.errors import BadInput
from lambda_study.model.asynchronous import AsyncConfig, after_throttle
from lambda_study.model.concurrency import Placement
from lambda_study.model.workload import MOST_SIMULATED, Workload

if TYPE_CHECKING:
    import numpy as np

    Column = np.ndarray[Any, np.dtype[Any]]

_NO_LIMIT = MOST_SIMULATED
_ASYNC = AsyncConfig()


@dataclass(frozen=True, eq=False, repr=False)
class Backlog:
    """What became of asynchronous events: columns over all of them, in seconds.

    - `arrival_s`: when each came.
    - `left_s`: when its waiting ended, because it began to run or was given up.
    - `dropped`: which were given up: their age was over.
    - `attempts`: how often they were tried, all together.
    """

    arrival_s: Column
    left_s: Column
    dropped: Column
    attempts: int

    @property
    def wait_s(self) -> Column:
        """How long each event that ran had waited."""
        waited: Column = (self.left_s - self.arrival_s)[~self.dropped]
        return waited

    def over_time(self, step_s: float) -> tuple[Column, Column]:
        """Return moments that are STEP_S seconds apart, and how many events wait at each."""
        import numpy as np

        if not step_s > 0:
            raise BadInput(f"step_s={step_s:g} is not above 0.")
        last = float(self.left_s.max()) if len(self.left_s) else 0.0
        moments = np.arange(int(last / step_s) + 2) * float(step_s)
        came = np.searchsorted(self.arrival_s, moments, side="right")
        return moments, came - np.searchsorted(np.sort(self.left_s), moments, side="right")

    def __repr__(self) -> str:
        waits = self.wait_s
        longest = f"{waits.max():,.1f}" if len(waits) else "0.0"
        rows = {
            "events": f"{len(self.arrival_s):,}",
            "waited": f"{int((waits > 0).sum()):,}",
            "given up": f"{int(self.dropped.sum()):,}",
            "attempts": f"{self.attempts:,}",
            "longest wait s": longest,
        }
        width = max(map(len, rows.values()))
        return "\n".join(f"{name:<14} {value:>{width}}" for name, value in rows.items())


def async_backlog(workload: Workload, config: AsyncConfig = _ASYNC) -> Backlog:
    """Return what becomes of the requests of WORKLOAD if they are asynchronous events.

    A throttled event is tried again by AWS's rule, and given up when it is older than CONFIG allows. With
    nothing reserved at all each event is given up at once.

    >>> async_backlog(Workload(arrivals=[0, 0, 0], duration_ms=2500, reserved=1))
    events           3
    waited           2
    given up         0
    attempts         8
    longest wait s 7.0

    Unlike AWS: an event's waits are exact, and doubled each time.
    Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
    (read 2026-11-23).
    """
    import numpy as np

    chunks = list(workload.chunks())
    arrivals = [moment for chunk, _ in chunks for moment in chunk.tolist()]
    durations_s = [duration / 1000 for _, chunk in chunks for duration in chunk.tolist()]
    queue = _Queue(workload, config, arrivals, durations_s)
    queue.run()
    dropped = np.zeros(len(arrivals), dtype=bool)
    dropped[queue.dropped] = True
    return Backlog(
        np.array(arrivals, dtype=float), np.array(queue.left, dtype=float), dropped, queue.attempts
    )


@dataclass
class _Queue:
    workload: Workload
    config: AsyncConfig
    arrivals: list[float]
    durations_s: list[float]
    attempts: int = 0
    dropped: list[int] = field(default_factory=list)
    left: list[float] = field(init=False)
    running: list[tuple[float, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.left = list(self.arrivals)
        self.placement = _placement(self.workload)

    def run(self) -> None:
        """Try every event until it runs or is given up."""
        if self.workload.reserved == 0:
            self.dropped = list(range(len(self.arrivals)))
            return
        due = [(moment, event, 0) for event, moment in enumerate(self.arrivals)]
        heapify(due)
        while due:
            now, event, throttles = heappop(due)
            self._finish_until(now)
            if self._begins(event, now):
                self.left[event] = now
                continue
            step = after_throttle(self.config, throttles + 1, now - self.arrivals[event])
            if step.condition is None:
                heappush(due, (now + step.wait_s, event, throttles + 1))
            else:
                self.left[event] = now + step.wait_s
                self.dropped.append(event)

    def _finish_until(self, now: float) -> None:
        while self.running and self.running[0][0] <= now:
            end, environment = heappop(self.running)
            self.placement.finish(environment, end)

    def _begins(self, event: int, now: float) -> bool:
        self.attempts += 1
        placed = self.placement.arrive(now)
        if not placed.throttled:
            init_s = self.workload.init_ms / 1000 if placed.cold else 0.0
            heappush(self.running, (now + (init_s + self.durations_s[event]), placed.environment))
        return not placed.throttled


def _placement(workload: Workload) -> Placement:
    """The placement rule with the settings of WORKLOAD, its provisioned environments ready."""
    limit = workload.concurrency_limit
    placement = Placement(
        limit=_NO_LIMIT if limit is None else limit,
        reserved=workload.reserved,
        routing=workload.routing,
        idle_expiry=workload.idle_expiry_s,
        scaling_rate=workload.scaling_rate,
    )
    started, _ = placement.provision(workload.provisioned)
    for environment in started:
        placement.ready(environment)
    return placement
