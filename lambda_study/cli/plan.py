"""`lambda-study plan`: which lesson on which evening, up to the exam."""

from __future__ import annotations

from datetime import datetime

import click

from lambda_study.cli import print_json


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
    from lambda_study.cli.lesson import home
    from lambda_study.quiz.learner import Learner
    from lambda_study.quiz.lesson_titles import lesson_items
    from lambda_study.quiz.store import Store

    with Store() as store:
        learner = Learner(store, lambda: lesson_items(home() / "notebooks"))
        found = learner.plan(exam, on.date(), evenings, minutes)
    if as_json:
        print_json(found.to_json())
    else:
        click.echo(repr(found))
