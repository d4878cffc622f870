"""`lambda-study collect FOLDER`: a class's results files graded again, as a gradebook and an analysis."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lambda_study.cli import print_json

if TYPE_CHECKING:
    from lambda_study.handouts.gradebook import Gradebook
    from lambda_study.handouts.gradebook.files import Written

SHOWN = 10


@click.command(name="collect")
@click.argument("folder", type=click.Path())
@click.option("--out", type=click.Path(), help="Where the tables and figures go. Default: FOLDER/gradebook.")
@click.option("--form", default="", help="Count this form alone, such as pricing, pricing/6 or DVA-C03-20.")
@click.option("--bank", type=click.Path(), help="A folder of questions. Default: the bank of Lambda Study.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(folder: str, out: str | None, form: str, bank: str | None, as_json: bool) -> None:
    """Grade every results file (*.json) in FOLDER from its raw answers, and write tables and figures.

    A score inside a file is not looked at. A file that is cut off, foreign or handed in twice is listed with
    its reason, and costs nobody else's result.
    """
    from lambda_study.handouts.gradebook import gradebook, read_folder, write_gradebook
    from lambda_study.handouts.gradebook.forms import Forms
    from lambda_study.quiz import load_bank

    questions = load_bank(bank)
    book = gradebook(*read_folder(folder, _progress), questions, folder=bank, only=form)
    written = write_gradebook(book, Forms(questions, bank), out or Path(folder, "gradebook"))
    if as_json:
        print_json(_told(book, written))
    else:
        _print(book, written)


def _progress(files: Sequence[Path]) -> Iterable[Path]:
    from tqdm import tqdm

    shown: Iterable[Path] = tqdm(files, unit=" files", file=sys.stderr, disable=None, leave=False)
    return shown


def _print(book: Gradebook, written: Written) -> None:
    click.echo(f"{len(book.rows)} results graded, {len(book.aside)} files set aside.")
    for report in written.reports:
        scores = report.scores
        reliability = "" if scores.kr20 is None else f", KR-20 {scores.kr20:.2f}"
        mean = f"mean {scores.mean:.1f} of {len(scores.items)}"
        click.echo(f"{report.form}: {scores.learners} learners, {mean}{reliability}")
        for name in report.suspects:
            click.echo(f"  Look at the key of {name}.")
    for each in book.aside[:SHOWN]:
        click.echo(f"Set aside: {each}")
    if len(book.aside) > SHOWN:
        click.echo(f"... and {len(book.aside) - SHOWN} more in set-aside.csv.")
    click.echo(f"Gradebook: {written.files[0]}")


def _told(book: Gradebook, written: Written) -> dict[str, object]:
    return {
        "graded": len(book.rows),
        "set_aside": [{"file": each.file, "reason": each.reason} for each in book.aside],
        "forms": [
            {
                "form": report.form.name,
                "seed": report.form.seed,
                "learners": report.scores.learners,
                "questions": len(report.scores.items),
                "mean": round(report.scores.mean, 4),
                "kr20": None if report.scores.kr20 is None else round(report.scores.kr20, 4),
                "suspect_keys": list(report.suspects),
            }
            for report in written.reports
        ],
        "files": [str(path) for path in written.files],
        "bank_digest": book.bank_digest,
    }
