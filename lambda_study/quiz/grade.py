"""Grading: what a learner chose, held against a question's key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lambda_study.errors import BadInput
from lambda_study.quiz.numbers import read_number, same_unit
from lambda_study.quiz.question import Answer, Question

NUMBER_WORDS = {2: "TWO", 3: "THREE", 4: "FOUR", 5: "FIVE"}


@dataclass(frozen=True)
class Grade:
    """The verdict on one answer. `reasons` has the reason of each letter (for a number: of its key)."""

    correct: bool
    chosen: tuple[str, ...]
    key: tuple[str, ...]
    reasons: Mapping[str, str]


def grade(question: Question, chosen: str | Iterable[str], *, practice: bool = True) -> Grade:
    """The grade of CHOSEN: letters ("B", "A C", ["A", "C"]) or, for a numeric question, a number as text.

    Multiple response counts as a whole: every key and nothing else. In practice an empty or incomplete answer
    raises BadInput, so that a slip costs nothing; with `practice=False`, as in an exam, it is wrong.
    A letter that is no option and a text that is no number are BadInput in both.
    """
    if question.answer is not None:
        return _grade_number(question, question.answer, chosen, practice)
    letters = read_letters(question, chosen)
    if practice:
        _demand_complete(question, letters)
    reasons = {option.letter: option.reason for option in question.options}
    return Grade(letters == question.key, letters, question.key, reasons)


def read_letters(question: Question, chosen: str | Iterable[str]) -> tuple[str, ...]:
    """The letters in CHOSEN, in the options' order and each once; case, commas and spaces do not count.

    A letter that is not an option of QUESTION raises BadInput.
    """
    parts = re.split(r"[\s,;.)]+|and\b", chosen) if isinstance(chosen, str) else chosen
    given = [letter for part in parts for letter in part.strip().upper()]
    known = [option.letter for option in question.options]
    for letter in given:
        if letter not in known:
            raise BadInput(f'"{letter}" is not an option. Choose from {known[0]} to {known[-1]}.')
    return tuple(letter for letter in known if letter in given)


def _demand_complete(question: Question, letters: tuple[str, ...]) -> None:
    count, wanted = len(letters), len(question.key)
    if count == wanted:
        return
    if question.kind == "single":
        raise BadInput(f"{count} selected. Choose one option.")
    raise BadInput(f"{count} of {wanted} selected. Choose {NUMBER_WORDS.get(wanted, str(wanted))}.")


def _grade_number(question: Question, answer: Answer, chosen: str | Iterable[str], practice: bool) -> Grade:
    text = chosen if isinstance(chosen, str) else " ".join(chosen)
    reasons = {answer.text: answer.reason}
    if not text.strip():
        if practice:
            raise BadInput("No answer given. Write a number.")
        return Grade(False, (), question.key, reasons)
    value, unit = read_number(text)
    if not same_unit(unit, answer.unit):
        raise BadInput(f'"{text.strip()}" is in {unit}. {_asked(answer)}')
    return Grade(abs(value - answer.value) <= answer.tolerance, (text.strip(),), question.key, reasons)


def _asked(answer: Answer) -> str:
    return f"Answer in {answer.unit}." if answer.unit else "Answer with a number alone."
