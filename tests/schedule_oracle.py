"""A slow and obvious reader of cron expressions: it asks each minute whether every field names it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta

MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"
WEEKDAYS = "SUN MON TUE WED THU FRI SAT"


def draw_cron(draw: random.Random) -> str:
    """A random cron expression that AWS takes."""
    days = draw.choice(["*", "L", "LW", "31W", "1W", "15W", "L-4", "28-3", "*/9", numbers(draw, 1, 31)])
    weekdays = draw.choice(["*", "L", "6L", "1L,3", "7#5", "MON#1", "FRI-TUE", "2-6", numbers(draw, 1, 7)])
    day_fields = f"{days} {{}} ?" if draw.random() < 0.5 else f"? {{}} {weekdays}"
    months = draw.choice(["*", "*", "NOV-JAN", numbers(draw, 1, 12)])
    minutes, hours = numbers(draw, 0, 59), draw.choice(["*", "20-2", "*/5", numbers(draw, 0, 23)])
    return f"cron({minutes} {hours} {day_fields.format(months)} {draw.choice(['*', '*', '2026/3'])})"


def numbers(draw: random.Random, least: int, most: int) -> str:
    low, high = draw.randint(least, most), draw.randint(least, most)
    step = f"/{draw.randint(2, 20)}" if most > 7 else ""
    shapes = [f"{low}", f"{low},{high}", f"{low}-{high}", f"{low}-{high}{step}", f"{low}{step}"]
    return draw.choice(shapes)


def named(text: str, least: int, most: int) -> list[int]:
    """Each number that a field names, found by counting up, over the end where the range does."""
    names = (MONTHS if most == 12 else WEEKDAYS).split()
    found = []
    for part in text.split(","):
        span, _, step = part.partition("/")
        ends = [names.index(end) + 1 if end.isalpha() else end for end in span.split("-")]
        low = least if span == "*" else int(ends[0])
        high = most if span == "*" or (step and len(ends) == 1) else int(ends[-1])
        walk = [low]
        while walk[-1] != high:
            walk.append(walk[-1] + 1 if walk[-1] < most else least)
        found += walk[:: int(step or 1)]
    return found


def is_day(text: str, day: date) -> bool:
    """Whether the day-of-month field TEXT names DAY."""
    last = max(day.replace(day=number) for number in range(28, 32) if number <= days_in(day))
    if text.startswith("L-"):
        return day == last - timedelta(days=int(text[2:]))
    if text == "L":
        return day == last
    if text.endswith("W"):
        wanted = last.day if text == "LW" else int(text[:-1])
        weekdays = [number for number in range(1, last.day + 1) if day.replace(day=number).weekday() < 5]
        return wanted <= last.day and day.day == min(weekdays, key=lambda number: abs(number - wanted))
    return day.day in named(text, 1, 31)


def days_in(day: date) -> int:
    return ((day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)).day


def is_weekday(text: str, day: date) -> bool:
    """Whether the day-of-week field TEXT names DAY."""
    number = day.isoweekday() % 7 + 1
    if "#" in text:
        weekday, _, nth = text.partition("#")
        return number in named(weekday, 1, 7) and (day.day - 1) // 7 + 1 == int(nth)
    parts = text.split(",")
    if "L" in parts and number == 7:
        return True
    if f"{number}L" in parts and (day + timedelta(days=7)).month != day.month:
        return True
    plain = [part for part in parts if not part.endswith("L")]
    return any(number in named(part, 1, 7) for part in plain)


def minute_by_minute(expression: str, start: datetime, days: int) -> Iterator[datetime]:
    """Each minute of DAYS days from the midnight START on that EXPRESSION names."""
    minute, hour, day_text, month, weekday, year = expression[5:-1].split()
    minutes, hours = named(minute, 0, 59), named(hour, 0, 23)
    for number in range(days):
        midnight = start + timedelta(days=number)
        day = midnight.date()
        right_day = is_weekday(weekday, day) if day_text == "?" else is_day(day_text, day)
        if right_day and day.month in named(month, 1, 12) and day.year in named(year, 1970, 2199):
            for count in range(1440):
                if count % 60 in minutes and count // 60 in hours:
                    yield midnight + timedelta(minutes=count)
