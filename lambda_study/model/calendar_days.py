"""Which days of which months and years a cron expression fires on, as bits of whole numbers.

A month is known by its shape: the weekday of its first day and its length. There are 28 shapes and 14 kinds
of year, so 230 years need no walk: the years that fire are found among the kinds.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

FIRST_YEAR, LAST_YEAR = 1970, 2199
SUNDAY, SATURDAY = 0, 6
"""Weekdays count from Sunday = 0 here; AWS writes 1 for it."""


def lowest(bits: int) -> int:
    """Return the place of the lowest bit that is set in BITS, which is not 0.

    >>> lowest(0b101000)
    3
    """
    return (bits & -bits).bit_length() - 1


def places(bits: int) -> Iterator[int]:
    """Yield the places of the bits that are set, upwards.

    >>> list(places(0b101001))
    [0, 3, 5]
    """
    while bits:
        yield lowest(bits)
        bits &= bits - 1


def above(bits: int, place: int) -> int:
    """Return those of BITS that stand above PLACE.

    >>> list(places(above(0b101001, 3)))
    [5]
    """
    return bits >> (place + 1) << (place + 1)


@dataclass(frozen=True, slots=True)
class MonthDays:
    """The day-of-month field: numbered days, days counted from the last one, weekdays nearest a day."""

    numbered: int = 0
    from_last: tuple[int, ...] = ()
    nearest: tuple[int, ...] = ()
    last_weekday: bool = False

    def of(self, first: int, length: int) -> int:
        """Return the days that fire in a month whose day 1 is the weekday FIRST.

        >>> list(places(MonthDays(numbered=1 << 31, from_last=(0,)).of(first=0, length=30)))
        [30]
        """
        days = self.numbered & ((2 << length) - 1)
        for back in self.from_last:
            if back < length:
                days |= 1 << (length - back)
        for day in self.nearest:
            # AWS does not say what 31W means in a shorter month. Here it does not fire; Quartz rolls over.
            if day <= length:
                days |= 1 << _nearest_weekday(day, first, length)
        if self.last_weekday:
            days |= 1 << _nearest_weekday(length, first, length)
        return days


def _nearest_weekday(day: int, first: int, length: int) -> int:
    """The day from Monday to Friday that is nearest to DAY inside the month."""
    weekday = (first + day - 1) % 7
    if weekday == SATURDAY:
        return day - 1 if day > 1 else day + 2
    if weekday == SUNDAY:
        return day + 1 if day < length else day - 2
    return day


@dataclass(frozen=True, slots=True)
class WeekDays:
    """The day-of-week field: weekdays, the last one of the month, the nth one of the month."""

    weekly: int = 0
    last: tuple[int, ...] = ()
    nth: tuple[tuple[int, int], ...] = ()

    def of(self, first: int, length: int) -> int:
        """Return the days that fire in a month whose day 1 is the weekday FIRST.

        >>> list(places(WeekDays(nth=((6, 3),)).of(first=0, length=30)))
        [21]
        """
        days = 0
        for weekday in places(self.weekly):
            days |= _EVERY_SEVENTH << (weekday - first) % 7
        for weekday in self.last:
            last_weekday = (first + length - 1) % 7
            days |= 1 << (length - (last_weekday - weekday) % 7)
        for weekday, number in self.nth:
            days |= 1 << (1 + (weekday - first) % 7 + 7 * (number - 1))
        return days & ((2 << length) - 1)


_EVERY_SEVENTH = sum(1 << day for day in range(1, 32, 7))


def _kind(year: int) -> int:
    """The kind of YEAR, 0 to 13: the weekday of 1 January, and 7 more in a leap year."""
    return date(year, 1, 1).isoweekday() % 7 + 7 * isleap(year)


def _shapes(kind: int) -> tuple[tuple[int, int], ...]:
    """The shapes of the twelve months in a year of KIND, from place 1 on as months are counted."""
    lengths = (31, 28 + kind // 7, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return ((0, 0), *((sum(lengths[:month], kind % 7) % 7, lengths[month]) for month in range(12)))


_YEARS = range(FIRST_YEAR, LAST_YEAR + 1)
KIND_OF_YEAR = tuple(_kind(year) for year in _YEARS)
"""By year less 1970."""

YEARS_OF_KIND = tuple(
    sum(1 << place for place, kind in enumerate(KIND_OF_YEAR) if kind == wanted) for wanted in range(14)
)
"""By kind: the years of that kind, 1970 at place 0."""

SHAPES = tuple(_shapes(kind) for kind in range(14))
"""By kind and month: the shape of the month."""
