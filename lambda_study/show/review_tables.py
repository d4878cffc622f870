"""What a learner looks at between two sittings: what is due, how far they are, and the plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from lambda_study.quiz.learner import Due, Learner, as_day
from lambda_study.quiz.plan import Evening, Plan
from lambda_study.quiz.progress import Progress, exam_line
from lambda_study.show.review_learner import me


@dataclass(frozen=True, repr=False)
class ReviewTable:
    """A value with its table: the text is the value's own, `html` says the same."""

    value: Due | Progress | Plan
    html: str

    def __repr__(self) -> str:
        return repr(self.value)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self.html}


def due(who: Learner | None = None) -> ReviewTable:
    """Return the questions that are due today as a table. WHO is as for `review`."""
    with _closing(who) as learner:
        found = learner.due()
    lines = repr(found).splitlines()
    rows = [
        (each.question, str(each.answers), each.rating, each.last.isoformat(), each.due.isoformat())
        for each in found.reviews
    ]
    head = ("Question", "Answers", "Last rated", "Last answered", "Due since")
    return ReviewTable(found, _paragraph(lines[0]) + (_table(head, rows) if rows else ""))


def progress(who: Learner | None = None) -> ReviewTable:
    """Return how far the learner is, topic by topic, and their exams. WHO is as for `review`."""
    with _closing(who) as learner:
        found = learner.progress()
    rows = [
        (topic.name, f"{topic.answered} of {topic.questions}", str(topic.right))
        for topic in found.topics
        if topic.answered
    ]
    table = _table(("Topic", "Answered", "Right the last time"), rows) if rows else ""
    ahead = ", ".join(topic.name for topic in found.topics if not topic.answered)
    not_begun = _paragraph(f"Not begun: {ahead}.") if ahead else ""
    exams = "".join(map(_paragraph, map(exam_line, found.exams)))
    return ReviewTable(found, _paragraph(repr(found).splitlines()[0]) + table + not_begun + exams)


def plan(
    exam: str, on: str | date, evenings: int, minutes: int = 90, who: Learner | None = None
) -> ReviewTable:
    """Return the evenings up to EXAM on the day ON (YYYY-MM-DD), so many EVENINGS a week of MINUTES.

    The day is kept: the reviews come often enough for it, and the forecast reckons up to it. WHO is as for
    `review`. BadInput is raised for an unknown exam, a day that is over, and an evening too short.
    """
    with _closing(who) as learner:
        found = learner.plan(exam, as_day(on), evenings, minutes)
    lines = repr(found).splitlines()
    left_out = _paragraph(lines[-1]) if found.left_out else ""
    table = _table(("Evening", "Minutes", "What"), [_evening(each) for each in found.evenings])
    return ReviewTable(found, _paragraph(lines[0]) + table + left_out)


@contextmanager
def _closing(who: Learner | None) -> Iterator[Learner]:
    """The learner, whose file is closed at the end: another thread of the notebook may want it next."""
    learner = who or me()
    try:
        yield learner
    finally:
        learner.store.close()


def _evening(evening: Evening) -> tuple[str, str, str]:
    what = ", then ".join(item.title for item in evening.items)
    return f"{evening.day:%a} {evening.day}", str(evening.minutes), what


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose first column names the row."""
    names = "".join(f'<th scope="col" style="text-align: left">{escape(name)}</th>' for name in head)
    return f"<table><thead><tr>{names}</tr></thead><tbody>{''.join(map(_row, rows))}</tbody></table>"


def _row(cells: Sequence[str]) -> str:
    left = 'style="text-align: left"'
    rest = "".join(f"<td {left}>{escape(cell)}</td>" for cell in cells[1:])
    return f'<tr><th scope="row" {left}>{escape(cells[0])}</th>{rest}</tr>'
