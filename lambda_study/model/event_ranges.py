"""The operators of event patterns for ranges: numeric for numbers, cidr for IP addresses."""

from __future__ import annotations

import re

from lambda_study.model.event_values import (
    Number,
    Pairs,
    Test,
    address_in,
    address_of,
    comparable,
    fail,
    json_text,
    looks_like_address,
)

# Numbers


def read_number(value: Number) -> float:
    """Return VALUE as a double, or refuse one that no double holds."""
    number = comparable(value)
    return fail(f"Cannot compare number : {value}") if number is None else number


def _token(value: object) -> str:
    """How AWS's reasons show a value: the first sign of an array or object."""
    if isinstance(value, list):
        return "{" if isinstance(value, Pairs) else "["
    return value if isinstance(value, str) else json_text(value)


MORE = "Too many elements in numeric expression"
_NAMES = {"=": "equals"}


def numeric(value: object) -> Test:
    """Return the test of {"numeric": [">", 0, "<=", 5]}.

    >>> numeric([">", Number("0"), "<=", Number("5")])("5.0")
    True
    """
    if type(value) is not list:
        fail("Value of numeric must be an array.")
    sign = value[0] if value else None
    if type(sign) is not str:
        fail(f"Invalid member in numeric match: {_token(sign) if value else ']'}")
    if sign not in ("=", "<", "<=", ">", ">="):
        fail(f"Unrecognized numeric range operator: {sign}")
    missing = f"Value of {_NAMES.get(sign, sign)} must be numeric"
    number_given = value[1] if len(value) > 1 else None
    if not isinstance(number_given, Number):
        fail(missing)
    if len(value) == 2:
        return _compares(sign, read_number(number_given))
    if sign in ("=", "<", "<="):
        fail(MORE)
    return _between(sign, number_given, value[2:])


def _between(sign: str, bottom_given: Number, rest: list[object]) -> Test:
    """The second half of a range."""
    upper = rest[0]
    if type(upper) is not str:
        fail(f"Bad value in numeric range: {_token(upper)}")
    if upper not in ("<", "<="):
        fail(f"Bad numeric range operator: {upper}")
    top_given = rest[1] if len(rest) > 1 else None
    if not isinstance(top_given, Number):
        fail(f"Value of {upper} must be numeric")
    if len(rest) > 2:
        fail("Too many terms in numeric range expression")
    bottom, top = read_number(bottom_given), read_number(top_given)
    if bottom >= top:
        fail("Bottom must be less than top")
    above, below = _compares(sign, bottom), _compares(upper, top)
    return lambda text: above(text) and below(text)


def _compares(sign: str, limit: float) -> Test:
    """A comparison with LIMIT, which a value that is no number fails."""

    def test(text: str) -> bool:
        number = comparable(text)
        if number is None:
            return False
        if sign == "=":
            return number == limit
        if sign[0] == "<":
            return number < limit or (number == limit and sign == "<=")
        return number > limit or (number == limit and sign == ">=")

    return test


# Addresses


def cidr(value: object) -> Test:
    """Return the test of {"cidr": "10.0.0.0/24"}, on a string that is an address.

    >>> cidr("10.0.0.0/24")('"10.0.0.255"')
    True

    Unlike AWS: an IPv4 range holds no IPv6 address and no number, where AWS's ruler compares digits alone.
    """
    if type(value) is not str:
        fail("prefix match pattern must be a string")
    parts = value.rstrip("/").split("/")
    if len(parts) != 2:
        fail("Malformed CIDR, one '/' required")
    if not re.fullmatch(r"[+-]?[0-9]{1,9}", parts[1]):
        fail("Malformed CIDR, mask bits must be an integer")
    bits = int(parts[1])
    if bits < 0:
        fail("Malformed CIDR, mask bits must not be negative")
    address = address_of(parts[0])
    if address is None:
        fail(f"{'Invalid' if looks_like_address(parts[0]) else 'Nonstandard'} IP address: {parts[0]}")
    if bits >= address.max_prefixlen:
        fail(f"IPv{address.version} mask bits must be < {address.max_prefixlen}")
    shift, version = address.max_prefixlen - bits, address.version
    network = int(address) >> shift

    def test(text: str) -> bool:
        given = address_in(text)
        return given is not None and given.version == version and int(given) >> shift == network

    return test
