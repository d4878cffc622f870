"""The pieces that every format is made of: HTML of a question's parts, its tags, its parts' order."""

from __future__ import annotations

from html import escape

from lambda_study.quiz.question import Answer, Question, Source
from lambda_study.show.markup import block_html

SHELF = "Lambda Study"
# What one of several keys is worth in percent. Moodle takes these numbers alone: 33.33 is refused.
SHARES = {1: "100", 2: "50", 3: "33.33333", 4: "25", 5: "20"}


def stem_html(question: Question, introduction: str = "") -> str:
    """Return what a learner reads first: what holds for the topic, the stem, the unit of a number."""
    unit = question.answer.unit if question.answer else ""
    asked = f"<p>Answer in {escape(unit)}, as a number alone.</p>" if unit else ""
    return "\n".join(filter(None, [block_html(introduction), block_html(question.stem), asked]))


def after_html(question: Question) -> str:
    """Return what a learner reads after answering, whatever the answer: the note and the sources.

    >>> from datetime import date
    >>> source = Source("https://aws.amazon.com/s3/", date(2026, 11, 23))
    >>> after_html(Question("id", "s3", "numeric", "recall", (), "Stem", sources=(source,)))
    '<p>Source: <a href="https://aws.amazon.com/s3/">aws.amazon.com/s3/</a> (read 2026-11-23)</p>'
    """
    return "\n".join(filter(None, [block_html(question.note), *map(_source, question.sources)]))


def _source(source: Source) -> str:
    page = escape(source.url.removeprefix("https://"))
    return f'<p>Source: <a href="{escape(source.url)}">{page}</a> (read {source.date})</p>'


def tags(question: Question) -> list[str]:
    """Return the topic, the level and the exams' domains of QUESTION, without spaces.

    >>> tags(Question("id", "pricing", "single", "exam", (("DVA-C03", 4),), "Stem"))
    ['pricing', 'exam', 'DVA-C03::4']
    """
    domains = [f"{exam}::{number}" for exam, number in question.domains]
    return [question.topic, question.level, *domains]


def bounds(answer: Answer) -> tuple[str, str]:
    """Return the smallest and the largest number that are right, as digits."""
    return f"{answer.value - answer.tolerance:f}", f"{answer.value + answer.tolerance:f}"
