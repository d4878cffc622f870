"""`lambda-study doctor`: the checks of this machine."""

from __future__ import annotations

import click

from lambda_study.cli import print_json


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Check this machine: what works, and the fix for what does not."""
    from lambda_study.doctor import doctor

    diagnosis = doctor()
    if as_json:
        print_json(diagnosis.to_json())
    else:
        click.echo(repr(diagnosis))
    ctx.exit(0 if diagnosis.ok else 1)
