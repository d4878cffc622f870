"""lambda-study serve: the local cloud, for other programs and the AWS CLI."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from lambda_study.cloud import Cloud


@click.command(name="serve")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=4566, show_default=True, help="0 for a free one."
)
@click.option("--clock", default="real", show_default=True, metavar="real|manual|xN", help="The time.")
@click.option("--enforce-permissions", is_flag=True, help="Refuse what policies and roles do not allow.")
def command(port: int, clock: str, enforce_permissions: bool) -> None:
    """Serve an empty AWS account on this machine until Ctrl-C. Nothing of it is kept.

    \b
    lambda-study serve
    lambda-study serve --port 0 --clock manual

    Paste the lines that it prints into another shell: AWS clients there reach this account and no other.
    A manual clock is moved from outside, and everything that is due happens then:

    \b
    curl -X POST "$AWS_ENDPOINT_URL/_lambda-study/advance?hours=24"
    curl "$AWS_ENDPOINT_URL/_lambda-study/trace"
    curl "$AWS_ENDPOINT_URL/_lambda-study/bill"
    """
    from lambda_study.cloud.serving import serve

    serve(port, clock, enforce_permissions, _tell)
    click.echo("Closed. Nothing is left.", err=True)


def _tell(cloud: Cloud) -> None:
    from lambda_study.cloud.serving import export_lines

    click.echo("\n".join(export_lines(cloud.endpoint_url)))
    click.echo(f"{cloud!r} is open. Ctrl-C closes it.", err=True)
