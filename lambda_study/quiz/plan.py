"""A dated list of evenings up to an exam: lessons in their order, reviews, and mock exams at the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from lambda_study.errors import BadInput
from lambda_study.model.usage import check_number
from lambda_study.quiz.blueprint import Blueprint

# Which days of the week (Monday is 0) one to seven evenings fall on: as far apart as a week allows.
WEEKDAYS = {
    1: (1,),
    2: (1, 3),
    3: (0, 2, 4),
    4: (0, 1, 3, 4),
    5: (0, 1, 2, 3, 4),
    6: (0, 1, 2, 3, 4, 6),
    7: (0, 1, 2, 3, 4, 5, 6),
}
REVIEW_MINUTES = 15
MOCK_EXAMS = 2


@dataclass(frozen=True)
class Item:
    """Something to do in an evening: a lesson, the review of what is due, or a mock exam."""

    kind: str
    name: str
    title: str
    minutes: int
    optional: bool = False


@dataclass(frozen=True)
class Evening:
    """What to do on one day."""

    day: date
    items: tuple[Item, ...]

    @property
    def minutes(self) -> int:
        return sum(item.minutes for item in self.items)


@dataclass(frozen=True, repr=False)
class Plan:
    """The evenings up to an exam, and the lessons for which there is no time."""

    exam: str
    on: date
    evenings: tuple[Evening, ...]
    left_out: tuple[Item, ...]

    def to_json(self) -> dict[str, Any]:
        """The object that `lambda-study plan --json` prints."""
        return {
            "exam": self.exam,
            "on": self.on.isoformat(),
            "evenings": [
                {
                    "day": each.day.isoformat(),
                    "minutes": each.minutes,
                    "items": [_shown(item) for item in each.items],
                }
                for each in self.evenings
            ],
            "left_out": [_shown(item) for item in self.left_out],
        }

    def __repr__(self) -> str:
        lines = [f"{self.exam} on {self.on:%A}, {self.on}: {len(self.evenings)} evenings."]
        for each in self.evenings:
            lines += [
                f"{each.day:%a} {each.day}, {each.minutes} minutes",
                *(f"    {i.title}" for i in each.items),
            ]
        if self.left_out:
            names = ", ".join(item.name for item in self.left_out)
            lines.append(f"No time for: {names}. Take more evenings a week or longer ones.")
        return "\n".join(lines)


def make_plan(
    form: Blueprint,
    on: date,
    evenings: int,
    today: date,
    lessons: Iterable[Item],
    minutes: int = 90,
) -> Plan:
    """The plan for an exam, sat as FORM, on the day ON: EVENINGS a week of MINUTES, from TODAY on.

    Every evening but the first begins with the review of what is due. The last two are for mock exams (of
    two or three evenings the last one, of one none). The lessons fill the others in their order; where the
    time is short, the optional ones are left out first, then the last.
    """
    days = study_days(today, on, evenings)
    minutes = int(check_number("minutes", minutes, 30, 600, " an evening", whole=True))
    mocks = MOCK_EXAMS if len(days) >= 4 else min(1, len(days) - 1)
    early = len(days) - mocks
    lessons = tuple(lessons)
    filled, left_out = _spread(lessons, early, minutes)
    if left_out:
        needed = tuple(item for item in lessons if not item.optional)
        filled, left_out = _spread(needed, early, minutes)
        left_out = tuple(item for item in lessons if item.optional or item in left_out)
    mock = Item("exam", form.name, f"mock exam {form.name}", form.minutes)
    contents = [*filled, *[(replace(mock, title=f"{mock.title}, form {n}"),) for n in range(1, mocks + 1)]]
    made = [
        Evening(day, (_REVIEW, *items) if index else items)
        for index, (day, items) in enumerate(zip(days, contents, strict=True))
    ]
    return Plan(form.exam, on, tuple(made), left_out)


def study_days(today: date, on: date, evenings: int) -> tuple[date, ...]:
    """The days of study from TODAY to the day before ON, EVENINGS a week.

    >>> [f"{day:%a %d}" for day in study_days(date(2026, 11, 23), date(2026, 12, 4), 2)]
    ['Tue 24', 'Thu 26', 'Tue 01', 'Thu 03']
    """
    evenings = int(check_number("evenings", evenings, 1, 7, " a week", whole=True))
    span = (on - today).days
    if not 0 < span <= 731:
        raise BadInput(f"{on} is not a day of the next two years. Give the exam's day as YYYY-MM-DD.")
    days = (today + timedelta(days=offset) for offset in range(span))
    found = tuple(day for day in days if day.weekday() in WEEKDAYS[evenings])
    if not found:
        raise BadInput(f"No evening is left before {on} with {evenings} a week. Choose more evenings a week.")
    return found


_REVIEW = Item("review", "review", "review what is due", REVIEW_MINUTES)


def _spread(
    lessons: Sequence[Item], evenings: int, minutes: int
) -> tuple[list[tuple[Item, ...]], tuple[Item, ...]]:
    """The lessons spread as thinly as they fit into the EVENINGS, and those that find no place."""
    for limit in range(REVIEW_MINUTES, minutes, REVIEW_MINUTES):
        filled, left_out = _fill(lessons, evenings, limit)
        if not left_out:
            return filled, left_out
    return _fill(lessons, evenings, minutes)


def _fill(
    lessons: Sequence[Item], evenings: int, minutes: int
) -> tuple[list[tuple[Item, ...]], tuple[Item, ...]]:
    """The lessons of each evening, and those that found no place. No lesson is parted."""
    filled: list[list[Item]] = [[] for _ in range(evenings)]
    index, left_out = 0, []
    for lesson in lessons:
        while index < evenings and not _fits(
            lesson, filled[index], minutes - (REVIEW_MINUTES if index else 0)
        ):
            index += 1
        if index < evenings:
            filled[index].append(lesson)
        else:
            left_out.append(lesson)
    return [tuple(items) for items in filled], tuple(left_out)


def _fits(lesson: Item, items: list[Item], minutes: int) -> bool:
    return not items or sum(item.minutes for item in items) + lesson.minutes <= minutes


def _shown(item: Item) -> dict[str, Any]:
    return {"kind": item.kind, "name": item.name, "title": item.title, "minutes": item.minutes}
