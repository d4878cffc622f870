"""A schedule as one sentence of plain English."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from lambda_study.model.calendar_days import FIRST_YEAR, LAST_YEAR, MonthDays, WeekDays, places
from lambda_study.model.cron import Cron

_MONTHS = ("", "January", "February", "March", "April", "May", "June", "July", "August", "September")
MONTHS = (*_MONTHS, "October", "November", "December")
WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
NUMBERS = ("first", "second", "third", "fourth", "fifth")
_FEW = 6
"""So many times of a day are listed; more are summed up."""


def explain(timing: Cron | timedelta | datetime, timezone: str) -> str:
    """Return the sentence for what a schedule holds.

    >>> explain(timedelta(minutes=5), "UTC")
    'Every 5 minutes, counted from its start.'
    >>> explain(datetime(2026, 12, 24, 18, 0), "Europe/Berlin")
    'Once, on 24 December 2026 at 18:00:00, in Europe/Berlin.'
    """
    if isinstance(timing, timedelta):
        return f"Every {_period(timing)}, counted from its start."
    if isinstance(timing, datetime):
        day = f"{timing.day} {MONTHS[timing.month]} {timing.year}"
        return f"Once, on {day} at {timing:%H:%M:%S}, in {timezone}."
    if timing.next(datetime(FIRST_YEAR - 1, 12, 31, 23, 59)) is None:
        return "Never: no month of those years has such a day."
    words = [_times(timing), _days(timing.days), _months(timing.months), _years(timing.years)]
    sentence = " ".join(part for part in words if part).replace(" ,", ",")
    return f"{sentence[0].upper()}{sentence[1:]}, in {timezone}."


def _period(period: timedelta) -> str:
    minutes = period // timedelta(minutes=1)
    for unit, size in (("day", 1440), ("hour", 60)):
        if minutes % size == 0:
            return _count(minutes // size, unit)
    return _count(minutes, "minute")


def _times(cron: Cron) -> str:
    """The times of the day."""
    minutes, hours = list(places(cron.minutes)), list(places(cron.hours))
    if len(minutes) * len(hours) <= _FEW:
        return f"at {_join(f'{hour:02}:{minute:02}' for hour in hours for minute in minutes)}"
    if len(minutes) == 1 and (step := _step(hours, 24)):
        return f"every {_count(step, 'hour')} from {hours[0]:02}:{minutes[0]:02} on"
    pace = _pace(minutes)
    if pace is None:
        which = "every hour" if len(hours) == 24 else _counted("hour", hours)
        return f"at {_counted('minute', minutes)} of {which}"
    if len(hours) == 24:
        return pace
    spans = [
        f"from {run[0]:02}:{minutes[0]:02} to {run[-1]:02}:{minutes[-1]:02}" for run in _neighbours(hours)
    ]
    return f"{pace} {_join(spans)}"


def _pace(minutes: Sequence[int]) -> str | None:
    """The pace of MINUTES that go on evenly from one hour into the next, or None."""
    step = _step(minutes, 60)
    return f"every {_count(step, 'minute')}" if step else None


def _step(numbers: Sequence[int], size: int) -> int | None:
    """The distance of NUMBERS that follow evenly, also over the end of SIZE; None for others and for one."""
    step = size // len(numbers)
    even = len(numbers) > 1 and step * len(numbers) == size
    return step if even and list(numbers) == list(range(numbers[0], size, step)) else None


def _count(number: int, unit: str) -> str:
    return unit if number == 1 else f"{number} {unit}s"


def _days(days: MonthDays | WeekDays) -> str:
    return _month_days(days) if isinstance(days, MonthDays) else _week_days(days)


def _month_days(days: MonthDays) -> str:
    numbered = list(places(days.numbered))
    if len(numbered) == 31:
        return "every day"
    parts = []
    if numbered:
        parts.append(_counted("day", numbered))
    for back in days.from_last:
        parts.append("the last day" if back == 0 else f"the day {back} before the last one")
    parts += [f"the weekday nearest to day {day}" for day in days.nearest]
    if days.last_weekday:
        parts.append("the last weekday")
    return f"on {_join(parts)} of the month"


def _week_days(days: WeekDays) -> str:
    weekly = [*places(days.weekly)]
    if len(weekly) == 7:
        return "every day"
    parts = _runs(weekly, WEEKDAYS)
    if len(parts) == 1 and len(weekly) > 1 and not days.last:
        return f", {parts[0]}"
    parts += [f"the last {WEEKDAYS[weekday]} of the month" for weekday in days.last]
    parts += [f"the {NUMBERS[number - 1]} {WEEKDAYS[weekday]} of the month" for weekday, number in days.nth]
    return f"on {_join(parts)}"


def _months(bits: int) -> str:
    months = list(places(bits))
    return "" if len(months) == 12 else f"in {_join(_runs(months, MONTHS))}"


def _years(bits: int) -> str:
    years = [FIRST_YEAR + place for place in places(bits)]
    if len(years) == LAST_YEAR - FIRST_YEAR + 1:
        return ""
    listed = _runs(years)
    if len(listed) <= _FEW:
        return f"in {_join(listed)}"
    return f"in {', '.join(listed[:3])} and so on to {listed[-1]}"


def _counted(unit: str, numbers: Sequence[int]) -> str:
    """The UNIT with its NUMBERS: day 1, or days 1 to 5 and 9."""
    return f"{unit}{'' if len(numbers) == 1 else 's'} {_join(_runs(numbers))}"


def _runs(numbers: Sequence[int], names: Sequence[str] | None = None) -> list[str]:
    """NUMBERS with three or more neighbours drawn together.

    >>> _runs([1, 2, 3, 7])
    ['1 to 3', '7']
    """
    listed: list[str] = []
    for run in _neighbours(numbers):
        words = [names[number] if names else str(number) for number in run]
        listed += [f"{words[0]} to {words[-1]}"] if len(run) > 2 else words
    return listed


def _neighbours(numbers: Sequence[int]) -> list[list[int]]:
    """NUMBERS cut where one is missing."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def _join(words: Iterable[str]) -> str:
    """WORDS as a list in a sentence.

    >>> _join(["a", "b", "c"])
    'a, b and c'
    """
    listed = list(words)
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}"
