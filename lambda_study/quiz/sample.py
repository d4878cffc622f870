"""A learner and a result that are made up, so that a lesson shows everybody the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from lambda_study.errors import BadInput
from lambda_study.quiz.bank import Bank
from lambda_study.quiz.blueprint import longest_form
from lambda_study.quiz.exam_result import ExamResult, Mark
from lambda_study.quiz.learner import Learner
from lambda_study.quiz.plan import Item
from lambda_study.quiz.question import Question
from lambda_study.quiz.review import record
from lambda_study.quiz.store import Event, Store
from lambda_study.quiz.topic_file import Topic

_EXAM = "DVA-C03"
_MONDAY = datetime(2026, 11, 2, 19, tzinfo=UTC)
# The domain of each question of a topic. No question of the bank: those change, and this page should not.
_TOPICS = {"concurrency": (1, 4, 1, 4), "cognito": (2, 2, 1, 2), "versions": (3, 3, 3, 1), "pricing": (4, 4)}
# The evenings, as days after the first Monday, with what was answered: x wrong, ? flagged, o right.
_EVENINGS = {
    0: "concurrency:xo?x",
    3: "cognito:ooxo",
    7: "concurrency:oooo",
    10: "versions:xx?-",
    17: "cognito:-oo-",
}
_TODAY = 21


class _Evening:
    """A clock that shows seven o'clock on a day that can be set."""

    def __init__(self) -> None:
        self.day = 0

    def __call__(self) -> datetime:
        return _MONDAY + timedelta(days=self.day)


class _InMemory(Store):
    """A store without a file."""

    def __init__(self, clock: _Evening) -> None:
        super().__init__("in memory", clock)
        self._kept: list[Event] = []

    def append_all(self, events: Iterable[tuple[str, str, Mapping[str, Any]]]) -> tuple[Event, ...]:
        at, first = self.clock(), len(self._kept) + 1
        new = [Event(number, f"{number}", at, *each) for number, each in enumerate(events, first)]
        self._kept += new
        return tuple(new)

    def events(self, kind: str = "", subject: str = "") -> tuple[Event, ...]:
        return tuple(
            event
            for event in self._kept
            if (kind in ("", event.kind) or (kind.endswith(".") and event.kind.startswith(kind)))
            and subject in ("", event.subject)
        )


def sample_learner() -> Learner:
    """Ana, three weeks into her course: made up, the same for everybody, and kept in no file.

    >>> sample_learner()
    Learner, 2026-11-23: 17 answers
    """
    clock = _Evening()
    store = _InMemory(clock)
    bank = Bank("ana", tuple(_topic(name, domains) for name, domains in _TOPICS.items()))
    for clock.day, answered in _EVENINGS.items():
        topic, _, marks = answered.partition(":")
        for question, mark in zip(bank.topic(topic), marks, strict=True):
            _answer(store, question, mark)
    clock.day = _TODAY
    return Learner(store, _lessons, bank, UTC)


def sample_result(right: Mapping[int, int], exam: str = _EXAM) -> ExamResult:
    """The result of a full form of EXAM with so many RIGHT answers in each domain: made up.

    >>> sample_result({1: 15, 2: 9, 3: 11, 4: 10}).correct
    45
    """
    form = longest_form(exam)
    for domain, number in right.items():
        if domain not in form.places or not 0 <= number <= form.places[domain]:
            raise BadInput(f"{number} right in domain {domain} is not possible. The form has {form.places}.")
    marks = [
        Mark(f"d{domain}-{number}", domain, ("A",), number < right.get(domain, 0))
        for domain, places in form.places.items()
        for number in range(places)
    ]
    return ExamResult(form.name, form.exam, form.full, form.passing, tuple(marks))


def _topic(name: str, domains: tuple[int, ...]) -> Topic:
    questions = tuple(
        Question(f"{name}-{number}", name, "single", "exam", ((_EXAM, domain),), "Made up.")
        for number, domain in enumerate(domains, start=1)
    )
    return Topic(name, name.capitalize(), questions, "made up")


def _answer(store: Store, question: Question, mark: str) -> None:
    if mark != "-":
        record(store, question.id, ["A"], correct=mark != "x", doubtful=mark == "?", seconds=40.0)


def _lessons() -> tuple[Item, ...]:
    return tuple(Item("lesson", name, name.capitalize(), 30) for name in _TOPICS)
