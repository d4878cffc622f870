"""Review at the right time: which questions are due today, and how much will be remembered on the exam day.

Every question that was answered is a card; what is known of it is worked out by FSRS-6 from the answers in
the store. A wrong answer is rated Again, a right one Good, and Hard if it was flagged, guessed or slow. All
reckoning is by days that end at four in the morning, so that an evening past midnight is still that evening.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from statistics import mean, median
from typing import TYPE_CHECKING, Literal

from lambda_study.quiz.domains import DOMAINS
from lambda_study.quiz.question import Question
from lambda_study.quiz.store import Event, Store

if TYPE_CHECKING:
    from fsrs import Card, Scheduler

Rating = Literal["again", "hard", "good"]
ROLL_OVER = timedelta(hours=4)
# An answer is slow from twice the usual time on; what is usual is known after so many answers.
SLOW_FACTOR, USUAL_FROM = 2.0, 5


@dataclass(frozen=True)
class Recall:
    """One time that a question was answered. `doubtful` is a right answer that was flagged or guessed."""

    question: str
    at: datetime
    correct: bool
    doubtful: bool = False
    seconds: float | None = None


@dataclass(frozen=True)
class Review:
    """What is known of one question: its last rating, how often it was answered, and when it is due.

    `enrolled` tells whether it was ever wrong or in doubt: only those are asked again by themselves.
    `stability_d` is the days after which nine of ten such questions are still known.
    """

    question: str
    rating: Rating
    answers: int
    enrolled: bool
    last: date
    due: date
    stability_d: float


@dataclass(frozen=True)
class DomainForecast:
    """What will be remembered of one domain. `recall` is of the questions `seen`, None if there are none."""

    number: int
    name: str
    questions: int
    seen: int
    recall: float | None

    def __repr__(self) -> str:
        known = "nothing to tell" if self.recall is None else f"{self.recall:.0%} of them remembered"
        return f"{self.number} {self.name}: {self.seen} of {self.questions} answered so far, {known}"


class Deck:
    """The cards of one learner, worked out by `deck`."""

    def __init__(
        self, cards: Mapping[str, Card], reviews: Mapping[str, Review], scheduler: Scheduler
    ) -> None:
        self.reviews = reviews
        self._cards = cards
        self._scheduler = scheduler

    def due(self, day: date, everything: bool = False) -> tuple[Review, ...]:
        """What is due on DAY, the most forgotten first; with EVERYTHING also what was never wrong."""
        found = [
            review
            for review in self.reviews.values()
            if review.due <= day and (review.enrolled or everything)
        ]
        return tuple(sorted(found, key=lambda review: (self.recall(review.question, day), review.question)))

    def recall(self, question: str, day: date) -> float:
        """How likely the question will be answered right on DAY, by FSRS; 0 if it was never answered."""
        card = self._cards.get(question)
        if card is None:
            return 0.0
        return float(self._scheduler.get_card_retrievability(card, _instant(day)))

    def forecast(self, questions: Iterable[Question], exam: str, day: date) -> tuple[DomainForecast, ...]:
        """What will be remembered on DAY of QUESTIONS, for each domain of EXAM."""
        tagged = [
            (question.id, number)
            for question in questions
            for name, number in question.domains
            if name == exam
        ]
        found = []
        for number, name in enumerate(DOMAINS.get(exam, ()), start=1):
            ids = [id for id, its in tagged if its == number]
            seen = [self.recall(id, day) for id in ids if id in self.reviews]
            found.append(DomainForecast(number, name, len(ids), len(seen), mean(seen) if seen else None))
        return tuple(found)


def study_day(at: datetime, zone: tzinfo | None = None) -> date:
    """The day to which AT belongs in ZONE (without one that of this machine): it ends at four in the morning.

    >>> from zoneinfo import ZoneInfo
    >>> study_day(datetime(2026, 11, 24, 2, 30, tzinfo=UTC), ZoneInfo("Europe/Berlin"))
    datetime.date(2026, 11, 23)
    """
    return (at.astimezone(zone).replace(tzinfo=None) - ROLL_OVER).date()


def recalls(store: Store) -> tuple[Recall, ...]:
    """Every answer in STORE, of quizzes, reviews and exams that were handed in, in the order of their times.

    What was left open in an exam is no answer here.
    """
    found = [
        recall
        for kind in ("answer", "exam.finished")
        for event in store.events(kind)
        for recall in _of(event)
    ]
    return tuple(sorted(found, key=lambda recall: recall.at))


def _of(event: Event) -> list[Recall]:
    if event.kind == "answer":
        data = event.data
        return [Recall(event.subject, event.at, data["correct"], data["doubtful"], data["seconds"])]
    return [
        Recall(
            mark["question"], event.at, mark["correct"], mark["flagged"] or mark["guessed"], mark["seconds"]
        )
        for mark in event.data["marks"]
        if mark["chosen"]
    ]


def record(
    store: Store,
    question: str,
    chosen: Iterable[str],
    *,
    correct: bool,
    doubtful: bool = False,
    seconds: float | None = None,
) -> None:
    """Add an answer that was given outside an exam to STORE."""
    facts = {"chosen": list(chosen), "correct": correct, "doubtful": doubtful, "seconds": seconds}
    store.append("answer", question, **facts)


def ratings(given: Iterable[Recall]) -> list[Rating]:
    """The rating of each answer: again, hard or good. What is slow is told from the answers before it."""
    times: list[float] = []
    found: list[Rating] = []
    for recall in given:
        usual = median(times) if len(times) >= USUAL_FROM else None
        slow = usual is not None and recall.seconds is not None and recall.seconds > SLOW_FACTOR * usual
        found.append("again" if not recall.correct else "hard" if recall.doubtful or slow else "good")
        if recall.seconds is not None:
            insort(times, recall.seconds)
    return found


def deck(given: Iterable[Recall], zone: tzinfo | None = None, longest: int | None = None) -> Deck:
    """The cards that the answers GIVEN, in the order of their times, add up to.

    LONGEST is the most days between two reviews, such as the days to the exam, so that each comes once more.
    A second answer on the same day changes little: it shows that the reasons were read.
    """
    from fsrs import Card, Rating, Scheduler

    # No steps of minutes: what was wrong today is asked tomorrow. No fuzz: the same answers, the same days.
    scheduler = Scheduler(
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=max(1, longest or 36500),
        enable_fuzzing=False,
    )
    scale = {"again": Rating.Again, "hard": Rating.Hard, "good": Rating.Good}
    given = tuple(given)
    cards: dict[str, Card] = {}
    reviews: dict[str, Review] = {}
    for recall, rating in zip(given, ratings(given), strict=True):
        id, day = recall.question, study_day(recall.at, zone)
        card = cards.get(id) or Card(card_id=len(cards) + 1, due=_instant(day))
        card, _log = scheduler.review_card(card, scale[rating], _instant(day))
        cards[id] = card
        reviews[id] = _reviewed(id, reviews.get(id), rating, day, card)
    return Deck(cards, reviews, scheduler)


def _reviewed(id: str, before: Review | None, rating: Rating, day: date, card: Card) -> Review:
    answers = before.answers + 1 if before else 1
    enrolled = rating != "good" or bool(before and before.enrolled)
    return Review(id, rating, answers, enrolled, day, card.due.date(), float(card.stability or 0))


def _instant(day: date) -> datetime:
    """DAY as FSRS wants it; whole days, so that an earlier hour is not counted as a day less."""
    return datetime.combine(day, time(), UTC)
