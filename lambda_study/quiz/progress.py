"""How far a learner is: topics, exams, what is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Any

from lambda_study.quiz.attempt import attempts
from lambda_study.quiz.attempt_state import AttemptState
from lambda_study.quiz.bank import Bank
from lambda_study.quiz.review import Deck, deck, recalls, study_day
from lambda_study.quiz.store import Store


@dataclass(frozen=True)
class TopicProgress:
    """One topic: how many of its questions were answered, and how many of them right the last time."""

    name: str
    questions: int
    answered: int
    right: int

    def __repr__(self) -> str:
        return f"{self.name}: {self.answered} of {self.questions} answered, {self.right} right the last time"


@dataclass(frozen=True, repr=False)
class Progress:
    """Where a learner stands on a day."""

    answers: int
    days: int
    due: int
    topics: tuple[TopicProgress, ...]
    exams: tuple[AttemptState, ...]

    def to_json(self) -> dict[str, Any]:
        """The object that `lambda-study progress --json` prints."""
        return {
            "answers": self.answers,
            "days": self.days,
            "due": self.due,
            "topics": [vars(topic) for topic in self.topics],
            "exams": [_exam(state) for state in self.exams],
        }

    def __repr__(self) -> str:
        head = f"{self.answers} answers on {self.days} days; {self.due} questions are due for review."
        return "\n".join([head, *map(repr, self.topics), *map(exam_line, self.exams)])


def progress(store: Store, bank: Bank, today: date, zone: tzinfo | None = None) -> Progress:
    """What STORE says about BANK on the study day TODAY."""
    given = recalls(store)
    cards = deck(given, zone)
    days = {study_day(recall.at, zone) for recall in given}
    topics = tuple(_topic(name, bank, cards) for name in bank.names)
    known = {question.id for question in bank.questions}
    due = sum(review.question in known for review in cards.due(today))
    return Progress(len(given), len(days), due, topics, attempts(store))


def exam_day(store: Store, today: date) -> tuple[str, date] | None:
    """The exam and its day that the learner planned last; None if there is none to come."""
    planned = store.events("plan.made")
    if not planned:
        return None
    exam, on = planned[-1].data["exam"], date.fromisoformat(planned[-1].data["on"])
    return (exam, on) if on >= today else None


def _topic(name: str, bank: Bank, cards: Deck) -> TopicProgress:
    ids = [question.id for question in bank.topic(name)]
    found = [cards.reviews[id] for id in ids if id in cards.reviews]
    return TopicProgress(name, len(ids), len(found), sum(review.rating != "again" for review in found))


def _exam(state: AttemptState) -> dict[str, Any]:
    result = state.result
    return {
        "id": state.id,
        "name": state.name,
        "mode": state.mode,
        "started_at": state.started_at.isoformat(),
        "questions": len(state.questions),
        "correct": result.correct if result else None,
        "scaled_estimate": result.scaled[0] if result and result.scaled else None,
    }


def exam_line(state: AttemptState) -> str:
    """How an attempt at an exam stands, in one line."""
    head = f"{state.name} ({state.mode}) of {state.started_at.astimezone():%Y-%m-%d}"
    if state.result is None:
        return f"{head}: {len(state.answers)} of {len(state.questions)} answered, not handed in"
    return f"{head}: {state.result.correct} of {len(state.questions)} right, {state.result.interval!r}"
