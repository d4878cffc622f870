"""How conditions of a filter pattern are joined: by && and ||, with parentheses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from lambda_study.model.log_pattern_values import InvalidLogPattern

Given = TypeVar("Given")


def read_logic(text: str, read: Callable[[str], Callable[[Given], bool]]) -> Callable[[Given], bool]:
    """Return the test that TEXT describes; READ reads one condition of it. && binds before ||."""
    alternatives = [
        [_condition(each, read) for each in split(part, "&&")] for part in split(text.strip(), "||")
    ]
    return lambda given: any(all(test(given) for test in tests) for tests in alternatives)


def split(text: str, separator: str) -> list[str]:
    """Return the parts of TEXT between separators; none counts inside quotes, percent signs or parentheses.

    >>> split('a = "x, y", b', ",")
    ['a = "x, y"', ' b']
    """
    parts, start = [], 0
    for place in _outside(text):
        if place >= start and text.startswith(separator, place):
            parts.append(text[start:place])
            start = place + len(separator)
    return [*parts, text[start:]]


def _condition(text: str, read: Callable[[str], Callable[[Given], bool]]) -> Callable[[Given], bool]:
    text = text.strip()
    if text.startswith("(") and text.endswith(")"):
        return read_logic(text[1:-1], read)
    if not text:
        raise InvalidLogPattern("a condition is missing")
    return read(text)


def _outside(text: str) -> Iterator[int]:
    """Yield the places in TEXT that are in no quotes, percent signs or parentheses."""
    closing, depth, escaped = "", 0, False
    for place, sign in enumerate(text):
        if closing:
            if sign == closing and not escaped:
                closing = ""
        elif sign in '"%':
            closing = sign
        else:
            depth += {"(": 1, ")": -1}.get(sign, 0)
            if depth == 0:
                yield place
        escaped = sign == "\\" and not escaped
    if closing or depth:
        raise InvalidLogPattern(f"{closing or 'a parenthesis'} is not closed")
