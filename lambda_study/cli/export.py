"""`lambda-study export anki|moodle|canvas|gift OUT`: the bank as a file for another program."""

from __future__ import annotations

from dataclasses import asdict

import click

from lambda_study.cli import print_json


@click.command(name="export")
@click.argument("format", metavar="anki|moodle|canvas|gift")
@click.argument("out", type=click.Path())
@click.option("--topic", "topics", multiple=True, help="A topic to write; may be given again. Default: all.")
@click.option("--bank", type=click.Path(), help="A folder of questions. Default: the bank of Lambda Study.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(format: str, out: str, topics: tuple[str, ...], bank: str | None, as_json: bool) -> None:
    """Write questions, with their keys and reasons, for Anki, Moodle, Canvas, or any program that reads GIFT.

    OUT is a file if it has a suffix, else a folder. What a format cannot hold is said.
    """
    from lambda_study.handouts.export import export
    from lambda_study.quiz import load_bank
    from lambda_study.quiz.now import utc_now

    exported = export(format, out, load_bank(bank), topics=topics, now=utc_now())
    if as_json:
        print_json(asdict(exported))
        return
    click.echo(f"{exported.questions} questions: {exported.file}")
    for loss in exported.losses:
        click.echo(f"  {loss}")
