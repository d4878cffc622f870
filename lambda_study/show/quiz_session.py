"""One sitting at a quiz: it takes what a view sends, grades it, keeps each attempt and says what to show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lambda_study.errors import BadInput
from lambda_study.quiz.grade import Grade, grade
from lambda_study.quiz.now import Now, utc_now
from lambda_study.quiz.question import Question
from lambda_study.show.markup import block_html

LONGEST_ANSWER = 100
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
    """The answers given to QUESTIONS so far. A key leaves it only in the reply to that question's answer."""

    def __init__(self, questions: Iterable[Question], clock: Now = utc_now) -> None:
        self.questions = {question.id: question for question in questions}
        self.attempts: list[Attempt] = []
        self._clock = clock
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
            graded = [self._shown(self.questions[id_], graded) for id_, graded in self._grades.items()]
            return {"kind": "progress", "graded": graded, "score": repr(self.score)}
        if message.get("kind") != "submit" or not isinstance(message.get("question"), str):
            return None
        question = self.questions.get(message["question"])
        return self._submit(question, message.get("chosen")) if question else None

    def _submit(self, question: Question, chosen: object) -> dict[str, Any]:
        try:
            graded = grade(question, _read(chosen))
        except BadInput as mistake:
            return {"kind": "refused", "question": question.id, "text": str(mistake)}
        self.attempts.append(Attempt(question.id, graded.chosen, graded.correct, self._clock()))
        self._grades[question.id] = graded
        return {"kind": "graded", **self._shown(question, graded), "score": repr(self.score)}

    def _shown(self, question: Question, graded: Grade) -> dict[str, Any]:
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
    verb = "wrote" if question.kind == "numeric" else "chose"
    return f"Not right. You {verb} {_listed(graded.chosen)}. {answer}"


def _read(chosen: object) -> tuple[str, ...]:
    """What a view sent as chosen, if it has the shape of an answer; else BadInput."""
    if not isinstance(chosen, (list, tuple)) or not all(isinstance(part, str) for part in chosen):
        raise BadInput(UNREADABLE)
    if sum(map(len, chosen)) > LONGEST_ANSWER:
        raise BadInput(UNREADABLE)
    return tuple(chosen)


def _listed(parts: tuple[str, ...]) -> str:
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
