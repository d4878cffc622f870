"""`lambda-study plan`: which lesson on which evening, up to the exam."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lambda_study.cli import print_json

if TYPE_CHECKING:
    from lambda_study.quiz.plan import Item


@click.command("plan")
@click.option("--exam", required=True, metavar="NAME", help="DVA-C03, SAA-C03 or CLF-C02.")
@click.option("--on", required=True, type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Its day.")
@click.option("--evenings", required=True, type=int, metavar="N", help="Evenings a week, 1 to 7.")
@click.option("--minutes", type=int, default=90, show_default=True, help="Minutes an evening.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(exam: str, on: datetime, evenings: int, minutes: int, as_json: bool) -> None:
    """Spread the lessons over the evenings up to the exam, with reviews and mock exams.

    The exam's day is kept on this machine: `review` and `progress` reckon up to it.
    """
    from lambda_study.quiz.blueprint import longest_form
    from lambda_study.quiz.plan import make_plan
    from lambda_study.quiz.review import study_day
    from lambda_study.quiz.store import Store

    form = longest_form(exam)
    with Store() as store:
        today = study_day(store.clock())
        found = make_plan(form, on.date(), evenings, today, _lessons(), minutes)
        store.append("plan.made", exam=found.exam, on=found.on.isoformat(), evenings=evenings)
    if as_json:
        print_json(found.to_json())
    else:
        click.echo(repr(found))


def _lessons() -> list[Item]:
    """The lessons there are, in their order, as their first cells name them."""
    from lambda_study.cli.lesson import home, lessons

    found = [_lesson(lesson.name, lesson.shipped) for lesson in lessons(home())]
    return [item for item in found if item is not None]


def _lesson(name: str, notebook: Path) -> Item | None:
    """The lesson as its title says it: `# 20 · Limits (30 minutes)`; None for what is not a lesson."""
    from lambda_study.quiz.plan import Item

    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    text = "".join(cells[0]["source"]) if cells else ""
    title = re.match(r"# (.+?) \((\d+) minutes\)", text)
    if title is None:
        return None
    return Item("lesson", name, title[1], int(title[2]), "optional for the exam" in text)
