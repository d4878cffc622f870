"""A quiz as a page of its own: no Python, no network. It holds its key, and says so."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from string import Template
from typing import Any

from lambda_study.errors import BadInput
from lambda_study.quiz.question import Question
from lambda_study.show.assets import asset
from lambda_study.show.markup import block_html
from lambda_study.show.quiz_view import before_submit

HOLDS_ITS_KEY = (
    "This page holds its answers: for practice, not for an exam. It keeps nothing and needs no network."
)


def practice_page(questions: Sequence[Question], title: str = "", introduction: str = "") -> str:
    """Return an HTML page on which QUESTIONS are answered and explained, as in a notebook.

    The key and the reasons are in the page, which says so; an exam is never made into one. The same questions
    give the same bytes, and the page asks for no other file. INTRODUCTION is Markdown. Without questions
    BadInput is raised.
    """
    if not questions:
        raise BadInput("A practice page needs at least one question.")
    title = title or questions[0].topic
    state = {
        "kind": "Quiz",
        "title": title,
        "introduction": block_html(introduction),
        "more": "",
        "kept": "",
        "questions": [before_submit(question) for question in questions],
    }
    answers = {question.id: _answer(question) for question in questions}
    return Template(asset("practice.html")).substitute(
        title=escape(title),
        style=asset("quiz.css"),
        notice=HOLDS_ITS_KEY,
        practice=_in_script({"state": state, "answers": answers}),
        script=asset("form.js", "question.js", "quiz.js", "practice.js"),
    )


def _answer(question: Question) -> dict[str, Any]:
    """What the page needs to grade QUESTION and to explain it."""
    shown: dict[str, Any] = {
        "key": question.key,
        "note": block_html(question.note),
        "sources": [(source.url, source.date.isoformat()) for source in question.sources],
    }
    if question.answer is None:
        reasons = {option.letter: block_html(option.reason) for option in question.options}
        return {**shown, "reasons": reasons}
    number = {
        "value": float(question.answer.value),
        "tolerance": float(question.answer.tolerance),
        "unit": question.answer.unit,
    }
    return {**shown, **number, "reasons": {question.key[0]: block_html(question.answer.reason)}}


def _in_script(value: object) -> str:
    """VALUE as JSON that cannot end the script element in which it stands."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
