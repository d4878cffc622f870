"""What stands on the right side of a comparison in a filter pattern of CloudWatch Logs."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable

from lambda_study.errors import BadInput
from lambda_study.model.wildcard import Wildcard

_ORDERS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_BARE = re.compile(r"[\w.:/@#$+*-]+")


class InvalidLogPattern(BadInput):
    """A pattern that CloudWatch Logs refuses: it answers `Invalid filter pattern`. `reason` is our own."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Invalid filter pattern: {reason}.")
        self.reason = reason


Comparison = Callable[[object], bool]


def comparison(sign: str, value: str) -> Comparison:
    """Return the test of `SIGN VALUE`, as both are written in a pattern.

    A number is compared by its size, `"text"` and a bare word as text in which * stands for anything.

    >>> comparison(">=", "400")("404"), comparison("=", "4*")("404"), comparison("!=", '"a"')("a")
    (True, True, False)
    """
    if sign not in ("=", "!=", *_ORDERS):
        raise InvalidLogPattern(f"{sign} is no comparison")
    if sign in _ORDERS:
        return _ordered(sign, value)
    equal = _equal(value)
    return equal if sign == "=" else lambda given: not equal(given)


def regex_of(text: str) -> re.Pattern[str]:
    """Return the regular expression TEXT, as it stands between percent signs; groups are not allowed."""
    if re.search(r"[()]", text.replace("\\(", "").replace("\\)", "")):
        raise InvalidLogPattern(f"%{text}% has a group")
    try:
        return re.compile(text)
    except re.error as error:
        raise InvalidLogPattern(f"%{text}% is no regular expression: {error}") from None


def number_of(given: object) -> float | None:
    """Return what GIVEN, a number or the text of one, amounts to; None if it is neither, or too large.

    >>> number_of("4.5"), number_of(True), number_of("a")
    (4.5, None, None)
    """
    if isinstance(given, bool):
        return None
    if isinstance(given, int | float):
        try:
            return float(given)
        except OverflowError:
            return None
    return float(given) if isinstance(given, str) and _NUMBER.fullmatch(given) else None


def _ordered(sign: str, value: str) -> Comparison:
    limit, compare = number_of(value), _ORDERS[sign]
    if limit is None:
        raise InvalidLogPattern(f"{sign} compares numbers, and {value} is none")

    def test(given: object) -> bool:
        found = number_of(given)
        return found is not None and compare(found, limit)

    return test


def _equal(value: str) -> Comparison:
    if len(value) > 1 and value.startswith("%") and value.endswith("%"):
        searched = regex_of(value[1:-1])
        return lambda given: searched.search(_text(given)) is not None
    number = number_of(value)
    if number is not None:
        return lambda given: number_of(given) == number
    quoted = len(value) > 1 and value.startswith('"') and value.endswith('"')
    if not quoted and not _BARE.fullmatch(value):
        raise InvalidLogPattern(f"{value or 'nothing'} is no value: quote it")
    wanted = re.sub(r"\\(.)", r"\1", value[1:-1]) if quoted else value
    wildcard = Wildcard(tuple(wanted.split("*")))
    return lambda given: wildcard.matches(_text(given))


def _text(given: object) -> str:
    if isinstance(given, bool):
        return str(given).lower()
    return given if isinstance(given, str) else str(given)
