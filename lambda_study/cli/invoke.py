"""`lambda-study invoke`: run a handler from a file or a zip, once or several times."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from lambda_study.engine import Invocation


@click.command(name="invoke")
@click.argument("handler", metavar="FILE.py:HANDLER")
@click.option("--event", "event_text", default="{}", metavar="JSON|@FILE", help="The event; {} if left out.")
@click.option(
    "--memory", "memory_mb", type=int, default=128, show_default=True, metavar="MB", help="128 to 10,240."
)
@click.option("--timeout", "timeout_s", type=int, default=3, show_default=True, metavar="S", help="1 to 900.")
@click.option("--repeat", type=click.IntRange(min=1), default=1, metavar="N", help="Invoke N times in a row.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object; the log goes to standard error."
)
@click.pass_context
def command(
    ctx: click.Context,
    handler: str,
    event_text: str,
    memory_mb: int,
    timeout_s: int,
    repeat: int,
    as_json: bool,
) -> None:
    """Run a handler in an execution environment and show its log, payload and REPORT line.

    HANDLER is file.py:function or package.zip:module.function. The exit status is 1 if the function failed.
    """
    from lambda_study.engine import LambdaService, deploy

    event = read_event(event_text)
    with LambdaService() as service:
        function = deploy(handler, memory_mb=memory_mb, timeout_s=timeout_s, service=service)
        invocations = [function.invoke(event) for _ in range(repeat)]
    (_print_json if as_json else _print_text)(invocations)
    ctx.exit(0 if all(invocation.ok for invocation in invocations) else 1)


def read_event(text: str) -> Any:
    """Return the event that TEXT holds, or the file that `@FILE` names.

    >>> read_event('{"n": 1}')
    {'n': 1}
    >>> read_event("one")
    Traceback (most recent call last):
    lambda_study.errors.BadInput: --event is not JSON: Expecting value, line 1, column 1.
    """
    import json

    from lambda_study.errors import BadInput

    place = "--event"
    if text.startswith("@"):
        path = Path(text[1:])
        place = str(path)
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise BadInput(f'--event: the file "{path}" cannot be read.') from None
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise BadInput(
            f"{place} is not JSON: {error.msg}, line {error.lineno}, column {error.colno}."
        ) from None


def _print_text(invocations: list[Invocation]) -> None:
    for invocation in invocations:
        click.echo(repr(invocation))


def _print_json(invocations: list[Invocation]) -> None:
    from lambda_study.cli import print_json

    for invocation in invocations:
        click.echo("\n".join(invocation.logs), err=True)
    values = [invocation.to_json() for invocation in invocations]
    print_json(values[0] if len(values) == 1 else {"invocations": values})
