"""The `lambda-study` command. Each command lives in a module of its own and imports its wing when it runs."""

from __future__ import annotations

import errno
import importlib
import io
import json
import math
import sys
from collections.abc import Mapping
from functools import partial
from typing import Any

import click

from lambda_study import __version__
from lambda_study.errors import OneLineError

COMMANDS = (
    "lab",
    "lesson",
    "doctor",
    "invoke",
    "serve",
    "price",
    "schedule",
    "match",
    "simulate",
    "runtime-check",
    "quiz",
    "exam",
    "review",
    "progress",
    "plan",
    "bank",
    "handout",
    "export",
    "classroom",
    "collect",
    "template",
)


# What a system says of a path that was given and that it does not let us look at.
_PATH_REFUSED = (errno.EACCES, errno.EPERM, errno.ENAMETOOLONG, errno.ELOOP, errno.EROFS, errno.ENOSPC)


class Commands(click.Group):
    """A group whose command NAME is `command` in the module `lambda_study.cli.NAME`, with _ for each dash."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = f"lambda_study.cli.{cmd_name.replace('-', '_')}"
        command: click.Command = importlib.import_module(module).command
        return command


@click.command(cls=Commands, name="lambda-study", context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def cli() -> None:
    """Learn AWS Lambda by watching it run."""


def print_json(value: Mapping[str, Any]) -> None:
    """Print VALUE as the one JSON object of a command's output; numbers that need it are strings already.

    NaN and the infinities, which JSON has not, become null. Text that the terminal cannot show is escaped.

    >>> print_json({"payload": [1.5, float("nan")], "half": "\\ud83d"})
    {
      "payload": [
        1.5,
        null
      ],
      "half": "\\ud83d"
    }
    """
    told = partial(json.dumps, _finite(value), indent=2, default=str)
    text = told(ensure_ascii=False)
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        text = told()
    click.echo(text)


def _finite(value: Any) -> Any:
    """VALUE with null in place of every number that is not finite."""
    if isinstance(value, Mapping):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit: 0 fine, 1 no, 2 bad input, told in one line on standard error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a log may hold what the terminal cannot show
    try:
        status = cli.main(args=arguments, prog_name="lambda-study", standalone_mode=False)
    except (OneLineError, click.ClickException) as error:
        text = error.format_message() if isinstance(error, click.ClickException) else str(error)
        click.echo(text, err=True)
        sys.exit(2)
    except OSError as error:
        if error.errno not in _PATH_REFUSED or error.filename is None:
            raise
        click.echo(f"{error.filename}: {error.strerror}. Choose another place.", err=True)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        sys.exit(130)
    sys.exit(status if isinstance(status, int) else 0)
