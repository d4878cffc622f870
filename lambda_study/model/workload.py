"""What a simulation is given: when requests come, how long they take, and the function's settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING, Any, get_args

from lambda_study.errors import BadInput
from lambda_study.facts import fact
from lambda_study.model.arrivals import Pattern, arrival_times, read_pattern
from lambda_study.model.concurrency import Routing
from lambda_study.model.given import check_keys, keys_of
from lambda_study.model.usage import check_architecture, check_number

if TYPE_CHECKING:
    import numpy as np

    Column = np.ndarray[Any, np.dtype[np.float64]]

MOST_SIMULATED = 100_000_000
LONGEST_S = 10**10
SERVICES = ("exponential", "constant", "lognormal")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Workload:
    """Requests to one function, and the function's settings.

    When they come, one of the two:

    - `arrivals_per_s`: a steady mean rate, or one of the patterns of `lambda_study.model.arrivals`. It needs
      `seconds`.
    - `arrivals`: a trace, the seconds at which requests arrive, in order.

    How long they run, one of the two:

    - `duration_ms` and `service`: each time drawn around a mean ("exponential", or "lognormal" with the
      spread `sigma` of its logarithm), or always the same ("constant"). With a trace of arrivals it is
      constant if not said, with a rate exponential.
    - `durations_ms`: one for each arrival of a trace; with a rate, each is drawn from these.

    The rest:

    - `init_ms`: what a cold start takes on top.
    - `seconds`: how long is simulated. A trace ends with its last invocation if not said.
    - `concurrency_limit`: of the account, None for no limit; `reserved` and `provisioned`: of the function.
    - `scaling_rate`: how many environments may start in 10 seconds, None for no limit.
    - `request_rate`: how many synchronous requests a second go with each unit of concurrency: 10 on AWS, None
      for no limit.
    - `idle_expiry_s`: how long an idle environment is kept, None for ever.
    - `routing`: which idle environment is reused, the "most_recently_used" or the "newest_created" one.
    - `seed`: the same seed gives the same requests.

    Unlike AWS: AWS does not publish how long it keeps idle environments, nor which one it reuses. 600 s were
    measured in 2020 (N. Mahmoudi and H. Khazaei, IEEE Transactions on Cloud Computing). There is no timeout
    here. `request_rate` is off unless it is given, since it does not hold for asynchronous events.

    >>> hour = Workload(arrivals_per_s=5, duration_ms=200, seconds=3600)
    >>> arrivals, durations_ms = next(hour.chunks())
    >>> len(arrivals), round(durations_ms.mean())
    (18112, 201)
    >>> Workload(arrivals_per_s=5, duration_ms=200)
    Traceback (most recent call last):
    lambda_study.errors.BadInput: arrivals_per_s needs seconds: for how long requests arrive.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html (read 2026-11-23).
    """

    arrivals_per_s: float | Mapping[str, Any] | Pattern | None = None
    arrivals: Sequence[float] | Column | None = None
    duration_ms: float | None = None
    durations_ms: Sequence[float] | Column | None = None
    init_ms: float = 0.0
    seconds: float | None = None
    memory_mb: int = 128
    architecture: str = "x86_64"
    concurrency_limit: int | None = 1000
    reserved: int | None = None
    provisioned: int = 0
    scaling_rate: int | None = 1000
    request_rate: int | None = None
    idle_expiry_s: float | None = 600.0
    routing: Routing = "most_recently_used"
    service: str | None = None
    sigma: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        self._check_numbers()
        self._check_shares()
        check_architecture(self.architecture)
        _check_choice("routing", self.routing, get_args(Routing))
        if self.service is not None:
            _check_choice("service", self.service, SERVICES)
        self._check_arrivals()
        self._check_durations()

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Workload:
        """Return the Workload that GIVEN describes: the names of the fields above.

        Errors: BadInput names an unknown key and the nearest known one, or the value that cannot be.
        """
        check_keys(given, keys_of(cls)[0], "a workload")
        return cls(**given)

    def _check_numbers(self) -> None:
        longest_ms = 1000 * fact("timeout.max").value
        self._number("init_ms", 0, longest_ms)
        self._number("memory_mb", fact("memory.min").value, fact("memory.max").value, whole=True)
        self._number("provisioned", 0, MOST_SIMULATED, whole=True)
        self._number("sigma", 0, 5)
        self._number("seed", 0, 2**63, whole=True)
        for name in ("concurrency_limit", "reserved", "scaling_rate", "request_rate"):
            self._number(name, 0, MOST_SIMULATED, whole=True, optional=True)
        self._number("idle_expiry_s", 0, LONGEST_S, optional=True)
        self._number("duration_ms", Decimal("0.001"), longest_ms, optional=True)
        self._number("seconds", Decimal("0.001"), LONGEST_S, optional=True)

    def _number(
        self, name: str, least: int | Decimal, most: int, whole: bool = False, optional: bool = False
    ) -> None:
        given = getattr(self, name)
        if given is None and optional:
            return
        number = check_number(name, given, least, most, whole=whole)
        self._keep(name, number if whole else float(number))

    def _keep(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    def _check_shares(self) -> None:
        """Provisioned concurrency lies within the reservation, and that within the account's limit."""
        order = ("provisioned", "reserved", "concurrency_limit")
        known = [(name, getattr(self, name)) for name in order if getattr(self, name) is not None]
        for (name, value), (limit_name, limit) in pairwise(known):
            if value > limit:
                raise BadInput(f"{name}={value} is above {limit_name}={limit}. Choose at most {limit}.")

    def _check_arrivals(self) -> None:
        if (self.arrivals_per_s is None) == (self.arrivals is None):
            raise BadInput("Give either arrivals_per_s, a rate, or arrivals, the times in seconds.")
        if self.arrivals is not None:
            self._keep("arrivals", _rising("arrivals", _column("arrivals", self.arrivals), self.seconds))
        else:
            self._check_pattern()

    def _check_pattern(self) -> None:
        given = self.arrivals_per_s
        pattern = given if isinstance(given, Pattern) else read_pattern(given)
        if self.seconds is None:
            raise BadInput("arrivals_per_s needs seconds: for how long requests arrive.")
        if pattern.highest_per_s * self.seconds > MOST_SIMULATED:
            raise BadInput(
                f"{pattern.highest_per_s:g} requests a second for {self.seconds:g} s are more than "
                f"{MOST_SIMULATED:,}. Choose a lower rate or fewer seconds."
            )
        self._keep("arrivals_per_s", pattern)

    def _check_durations(self) -> None:
        if (self.duration_ms is None) == (self.durations_ms is None):
            raise BadInput("Give either duration_ms, the mean, or durations_ms, a list.")
        if self.durations_ms is None:
            return
        durations = _column("durations_ms", self.durations_ms)
        arrivals: Any = self.arrivals
        if arrivals is not None and len(durations) != len(arrivals):
            raise BadInput(
                f"durations_ms has {len(durations):,} values for {len(arrivals):,} arrivals. "
                f"Give one for each."
            )
        if arrivals is None and not len(durations):
            raise BadInput("durations_ms is empty. Give at least one.")
        self._keep("durations_ms", durations)

    @property
    def expected_requests(self) -> int:
        """How many requests there are in a trace, or the most that a rate makes on average."""
        if self.arrivals is not None:
            return len(self.arrivals)
        assert isinstance(self.arrivals_per_s, Pattern) and self.seconds is not None
        return ceil(self.arrivals_per_s.highest_per_s * self.seconds)

    def chunks(self, at_once: int = 1_000_000) -> Iterator[tuple[Column, Column]]:
        """Yield arrival times in seconds and durations in milliseconds, about AT_ONCE requests at a time."""
        import numpy as np

        when, how_long = (np.random.default_rng([self.seed, stream]) for stream in (0, 1))
        done = 0
        for arrivals in self._arrival_chunks(when, at_once):
            yield arrivals, self._durations(how_long, done, len(arrivals))
            done += len(arrivals)

    def _arrival_chunks(self, dice: np.random.Generator, at_once: int) -> Iterator[Column]:
        trace: Any = self.arrivals
        if trace is None:
            assert isinstance(self.arrivals_per_s, Pattern) and self.seconds is not None
            yield from arrival_times(self.arrivals_per_s, self.seconds, dice, at_once)
        else:
            for start in range(0, len(trace), at_once):
                yield trace[start : start + at_once]

    def _durations(self, dice: np.random.Generator, done: int, count: int) -> Column:
        """The durations of the COUNT requests after the first DONE."""
        import numpy as np

        given: Any = self.durations_ms
        if given is not None:
            return given[done : done + count] if self.arrivals is not None else dice.choice(given, count)
        mean: Any = self.duration_ms
        service = self.service or ("exponential" if self.arrivals is None else "constant")
        if service == "exponential":
            return dice.exponential(mean, count)
        if service == "lognormal":
            return dice.lognormal(np.log(mean) - self.sigma**2 / 2, self.sigma, count)
        return np.full(count, mean)


