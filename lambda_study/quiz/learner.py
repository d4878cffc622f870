"""One learner: what they did, the bank it is held against, and what follows for today and the exam's day."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import cached_property

from lambda_study.errors import BadInput
from lambda_study.quiz.bank import Bank, load_bank
from lambda_study.quiz.blueprint import longest_form
from lambda_study.quiz.plan import Item, Plan, make_plan
from lambda_study.quiz.progress import Progress, exam_day, progress
from lambda_study.quiz.review import Deck, DomainForecast, Review, deck, recalls, study_day
from lambda_study.quiz.store import Store

USUAL_EXAM = "DVA-C03"


@dataclass(frozen=True, repr=False)
class Due:
    """The reviews that are due on a day, the most forgotten first; `next_day` is that of the next one."""

    day: date
    reviews: tuple[Review, ...]
    next_day: date | None

    def __repr__(self) -> str:
        if not self.reviews:
            later = f" The next review is on {self.next_day}." if self.next_day else NOTHING_YET
            return f"Nothing is due on {self.day}.{later}"
        lines = [f"{len(self.reviews)} questions are due on {self.day}, the most forgotten first."]
        return "\n".join([*lines, *map(_due_line, self.reviews)])


NOTHING_YET = " A question comes here after it was wrong, flagged or slow: answer some first."


@dataclass(frozen=True, repr=False)
class Forecast:
    """What will be remembered of each domain of EXAM on the day `on`, if nothing is reviewed until then."""

    exam: str
    on: date
    days: int
    domains: tuple[DomainForecast, ...]

    def __repr__(self) -> str:
        when = f"in {self.days} days" if self.days else "today"
        head = f"Expected for {self.exam} on {self.on} ({when}), without further review:"
        return "\n".join([head, *(f"  {domain!r}" for domain in self.domains)])


class Learner:
    """The learner whose answers STORE keeps, held against BANK, without one our own.

    LESSONS gives what a plan spreads; days are those of ZONE, without one of this machine.
    """

    def __init__(
        self,
        store: Store,
        lessons: Callable[[], Iterable[Item]],
        bank: Bank | None = None,
        zone: tzinfo | None = None,
    ) -> None:
        self.store = store
        self._lessons = lessons
        self._bank = bank
        self._zone = zone

    @cached_property
    def bank(self) -> Bank:
        """The bank; our own is read when it is first asked for."""
        return self._bank or load_bank()

    @property
    def today(self) -> date:
        """The study day, which ends at four in the morning."""
        return study_day(self.store.clock(), self._zone)

    @property
    def exam_day(self) -> tuple[str, date] | None:
        """The exam and its day that were planned last; None if there is none to come."""
        return exam_day(self.store, self.today)

    def due(self, everything: bool = False) -> Due:
        """What is due today; with EVERYTHING also what was never wrong."""
        planned, known = self.exam_day, {question.id for question in self.bank.questions}
        cards = self._deck((planned[1] - self.today).days if planned else None)
        found = [review for review in cards.due(self.today, everything) if review.question in known]
        later = [each.due for each in cards.reviews.values() if each.enrolled and each.due > self.today]
        return Due(self.today, tuple(found), min(later, default=None))

    def progress(self) -> Progress:
        """Where the learner stands today."""
        return progress(self.store, self.bank, self.today, self._zone)

    def forecast(self, exam: str = "", on: date | None = None) -> Forecast:
        """What will be remembered of EXAM on the day ON; without them, of the planned one, else today."""
        planned = self.exam_day or (USUAL_EXAM, self.today)
        name, day = str(exam).upper() or planned[0], on or planned[1]
        domains = self._deck(None).forecast(self.bank.questions, longest_form(name).exam, day)
        return Forecast(name, day, (day - self.today).days, domains)

    def plan(self, exam: str, on: date, evenings: int, minutes: int = 90) -> Plan:
        """The evenings up to the exam; its day is kept, for the reviews and the forecast."""
        found = make_plan(longest_form(exam), on, evenings, self.today, self._lessons(), minutes)
        self.store.append("plan.made", exam=found.exam, on=found.on.isoformat(), evenings=evenings)
        return found

    def _deck(self, longest: int | None) -> Deck:
        return deck(recalls(self.store), self._zone, longest)

    def __repr__(self) -> str:
        return f"Learner, {self.today}: {len(recalls(self.store))} answers"


def as_day(on: object) -> date:
    """The day that ON is, a date or its text; BadInput for anything else.

    >>> as_day("2026-12-18")
    datetime.date(2026, 12, 18)
    """
    if isinstance(on, date) and not isinstance(on, datetime):
        return on
    try:
        return date.fromisoformat(str(on))
    except ValueError:
        raise BadInput(f'on="{on}" is no day. Write it as YYYY-MM-DD, such as 2026-12-18.') from None


def _due_line(review: Review) -> str:
    times = "once" if review.answers == 1 else f"{review.answers} times"
    return f"  {review.question}: answered {times}, last rated {review.rating}, due since {review.due}"
