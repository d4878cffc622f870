"""What a results file was an answer to: the questions of a topic, the first of them, or a drawn exam."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lambda_study.errors import BadInput
from lambda_study.quiz.bank import Bank
from lambda_study.quiz.blueprint import blueprint
from lambda_study.quiz.drawn import drawn
from lambda_study.quiz.exam import draw
from lambda_study.quiz.question import Question


@dataclass(frozen=True)
class Form:
    """A form by its name, such as pricing, pricing/6 (its first six) or DVA-C03-20, and its seed."""

    name: str
    seed: int | None

    def __str__(self) -> str:
        return self.name if self.seed is None else f"{self.name}, form {self.seed}"


class Forms:
    """The questions of each form of BANK, whose blueprints may lie in FOLDER. Each is made once."""

    def __init__(self, bank: Bank, folder: str | Path | None = None) -> None:
        self._bank, self._folder = bank, folder
        self.questions = cache(self._questions)

    def form(self, name: str, seed: int | None) -> Form:
        """The form of that name and SEED; an exam's name is in capitals, however it was written."""
        return Form(name if name.partition("/")[0] in self._bank.names else name.upper(), seed)

    def _questions(self, form: Form) -> tuple[Question, ...]:
        """The questions of FORM; a name that is neither a topic nor an exam raises BadInput."""
        topic, _, first = form.name.partition("/")
        if topic in self._bank.names:
            return tuple(drawn(each, form.seed) for each in _first(self._bank.topic(topic), first, form))
        if form.seed is None:
            raise BadInput(f'"{form.name}" is no topic of this bank, and an exam needs its seed')
        return draw(blueprint(form.name, self._folder), self._bank, form.seed).questions


def _first(questions: Sequence[Question], count: str, form: Form) -> Sequence[Question]:
    if not count:
        return questions
    if not count.isdecimal() or not 1 <= int(count) <= len(questions):
        raise BadInput(f'"{form.name}" is no form: write /1 to /{len(questions)} after the topic')
    return questions[: int(count)]
