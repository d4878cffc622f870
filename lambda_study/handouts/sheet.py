"""What a student gets: questions, options and an answer grid. Nothing here reads a key or a reason."""

from __future__ import annotations

from collections.abc import Sequence

from lambda_study.handouts import document
from lambda_study.handouts.document import Block, Choice, Choices, Grid, Number, Row, Text
from lambda_study.quiz.question import Question


def sheet_blocks(questions: Sequence[Question]) -> tuple[Block, ...]:
    """Return the answer grid and QUESTIONS as a student sees them."""
    return (Grid(tuple(map(_row, questions))), *question_blocks(questions))


def question_blocks(questions: Sequence[Question]) -> tuple[document.Question, ...]:
    """Return QUESTIONS as a student sees them."""
    return tuple(
        document.Question(number, (Text(each.stem), _place(each))) for number, each in enumerate(questions, 1)
    )


def unit_of(question: Question) -> str:
    """Return the unit of the number that QUESTION asks for; empty for options."""
    return question.answer.unit if question.answer else ""


def _row(question: Question) -> Row:
    letters = tuple(option.letter for option in question.options)
    return Row(letters, question.kind == "multiple", unit_of(question))


def _place(question: Question) -> Choices | Number:
    """Where the answer goes."""
    if not question.options:
        return Number(unit_of(question))
    items = tuple(Choice(option.letter, option.text) for option in question.options)
    return Choices(items, question.kind == "multiple")
