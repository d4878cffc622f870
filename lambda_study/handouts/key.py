"""What a teacher gets: the right options, each option's reason, notes and sources."""

from __future__ import annotations

from collections.abc import Sequence

from lambda_study.handouts import document
from lambda_study.handouts.document import Block, Choice, Choices, Grid, Note, Row, Sources, Text, Verdict
from lambda_study.handouts.sheet import unit_of
from lambda_study.quiz.question import Question


def key_blocks(questions: Sequence[Question]) -> tuple[Block, ...]:
    """Return the filled answer grid and QUESTIONS with their keys, reasons, notes and sources."""
    return (Grid(tuple(map(_row, questions))), *answered_blocks(questions))


def answered_blocks(questions: Sequence[Question]) -> tuple[document.Question, ...]:
    """Return QUESTIONS with their keys, reasons, notes and sources."""
    return tuple(_answered(number, question) for number, question in enumerate(questions, 1))


def days_read(questions: Sequence[Question]) -> str:
    """Return the sentence that says when the sources of QUESTIONS were read."""
    days = sorted({source.date for question in questions for source in question.sources})
    if not days:
        return ""
    return f"Sources read {days[0]}." if len(days) == 1 else f"Sources read {days[0]} to {days[-1]}."


def _row(question: Question) -> Row:
    letters = tuple(option.letter for option in question.options)
    return Row(letters, question.kind == "multiple", unit_of(question), question.key)


def _answered(number: int, question: Question) -> document.Question:
    blocks: list[Block] = [Text(question.stem), _answer(question)]
    if question.note:
        blocks.append(Note(question.note))
    if question.sources:
        blocks.append(Sources(question.sources))
    return document.Question(number, tuple(blocks))


def _answer(question: Question) -> Choices | Verdict:
    if question.answer is not None:
        return Verdict(question.answer.text, question.answer.reason)
    items = tuple(Choice(each.letter, each.text, each.correct, each.reason) for each in question.options)
    return Choices(items, question.kind == "multiple")
