"""A number as people write it: `1,000`, `10 environments`, `$16.67`."""

from __future__ import annotations

import re
from decimal import Decimal

from lambda_study.errors import BadInput

# Digits in groups of three (comma, space or underscore between them) or without groups, then decimals.
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:[,_\u00a0\u202f ]\d{3})+|\d+)?(?:\.\d+)?(?:[eE][+-]?\d{1,2})?")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+(?:\.\d{3})*,\d+(?!\d)")


def read_number(text: str) -> tuple[Decimal, str]:
    """The number at the start of TEXT and the unit that follows it, exactly as written.

    A comma parts thousands. A decimal comma is bad input, since `1,234` would have two meanings.

    >>> read_number("1,000 requests")
    (Decimal('1000'), 'requests')
    >>> read_number("$16.67")
    (Decimal('16.67'), 'USD')
    >>> read_number("16,67")
    Traceback (most recent call last):
    lambda_study.errors.BadInput: "16,67" has a decimal comma. Write the decimals after a point: 16.67.
    """
    given, unit = text.strip().replace("−", "-"), ""
    if given.startswith("$"):
        given, unit = given[1:].lstrip(), "USD"
    digits = _NUMBER.match(given)
    written = digits.group() if digits else ""
    rest = given[len(written) :]
    if not any(character.isdigit() for character in written) or re.match(r"[\d.,]*\d", rest):
        _refuse(given, text)
    return Decimal(re.sub(r"[,_\s]", "", written)), rest.strip() or unit


def _refuse(given: str, text: str) -> None:
    comma = _DECIMAL_COMMA.match(given)
    if comma:
        whole, _, decimals = comma.group().rpartition(",")
        with_point = f"{whole.replace('.', '')}.{decimals}"
        raise BadInput(
            f'"{text.strip()}" has a decimal comma. Write the decimals after a point: {with_point}.'
        )
    raise BadInput(f'"{text.strip()}" is not a number. Write one number, for example 1,000 or 16.67.')


def same_unit(given: str, unit: str) -> bool:
    """Whether GIVEN means UNIT: case and a plural's s do not count, and no unit given is fine."""
    return not given or _bare(given) == _bare(unit)


def _bare(unit: str) -> str:
    return unit.casefold().rstrip(".").removesuffix("s")
