"""The pieces of a page that the sheet and the key share. Nothing here reads a key."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from lambda_study.quiz.question import Option, Question


def box(question: Question, option: Option) -> str:
    """Return the place to mark OPTION: round where one option is chosen, square where several are."""
    shape = "box" if question.kind == "multiple" else "box one"
    return f'<span class="{shape}">{option.letter}</span>'


def line(question: Question) -> str:
    """Return the line to write a number on, and its unit."""
    unit = question.answer.unit if question.answer else ""
    return f'<span class="blank short"></span> {escape(unit)}'.strip()


def framed(number: int, content: str) -> str:
    """Return CONTENT as question NUMBER, kept on one printed page."""
    heading = f'<h2 id="question-{number}">Question {number}</h2>'
    return f'<section class="question" aria-labelledby="question-{number}">\n{heading}\n{content}\n</section>'


def answer_grid(rows: Iterable[str]) -> str:
    """Return the grid of answers, a row a question."""
    items = "\n".join(f"<li>{row}</li>" for row in rows)
    grid = f'<h2 id="answers">Answers</h2>\n<ol class="grid">\n{items}\n</ol>'
    return f'<section class="answers" aria-labelledby="answers">\n{grid}\n</section>'
