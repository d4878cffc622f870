"""The gradebook as files: tables that a spreadsheet opens, and figures."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lambda_study.handouts.files import write_file
from lambda_study.handouts.gradebook.book import Gradebook
from lambda_study.handouts.gradebook.forms import Form, Forms
from lambda_study.handouts.gradebook.items import ItemReport, item_report
from lambda_study.show.class_figure import items_figure, scores_figure

GRADES = ("learner", "form", "seed", "points", "questions", "percent", "last answer", "file", "remarks")
ITEMS = ("form", "question", "learners", "right", "difficulty", "discrimination", "suspect key", "remark")
OPTIONS = ("form", "question", "option", "key", "chosen", "share", "discrimination", "idle")
# A spreadsheet runs what begins like this as a formula, and a learner chooses a name.
_FORMULA = re.compile(r"^[=+\-@\t\r]")


@dataclass(frozen=True)
class Written:
    """The files that were written, and the report of each form."""

    files: tuple[Path, ...]
    reports: tuple[ItemReport, ...]


def write_gradebook(book: Gradebook, forms: Forms, out: str | Path) -> Written:
    """Write BOOK to the folder OUT: gradebook.csv, items.csv, options.csv, set-aside.csv, a figure a form.

    The tables are UTF-8 with a mark by which Excel knows it. Files of these names are replaced.
    """
    place = Path(out)
    reports = tuple(item_report(form, book.of(form), forms.questions(form)) for form in book.forms)
    tables = {
        "gradebook.csv": _table(GRADES, (_grades(row) for row in book.rows)),
        "items.csv": _table(ITEMS, (line for report in reports for line in _items(report))),
        "options.csv": _table(OPTIONS, (line for report in reports for line in _options(report))),
        "set-aside.csv": _table(("file", "reason"), ((each.file, each.reason) for each in book.aside)),
    }
    for name, content in tables.items():
        write_file(place / name, content)
    figures = [path for report in reports for path in _figures(report, book, place)]
    return Written((*(place / name for name in tables), *figures), reports)


def _grades(row: Any) -> Sequence[Any]:
    form = row.form
    head = (row.learner, form.name, "" if form.seed is None else form.seed, row.points, len(row.right))
    return (*head, row.percent, row.last_at, row.file, "; ".join(row.remarks))


def _items(report: ItemReport) -> Iterable[Sequence[Any]]:
    for item in report.scores.items:
        suspect = "look" if item.name in report.suspects else ""
        figures = (round(item.difficulty, 3), _rounded(item.discrimination), suspect, item.remark)
        yield (str(report.form), item.name, item.learners, item.right, *figures)


def _options(report: ItemReport) -> Iterable[Sequence[Any]]:
    for each in report.options:
        key, idle = "key" if each.correct else "", "idle" if each.idle else ""
        figures = (each.chosen, round(each.share, 3), _rounded(each.discrimination), idle)
        yield (str(report.form), each.question, each.letter, key, *figures)


def _figures(report: ItemReport, book: Gradebook, place: Path) -> Iterable[Path]:
    percents = [row.percent for row in book.of(report.form)]
    name = _slug(report.form)
    for kind, figure in (
        ("scores", scores_figure(percents, str(report.form))),
        ("items", items_figure(report.scores, report.suspects, str(report.form))),
    ):
        path = place / f"{name}-{kind}.svg"
        figure.savefig(path)
        yield path


def _slug(form: Form) -> str:
    return re.sub(r"[^\w-]+", "-", str(form)).strip("-").lower()


def _rounded(figure: float | None) -> float | str:
    return "" if figure is None else round(figure, 3)


def _table(head: Sequence[str], lines: Iterable[Sequence[Any]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([_harmless(cell) for cell in line] for line in lines)
    return text.getvalue().encode("utf-8-sig")


def _harmless(cell: Any) -> Any:
    """CELL, with an apostrophe before a text that a spreadsheet would run as a formula."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell
