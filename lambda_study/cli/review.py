"""`lambda-study review`: the questions that are due today."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from lambda_study.cli import print_json
from lambda_study.cli.asking import take

if TYPE_CHECKING:
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
    from lambda_study.quiz.progress import exam_day
    from lambda_study.quiz.review import deck, recalls, study_day
    from lambda_study.quiz.store import Store

    bank = load_bank(folder)
    with Store() as store:
        today = study_day(store.clock())
        planned = exam_day(store, today)
        cards = deck(recalls(store), longest=(planned[1] - today).days if planned else None)
        known = {question.id: question for question in bank.questions}
        due = [review for review in cards.due(today, everything) if review.question in known]
        if as_json:
            print_json({"day": today.isoformat(), "due": [_shown(review) for review in due]})
            return
        click.echo(_head(due, cards.reviews.values(), limit))
        try:
            for number, review in enumerate(due[:limit], start=1):
                click.echo(f"\n{number} of {min(limit, len(due))} · {review.question}\n")
                take(known[review.question], store)
        except (click.Abort, KeyboardInterrupt):
            click.echo("\n\nStopped. What you answered is kept.")


def _head(due: list[Review], reviews: Iterable[Review], limit: int) -> str:
    if due:
        return f"{len(due)} questions are due. You get {min(limit, len(due))}; Ctrl-C stops."
    later = sorted(each.due for each in reviews if each.enrolled)
    if not later:
        return "Nothing to review yet. Answer some questions first: lambda-study quiz TOPIC."
    return f"Nothing is due today. The next review is on {later[0]}."


def _shown(review: Review) -> dict[str, object]:
    return {
        "question": review.question,
        "rating": review.rating,
        "answers": review.answers,
        "last": review.last.isoformat(),
        "due": review.due.isoformat(),
    }
