"""The placement rule over a whole trace: `Placement` inlined for speed, with the same answers.

`concurrency.Placement` is the rule; these loops are held equal to it by a test over random requests. An
environment that finishes at the very moment of an arrival is idle for it. The loops are long because a call
for each request would cost more than the request.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import inf

from lambda_study.model.shares import Allowance

WARM, COLD, READY, LIMITED, RATED, REFUSED = range(6)
"""What becomes of a request: its environment is idle, started or provisioned; else it meets a limit: of
concurrency, of starts, or, before it is placed at all, of requests."""

Cases = tuple[list[int], list[int], list[int], list[int]]
"""The requests that are COLD, READY, LIMITED and RATED; the others are WARM."""


@dataclass
class Loop:
    """What a loop knows between two calls of `place`.

    `on_demand` is how many may run on demand at a time. `peak` is the most that ever ran at once, provisioned
    ones included; `idle_s` is how long the environments on demand were idle that were reused or have ended.
    """

    on_demand: float = inf
    provisioned: int = 0
    expiry_s: float = inf
    init_s: float = 0.0
    scaling: Allowance | None = None
    idle_s: float = field(default=0.0, init=False)
    on_demand_peak: int = field(default=0, init=False)
    provisioned_peak: int = field(default=0, init=False)
    _provisioned_ends: list[float] = field(default_factory=lambda: [inf], init=False)  # a heap, never empty

    @property
    def peak(self) -> int:
        """The most that ran at once: on demand only runs what finds all provisioned ones busy."""
        return self.provisioned + self.on_demand_peak if self.on_demand_peak else self.provisioned_peak

    def place(self, arrivals: list[float], durations_s: list[float]) -> Cases:
        """Place requests that arrive in order, after those of the call before."""
        raise NotImplementedError

    def idle_until(self, end_s: float) -> float:
        """Return `idle_s` and what the environments that are left are idle up to END_S. Call it last."""
        raise NotImplementedError

    def _last_idle_s(self, since: float, end_s: float) -> float:
        return min(max(0.0, end_s - since), self.expiry_s)


@dataclass
class MostRecentlyUsed(Loop):
    """The environment used last is reused: the idle ones are a stack of since when they are idle.

    If the top has been idle for too long, so have all below it.
    """

    _ends: list[float] = field(default_factory=lambda: [inf], init=False)
    _idle: list[float] = field(default_factory=list, init=False)

    def place(self, arrivals: list[float], durations_s: list[float]) -> Cases:
        ends, idle, provisioned_ends = self._ends, self._idle, self._provisioned_ends
        on_demand, provisioned, scaling = self.on_demand, self.provisioned, self.scaling
        expiry_s, init_s, idle_s = self.expiry_s, self.init_s, 0.0
        cases: Cases = ([], [], [], [])
        cold, ready, limited, rated = (case.append for case in cases)
        for request, now, duration_s in zip(range(len(arrivals)), arrivals, durations_s, strict=True):
            while ends[0] <= now:
                idle.append(heappop(ends))
            while provisioned_ends[0] <= now:
                heappop(provisioned_ends)
            if len(provisioned_ends) <= provisioned:
                heappush(provisioned_ends, now + duration_s)
                self.provisioned_peak = max(self.provisioned_peak, len(provisioned_ends) - 1)
                ready(request)
                continue
            if len(ends) > on_demand:
                limited(request)
                continue
            if idle:
                gap = now - idle[-1]
                if gap < expiry_s:
                    del idle[-1]
                    idle_s += gap
                    heappush(ends, now + duration_s)
                    continue
                idle_s += len(idle) * expiry_s
                idle.clear()
            if scaling is not None and not scaling.take(now):
                rated(request)
                continue
            heappush(ends, now + (init_s + duration_s))
            self.on_demand_peak = max(self.on_demand_peak, len(ends) - 1)  # a start: all others are busy
            cold(request)
        self.idle_s += idle_s
        return cases

    def idle_until(self, end_s: float) -> float:
        left = [*self._idle, *self._ends]
        return self.idle_s + sum(self._last_idle_s(since, end_s) for since in left)


@dataclass
class NewestCreated(Loop):
    """The environment started last is reused: environments are numbered, and the highest idle one is found.

    One that has been idle for too long is dropped when it is met.
    """

    _ends: list[tuple[float, int]] = field(default_factory=lambda: [(inf, 0)], init=False)
    _idle: list[int] = field(default_factory=list, init=False)  # a heap of negative numbers: highest first
    _since: dict[int, float] = field(default_factory=dict, init=False)
    _started: int = field(default=0, init=False)

    def place(self, arrivals: list[float], durations_s: list[float]) -> Cases:
        ends, idle, since, provisioned_ends = self._ends, self._idle, self._since, self._provisioned_ends
        on_demand, provisioned, scaling = self.on_demand, self.provisioned, self.scaling
        expiry_s, init_s, idle_s = self.expiry_s, self.init_s, 0.0
        cases: Cases = ([], [], [], [])
        cold, ready, limited, rated = (case.append for case in cases)
        for request, now, duration_s in zip(range(len(arrivals)), arrivals, durations_s, strict=True):
            while ends[0][0] <= now:
                end, number = heappop(ends)
                since[number] = end
                heappush(idle, number)
            while provisioned_ends[0] <= now:
                heappop(provisioned_ends)
            if len(provisioned_ends) <= provisioned:
                heappush(provisioned_ends, now + duration_s)
                self.provisioned_peak = max(self.provisioned_peak, len(provisioned_ends) - 1)
                ready(request)
                continue
            if len(ends) > on_demand:
                limited(request)
                continue
            while idle:
                number = heappop(idle)
                gap = now - since[number]
                if gap < expiry_s:
                    idle_s += gap
                    heappush(ends, (now + duration_s, number))
                    break
                idle_s += expiry_s
                del since[number]
            else:
                if scaling is not None and not scaling.take(now):
                    rated(request)
                    continue
                self._started += 1
                heappush(ends, (now + (init_s + duration_s), -self._started))
                self.on_demand_peak = max(self.on_demand_peak, len(ends) - 1)
                cold(request)
        self.idle_s += idle_s
        return cases

    def idle_until(self, end_s: float) -> float:
        left = [*(self._since[number] for number in self._idle), *(end for end, _ in self._ends)]
        return self.idle_s + sum(self._last_idle_s(since, end_s) for since in left)
