"""How a deployment shifts traffic to the next version of a function: all at once, canary or linear."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from lambda_study.errors import BadInput
from lambda_study.model.usage import as_number

Kind = Literal["AllAtOnce", "Canary", "Linear"]
PREFIX = "CodeDeployDefault.Lambda"
PREDEFINED = (
    "AllAtOnce",
    "Canary10Percent5Minutes",
    "Canary10Percent10Minutes",
    "Canary10Percent15Minutes",
    "Canary10Percent30Minutes",
    "Linear10PercentEvery1Minute",
    "Linear10PercentEvery2Minutes",
    "Linear10PercentEvery3Minutes",
    "Linear10PercentEvery10Minutes",
)
_WORDS = re.compile(r"(?:Canary(\d+)Percent|Linear(\d+)PercentEvery)(\d+)Minutes?")
_ALL = 100


@dataclass(frozen=True, slots=True)
class TrafficShift:
    """How traffic goes over: the first PERCENT at once, what is left after or every so many MINUTES.

    >>> traffic_shift("Canary10Percent5Minutes").steps
    ((0, 10), (5, 100))
    >>> linear = traffic_shift("Linear10PercentEvery2Minutes")
    >>> linear.steps[:3], linear.steps[-1], linear.lasts_minutes
    (((0, 10), (2, 20), (4, 30)), (18, 100), 20)

    Unlike AWS: AWS says that a linear deployment shifts at the start of each interval, and not how long the
    last one is watched; here as long as the others.
    Source: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_TimeBasedLinear.html and
    API_TimeBasedCanary.html (read 2026-11-23).
    """

    kind: Kind
    percent: int = _ALL
    minutes: int = 0

    def __post_init__(self) -> None:
        if self.kind != "AllAtOnce" and not (0 < self.percent < _ALL and self.minutes > 0):
            raise BadInput(
                f"A shift of {self.percent} % in {self.minutes} minutes is none. "
                "Choose 1 to 99 % and at least 1 minute."
            )

    @property
    def steps(self) -> tuple[tuple[int, int], ...]:
        """When the share of the new version changes, and to what: (minute, percent), from minute 0 on."""
        if self.kind == "AllAtOnce":
            return ((0, _ALL),)
        if self.kind == "Canary":
            return ((0, self.percent), (self.minutes, _ALL))
        count = -(-_ALL // self.percent)
        return tuple(
            (number * self.minutes, min(_ALL, (number + 1) * self.percent)) for number in range(count)
        )

    @property
    def lasts_minutes(self) -> int:
        """How long the shift takes, in minutes."""
        last = self.steps[-1][0]
        return last + self.minutes if self.kind == "Linear" else last

    def percent_after(self, minutes: float) -> int:
        """Return the share of the new version so many MINUTES after the beginning.

        >>> traffic_shift("Canary10Percent10Minutes").percent_after(9.5)
        10
        """
        passed = as_number("minutes", minutes)
        return max((percent for minute, percent in self.steps if minute <= passed), default=0)


def traffic_shift(name: str) -> TrafficShift:
    """Return the predefined deployment configuration called NAME, with or without what AWS writes before it.

    >>> traffic_shift("CodeDeployDefault.LambdaCanary10Percent30Minutes").minutes
    30
    >>> traffic_shift("Canary20Percent5Minutes")
    Traceback (most recent call last):
    lambda_study.errors.BadInput: "Canary20Percent5Minutes" is not predefined. Choose AllAtOnce, \
Canary10Percent5Minutes, Canary10Percent10Minutes, Canary10Percent15Minutes, Canary10Percent30Minutes, \
Linear10PercentEvery1Minute, Linear10PercentEvery2Minutes, Linear10PercentEvery3Minutes, \
Linear10PercentEvery10Minutes.
    """
    short = str(name).removeprefix("CodeDeployDefault.").removeprefix("Lambda")
    if short not in PREDEFINED:
        raise BadInput(f'"{name}" is not predefined. Choose {", ".join(PREDEFINED)}.')
    found = _WORDS.fullmatch(short)
    if found is None:
        return TrafficShift("AllAtOnce")
    canary, linear, minutes = found.groups()
    kind: Kind = "Canary" if canary else "Linear"
    return TrafficShift(kind, int(canary or linear), int(minutes))


def percent_after(name: str, minutes: float) -> int:
    """Return the share of the new version MINUTES after the deployment configuration NAME began to shift.

    >>> percent_after("AllAtOnce", 0)
    100
    """
    return traffic_shift(name).percent_after(minutes)
