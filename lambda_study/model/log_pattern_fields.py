"""Filter patterns of CloudWatch Logs for messages of fields between spaces: `[ip, user, status = 4*]`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from lambda_study.model.log_pattern_logic import read_logic, split
from lambda_study.model.log_pattern_values import InvalidLogPattern, comparison

_FIELD = re.compile(r'\[([^\]]*)\]|"([^"]*)"|(\S+)')
_CONDITION = re.compile(r"\s*(\w+)\s*(!=|>=|<=|=|<|>)\s*(.*?)\s*", re.S)
_REST = "..."

FieldTest = Callable[[str], bool]


def read_fields(text: str) -> Callable[[str], bool]:
    """Return the test of a pattern in brackets: a message has as many fields, and each passes its test.

    What a message has in brackets or quotes is one field. `...` stands for any number of fields.

    >>> test = read_fields("[..., status = 404 || status = 500, bytes > 1000]")
    >>> test('10.0.0.1 ada [10/Oct 13:25] "GET /a b" 500 2500'), test("500 10")
    (True, False)
    """
    if not text.endswith("]"):
        raise InvalidLogPattern("the bracket is not closed")
    parts = [part.strip() for part in split(text[1:-1], ",")]
    if parts.count(_REST) > 1:
        raise InvalidLogPattern("... stands in it twice")
    before, rest, after = _around_rest(parts)
    first, last = [_field(part) for part in before], [_field(part) for part in after]

    def test(message: str) -> bool:
        fields = fields_of(message)
        missing = len(fields) - len(first) - len(last)
        if missing < 0 or (missing and not rest):
            return False
        return _all(first, fields) and _all(last, fields[len(fields) - len(last) :])

    return test


def fields_of(message: str) -> list[str]:
    """Return the fields of MESSAGE.

    >>> fields_of('ada [10 Oct] "GET /"')
    ['ada', '10 Oct', 'GET /']
    """
    return [next(part for part in found if part is not None) for found in _groups(message)]


def _groups(message: str) -> list[tuple[str | None, ...]]:
    return [found.groups() for found in _FIELD.finditer(message)]


def _around_rest(parts: list[str]) -> tuple[list[str], bool, list[str]]:
    if _REST not in parts:
        return parts, False, []
    place = parts.index(_REST)
    return parts[:place], True, parts[place + 1 :]


def _field(text: str) -> FieldTest:
    """Return the test of one field: a name alone takes everything."""
    if re.fullmatch(r"\w*", text):
        return lambda field: True
    return read_logic(text, _condition)


def _condition(text: str) -> FieldTest:
    found = _CONDITION.fullmatch(text)
    if found is None:
        raise InvalidLogPattern(f"{text} is no condition of a field")
    return comparison(found[2], found[3])


def _all(tests: Sequence[FieldTest], fields: Sequence[str]) -> bool:
    return all(test(field) for test, field in zip(tests, fields, strict=False))
