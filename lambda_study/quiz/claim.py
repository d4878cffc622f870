"""The claim at the end of an option's line: what the option states, as a value."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, NamedTuple

# A private-use character: it marks a brace for the Markdown parser and occurs in no question.
_MARK = "\ue000"
_VIOLATES = re.compile(r"violates:?\s+(\S+)")


class Claimed(NamedTuple):
    """An option's line without its claim, the claim's value, and the fact it says that the option breaks."""

    text: str
    claim: Any = None
    violates: str = ""


def read_claim(line: str) -> Claimed:
    """LINE parted into text and claim; a claim is a last ` {...}` outside code spans: JSON, else a string.

    >>> read_claim("Three times {3}")
    Claimed(text='Three times', claim=Decimal('3'), violates='')
    >>> read_claim("It sends `{}`")
    Claimed(text='It sends `{}`', claim=None, violates='')
    >>> read_claim("Raise the time-out to 20 minutes {violates timeout.max}")
    Claimed(text='Raise the time-out to 20 minutes', claim=None, violates='timeout.max')
    """
    line = line.rstrip()
    start = _opening_brace(line)
    if start < 1 or line[start - 1] != " " or _in_code_span(line, start):
        return Claimed(line)
    text, inside = line[:start].rstrip(), line[start + 1 : -1].strip()
    broken = _VIOLATES.fullmatch(inside)
    if broken:
        return Claimed(text, None, broken.group(1))
    return Claimed(text, _value(inside))


def _opening_brace(line: str) -> int:
    """The index of the brace that the line's last character closes, or -1."""
    depth = 0
    for index in range(len(line) - 1, -1, -1):
        depth += {"}": 1, "{": -1}.get(line[index], 0)
        if depth == 0:
            return index if line[index] == "{" else -1
    return -1


def _in_code_span(line: str, index: int) -> bool:
    if "`" not in line:
        return False
    from lambda_study.quiz.markdown import markdown

    marked = line[:index] + _MARK + line[index + 1 :]
    children = markdown().parseInline(marked)[0].children or []
    return any(child.type == "code_inline" and _MARK in child.content for child in children)


def _value(inside: str) -> Any:
    try:
        return json.loads(inside, parse_float=Decimal, parse_int=Decimal, parse_constant=_refuse_constant)
    except ValueError:
        return inside


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
