"""What a teacher gets: the right options, each option's reason, notes and sources."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from lambda_study.handouts.parts import answer_grid, box, framed
from lambda_study.quiz.question import Option, Question
from lambda_study.show.markup import block_html, inline_html


def key_body(questions: Sequence[Question]) -> str:
    """Return the filled answer grid and QUESTIONS with their keys, reasons, notes and sources."""
    sections = [_section(number, question) for number, question in enumerate(questions, 1)]
    return "\n".join([answer_grid(map(_row, questions)), *sections])


def days_read(questions: Sequence[Question]) -> str:
    """Return the sentence that says when the sources of QUESTIONS were read."""
    days = sorted({source.date for question in questions for source in question.sources})
    if not days:
        return ""
    return f"Sources read {days[0]}." if len(days) == 1 else f"Sources read {days[0]} to {days[-1]}."


def _row(question: Question) -> str:
    boxes = [_box(question, option) for option in question.options]
    return " ".join([*boxes, f"<strong>{escape(', '.join(question.key))}</strong>"])


def _box(question: Question, option: Option) -> str:
    plain = box(question, option)
    return plain.replace('class="box', 'class="right box') if option.correct else plain


def _section(number: int, question: Question) -> str:
    parts = [block_html(question.stem), _answer(question), _note(question), _sources(question)]
    return framed(number, "\n".join(filter(None, parts)))


def _answer(question: Question) -> str:
    if question.answer is not None:
        answer = question.answer
        return f"<p><strong>✓ {escape(answer.text)}</strong></p>\n{block_html(answer.reason)}"
    options = "".join(_option(question, option) for option in question.options)
    return f'<ul class="options">{options}</ul>'


def _option(question: Question, option: Option) -> str:
    verdict = "<p><strong>✓ Correct</strong></p>" if option.correct else ""
    reason = f'<div class="reason">{verdict}{block_html(option.reason)}</div>'
    return f"<li>{_box(question, option)}<div>{inline_html(option.text)}{reason}</div></li>"


def _note(question: Question) -> str:
    return f'<div class="note">{block_html(question.note)}</div>' if question.note else ""


def _sources(question: Question) -> str:
    items = [
        f'<li><a href="{escape(source.url)}">{escape(source.url)}</a> (read {source.date})</li>'
        for source in question.sources
    ]
    return f'<ul class="sources">{"".join(items)}</ul>' if items else ""
