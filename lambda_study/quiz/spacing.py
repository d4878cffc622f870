"""When a question comes back: the days of its reviews, for a row of answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lambda_study.errors import BadInput
from lambda_study.model.usage import check_number
from lambda_study.quiz.review import Recall, deck

_FIRST = datetime(2026, 1, 1, 19, tzinfo=UTC)
_ANSWERS = {"wrong": (False, False), "unsure": (True, True), "right": (True, False)}  # correct, doubtful


@dataclass(frozen=True)
class Step:
    """One answer: the day on which it was given, counted from the first, and the day of the next review."""

    day: int
    answer: str
    due: int

    def __repr__(self) -> str:
        days = self.due - self.day
        later = "1 day later" if days == 1 else f"{days} days later"
        return f"day {self.day:>2}: {self.answer:<6}  next on day {self.due}, {later}"


@dataclass(frozen=True, repr=False)
class Spacing:
    """The steps of one question."""

    steps: tuple[Step, ...]

    def __repr__(self) -> str:
        return "\n".join(map(repr, self.steps))


def spacing(*answers: str, on: Sequence[int] | None = None, longest: int | None = None) -> Spacing:
    """The reviews of a question that was answered `wrong`, `unsure` (flagged, guessed or slow) or `right`.

    Each answer is given on the day on which the question is due, or on the days ON, counted from 0. LONGEST
    is the most days between two reviews, such as those that are left to an exam.

    >>> spacing("wrong", "right", "right")
    day  0: wrong   next on day 1, 1 day later
    day  1: right   next on day 3, 2 days later
    day  3: right   next on day 9, 6 days later

    Other words, and days that are not one for each answer in their order, raise BadInput.
    """
    days = _checked(on, len(answers)) if on is not None else []
    if longest is not None:
        longest = int(check_number("longest", longest, 1, 36500, " days", whole=True))
    given: list[Recall] = []
    steps: list[Step] = []
    for index, answer in enumerate(answers):
        day = days[index] if days else (steps[-1].due if steps else 0)
        given.append(_recall(answer, day))
        due = deck(given, UTC, longest).reviews["it"].due
        steps.append(Step(day, answer, (due - _FIRST.date()).days))
    return Spacing(tuple(steps))


def _checked(on: object, answers: int) -> list[int]:
    given = [*on] if isinstance(on, list | tuple | range) else [on]
    days = [each for each in given if isinstance(each, int)]
    if len(days) != answers or days != given or days != sorted(days) or min(days, default=0) < 0:
        raise BadInput(f"on={on!r} are no days for {answers} answers. Give one day for each, in their order.")
    return days


def _recall(answer: str, day: int) -> Recall:
    if str(answer) not in _ANSWERS:
        raise BadInput(f'"{answer}" is no answer here. Choose {", ".join(_ANSWERS)}.')
    correct, doubtful = _ANSWERS[answer]
    return Recall("it", _FIRST + timedelta(days=day), correct, doubtful)
