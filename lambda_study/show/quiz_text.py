"""A quiz as text and as still HTML, without its key: for GitHub, paper, screen readers and comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from textwrap import indent

from lambda_study.quiz.question import Question
from lambda_study.show.markup import block_html, inline_html

RUN_TO_ANSWER = "Run this cell in JupyterLab to answer here."


def quiz_text(title: str, questions: Sequence[Question], introduction: str = "", more: str = "") -> str:
    """Return all questions with their lettered options as text. Markdown stays as it was written.

    INTRODUCTION holds for all of them and comes first; MORE tells where further ones are and comes last.
    """
    blocks = [f"Quiz: {title} ({len(questions)} questions). {RUN_TO_ANSWER}"]
    blocks += [introduction]
    blocks += [_question_text(number, question) for number, question in enumerate(questions, 1)]
    return "\n\n".join(filter(None, [*blocks, more]))


def _question_text(number: int, question: Question) -> str:
    lines = [f"{number}. {indent(question.stem, '   ').strip()}"]
    lines += [f"   {option.letter}. {option.text}" for option in question.options]
    if question.answer is not None:
        lines.append(f"   Answer: ____ {question.answer.unit}".rstrip())
    return "\n".join(lines)


def quiz_html(title: str, questions: Sequence[Question], introduction: str = "", more: str = "") -> str:
    """Return all questions with their lettered options as plain HTML that needs no style sheet."""
    parts = [f"<p><strong>Quiz: {escape(title)}</strong> ({len(questions)} questions). {RUN_TO_ANSWER}</p>"]
    parts += [f"<small>{block_html(introduction)}</small>"] if introduction else []
    parts += [_question_html(number, question) for number, question in enumerate(questions, 1)]
    parts += [block_html(more)] if more else []
    return "\n".join(parts)


def _question_html(number: int, question: Question) -> str:
    # The letters are text, because viewers that clean HTML drop the type of a list.
    answers = [f"{option.letter}. {inline_html(option.text)}" for option in question.options]
    if question.answer is not None:
        answers = [f"Answer: ____ {escape(question.answer.unit)}".rstrip()]
    return (
        f"<p><strong>Question {number}</strong></p>{block_html(question.stem)}<p>{'<br>'.join(answers)}</p>"
    )
