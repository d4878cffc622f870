"""A function under load: each request goes through the placement rule; what follows is counted and priced.

`simulate` answers how many requests start cold, how many are throttled, how many environments are busy and
idle, how long callers wait and what it costs. Millions of requests take seconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING, Any

from lambda_study.errors import BadInput
from lambda_study.facts import fact
from lambda_study.model.bill import Bill
from lambda_study.model.environments import LatestFinished, NewestStarted, environment_numbers
from lambda_study.model.placement_loop import (
    COLD,
    LIMITED,
    RATED,
    READY,
    REFUSED,
    WARM,
    Loop,
)
from lambda_study.model.placer import Placer
from lambda_study.model.price_features import provisioned_lines
from lambda_study.model.price_lines import duration_lines, request_lines
from lambda_study.model.report import Report
from lambda_study.model.shares import (
    ACCOUNT_LIMIT,
    RATE_LIMIT,
    RESERVED_LIMIT,
    RESERVED_RATE_LIMIT,
)
from lambda_study.model.usage import Usage, as_number
from lambda_study.model.workload import Workload

if TYPE_CHECKING:
    import numpy as np

    Column = np.ndarray[Any, np.dtype[Any]]

MIDNIGHT = datetime(2026, 1, 1, tzinfo=UTC)


def simulate(
    workload: Workload, starts_at: datetime = MIDNIGHT, progress: Callable[[int], object] | None = None
) -> Simulation:
    """Return what becomes of the requests of WORKLOAD.

    STARTS_AT is the instant of second 0. PROGRESS, if given, is called with the number of requests placed
    since it was called last. The same workload gives the same result.

    >>> simulate(Workload(arrivals=[0, 0, 1, 9], duration_ms=500, init_ms=100, memory_mb=1024))
    requests                4
    warm                    2
    cold                    2
    throttled               0
    most at once            2
    busy on average     0.232
    idle on average      1.77
    cost USD        0.0000375

    Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html (read 2026-11-23).
    """
    import numpy as np

    placer, chunks = Placer.of(workload), [_no_requests()]
    for arrivals, durations_ms in workload.chunks():
        chunks.append((arrivals, durations_ms, placer.place(arrivals, durations_ms)))
        if progress:
            progress(len(arrivals))
    arrival_s, requested_ms, outcome = (np.concatenate([chunk[n] for chunk in chunks]) for n in range(3))
    return Simulation(workload, arrival_s, requested_ms, outcome, placer.loop, starts_at)


def _no_requests() -> tuple[Column, Column, Column]:
    import numpy as np

    return np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int8)


@dataclass(frozen=True, eq=False, repr=False)
class Simulation:
    """What became of the requests. Its length is how many ran, and `result[i]` is the Report of one of them.

    Columns over the invocations that ran are named as the fields of a Report: `started_at`, `duration_ms`,
    `init_ms` (not a number where warm), `billed_ms`, `environment`. Columns over all requests, throttled ones
    too, are `arrival_s`, `requested_ms` and `outcome` (a number of `placement_loop`).

    >>> result = simulate(Workload(arrivals=[0, 0, 1], duration_ms=250, init_ms=100, reserved=1))
    >>> len(result), result.throttled, result.throttles
    (2, 1, {'ReservedFunctionConcurrentInvocationLimitExceeded': 1})
    >>> result[0].billed_ms, result[1].billed_ms, result[1].cold
    (350, 250, False)
    >>> result.duration_ms
    array([250., 250.])

    Unlike AWS: the memory used is not simulated; `max_memory_mb` is 0.
    """

    workload: Workload
    arrival_s: Column
    requested_ms: Column
    outcome: Column
    loop: Loop
    starts_at: datetime

    # Counts

    @property
    def requests(self) -> int:
        """How many requests arrived."""
        return len(self.outcome)

    @cached_property
    def _counts(self) -> list[int]:
        import numpy as np

        return [int(count) for count in np.bincount(self.outcome, minlength=REFUSED + 1)]

    @property
    def warm(self) -> int:
        """How many ran on an environment that was there, provisioned ones included."""
        return self._counts[WARM] + self._counts[READY]

    @property
    def cold(self) -> int:
        """How many started an environment."""
        return self._counts[COLD]

    @property
    def throttled(self) -> int:
        """How many did not run."""
        return sum(self._counts[LIMITED:])

    @property
    def throttles(self) -> dict[str, int]:
        """How many did not run, by AWS's reason."""
        limit, rate = ACCOUNT_LIMIT, RATE_LIMIT
        if self.workload.reserved is not None:
            limit, rate = RESERVED_LIMIT, RESERVED_RATE_LIMIT
        found = Counter({limit: self._counts[LIMITED], RATE_LIMIT: self._counts[RATED]})
        found[rate] += self._counts[REFUSED]
        return {reason: count for reason, count in found.items() if count}

    @property
    def max_concurrency(self) -> int:
        """The most that ran at the same time."""
        return self.loop.peak

    # Time

    @cached_property
    def end_s(self) -> float:
        """Where the averages end: at the workload's seconds, or when all requests have come and finished."""
        if self.workload.seconds is not None:
            return self.workload.seconds
        return max(
            (float(times.max()) for times in (self.arrival_s, self._finish_s) if len(times)), default=0.0
        )

    @cached_property
    def mean_busy(self) -> float:
        """How many environments are busy on average over the time."""
        return self._busy_s(slice(None)) / self.end_s if self.end_s else 0.0

    @cached_property
    def mean_idle(self) -> float:
        """How many environments are idle on average over the time, provisioned ones included."""
        if not self.end_s:
            return 0.0
        provisioned_s = self.workload.provisioned * self.end_s - self._busy_s(self._ran_ready)
        return (self.loop.idle_until(self.end_s) + provisioned_s) / self.end_s

    def _busy_s(self, which: Any) -> float:
        """The time that the invocations chosen by WHICH run, up to the end."""
        start, finish = self.start_s[which], self._finish_s[which]
        return float((finish.clip(max=self.end_s) - start).sum())

    def concurrency(self, step_s: float) -> tuple[Column, Column]:
        """Return the starts of steps of STEP_S seconds, and the most that ran at once in each."""
        import numpy as np

        start, finish, steps = self.start_s, np.sort(self._finish_s), self._steps(step_s)
        changes = np.repeat([-1, 1], len(self))  # at the same moment, what finishes comes before what starts
        order = np.argsort(np.concatenate([finish, start]), kind="stable")
        running = np.concatenate([[0], changes[order].cumsum()])
        first = finish.searchsorted(steps, side="right") + start.searchsorted(steps, side="left")
        most = np.maximum.reduceat(running, first)
        most[:-1] = np.maximum(most[:-1], running[first[1:]])  # reduceat leaves out the end of each step
        return steps, most

    def throttled_over_time(self, step_s: float) -> tuple[Column, Column]:
        """Return the starts of steps of STEP_S seconds, and how many were throttled in each."""
        import numpy as np

        steps = self._steps(step_s)
        at = self.arrival_s[self.outcome >= LIMITED]
        return steps, np.bincount((at // step_s).astype(int).clip(max=len(steps) - 1), minlength=len(steps))

    def _steps(self, step_s: float) -> Column:
        import numpy as np

        most = 10_000_000
        as_number("step_s", step_s)
        if not step_s > 0 or self.end_s / step_s > most:
            raise BadInput(f"step_s={step_s:g} is not above 0, or makes more than {most:,} steps.")
        return np.arange(max(1, ceil(self.end_s / step_s))) * float(step_s)

    def latency_ms(self, *percentiles: float) -> tuple[float, ...]:
        """Return what PERCENTILES of the invocations take at most, init included.

        >>> simulate(Workload(arrivals=[0, 1, 2, 3], duration_ms=200, init_ms=100)).latency_ms(50, 99)
        (200.0, 300.0)
        """
        import numpy as np

        if not len(self):
            raise BadInput("Nothing ran, so there is no latency.")
        taken = self.duration_ms + np.nan_to_num(self.init_ms)
        return tuple(float(value) for value in np.percentile(taken, percentiles, method="inverted_cdf"))

    # Columns over what ran

    @cached_property
    def _ran(self) -> Any:
        """The places of the requests that ran; all of them where none was throttled."""
        return self.outcome < LIMITED if self.throttled else slice(None)

    @property
    def _ran_ready(self) -> Column:
        ready: Column = self.outcome[self._ran] == READY
        return ready

    @property
    def start_s(self) -> Column:
        """When each invocation started, in seconds."""
        started: Column = self.arrival_s[self._ran]
        return started

    @property
    def started_at(self) -> Column:
        """When each invocation started, as an instant."""
        import numpy as np

        midnight = np.datetime64(self.starts_at.astimezone(UTC).replace(tzinfo=None), "us")
        started: Column = midnight + np.rint(self.start_s * 1e6).astype("timedelta64[us]")
        return started

    @property
    def duration_ms(self) -> Column:
        """How long the handler of each invocation ran."""
        duration: Column = self.requested_ms[self._ran]
        return duration

    @property
    def init_ms(self) -> Column:
        """What the init of each invocation took; not a number where it was warm."""
        import numpy as np

        return np.where(self.outcome[self._ran] == COLD, self.workload.init_ms, np.nan)

    @property
    def billed_ms(self) -> Column:
        """What each invocation is billed for: duration and init, as a REPORT line shows them, rounded up."""
        import numpy as np

        hundredths = np.rint(self.duration_ms * 100) + np.rint(np.nan_to_num(self.init_ms) * 100)
        billed: Column = np.ceil(hundredths / 100).astype(np.int64)
        return billed

    @property
    def _finish_s(self) -> Column:
        # The order of the sums is that of the loop: the same floats come out.
        init_s = (self.outcome[self._ran] == COLD) * (self.workload.init_ms / 1000)
        finish: Column = self.start_s + (init_s + self.duration_ms / 1000)
        return finish

    @cached_property
    def environment(self) -> Column:
        """The number of the environment that each invocation ran on; provisioned ones come first."""
        newest = self.workload.routing == "newest_created"
        idle = NewestStarted(self.loop.expiry_s) if newest else LatestFinished()
        ran = self.outcome[self._ran]
        return environment_numbers(ran, self.start_s, self._finish_s, self.workload.provisioned, idle)

    def __len__(self) -> int:
        return self.warm + self.cold

    def __getitem__(self, index: int) -> Report:
        request = self._requests_that_ran[index]
        return Report.of(
            request_id=f"simulated-{request + 1}",
            function_name="simulated",
            environment=f"environment {self.environment[index]}",
            architecture=self.workload.architecture,
            started_at=self.starts_at + timedelta(seconds=float(self.arrival_s[request])),
            duration_ms=float(self.requested_ms[request]),
            init_ms=self.workload.init_ms if self.outcome[request] == COLD else None,
            memory_mb=self.workload.memory_mb,
            max_memory_mb=0,
        )

    @cached_property
    def _requests_that_ran(self) -> Column | range:
        import numpy as np

        ran: Column | range = np.flatnonzero(self._ran) if self.throttled else range(self.requests)
        return ran

    def __iter__(self) -> Iterator[Report]:
        return (self[index] for index in range(len(self)))

    # Money

    @cached_property
    def bill(self) -> Bill:
        """What it costs, without the free tier. Provisioned environments are paid for the whole time."""
        function = self.workload
        usage = Usage(0, 1, function.memory_mb, function.architecture, free_tier=False)
        ready, billed = self._ran_ready, self.billed_ms
        ran_ready, billed_ready = int(ready.sum()), int(billed[ready].sum())
        step_s = 60 * fact("pc.granularity_minutes").value
        kept_s = function.provisioned * step_s * ceil(self.end_s / step_s)
        on_demand = {function.architecture: function.memory_mb * (int(billed.sum()) - billed_ready)}
        return Bill(
            (
                *request_lines(len(self) - ran_ready, usage.region, free_tier=False),
                *duration_lines(on_demand, usage.region, free_tier=False),
                *provisioned_lines(usage, kept_s, ran_ready, billed_ready),
            )
        )

    def to_json(self) -> dict[str, object]:
        """Return the result as `lambda-study simulate --json` prints it."""
        return {
            "requests": self.requests,
            "warm": self.warm,
            "cold": self.cold,
            "throttled": self.throttled,
            "max_concurrency": self.max_concurrency,
            "mean_busy": self.mean_busy,
            "mean_idle": self.mean_idle,
            "bill": self.bill.to_json(),
        }

    def __repr__(self) -> str:
        rows = {
            "requests": f"{self.requests:,}",
            "warm": f"{self.warm:,}",
            "cold": f"{self.cold:,}",
            "throttled": f"{self.throttled:,}",
            "most at once": f"{self.max_concurrency:,}",
            "busy on average": f"{self.mean_busy:.3g}",
            "idle on average": f"{self.mean_idle:.3g}",
            "cost USD": str(self.bill.to_json()["total_usd"]),
        }
        width = max(map(len, rows.values()))
        return "\n".join(f"{name:<15} {value:>{width}}" for name, value in rows.items())
