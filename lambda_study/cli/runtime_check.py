"""`lambda-study runtime-check`: run any program as a Lambda runtime and look for faults."""

from __future__ import annotations

import click

EPILOG = """
The program reads AWS_LAMBDA_RUNTIME_API, as on Lambda. Its handler returns the event; to have errors
tried, it fails for the event {"fail": true}. In Python:

\b
    def handler(event, context):
        if event.get("fail"):
            raise ValueError("as asked")
        return event

\b
    lambda-study runtime-check --handler echo.handler -- \\
        sh -c 'exec python -m awslambdaric "$_HANDLER"'
    lambda-study runtime-check -- ./bootstrap
    lambda-study runtime-check -- docker run --rm --network host \\
        -e AWS_LAMBDA_RUNTIME_API -e _HANDLER IMAGE
"""


@click.command(name="runtime-check", epilog=EPILOG, context_settings={"allow_interspersed_args": False})
@click.argument("words", metavar="-- COMMAND...", nargs=-1, type=click.UNPROCESSED, required=True)
@click.option(
    "--timeout",
    "timeout_s",
    type=float,
    default=10.0,
    show_default=True,
    metavar="S",
    help="Longest wait for each step.",
)
@click.option("--handler", metavar="NAME", help="The handler's name, for _HANDLER.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def command(
    ctx: click.Context, words: tuple[str, ...], timeout_s: float, handler: str | None, as_json: bool
) -> None:
    """Run COMMAND as a Lambda runtime: one case a line, with ok or FAULT and what was seen.

    The exit status is 1 if a case finds a fault, 2 if the command cannot be started.
    """
    from lambda_study.cli import print_json
    from lambda_study.engine.conformance import Case, check_runtime

    def show(case: Case) -> None:
        if not as_json:
            click.echo(str(case))

    conformance = check_runtime(words, timeout_s=timeout_s, handler=handler, on_case=show)
    if as_json:
        print_json(conformance.to_json())
    else:
        click.echo(conformance.verdict)
    ctx.exit(0 if conformance.ok else 1)
