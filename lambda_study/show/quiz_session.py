"""One sitting at a quiz: it takes what a view sends, grades it, keeps each attempt and says what to show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

from lambda_study.errors import BadInput
from lambda_study.quiz.grade import Grade, grade
from lambda_study.quiz.now import Now, utc_now
from lambda_study.quiz.question import Question
from lambda_study.quiz.review import record
from lambda_study.quiz.store import Store
from lambda_study.show.markup import block_html

LONGEST_ANSWER = 100
LONGEST_ANSWER_S = 3600.0
UNREADABLE = "This answer could not be read. Choose again and submit."


@dataclass(frozen=True)
class Attempt:
    """One submitted answer: the question's id, the chosen letters or the number's text, and when (UTC)."""

    question: str
    chosen: tuple[str, ...]
    correct: bool
    at: datetime


@dataclass(frozen=True)
class Score:
    """How a sitting stands. `right` counts each question's latest answer, `first_try` its first one.

    >>> Score(questions=10, answered=4, right=4, first_try=3)
    4 of 4 right so far, 3 at the first try. 10 questions.
    """

    questions: int
    answered: int
    right: int
    first_try: int

    def __repr__(self) -> str:
        if not self.answered:
            return f"Nothing answered yet. {_count(self.questions, 'question')}."
        tries = f", {self.first_try} at the first try" if self.first_try != self.right else ""
        return f"{self.right} of {self.answered} right so far{tries}. {_count(self.questions, 'question')}."


class QuizSession:
    """The answers given to QUESTIONS so far. A key leaves it only in the reply to that question's answer.

    With a STORE every answer is kept there too, for the reviews.
    """

    def __init__(
        self, questions: Iterable[Question], clock: Now = utc_now, store: Store | None = None
    ) -> None:
        self.questions = {question.id: question for question in questions}
        self.attempts: list[Attempt] = []
        self._clock = clock
        self._store = store
        self._keeping = Lock()
        self._grades: dict[str, Grade] = {}

    @property
    def score(self) -> Score:
        """How the sitting stands now."""
        first = {attempt.question: attempt.correct for attempt in reversed(self.attempts)}
        right = sum(graded.correct for graded in self._grades.values())
        return Score(len(self.questions), len(first), right, sum(first.values()))

    def reply(self, message: object) -> dict[str, Any] | None:
        """Return the answer to a view's MESSAGE; None for anything that is not a message of a view."""
        if not isinstance(message, Mapping):
            return None
        if message.get("kind") == "hello":
            graded = [shown_grade(self.questions[id_], graded) for id_, graded in self._grades.items()]
            return {"kind": "progress", "graded": graded, "score": repr(self.score)}
        if message.get("kind") != "submit" or not isinstance(message.get("question"), str):
            return None
        question = self.questions.get(message["question"])
        return self._submit(question, message) if question else None

    def _submit(self, question: Question, message: Mapping[str, Any]) -> dict[str, Any]:
        try:
            graded = grade(question, read_chosen(message.get("chosen")))
        except BadInput as mistake:
            return {"kind": "refused", "question": question.id, "text": str(mistake)}
        self.attempts.append(Attempt(question.id, graded.chosen, graded.correct, self._clock()))
        self._grades[question.id] = graded
        unkept = self._keep(question, graded, message)
        return {"kind": "graded", **shown_grade(question, graded), "score": f"{self.score!r}{unkept}"}

    def _keep(self, question: Question, graded: Grade, message: Mapping[str, Any]) -> str:
        """Add the answer to the store; why that failed, else nothing."""
        if self._store is None:
            return ""
        doubtful, seconds = message.get("flagged") is True, read_seconds(message.get("seconds"))
        # The notebook may call from one thread now and from another later; SQLite wants its file opened anew.
        with self._keeping:
            try:
                record(
                    self._store,
                    question.id,
                    graded.chosen,
                    correct=graded.correct,
                    doubtful=doubtful,
                    seconds=seconds,
                )
            except BadInput as error:
                return f" Not kept: {error}"
            finally:
                self._store.close()
        return ""


def shown_grade(question: Question, graded: Grade) -> dict[str, Any]:
    """Return what a view shows of an answer once it is graded: verdict, key, reasons, note and sources."""
    return {
        "question": question.id,
        "chosen": graded.chosen,
        "correct": graded.correct,
        "key": graded.key,
        "verdict": verdict(question, graded),
        "reasons": {name: block_html(reason) for name, reason in graded.reasons.items()},
        "note": block_html(question.note),
        "sources": [(source.url, source.date.isoformat()) for source in question.sources],
    }


def verdict(question: Question, graded: Grade) -> str:
    """Return the sentence that tells a learner how an answer was graded."""
    answer = f"The answer is {_listed(graded.key)}."
    if graded.correct:
        return f"Right. {answer}"
    if not graded.chosen:
        return f"Not answered, and so wrong. {answer}"
    verb = "wrote" if question.kind == "numeric" else "chose"
    return f"Not right. You {verb} {_listed(graded.chosen)}. {answer}"


def read_chosen(chosen: object) -> tuple[str, ...]:
    """Return what a view sent as chosen, if it has the shape of an answer; else raise BadInput."""
    if not isinstance(chosen, (list, tuple)) or not all(isinstance(part, str) for part in chosen):
        raise BadInput(UNREADABLE)
    if sum(map(len, chosen)) > LONGEST_ANSWER:
        raise BadInput(UNREADABLE)
    return tuple(chosen)


def read_seconds(seconds: object) -> float | None:
    """Return how long an answer took, as a view sent it; None for what is no such time.

    >>> read_seconds(12.5), read_seconds(-1), read_seconds("soon"), read_seconds(99_999)
    (12.5, None, None, 3600.0)
    """
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not seconds >= 0:
        return None
    return min(float(seconds), LONGEST_ANSWER_S)


def _listed(parts: tuple[str, ...]) -> str:
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
