"""The values in events and event patterns, as AWS's ruler compares them: as the text that JSON writes."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address


Test = Callable[[str], bool]
"""Whether a value, as JSON writes it, is what one part of the pattern asks for."""


class Number(str):
    """A number as it is written in JSON."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


class Pairs(list[tuple[str, object]]):
    """A JSON object whose keys may come twice."""

    __slots__ = ()


class WrongPattern(Exception):
    """A pattern that AWS refuses; the text is AWS's reason."""


def fail(reason: str) -> NoReturn:
    """Refuse the pattern for AWS's REASON."""
    raise WrongPattern(reason)


def json_text(value: object) -> str:
    """Return a string, number, true, false or null as JSON writes it; a string's characters stay as they are.

    >>> json_text('a"b'), json_text(300.0), json_text(None)
    ('"a"b"', '300.0', 'null')
    """
    if type(value) is str:
        return f'"{value}"'
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)


def comparable(text: str) -> float | None:
    """Return the number that TEXT is, or None for other values and for numbers that a double cannot hold.

    >>> comparable("3.018e2"), comparable('"301.8"'), comparable("12345678901234567890")
    (301.8, None, None)
    """
    if text.startswith('"'):
        return None
    try:
        number = float(text)
        exact = math.isfinite(number) and Decimal(repr(number)) == Decimal(text)
    except (ValueError, ArithmeticError):
        return None
    return number if exact else None


_IPV4 = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+")
_IPV6 = re.compile(r"[0-9a-fA-F:]*:[0-9a-fA-F:]*")


def looks_like_address(text: str) -> bool:
    """Return whether TEXT has the signs of an IP address, right or wrong."""
    return bool(_IPV4.fullmatch(text) or _IPV6.fullmatch(text))


def address_of(text: str) -> IPv4Address | IPv6Address | None:
    """Return the IP address that TEXT is, or None. An IPv4 address in IPv6's clothes is the IPv4 address."""
    if not looks_like_address(text):
        return None
    from ipaddress import IPv4Address, ip_address

    if _IPV4.fullmatch(text):  # as Java reads it: 010 is ten
        text = ".".join(part.lstrip("0") or "0" for part in text.split("."))
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return address if isinstance(address, IPv4Address) else address.ipv4_mapped or address


def address_in(text: str) -> IPv4Address | IPv6Address | None:
    """Return the address in a JSON string, or None."""
    return address_of(text[1:-1]) if text.startswith('"') else None
