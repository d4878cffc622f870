"""`lambda-study review`: the questions that are due today."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lambda_study.cli import print_json
from lambda_study.cli.asking import take

if TYPE_CHECKING:
    from lambda_study.quiz.learner import Due
    from lambda_study.quiz.review import Review


@click.command("review")
@click.option("--bank", "folder", metavar="FOLDER", help="The bank's folder; without it our own.")
@click.option("--all", "everything", is_flag=True, help="Also what you never got wrong.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="At most so many.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print what is due as one JSON object, and ask nothing."
)
def command(folder: str | None, everything: bool, limit: int, as_json: bool) -> None:
    """Answer again what is due today: what was wrong, flagged, guessed or slow, the most forgotten first.

    What you get right comes back later and later; what you get wrong comes back tomorrow. Days end at four in
    the morning. A date given to `lambda-study plan` lets everything come once more before the exam.
    """
    from lambda_study.quiz import load_bank
    from lambda_study.quiz.learner import Learner
    from lambda_study.quiz.store import Store

    with Store() as store:
        learner = Learner(store, tuple, load_bank(folder))
        found = learner.due(everything)
        if as_json:
            print_json({"day": found.day.isoformat(), "due": [_shown(review) for review in found.reviews]})
            return
        click.echo(_head(found, limit))
        known = {question.id: question for question in learner.bank.questions}
        asked = found.reviews[:limit]
        try:
            for number, review in enumerate(asked, start=1):
                click.echo(f"\n{number} of {len(asked)} · {review.question}\n")
                take(known[review.question], store)
        except (click.Abort, KeyboardInterrupt):
            click.echo("\n\nStopped. What you answered is kept.")


def _head(found: Due, limit: int) -> str:
    number = len(found.reviews)
    if number:
        return f"{number} questions are due. You get {min(limit, number)}; Ctrl-C stops."
    if found.next_day is None:
        return "Nothing to review yet. Answer some questions first: lambda-study quiz TOPIC."
    return f"Nothing is due today. The next review is on {found.next_day}."


def _shown(review: Review) -> dict[str, object]:
    return {
        "question": review.question,
        "rating": review.rating,
        "answers": review.answers,
        "last": review.last.isoformat(),
        "due": review.due.isoformat(),
    }
