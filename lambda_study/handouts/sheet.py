"""What a student gets: questions, options and an answer grid. Nothing here reads a key or a reason."""

from __future__ import annotations

from collections.abc import Sequence

from lambda_study.handouts.parts import answer_grid, box, framed, line
from lambda_study.quiz.question import Question
from lambda_study.show.markup import block_html, inline_html

BLANK = '<span class="blank"></span>'
SHORT = '<span class="blank short"></span>'


def name_lines(questions: Sequence[Question]) -> str:
    """Return the lines for name, date and score."""
    score = f"<span>Score {SHORT} of {len(questions)}</span>"
    return f'<p class="fill"><span>Name {BLANK}</span> <span>Date {BLANK}</span> {score}</p>'


def sheet_body(questions: Sequence[Question]) -> str:
    """Return the answer grid and QUESTIONS as a student sees them."""
    sections = [_section(number, question) for number, question in enumerate(questions, 1)]
    return "\n".join([answer_grid(map(_row, questions)), *sections])


def _row(question: Question) -> str:
    return " ".join(box(question, option) for option in question.options) or line(question)


def _section(number: int, question: Question) -> str:
    return framed(number, f"{block_html(question.stem)}\n{_options(question)}")


def _options(question: Question) -> str:
    if not question.options:
        return f"<p>Answer: {line(question)}</p>"
    items = (
        f"<li>{box(question, each)}<div>{inline_html(each.text)}</div></li>" for each in question.options
    )
    return f'<ul class="options">{"".join(items)}</ul>'
