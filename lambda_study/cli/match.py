"""lambda-study match: whether an event pattern takes an event."""

from __future__ import annotations

import click


@click.command(name="match")
@click.option("--pattern", "pattern_file", metavar="FILE", required=True, help="The event pattern, as JSON.")
@click.option("--event", "event_file", metavar="FILE", required=True, help="The event, as JSON.")
@click.pass_context
def command(ctx: click.Context, pattern_file: str, event_file: str) -> None:
    """Print `match` or `no match`: what EventBridge would decide.

    \b
    lambda-study match --pattern rule.json --event event.json

    One of the two files may be -, standard input. The exit status is 0 for a match, 1 for none and 2 for a
    pattern that AWS refuses, with AWS's reason, or a file that cannot be read.
    """
    from lambda_study.errors import BadInput
    from lambda_study.model.event_pattern import InvalidEventPattern, parse

    if pattern_file == event_file == "-":
        raise BadInput("--pattern and --event are both -. Give a file for one of them.")
    try:
        pattern = parse(_read(pattern_file))
    except InvalidEventPattern as error:
        where = f' (field "{error.field}")' if error.field else ""
        raise BadInput(f"{error}{where}") from None
    matches = pattern.matches(_read(event_file))
    click.echo("match" if matches else "no match")
    if not matches:
        ctx.exit(1)


def _read(name: str) -> str:
    """The text of the file NAME."""
    from lambda_study.errors import BadInput

    try:
        with click.open_file(name, encoding="utf-8-sig") as file:
            return str(file.read())
    except OSError as error:
        raise BadInput(f"{name}: {error.strerror}. Give a file with one JSON object, or -.") from None
    except UnicodeDecodeError:
        raise BadInput(f"{name} is not UTF-8 text. Give a file with one JSON object, or -.") from None
