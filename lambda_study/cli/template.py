"""`lambda-study template DEMO OUT`: a demo as an application for the real AWS."""

from __future__ import annotations

import click


@click.command(name="template")
@click.argument("demo", default="")
@click.argument("out", type=click.Path(), default="")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(demo: str, out: str, as_json: bool) -> None:
    """Write DEMO as an AWS SAM application into the folder OUT, which is new or empty.

    Its handlers are those that run here, unchanged; around them are a template, a cost estimate, and the way
    there and back. Without arguments the demos are listed. Nothing is sent to AWS.
    """
    from lambda_study.aws_template import DEMOS, write_template
    from lambda_study.cli import print_json
    from lambda_study.errors import BadInput

    if not out:
        raise BadInput(
            f"Give a demo and a folder: lambda-study template DEMO OUT. Demos: {', '.join(DEMOS)}."
        )
    written = write_template(demo, out)
    if as_json:
        print_json(written.to_json())
        return
    click.echo(repr(written))
    click.echo(f"A month costs up to {written.usd_month} USD, {written.usd_idle} USD without a visitor.")
    click.echo(f"Go on with {written.folder / 'README.md'}.")
