"""The cron expressions of EventBridge: reading the six fields, and finding the next time they name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import NoReturn

from lambda_study.errors import BadInput
from lambda_study.model.calendar_days import (
    FIRST_YEAR,
    KIND_OF_YEAR,
    LAST_YEAR,
    SATURDAY,
    SHAPES,
    YEARS_OF_KIND,
    MonthDays,
    WeekDays,
    above,
    lowest,
    places,
)

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


@dataclass(frozen=True, slots=True)
class Field:
    """One of the six fields: its name, its range, the names it takes, the signs it takes."""

    name: str
    least: int
    most: int
    signs: str
    names: tuple[str, ...] = ()
    wraps: bool = True

    @property
    def allowed(self) -> str:
        """The range as text."""
        named = f" or {self.names[0]}-{self.names[-1]}" if self.names else ""
        return f"{self.least}-{self.most}{named}"


MINUTE = Field("minutes", 0, 59, ", - * /")
HOUR = Field("hours", 0, 23, ", - * /")
DAY = Field("day-of-month", 1, 31, ", - * ? / L W")
MONTH = Field("month", 1, 12, ", - * /", MONTHS)
WEEKDAY = Field("day-of-week", 1, 7, ", - * ? L #", WEEKDAYS)
YEAR = Field("year", FIRST_YEAR, LAST_YEAR, ", - * /", wraps=False)
FIELDS = (MINUTE, HOUR, DAY, MONTH, WEEKDAY, YEAR)


@dataclass(frozen=True, slots=True)
class Cron:
    """The minutes, hours, months and years (1970 at place 0) as bits, and the rule for the days."""

    minutes: int
    hours: int
    days: MonthDays | WeekDays
    months: int
    years: int
    _days_of_shape: dict[tuple[int, int], int] = field(default_factory=dict, compare=False, repr=False)

    def next(self, after: datetime) -> datetime | None:
        """Return the first time after AFTER, a time without a zone, or None when none comes before 2200."""
        year, month, day = after.year - FIRST_YEAR, after.month, after.day
        if year >= 0 and self.years >> year & 1:
            days = self._days(KIND_OF_YEAR[year], month) if self.months >> month & 1 else 0
            if days >> day & 1 and (time := self._time_after(after.hour, after.minute)):
                return datetime(after.year, month, day, *time)
            if days := above(days, day):
                return self._first(year, month, days)
            if later := self._first_in(year, above(self.months, month)):
                return later
        return self._first_after_year(max(year, -1))

    def _first_after_year(self, year: int) -> datetime | None:
        years = above(self.years, year)
        if years and (found := self._first_in(lowest(years), self.months)):
            return found
        years = above(years, lowest(years)) & self._firing_years() if years else 0
        return self._first_in(lowest(years), self.months) if years else None

    def _firing_years(self) -> int:
        """The years that have a day to fire on, whatever the year field says."""
        years = 0
        for kind in range(14):
            if any(self._days(kind, month) for month in places(self.months)):
                years |= YEARS_OF_KIND[kind]
        return years

    def _first_in(self, year: int, months: int) -> datetime | None:
        """The first time in those MONTHS of the YEAR."""
        kind = KIND_OF_YEAR[year]
        while months:
            month = lowest(months)
            if days := self._days(kind, month):
                return self._first(year, month, days)
            months &= months - 1
        return None

    def _first(self, year: int, month: int, days: int) -> datetime:
        return datetime(FIRST_YEAR + year, month, lowest(days), lowest(self.hours), lowest(self.minutes))

    def _time_after(self, hour: int, minute: int) -> tuple[int, int] | None:
        """The next hour and minute of the same day."""
        if self.hours >> hour & 1 and (minutes := above(self.minutes, minute)):
            return hour, lowest(minutes)
        hours = above(self.hours, hour)
        return (lowest(hours), lowest(self.minutes)) if hours else None

    def _days(self, kind: int, month: int) -> int:
        """The days that fire in MONTH of a year of KIND."""
        shape = SHAPES[kind][month]
        days = self._days_of_shape.get(shape)
        if days is None:
            days = self._days_of_shape[shape] = self.days.of(*shape)
        return days


def read_cron(expression: str) -> Cron:
    """Return the times that a cron expression such as `cron(0 10 * * ? *)` names.

    Errors: `BadInput`, which names the field.
    """
    texts = expression[5:-1].split()
    if len(texts) != 6:
        raise BadInput(
            f"{expression}: cron has 6 fields, minutes hours day-of-month month day-of-week year, and "
            f"this has {len(texts)}. Try cron(0 10 * * ? *)."
        )
    minute, hour, day, month, weekday, year = texts
    if (day == "?") == (weekday == "?"):
        _fail_question_marks(expression, texts)
    return Cron(
        _read(expression, MINUTE, minute),
        _read(expression, HOUR, hour),
        _week_days(expression, weekday) if day == "?" else _month_days(expression, day),
        _read(expression, MONTH, month),
        _read(expression, YEAR, year) >> FIRST_YEAR,
    )


def _fail_question_marks(expression: str, texts: list[str]) -> NoReturn:
    """Say that AWS wants exactly one ? in the two fields for days, unless one of them is wrong by itself."""
    minute, hour, day, month, weekday, year = texts
    told = "both are ?" if day == "?" else f"they are {day} and {weekday}"
    if day != "?":
        _month_days(expression, day)
        _week_days(expression, weekday)
    by_day = f"{'*' if day == '?' else day} {month} ?"
    right = by_day if weekday in ("*", "?") else f"? {month} {weekday}"
    raise BadInput(
        f"{expression}: exactly one of day-of-month and day-of-week is ?, and here {told}. "
        f"Try cron({minute} {hour} {right} {year})."
    )


def _fail(expression: str, field: Field, text: str, why: str = "") -> NoReturn:
    """Say what is wrong with TEXT, and what FIELD takes."""
    reason = f"{why} " if why else ""
    raise BadInput(
        f"{expression}: {text or '(nothing)'} is not a value of {field.name}. {reason}"
        f"Write {field.allowed}, with the signs {field.signs}."
    )


# The parts between commas


def _read(expression: str, field: Field, text: str) -> int:
    """The values that TEXT names, as bits."""
    if text == "*":
        return (2 << field.most) - (1 << field.least)
    bits = 0
    for part in text.split(","):
        bits |= _part(expression, field, part)
    return bits


_PART = re.compile(r"(?:\*|(\w+)(?:-(\w+))?)(?:/([0-9]{1,4}))?", re.ASCII)


def _part(expression: str, field: Field, part: str) -> int:
    """The values of one part: 5, 5-9, 5/10, 5-9/2, * or */2."""
    shape = _PART.fullmatch(part)
    if shape is None:
        _fail(expression, field, part)
    low, high, step = shape.groups()
    if step and "/" not in field.signs:
        # AWS's table has no / for the day of the week; AWS does not say whether it is refused.
        _fail(expression, field, part, "It takes no /.")
    if step and not int(step):
        _fail(expression, field, part, "A step of 0 never moves on.")
    first = field.least if low is None else _value(expression, field, low, part)
    alone = first if low and not step else field.most
    last = _value(expression, field, high, part) if high else alone
    return _range(expression, field, part, first, last, int(step or 1))


def _range(expression: str, field: Field, part: str, first: int, last: int, step: int) -> int:
    """Every STEP-th value from FIRST to LAST, over the end of the range where LAST is the lower one."""
    if last < first:
        if not field.wraps:
            _fail(expression, field, part, "The first year is after the last.")
        # AWS documents this for hours (20-2). AWS does not say for the others; here they do the same.
        size = field.most - field.least + 1
        numbers = range(first, last + size + 1, step)
        return sum({1 << (number - field.least) % size + field.least for number in numbers})
    if first == last:
        return 1 << first
    if step == 1:
        return (2 << last) - (1 << first)
    return sum([1 << number for number in range(first, last + 1, step)])


def _value(expression: str, field: Field, text: str, part: str) -> int:
    """The number that TEXT, a number or a name, stands for."""
    if text.isdigit() and len(text) <= 4:
        number = int(text)
    elif text.upper() in field.names:  # AWS writes MON; AWS does not say whether mon is refused.
        number = field.names.index(text.upper()) + 1
    else:
        _fail(expression, field, part)
    if not field.least <= number <= field.most:
        _fail(expression, field, part)
    return number


# The two fields for days

_FROM_LAST = re.compile(r"L-([0-9]{1,2})")
_NEAREST = re.compile(r"([0-9]{1,2})W")
_NTH = re.compile(r"(\w+)#([0-9]+)", re.ASCII)


def _month_days(expression: str, text: str) -> MonthDays:
    """The day-of-month field.

    AWS's table allows L and W. AWS does not say whether LW, L-3 or a list with L or W is refused; here
    LW is the last weekday of the month, L-3 the third day before the last, and lists hold them all.
    """
    if "L" not in text and "W" not in text:
        return MonthDays(_read(expression, DAY, text))
    numbered, from_last, nearest, last_weekday = 0, [], [], False
    for part in text.split(","):
        if part == "L":
            from_last.append(0)
        elif part == "LW":
            last_weekday = True
        elif back := _FROM_LAST.fullmatch(part):
            from_last.append(_value(expression, DAY, back[1], part))
        elif near := _NEAREST.fullmatch(part):
            nearest.append(_value(expression, DAY, near[1], part))
        else:
            numbered |= _part(expression, DAY, part)
    return MonthDays(numbered, tuple(from_last), tuple(nearest), last_weekday)


def _week_days(expression: str, text: str) -> WeekDays:
    """The day-of-week field: 1 is Sunday, L alone is Saturday, 6L the last Friday, 6#3 the third Friday."""
    if "#" in text:
        return WeekDays(nth=(_nth(expression, text),))
    if "L" not in text:
        return WeekDays(_read(expression, WEEKDAY, text) >> 1)
    weekly, last = 0, []
    for part in text.split(","):
        if part == "L":
            weekly |= 1 << SATURDAY
        elif part.endswith("L"):
            last.append(_value(expression, WEEKDAY, part[:-1], part) - 1)
        else:
            weekly |= _part(expression, WEEKDAY, part) >> 1
    return WeekDays(weekly, tuple(last))


def _nth(expression: str, text: str) -> tuple[int, int]:
    """The weekday, from 0, and its number in the month."""
    if "," in text:
        _fail(expression, WEEKDAY, text, "With # it holds one expression only.")
    shape = _NTH.fullmatch(text)
    if shape is None:
        _fail(expression, WEEKDAY, text)
    if not re.fullmatch("[1-5]", shape[2]):
        _fail(expression, WEEKDAY, text, "After # stands 1 to 5.")
    return _value(expression, WEEKDAY, shape[1], text) - 1, int(shape[2])
