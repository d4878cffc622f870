"""When requests arrive: seeded generators, each a rate per second that changes over time.

All of them are Poisson processes: arrivals do not know of each other. Where the rate changes, a process of
the highest rate is thinned: each arrival stays with the probability rate / highest rate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_study.model.given import check_keys, keys_of
from lambda_study.model.usage import MOST_REQUESTS, check_number

if TYPE_CHECKING:
    import numpy as np

    Times = np.ndarray[Any, np.dtype[np.float64]]

DAY_S = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """How the rate of arrivals changes over time; `key` is its name in a workload file."""

    key: ClassVar[str]
    limits: ClassVar[Mapping[str, tuple[int, int]]] = {}

    def __post_init__(self) -> None:
        for field in fields(self):
            least, most = self.limits.get(field.name, (0, MOST_REQUESTS))
            name = f"arrivals_per_s.{field.name}"
            object.__setattr__(
                self, field.name, float(check_number(name, getattr(self, field.name), least, most))
            )

    @property
    def highest_per_s(self) -> float:
        """The highest rate that ever holds."""
        raise NotImplementedError

    def rate(self, seconds: float, dice: np.random.Generator) -> Callable[[Times], Times] | None:
        """Return what gives the rate at each of some times up to SECONDS; None where it never changes."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Steady(Pattern):
    """The same rate all the time."""

    key: ClassVar[str] = "steady"
    per_s: float

    @property
    def highest_per_s(self) -> float:
        return self.per_s

    def rate(self, seconds: float, dice: np.random.Generator) -> None:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyWave(Pattern):
    """A rate that swings around `mean_per_s` once a day: highest at `peak_hour`, lowest twelve hours away.

    `swing` is how far: 0 is steady, 1 falls to nothing at night. Time 0 is midnight.
    """

    key: ClassVar[str] = "daily_wave"
    limits: ClassVar = {"swing": (0, 1), "peak_hour": (0, 24)}
    mean_per_s: float
    swing: float = 0.8
    peak_hour: float = 14

    @property
    def highest_per_s(self) -> float:
        return self.mean_per_s * (1 + self.swing)

    def rate(self, seconds: float, dice: np.random.Generator) -> Callable[[Times], Times]:
        import numpy as np

        def at(times: Times) -> Times:
            days = (times - self.peak_hour * 3600) / DAY_S
            wave: Times = self.mean_per_s * (1 + self.swing * np.cos(2 * np.pi * days))
            return wave

        return at


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Pattern):
    """One rate up to a moment, `at_s`, and another one from then on."""

    key: ClassVar[str] = "step"
    before_per_s: float
    after_per_s: float
    at_s: float

    @property
    def highest_per_s(self) -> float:
        return max(self.before_per_s, self.after_per_s)

    def rate(self, seconds: float, dice: np.random.Generator) -> Callable[[Times], Times]:
        import numpy as np

        return lambda times: np.where(times < self.at_s, self.before_per_s, self.after_per_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bursts(Pattern):
    """A quiet rate, and bursts of another one that come and go by chance.

    `quiet_s` and `burst_s` are how long each state lasts on average.
    """

    key: ClassVar[str] = "bursts"
    limits: ClassVar = {"quiet_s": (1, MOST_REQUESTS), "burst_s": (1, MOST_REQUESTS)}
    quiet_per_s: float
    burst_per_s: float
    quiet_s: float = 300
    burst_s: float = 30

    @property
    def highest_per_s(self) -> float:
        return max(self.quiet_per_s, self.burst_per_s)

    def rate(self, seconds: float, dice: np.random.Generator) -> Callable[[Times], Times]:
        import numpy as np

        ends = [0.0]
        while ends[-1] <= seconds:
            mean_s = self.quiet_s if len(ends) % 2 else self.burst_s
            ends.append(ends[-1] + dice.exponential(mean_s))

        def at(times: Times) -> Times:
            quiet = np.searchsorted(ends, times, side="right") % 2 == 1
            return np.where(quiet, self.quiet_per_s, self.burst_per_s)

        return at


PATTERNS: Mapping[str, type[Pattern]] = {kind.key: kind for kind in (Steady, DailyWave, Step, Bursts)}


def read_pattern(given: object) -> Pattern:
    """Return the pattern that GIVEN describes: a number for a steady rate, or an object with its name.

    >>> read_pattern(5)
    Steady(per_s=5.0)
    >>> read_pattern({"pattern": "step", "before_per_s": 1, "after_per_s": 50, "at_s": 60})
    Step(before_per_s=1.0, after_per_s=50.0, at_s=60.0)

    Errors: BadInput names what is wrong.
    """
    if not isinstance(given, Mapping):
        return Steady(per_s=float(check_number("arrivals_per_s", given, 0, MOST_REQUESTS)))
    kind = _kind(given)
    known, needed = keys_of(kind)
    check_keys(given, ("pattern", *known), '"arrivals_per_s"', needed)
    return kind(**{key: value for key, value in given.items() if key != "pattern"})


def _kind(given: Mapping[str, Any]) -> type[Pattern]:
    from lambda_study.errors import BadInput

    name = given.get("pattern")
    if not isinstance(name, str) or name not in PATTERNS:
        raise BadInput(f"arrivals_per_s.pattern={name!r} is not known. Choose one of: {', '.join(PATTERNS)}.")
    return PATTERNS[name]


def arrival_times(
    pattern: Pattern, seconds: float, dice: np.random.Generator, at_once: int = 1_000_000
) -> Iterator[Times]:
    """Yield the times of arrivals from 0 up to SECONDS, rising, about AT_ONCE at a time.

    >>> import numpy as np
    >>> day = DailyWave(mean_per_s=1, swing=1, peak_hour=12)
    >>> times = np.concatenate(list(arrival_times(day, 86_400, np.random.default_rng(1))))
    >>> noon, night = ((times // 3600 == hour).sum() for hour in (12, 0))
    >>> bool(noon > 100 * night), abs(len(times) - 86_400) < 1000
    (True, True)
    """
    rate = pattern.rate(seconds, dice)
    highest, last = pattern.highest_per_s, 0.0
    at_once = min(at_once, 1000 + int(1.1 * highest * seconds))
    while highest and last < seconds:
        times = last + dice.exponential(1 / highest, at_once).cumsum()
        last = float(times[-1])
        times = times[: int(times.searchsorted(seconds))]
        yield times if rate is None else times[dice.random(len(times)) * highest < rate(times)]
