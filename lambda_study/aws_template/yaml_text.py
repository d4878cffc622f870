"""A template as YAML, with CloudFormation's short forms (`!Ref`, `!Sub`) as people write them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_PLAIN = re.compile(r"[A-Za-z/][\w./:-]*")
_NO_TEXT = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
_SHORT = {"Ref": "!Ref", "Fn::GetAtt": "!GetAtt", "Fn::Sub": "!Sub", "Fn::If": "!If", "Fn::Not": "!Not"}
_SHORT["Fn::Equals"] = "!Equals"


def yaml_text(value: Mapping[str, Any]) -> str:
    """VALUE as YAML: mappings, lists, texts, numbers and flags. Sections of the outermost level stand apart.

    >>> print(yaml_text({"Bucket": {"Name": {"Fn::Sub": "${AWS::StackName}-photos"}, "Days": [1, "2"]}}))
    Bucket:
      Name: !Sub "${AWS::StackName}-photos"
      Days:
        - 1
        - "2"
    <BLANKLINE>
    """
    sections = ["\n".join(_mapping({name: each}, 0)) for name, each in value.items()]
    apart = ["\n" if "\n" in section and number else "" for number, section in enumerate(sections)]
    return "".join(f"{space}{section}\n" for space, section in zip(apart, sections, strict=True))


def _mapping(value: Mapping[str, Any], depth: int) -> Iterator[str]:
    for name, each in value.items():
        yield from _entry(f"{'  ' * depth}{_text(name)}:", each, depth + 1)


def _sequence(value: list[Any], depth: int) -> Iterator[str]:
    for each in value:
        if isinstance(each, Mapping) and each and _tag(each) is None:
            first, *rest = _mapping(each, depth + 1)
            yield f"{'  ' * depth}- {first.lstrip()}"
            yield from rest
        else:
            yield from _entry(f"{'  ' * depth}-", each, depth + 1)


def _entry(head: str, value: Any, depth: int) -> Iterator[str]:
    """The lines of VALUE behind HEAD: on the same line if it is short, else below."""
    if isinstance(value, Mapping) and (tag := _tag(value)):
        (inner,) = value.values()
        if tag == "!GetAtt":
            inner = ".".join(inner)
        yield from _entry(f"{head} {tag}", inner, depth)
    elif isinstance(value, Mapping) and value:
        yield head
        yield from _mapping(value, depth)
    elif isinstance(value, list) and value:
        yield head
        yield from _sequence(value, depth)
    else:
        yield f"{head} {_scalar(value)}"


def _tag(value: Mapping[str, Any]) -> str | None:
    return _SHORT.get(next(iter(value))) if len(value) == 1 else None


def _scalar(value: Any) -> str:
    return _text(value) if isinstance(value, str) else json.dumps(value)


def _text(text: str) -> str:
    """TEXT as it is where YAML reads it as that text, else in double quotes, as JSON has it."""
    plain = _PLAIN.fullmatch(text) and text.lower() not in _NO_TEXT and not text.endswith(":")
    return text if plain else json.dumps(text, ensure_ascii=False)
