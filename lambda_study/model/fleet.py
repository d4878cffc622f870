"""Servers under the same load as a function: how many there are, when they are too few, what they cost.

The load is what a simulation found: the most requests at once in each minute. A fleet has a fixed number of
servers, or one that follows the load and is late, since a server takes minutes to start.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING, Any

from lambda_study.errors import BadInput
from lambda_study.model.arrivals import DailyWave, Steady, arrival_times
from lambda_study.model.break_even import Server, check_server
from lambda_study.model.simulation import Simulation
from lambda_study.model.usage import MOST_REQUESTS, Number, check_number
from lambda_study.model.workload import Workload

if TYPE_CHECKING:
    import numpy as np

    Column = np.ndarray[Any, np.dtype[Any]]

MINUTE_S = 60
DAY_S = 24 * 3600
_MOST_PER_S, _MOST_IN_THE_EVENING_PER_S = 100, 1000
EVENING_S = (19 * 3600, 19 * 3600 + 1800)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Fleet:
    """What a fleet does, minute by minute.

    - `wanted`: the most requests at once.
    - `serving`: how many servers work, `paid`: how many cost, those that start included.
    - `per_server`: how many requests one of them serves at a time.
    """

    server: Server
    per_server: int
    wanted: Column
    serving: Column
    paid: Column

    @property
    def capacity(self) -> Column:
        """How many requests the servers take at a time, in each minute."""
        taken: Column = self.serving * self.per_server
        return taken

    @property
    def short_minutes(self) -> int:
        """In how many minutes more requests came at once than the servers take."""
        return int((self.wanted > self.capacity).sum())

    @property
    def usd(self) -> Decimal:
        """What the servers cost, by the minute."""
        return int(self.paid.sum()) * self.server.usd_per_hour / MINUTE_S

    @property
    def mean_use(self) -> float:
        """The mean share of the paid servers that is in use."""
        served = self.wanted.clip(max=self.capacity).sum()
        return float(served / (self.paid.sum() * self.per_server))

    def __repr__(self) -> str:
        least, most = int(self.serving.min()), int(self.serving.max())
        servers = f"{most} x" if least == most else f"{least} to {most} x"
        short = f"{self.short_minutes:,} {'minute' if self.short_minutes == 1 else 'minutes'} too few"
        return f"{servers} {self.server.name}: {self.usd:,.2f} USD, {short}, {self.mean_use:.0%} in use"


def exhibition_day(
    mean_per_s: Number = 4,
    evening_per_s: Number = 40,
    duration_ms: float = 1000,
    memory_mb: int = 1024,
    seed: int = 0,
) -> Workload:
    """Return a day of requests: a wave around MEAN_PER_S, and from 19:00 to 19:30 EVENING_PER_S on top.

    >>> day = exhibition_day()
    >>> day.expected_requests, day.seconds
    (417545, 86400.0)

    Errors: `BadInput` for numbers that cannot be, above a mean of 100 requests a second, whose day already
    takes 0.3 GB, and above 1,000 in the evening.
    """
    import numpy as np

    mean = float(check_number("mean_per_s", mean_per_s, 0, _MOST_PER_S))
    evening = float(check_number("evening_per_s", evening_per_s, 0, _MOST_IN_THE_EVENING_PER_S))
    dice = int(check_number("seed", seed, 0, 2**63, whole=True))
    wave, rush = (np.random.default_rng([dice, stream]) for stream in (0, 1))
    begins, ends = EVENING_S
    day = DailyWave(mean_per_s=mean, swing=0.8, peak_hour=14)
    times = [
        *arrival_times(day, DAY_S, wave),
        *(begins + part for part in arrival_times(Steady(per_s=evening), ends - begins, rush)),
    ]
    return Workload(
        arrivals=np.sort(np.concatenate(times)),
        duration_ms=duration_ms,
        service="exponential",
        init_ms=300,
        seconds=DAY_S,
        memory_mb=memory_mb,
        seed=dice,
    )


def fixed_fleet(result: Simulation, server: Server, per_server: int, servers: int | None = None) -> Fleet:
    """Return SERVERS servers under the load of RESULT; without SERVERS as many as its peak needs.

    >>> from lambda_study.model.break_even import ec2
    >>> from lambda_study.model.simulation import simulate
    >>> from lambda_study.model.workload import Workload
    >>> day = simulate(Workload(arrivals=[0, 0, 0, 70], duration_ms=1000, seconds=120))
    >>> fixed_fleet(day, ec2("m5.large"), per_server=2)
    2 x m5.large: 0.01 USD, 0 minutes too few, 50% in use

    Errors: `BadInput` for a number of servers that cannot be.
    """
    import numpy as np

    wanted = _wanted(result, server, per_server)
    least = max(1, ceil(int(wanted.max()) / per_server))
    count = least if servers is None else int(check_number("servers", servers, 1, MOST_REQUESTS, whole=True))
    column = np.full(len(wanted), count)
    return Fleet(server, per_server, wanted, column, column)


def scaled_fleet(
    result: Simulation,
    server: Server,
    per_server: int,
    target: Number = Decimal("0.7"),
    starts_after_min: int = 3,
    kept_for_min: int = 15,
) -> Fleet:
    """Return servers that follow the load of RESULT: each minute as many as keep them at TARGET use.

    A new server is ordered when a minute is over, and takes requests STARTS_AFTER_MIN minutes later; one that
    is not needed is kept for KEPT_FOR_MIN minutes. There is always one.

    >>> from lambda_study.model.break_even import ec2
    >>> from lambda_study.model.simulation import simulate
    >>> from lambda_study.model.workload import Workload
    >>> rush = Workload(arrivals=[0] + 8 * [60.0], duration_ms=300_000, seconds=600)
    >>> scaled_fleet(simulate(rush), ec2("m5.large"), per_server=4)
    1 to 4 x m5.large: 0.05 USD, 4 minutes too few, 18% in use

    Unlike AWS: Auto Scaling watches alarms whose periods you set, and a server starts as fast as its image
    and its code do. One look a minute, three minutes and fifteen are assumed here; change them.
    Source: https://docs.aws.amazon.com/autoscaling/ec2/userguide/policy_creating.html
    (read 2026-11-23).
    """
    import numpy as np

    share = check_number("target", target, Decimal("0.01"), 1)
    late = int(check_number("starts_after_min", starts_after_min, 0, 60, whole=True))
    kept = int(check_number("kept_for_min", kept_for_min, 0, 1440, whole=True))
    wanted = _wanted(result, server, per_server)
    quotients = np.round(wanted / (per_server * float(share)), 9)  # 10, where floats make 10.000000000000002
    needed = np.maximum(1, np.ceil(quotients)).astype(int)
    ordered = np.concatenate([[needed[0]], needed[:-1]])  # known when the minute is over
    serving = _most_of_the_last(np.concatenate([np.full(late, ordered[0]), ordered])[: len(wanted)], kept)
    return Fleet(server, per_server, wanted, serving, _most_of_the_last(ordered, kept + late))


def _wanted(result: Simulation, server: Server, per_server: int) -> Column:
    if not isinstance(result, Simulation):
        raise BadInput(
            f"{result!r} is no result of simulate(). Give what simulate(exhibition_day()) returns."
        )
    check_server(server)
    check_number("per_server", per_server, 1, MOST_REQUESTS, whole=True)
    return result.concurrency(MINUTE_S)[1]


def _most_of_the_last(column: Column, steps: int) -> Column:
    """For each place the most of it and of the STEPS before it."""
    import numpy as np

    before = np.concatenate([np.full(steps, column[0]), column])
    most: Column = np.lib.stride_tricks.sliding_window_view(before, steps + 1).max(axis=1)
    return most
