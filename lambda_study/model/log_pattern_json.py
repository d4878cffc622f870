"""Filter patterns of CloudWatch Logs for messages that are JSON: `{ $.level = "ERROR" }`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from lambda_study.model.log_pattern_logic import read_logic
from lambda_study.model.log_pattern_values import InvalidLogPattern, comparison

_STEP = r"""(?:\.(?:[A-Za-z0-9_-]+|\*)|\.?\[(?:\d+|\*|"[^"]*"|'[^']*')\])"""
_SELECTOR = re.compile(rf"\$(?:{_STEP})*")
_STEPS = re.compile(r"""\.([A-Za-z0-9_-]+)|\[(?:"([^"]*)"|'([^']*)')\]|\[?(\d+|\*)\]?""")
_SIGN = re.compile(r"\s*(!=|>=|<=|=|<|>)\s*(.*)", re.S)
_WORDS: dict[str, Callable[[list[object]], bool]] = {
    "IS NULL": lambda found: None in found,
    "IS TRUE": lambda found: any(each is True for each in found),
    "IS FALSE": lambda found: any(each is False for each in found),
    "NOT EXISTS": lambda found: not found,
}


def read_json(text: str) -> Callable[[str], bool]:
    """Return the test of a pattern in braces; a message that is no JSON object does not match.

    >>> test = read_json('{ ($.user.id = 1 || $.items[0] = "a*") && $.gone NOT EXISTS }')
    >>> test('{"user": {"id": 1}}'), test('{"items": ["ab"], "gone": 0}'), test("text")
    (True, False, False)
    """
    if not text.endswith("}"):
        raise InvalidLogPattern("the brace is not closed")
    logic = read_logic(text[1:-1], _condition)

    def test(message: str) -> bool:
        try:
            document = json.loads(message)
        except (ValueError, RecursionError):  # no JSON, or nested too deep
            return False
        return isinstance(document, dict | list) and logic(document)

    return test


def _condition(text: str) -> Callable[[object], bool]:
    selector = _SELECTOR.match(text)
    if selector is None:
        raise InvalidLogPattern(f"{text} does not begin with a selector such as $.level")
    steps = [_step(*found.groups()) for found in _STEPS.finditer(selector[0])]
    rest = text[selector.end() :]
    word = _WORDS.get(" ".join(rest.upper().split()))
    if word is not None:
        return lambda document: word(list(_found(document, steps)))
    sign = _SIGN.fullmatch(rest)
    if sign is None:
        raise InvalidLogPattern(f"{text} is no condition")
    compare = comparison(sign[1], sign[2].strip())
    return lambda document: any(
        compare(value) for value in _found(document, steps) if not isinstance(value, dict | list | None)
    )


def _step(name: str | None, quoted: str | None, other: str | None, index: str | None) -> str | int | None:
    """Return a name, a place in an array, or None for every place or name."""
    if index is None:
        return next(each for each in (name, quoted, other) if each is not None)
    return None if index == "*" else int(index)


def _found(value: object, steps: list[str | int | None]) -> Iterator[object]:
    """Yield what STEPS lead to in VALUE: nothing where there is no such field."""
    if not steps:
        yield value
        return
    step, *rest = steps
    if isinstance(step, str):
        if isinstance(value, dict) and step in value:
            yield from _found(value[step], rest)
    elif step is None and isinstance(value, dict):
        for each in value.values():
            yield from _found(each, rest)
    elif isinstance(value, list):
        places = range(len(value)) if step is None else [step] if step < len(value) else []
        for place in places:
            yield from _found(value[place], rest)