def _check_choice(name: str, given: object, allowed: Sequence[str]) -> None:
    if given not in allowed:
        raise BadInput(f"{name}={given!r} is not known. Choose one of: {', '.join(allowed)}.")


def _column(name: str, given: Any) -> Column:
    """GIVEN as an array of finite numbers that are not negative."""
    import numpy as np

    if not isinstance(given, np.ndarray):
        if not isinstance(given, Sequence) or isinstance(given, str):
            raise BadInput(f"{name} is not a list. Write numbers in square brackets.")
        for index, value in enumerate(given):
            if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
                raise BadInput(f"{name}[{index}]={value!r} is not a number.")
    column = np.asarray(given, dtype=np.float64)
    wrong = np.flatnonzero(~(np.isfinite(column) & (column >= 0)))
    if len(wrong):
        raise BadInput(f"{name}[{wrong[0]}]={column[wrong[0]]:g} is not a number of 0 or more.")
    return column


def _rising(name: str, column: Column, seconds: float | None) -> Column:
    import numpy as np

    back = np.flatnonzero(np.diff(column) < 0)
    if len(back):
        first = int(back[0])
        raise BadInput(
            f"{name}[{first + 1}]={column[first + 1]:g} is before {name}[{first}]={column[first]:g}. "
            f"Give them in order."
        )
    if seconds is not None and len(column) and column[-1] > seconds:
        raise BadInput(f"{name}[{len(column) - 1}]={column[-1]:g} is after the end, seconds={seconds:g}.")
    return column
