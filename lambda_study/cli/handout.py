"""`lambda-study handout TOPIC OUT`: a sheet for the class and a key for the teacher."""

from __future__ import annotations

from dataclasses import asdict

import click

from lambda_study.cli import print_json


@click.command(name="handout")
@click.argument("topic")
@click.argument("out", type=click.Path())
@click.option("--bank", type=click.Path(), help="A folder of questions. Default: the bank of Lambda Study.")
@click.option("--large", is_flag=True, help="Large print, 18 pt.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(topic: str, out: str, bank: str | None, large: bool, as_json: bool) -> None:
    """Write TOPIC as an HTML sheet to print, and its key.

    OUT is a folder, or a name that ends in .html; the key goes beside it as NAME-key.html.
    """
    from lambda_study.handouts import write_handout
    from lambda_study.quiz import load_bank

    handout = write_handout(topic, out, load_bank(bank), large)
    if as_json:
        print_json(asdict(handout))
        return
    click.echo(f"Sheet: {handout.sheet}")
    click.echo(f"Key:   {handout.key}")
