"""What callers saw of two versions behind one alias: counts by weight, and a release minute by minute."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from lambda_study.errors import BadInput
from lambda_study.model.usage import as_number

_TAIL = 0.025
_MINUTE_S = 60
_HEAD = ("minute", "new version gets", "calls", "ran the new one", "failed", "alarm")


@dataclass(frozen=True, slots=True)
class WeightedRuns:
    """How many of RUNS invocations of an alias ran VERSION, which has WEIGHT of them by its setting.

    Each invocation is drawn by itself: so the count is that of a binomial distribution.

    >>> WeightedRuns(1000, 113, "2", 0.1)
    113 of 1,000 invocations ran version 2. Expected: 100; 19 times in 20 it is 82 to 119.
    >>> few = WeightedRuns(20, 0, "2", 0.1)
    >>> few
    0 of 20 invocations ran version 2. Expected: 2; 19 times in 20 it is 0 to 5.
    >>> f"{few.chance_of_none:.0%}"
    '12%'
    """

    runs: int
    hits: int
    version: str
    weight: float

    def __post_init__(self) -> None:
        if as_number("runs", self.runs) < 1 or not 0 <= as_number("weight", self.weight) <= 1:
            raise BadInput(f"runs={self.runs}, weight={self.weight}: choose 1 or more, and 0 to 1.")

    @property
    def expected(self) -> float:
        """How many there are in the long run."""
        return self.runs * self.weight

    @property
    def range(self) -> tuple[int, int]:
        """Between which counts at least 95 of 100 such trials end, with at most 2.5 beyond each end."""
        if self.weight in (0, 1):
            return int(self.expected), int(self.expected)
        below, low, count = 0.0, -1, -1
        while below < 1 - _TAIL and count < self.runs:
            count += 1
            below += self._chance_of(count)
            if low < 0 and below > _TAIL:
                low = count
        return low, count

    def _chance_of(self, hits: int) -> float:
        """The chance of so many hits, by the binomial distribution; in logarithms, as factors are huge."""
        ways = math.lgamma(self.runs + 1) - math.lgamma(hits + 1) - math.lgamma(self.runs - hits + 1)
        misses = (self.runs - hits) * math.log(1 - self.weight)
        return math.exp(ways + hits * math.log(self.weight) + misses)

    @property
    def chance_of_none(self) -> float:
        """How probable it is that no invocation at all runs the version."""
        return float((1 - self.weight) ** self.runs)

    def __repr__(self) -> str:
        low, high = self.range
        return (
            f"{self.hits:,} of {self.runs:,} invocations ran version {self.version}. "
            f"Expected: {self.expected:g}; 19 times in 20 it is {low:,} to {high:,}."
        )


def fewest_runs_to_see(weight: float, sure: float = 0.95) -> int:
    """Return how many invocations it takes until one runs a version of WEIGHT, as SURE as that.

    >>> fewest_runs_to_see(0.1), fewest_runs_to_see(0.01)
    (29, 299)

    Raises BadInput for what is no share between 0 and 1.
    """
    if not (0 < as_number("weight", weight) < 1 and 0 < as_number("sure", sure) < 1):
        raise BadInput(f"weight={weight}, sure={sure}: choose shares between 0 and 1, such as 0.1 and 0.95.")
    return math.ceil(math.log(1 - sure) / math.log(1 - weight))


@dataclass(frozen=True, slots=True)
class Moment:
    """What was seen from AT_S seconds on: the new version had PERCENT, and CALLS came."""

    at_s: int
    percent: int
    calls: int
    by_new: int
    failed: int
    alarm: str = ""


@dataclass(frozen=True, repr=False)
class Release:
    """A release as its callers saw it. STATUS is the deployment's, REASON why it ended without success.

    >>> first, second = Moment(0, 10, 60, 7, 7, "OK"), Moment(60, 10, 10, 1, 1, "ALARM")
    >>> Release((first, second, Moment(70, 0, 50, 0, 0, "ALARM")), "Stopped", "ALARM_ACTIVE", "version 1")
    minute  new version gets  calls  ran the new one  failed  alarm
         0              10 %     60                7       7     OK
         1               0 %     60                1       1  ALARM
    Stopped (ALARM_ACTIVE). The alias leads to version 1. 8 of 120 calls failed.
    """

    moments: Sequence[Moment]
    status: str
    reason: str
    alias: str

    @property
    def calls(self) -> int:
        """How many calls came in all."""
        return sum(moment.calls for moment in self.moments)

    @property
    def failed(self) -> int:
        """How many calls failed."""
        return sum(moment.failed for moment in self.moments)

    @property
    def alarmed_at_s(self) -> int | None:
        """When the alarm was first seen on; None for never."""
        return next((moment.at_s for moment in self.moments if moment.alarm == "ALARM"), None)

    @property
    def undone_at_s(self) -> int | None:
        """When the new version got nothing any more; None if it kept its share."""
        pairs = pairwise(self.moments)
        return next((now.at_s for before, now in pairs if before.percent and not now.percent), None)

    @property
    def outcome(self) -> str:
        """How it ended, in one line."""
        reason = f" ({self.reason})" if self.reason else ""
        counts = f"{self.failed:,} of {self.calls:,} calls failed."
        return f"{self.status}{reason}. The alias leads to {self.alias}. {counts}"

    def __repr__(self) -> str:
        rows = [_HEAD, *self._rows()]
        widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
        return "\n".join([*("  ".join(map(str.rjust, row, widths)) for row in rows), self.outcome])

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self.html()}

    def html(self) -> str:
        """The same as an HTML table."""
        head, *body = [_HEAD, *self._rows()]
        rows = "".join("<tr>" + "".join(f"<td>{escape(word)}</td>" for word in row) + "</tr>" for row in body)
        names = "".join(f'<th scope="col">{word}</th>' for word in head)
        return f"<table><tr>{names}</tr>{rows}</table><p>{escape(self.outcome)}</p>"

    def _rows(self) -> list[tuple[str, ...]]:
        """A row for each minute, with the share and the alarm of its end."""
        minutes: dict[int, list[Moment]] = {}
        for moment in self.moments:
            minutes.setdefault(moment.at_s // _MINUTE_S, []).append(moment)
        return [
            (
                f"{minute}",
                f"{seen[-1].percent} %",
                f"{sum(each.calls for each in seen)}",
                f"{sum(each.by_new for each in seen)}",
                f"{sum(each.failed for each in seen)}",
                seen[-1].alarm,
            )
            for minute, seen in minutes.items()
        ]
