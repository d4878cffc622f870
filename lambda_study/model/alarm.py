"""When an alarm of CloudWatch changes its state."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

State = Literal["OK", "ALARM", "INSUFFICIENT_DATA"]
Missing = Literal["missing", "ignore", "breaching", "notBreaching"]

COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
_MORE = 2  # datapoints from further back, which stand in for missing ones


@dataclass(frozen=True, slots=True)
class AlarmRule:
    """When an alarm goes off: M datapoints of the last N breach its threshold.

    N is `evaluation_periods`, M `datapoints_to_alarm`; `missing` says how periods without data count.

    >>> rule = AlarmRule("GreaterThanThreshold", 0.0, evaluation_periods=3, datapoints_to_alarm=2)
    >>> rule.state([0, 5, 0, 7], "OK"), rule.state([0, None, 5, None, None], "OK")
    ('ALARM', 'OK')
    """

    comparison: str
    threshold: float
    evaluation_periods: int
    datapoints_to_alarm: int
    missing: Missing = "missing"

    @property
    def range(self) -> int:
        """How many periods are looked at.

        Unlike AWS: AWS gives no rule for it. Its examples have two more than the evaluation periods.
        """
        return self.evaluation_periods + _MORE

    def breaches(self, value: float) -> bool:
        """Return whether VALUE is beyond the threshold."""
        return COMPARISONS[self.comparison](value, self.threshold)

    def state(self, datapoints: Sequence[float | None], now: State) -> State:
        """Return the state after DATAPOINTS, oldest first, None for a missing one; NOW is that of before.

        Data from further back stand in for what is missing; only what is missing then counts as `missing`
        says.
        Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
        (read 2026-11-23).
        """
        real = [value for value in datapoints[-self.range :] if value is not None]
        if not real:
            without: dict[Missing, State] = {
                "missing": "INSUFFICIENT_DATA",
                "ignore": now,
                "breaching": "ALARM",
                "notBreaching": "OK",
            }
            return without[self.missing]
        breaching = sum(map(self.breaches, real[-self.evaluation_periods :]))
        if self.missing == "breaching":
            breaching += max(0, self.evaluation_periods - len(real))
        if breaching >= self.datapoints_to_alarm:
            return "ALARM"
        if self.missing in ("missing", "ignore") and self._is_early(datapoints):
            return "ALARM" if self.missing == "missing" else now
        return "OK"

    def _is_early(self, datapoints: Sequence[float | None]) -> bool:
        """Whether nothing but breaching data are there, and the oldest is M periods old: ALARM before M."""
        real = [value for value in datapoints[-self.range :] if value is not None]
        if len(real) >= self.evaluation_periods or not all(map(self.breaches, real)):
            return False
        last = datapoints[-self.evaluation_periods :]
        oldest = next((place for place, value in enumerate(last) if value is not None), len(last))
        return len(last) - oldest >= self.datapoints_to_alarm
