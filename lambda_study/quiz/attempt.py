"""An exam being sat: every answer, flag and pause is an event in the store, and the rest follows from them.

A kernel that ends, or a power cut, leaves the events; `resume` goes on from there. The time between the last
event and the resumption does not count.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

from lambda_study.errors import BadInput
from lambda_study.quiz.attempt_state import AttemptState, state_of
from lambda_study.quiz.bank import Bank
from lambda_study.quiz.blueprint import blueprint
from lambda_study.quiz.exam import Form, rebuild
from lambda_study.quiz.exam_result import ExamResult, Mark, mark
from lambda_study.quiz.grade import Grade, grade, read_letters
from lambda_study.quiz.question import Question
from lambda_study.quiz.store import Store

Mode = Literal["exam", "study"]


class Attempt:
    """An attempt at FORM, kept in STORE under `id`. Its clock is the store's.

    In `exam` mode answers may be changed until it is handed in, nothing is told before, and time may be up.
    In `study` mode `answer` tells key and reasons at once, and the first answer to a question counts.
    """

    def __init__(self, id: str, form: Form, store: Store) -> None:
        self.id = id
        self.form = form
        self._store = store
        self._questions = {question.id: question for question in form.questions}

    @property
    def state(self) -> AttemptState:
        """What the store says now; another program may have gone on with the same attempt."""
        state = state_of(self._store.events("exam.", self.id))
        assert state is not None
        return state

    @property
    def time_left_s(self) -> float | None:
        """The seconds left, 0 when time is up; None without a timer."""
        return self.state.time_left_s(self._store.clock())

    def answer(
        self,
        question: str,
        chosen: str | Iterable[str],
        *,
        guessed: bool = False,
        seconds: float | None = None,
    ) -> Grade | None:
        """Keep the answer to the question of that id, in study mode also its grade, which comes back.

        CHOSEN is letters, or nothing to take an answer back. `guessed` marks it for review; `seconds` is how
        long it took. Too few letters are kept as they are, and are wrong when the exam is handed in.
        """
        state = self._demand_open(timed=True)
        asked = self._question(question)
        letters = read_letters(asked, chosen)
        graded = None
        if state.mode == "study":
            if question in state.answers:
                raise BadInput(f'"{question}" is answered. In study mode the first answer counts.')
            graded = grade(asked, letters)
        self._add("exam.answered", question=question, chosen=letters, guessed=guessed, seconds=seconds)
        return graded

    def flag(self, question: str, on: bool = True) -> None:
        """Flag a question to come back to, or with on=False take the flag off."""
        self._demand_open()
        self._add("exam.flagged", question=self._question(question).id, on=on)

    def pause(self) -> None:
        """Stop the timer; `go_on` or the next answer starts it again."""
        if self._demand_open().running:
            self._add("exam.paused")

    def go_on(self) -> None:
        """Start the timer again; the time since the last event does not count."""
        self._demand_open()
        self._add("exam.resumed")

    def set_timer(self, minutes: int | None) -> None:
        """Give MINUTES for the whole exam, as for those who are granted extra time; None: no timer."""
        self._demand_open()
        self._add("exam.timed", minutes=_minutes(minutes))

    def hand_in(self) -> ExamResult:
        """End the attempt and return its result; handed in already, it returns that result again."""
        state = self.state
        if state.result is not None:
            return state.result
        marks = [
            self._mark(question, domain, state)
            for question, domain in zip(self.form.questions, self.form.domains, strict=True)
        ]
        self._add("exam.finished", marks=[asdict(mark) for mark in marks])
        result = self.state.result
        assert result is not None
        return result

    def results(self, learner: str = "") -> dict[str, Any]:
        """The raw answers as the object of a results file, which a teacher grades with the bank at hand."""
        state = self.state
        answers = [
            {"question": id, "chosen": list(each.chosen), "at": each.at.isoformat(), "seconds": each.seconds}
            for id, each in state.answers.items()
        ]
        head = {"schema": 1, "learner": learner, "form": state.name, "seed": state.seed}
        return {**head, "bank_digest": state.bank_digest, "answers": answers}

    def _mark(self, question: Question, domain: int, state: AttemptState) -> Mark:
        given = state.answers.get(question.id)
        flagged = question.id in state.flagged
        if given is None:
            return mark(question, domain, (), flagged=flagged)
        facts = {"flagged": flagged, "guessed": given.guessed, "seconds": given.seconds}
        return mark(question, domain, given.chosen, **facts)

    def _question(self, id: str) -> Question:
        if id not in self._questions:
            raise BadInput(f'"{id}" is not a question of {self.form!r}.')
        return self._questions[id]

    def _demand_open(self, timed: bool = False) -> AttemptState:
        state = self.state
        if state.result is not None:
            raise BadInput("This exam is handed in. Begin a new one.")
        if timed and state.time_left_s(self._store.clock()) == 0:
            raise BadInput("Time is up. Hand the exam in, or give it more minutes.")
        return state

    def _add(self, kind: str, **data: Any) -> None:
        self._store.append(kind, self.id, **data)

    def __repr__(self) -> str:
        state = self.state
        flagged = f", {len(state.flagged)} flagged" if state.flagged else ""
        answered = sum(bool(each.chosen) for each in state.answers.values())
        return f"{self.form!r}, {answered} answered{flagged}"


def start(
    form: Form, store: Store, mode: Mode = "exam", minutes: int | None = None, timer: bool = True
) -> Attempt:
    """Begin an attempt at FORM. MINUTES replace the blueprint's; timer=False and study mode have no timer."""
    plan = form.blueprint
    given = _minutes(minutes) if minutes is not None else plan.minutes
    attempt = Attempt(uuid4().hex, form, store)
    store.append(
        "exam.started",
        attempt.id,
        name=plan.name,
        exam=plan.exam,
        full=plan.full and mode == "exam",
        passing=plan.passing,
        mode=mode,
        minutes=given if timer and mode == "exam" else None,
        seed=form.seed,
        bank_digest=form.bank_digest,
        questions=[question.id for question in form.questions],
        domains=form.domains,
    )
    return attempt


