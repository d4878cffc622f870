"""The requests of a workload, chunk by chunk: first their rate is held, then each is placed."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any

from lambda_study.model.placement_loop import COLD, REFUSED, Loop, MostRecentlyUsed, NewestCreated
from lambda_study.model.shares import Allowance
from lambda_study.model.workload import Workload

if TYPE_CHECKING:
    import numpy as np

    Column = np.ndarray[Any, np.dtype[Any]]

SCALING_PERIOD_S = 10


@dataclass
class Placer:
    """What places the requests of one workload: the loop of its rule, and what it may take a second."""

    loop: Loop
    requests: Allowance | None = None

    @classmethod
    def of(cls, workload: Workload) -> Placer:
        """Return the placer with the settings of WORKLOAD."""
        return cls(_loop(workload), _requests(workload))

    def place(self, arrivals: Column, durations_ms: Column) -> Column:
        """Return what becomes of the next requests, as numbers of `placement_loop`."""
        import numpy as np

        outcomes = np.full(len(arrivals), REFUSED, dtype=np.int8)
        taken = self._taken(arrivals)
        outcomes[taken] = self._placed(arrivals[taken], durations_ms[taken])
        return outcomes

    def _taken(self, arrivals: Column) -> Any:
        """Which arrivals are within the allowance of requests; all of them without one."""
        import numpy as np

        if self.requests is None:
            return slice(None)
        return np.fromiter(map(self.requests.take, arrivals.tolist()), dtype=bool, count=len(arrivals))

    def _placed(self, arrivals: Column, durations_ms: Column) -> Column:
        import numpy as np

        outcomes = np.zeros(len(arrivals), dtype=np.int8)
        cases = self.loop.place(arrivals.tolist(), (durations_ms / 1000).tolist())
        for case, requests in enumerate(cases, start=COLD):
            outcomes[requests] = case
        return outcomes


def _loop(workload: Workload) -> Loop:
    caps = [cap for cap in (workload.reserved, workload.concurrency_limit) if cap is not None]
    rate = workload.scaling_rate
    kind = MostRecentlyUsed if workload.routing == "most_recently_used" else NewestCreated
    return kind(
        on_demand=caps[0] - workload.provisioned if caps else inf,
        provisioned=workload.provisioned,
        expiry_s=inf if workload.idle_expiry_s is None else workload.idle_expiry_s,
        init_s=workload.init_ms / 1000,
        scaling=None if rate is None else Allowance(rate, SCALING_PERIOD_S),
    )


def _requests(workload: Workload) -> Allowance | None:
    """The requests a second that go with the concurrency of the function, if there is such a limit."""
    units = workload.concurrency_limit if workload.reserved is None else workload.reserved
    if workload.request_rate is None or units is None:
        return None
    return Allowance(workload.request_rate * units, period=1)
