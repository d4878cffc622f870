"""The club's mail password, rotated while a function runs each minute; and layers that share a module.

The functions work in the open cloud of this process.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from html import escape
from pathlib import Path

import boto3

from lambda_study.cloud import Cloud
from lambda_study.engine import Function

MINUTES, ROTATED_AFTER = 10, 3
_HEAD = ("minute", "Secrets Manager has", "the function used")
_RULE = "each-minute"


@dataclass(frozen=True, repr=False)
class Watched:
    """What a function used, minute by minute, and what Secrets Manager had: (minute, there, used)."""

    rows: tuple[tuple[int, str, str], ...]

    @property
    def first_new(self) -> str:
        """The first minute after the rotation in which the function used what is there; or none of them."""
        before = self.rows[0][1]
        found = (minute for minute, there, used in self.rows if there != before and used == there)
        minute = next(found, None)
        return f"minute {minute}" if minute else f"none of the {len(self.rows)}"

    def __repr__(self) -> str:
        rows = [_HEAD, *((str(minute), there, _told(there, used)) for minute, there, used in self.rows)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        left = 'style="text-align: left"'
        head = "".join(f'<th scope="col" {left}>{each}</th>' for each in _HEAD)
        body = "".join(_row_html(*row) for row in self.rows)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def put_secret(value: str, secret: str = "club/mail") -> str:
    """Keep VALUE as the newest version of SECRET, which is made if it is not there; its name."""
    client = boto3.client("secretsmanager")
    if secret not in [each["Name"] for each in client.list_secrets()["SecretList"]]:
        client.create_secret(Name=secret, SecretString=value)
    else:
        client.put_secret_value(SecretId=secret, SecretString=value)
    return secret


def watch_rotation(cloud: Cloud, function: Function, to: str, secret: str = "club/mail") -> Watched:
    """Let a schedule invoke FUNCTION each minute for ten; after the third, SECRET becomes TO.

    The function returns which value it has used.
    """
    rows = []
    _begin(function)
    for minute in range(1, MINUTES + 1):
        cloud.clock.advance(minutes=1)
        there = boto3.client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"]
        rows.append((minute, there, str(cloud.invocations(function.name)[-1].payload)))
        if minute == ROTATED_AFTER:
            put_secret(to, secret)
    _end()
    return Watched(tuple(rows))


def shared_layer(**constants: str) -> Path:
    """Make a layer with one module, `shared`, that has CONSTANTS; the folder, as `layers=` takes it.

    Its file is python/shared.py, which Lambda unpacks below /opt.
    """
    folder = Path(tempfile.mkdtemp(prefix="lambda-study-layer-"))
    module = folder / "python" / "shared.py"
    module.parent.mkdir()
    module.write_text("".join(f"{name} = {value!r}\n" for name, value in constants.items()), "utf-8")
    return folder


def _begin(function: Function) -> None:
    events = boto3.client("events")
    events.put_rule(Name=_RULE, ScheduleExpression="rate(1 minute)")
    events.put_targets(Rule=_RULE, Targets=[{"Id": "function", "Arn": function.configuration.arn}])


def _end() -> None:
    events = boto3.client("events")
    events.remove_targets(Rule=_RULE, Ids=["function"])
    events.delete_rule(Name=_RULE)


def _told(there: str, used: str) -> str:
    return used if used == there else f"{used}, which is old"


def _row_html(minute: int, there: str, used: str) -> str:
    told = escape(_told(there, used))
    cells = (str(minute), escape(there), told if used == there else f"<strong>{told}</strong>")
    return "<tr>" + "".join(f'<td style="text-align: left">{each}</td>' for each in cells) + "</tr>"