def resume(id: str, store: Store, bank: Bank, folder: str | None = None) -> Attempt:
    """Go on with the attempt of that id: `reopened`, and its timer runs again.

    BadInput is raised as for `reopened`, and if the attempt is handed in.
    """
    attempt = reopened(id, store, bank, folder)
    attempt.go_on()
    return attempt


def reopened(id: str, store: Store, bank: Bank, folder: str | Path | None = None) -> Attempt:
    """The attempt of that id, its timer as it was left. FOLDER is the bank's, for its blueprints.

    BadInput is raised if there is none, or if the bank lost one of its questions.
    """
    state = state_of(store.events("exam.", id))
    if state is None:
        raise BadInput(f'There is no exam "{id}".')
    plan = blueprint(state.name, folder)
    form = rebuild(plan, bank, state.seed, state.questions, state.domains, state.bank_digest)
    return Attempt(id, form, store)


def attempts(store: Store) -> tuple[AttemptState, ...]:
    """Every attempt in the store, the oldest first."""
    by_id: dict[str, list[Any]] = {}
    for event in store.events("exam."):
        by_id.setdefault(event.subject, []).append(event)
    found = (state_of(events) for events in by_id.values())
    return tuple(state for state in found if state is not None)


def unfinished(
    store: Store, name: str = "", seed: int | None = None, mode: Mode | None = None
) -> AttemptState | None:
    """The latest attempt that is not handed in, None if there is none; of NAME, SEED and MODE where given."""
    left = [
        each
        for each in attempts(store)
        if each.result is None
        and name in ("", each.name)
        and seed in (None, each.seed)
        and mode in (None, each.mode)
    ]
    return left[-1] if left else None


def next_seed(store: Store, name: str) -> int:
    """The seed of the next form of the exam NAME: 1, or one more than the highest that was begun."""
    return 1 + max((each.seed for each in attempts(store) if each.name == name), default=0)


def _minutes(minutes: int | None) -> int | None:
    if minutes is not None and not 1 <= minutes <= 600:
        raise BadInput(f"minutes={minutes} is not possible. Choose 1 to 600, or no timer.")
    return minutes
