"""What one field of an event pattern asks of one value: exact values, prefix, numeric, cidr and the others.

As in AWS's ruler, a value is the text that JSON writes for it: a string with its quotes, a number, true,
false or null. So a prefix, a suffix or a wildcard matches strings alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lambda_study.model.event_ranges import MORE, cidr, numeric, read_number
from lambda_study.model.event_values import (
    Number,
    Pairs,
    Test,
    address_in,
    address_of,
    comparable,
    fail,
    json_text,
)
from lambda_study.model.wildcard import Wildcard, read_wildcard


@dataclass(frozen=True, slots=True)
class FieldTest:
    """The values that a pattern allows in one field: any of them will do."""

    exact: frozenset[str]
    tests: tuple[Test, ...]
    absent: bool = False
    """Whether the field may be missing."""
    wildcards: tuple[tuple[Wildcard, ...], ...] = ()
    """The wildcards of each operator that has some."""
    source: str = ""
    """What the pattern says, to tell whether two fields ask the same."""

    def allows(self, value: str) -> bool:
        """Return whether the field may hold VALUE."""
        return value in self.exact or any(test(value) for test in self.tests)


def read_field(values: list[object]) -> FieldTest:
    """Return the test that the array VALUES of a pattern stands for.

    Errors: `WrongPattern` with AWS's reason.
    """
    if not values:
        fail("Empty arrays are not allowed")
    exact: set[str] = set()
    tests: list[Test] = []
    wildcards: list[tuple[Wildcard, ...]] = []
    absent = False
    for value in values:
        if isinstance(value, Pairs):
            operator = _read_operator(value)
            absent = absent or operator.absent
            tests += operator.tests
            wildcards += [operator.wildcards] if operator.wildcards else []
        elif type(value) is list:
            fail("Match value must be String, number, true, false, or null")
        else:
            exact.add(json_text(value))
            tests += _tests_of_exact(value)
    return FieldTest(frozenset(exact), tuple(tests), absent, tuple(wildcards), repr(values))


def _tests_of_exact(value: object) -> list[Test]:
    """A number equals another way to write it; a string that is an IP address equals another spelling."""
    if isinstance(value, Number):
        number = comparable(value)
        return [] if number is None else [lambda text: comparable(text) == number]
    if type(value) is str and (address := address_of(value)) is not None:
        return [lambda text: address_in(text) == address]
    return []


# Strings


def _prefix(text: str) -> Test:
    start = f'"{text}'
    return lambda value: value.startswith(start)


def _suffix(text: str) -> Test:
    end = f'{text}"'
    return lambda value: value.endswith(end)


def _any_case(text: str) -> str:
    """A regular expression for TEXT with each character in upper or lower case."""
    return "".join(
        re.escape(sign.lower())
        if sign.lower() == sign.upper()
        else f"(?:{re.escape(sign.lower())}|{re.escape(sign.upper())})"
        for sign in text
    )


def _equals_ignore_case(text: str) -> Test:
    found = re.compile(f'"{_any_case(text)}"').fullmatch
    return lambda value: found(value) is not None


def _prefix_ignore_case(text: str) -> Test:
    found = re.compile(f'"{_any_case(text)}').match
    return lambda value: found(value) is not None


def _suffix_ignore_case(text: str) -> Test:
    found = re.compile(f'{_any_case(text)}"\\Z').search
    return lambda value: found(value) is not None


def _read_wildcard(value: object) -> Wildcard:
    if type(value) is not str:
        fail("wildcard match pattern must be a string")
    try:
        return read_wildcard(f'"{value}"')
    except ValueError as error:
        fail(str(error))


# Operators


@dataclass(frozen=True, slots=True)
class _Operator:
    """What one object such as {"prefix": "a"} asks for."""

    tests: tuple[Test, ...] = ()
    wildcards: tuple[Wildcard, ...] = ()
    absent: bool = False


_ONE_KEY = "Only one key allowed in match expression"


def _read_operator(pairs: Pairs) -> _Operator:
    """The operator of one object of a pattern."""
    if not pairs:
        fail("Match expression name not found")
    name, value = pairs[0]
    reader = OPERATORS.get(name)
    if reader is None:
        fail(f"Unrecognized match type {name}")
    operator = reader(value)
    if len(pairs) > 1:
        fail(MORE if name in ("numeric", "anything-but") else _ONE_KEY)
    return operator


def _on_string(name: str, test: Callable[[str], Test]) -> Callable[[object], _Operator]:
    """The reader of an operator that takes one string."""

    def read(value: object) -> _Operator:
        if type(value) is not str:
            fail(f"{name} match pattern must be a string")
        return _Operator((test(value),))

    return read


def _on_string_or_case(
    name: str, test: Callable[[str], Test], any_case: Callable[[str], Test]
) -> Callable[[object], _Operator]:
    """The reader of prefix and suffix, which also take {"equals-ignore-case": "..."}."""
    plain, blind = _on_string(name, test), _on_string("equals-ignore-case", any_case)

    def read(value: object) -> _Operator:
        if not isinstance(value, Pairs):
            return plain(value)
        if not value:
            fail(f"{name.capitalize()} expression name not found")
        inner, text = value[0]
        if inner != "equals-ignore-case":
            fail(f"Unsupported {name} pattern: {inner}")
        operator = blind(text)
        return fail(_ONE_KEY) if len(value) > 1 else operator

    return read


def _exists(value: object) -> _Operator:
    if value is True:
        return _Operator((lambda text: True,))
    if value is False:
        return _Operator(absent=True)
    return fail("exists match pattern must be either true or false.")


def _exactly(text: str) -> Test:
    return lambda value: value == f'"{text}"'


def _wildcard(value: object) -> _Operator:
    wildcard = _read_wildcard(value)
    return _Operator((wildcard.matches,), (wildcard,))


# anything-but

_LIST = "Inside anything but list, "


def _anything_but(value: object) -> _Operator:
    """{"anything-but": ...}: a value, a list of values, or an object with prefix, suffix and others."""
    if isinstance(value, Pairs):
        return _anything_but_operator(value)
    if not isinstance(value, str | list):
        fail("Value of anything-but must be an array or single string/number value.")
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(each, str) for each in values):
        fail(f"{_LIST}start|null|boolean is not supported.")
    numbers = [read_number(each) for each in values if isinstance(each, Number)]
    if len(numbers) not in (0, len(values)) or not values:
        fail(f"{_LIST}either all values are number or string, mixed type is not supported")
    if numbers:
        return _Operator((lambda text: comparable(text) not in numbers,))
    texts = frozenset(json_text(each) for each in values)
    return _Operator((lambda text: text not in texts,))


def _anything_but_operator(pairs: Pairs) -> _Operator:
    if not pairs:
        fail("Anything-But expression name not found")
    name, value = pairs[0]
    if name not in _NEGATED:
        fail(f"Unsupported anything-but pattern: {name}")
    if not isinstance(value, str | list) or isinstance(value, Pairs):
        fail("Value of anything-but must be an array or single string/number value.")
    if value == []:
        # Unlike AWS: its ruler takes an empty list and then breaks; here it is refused.
        fail("Empty arrays are not allowed")
    values = value if isinstance(value, list) else [value]
    if name == "wildcard":
        wildcards = tuple(dict.fromkeys(_read_wildcard(each) for each in values))
        operator = _Operator((_none_of([wildcard.matches for wildcard in wildcards]),), wildcards)
    else:
        operator = _Operator((_none_of([_NEGATED[name](_text_for(name, each)) for each in values]),))
    return fail(MORE) if len(pairs) > 1 else operator


def _text_for(name: str, value: object) -> str:
    """VALUE, which prefix, suffix or equals-ignore-case is to be negated for."""
    if type(value) is str:
        return fail("Null prefix/suffix not allowed") if not value and "fix" in name else value
    if name == "equals-ignore-case":
        fail("Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.")
    return fail("prefix/suffix match pattern must be a string")


def _none_of(tests: Iterable[Test]) -> Test:
    listed = tuple(tests)
    return lambda value: not any(test(value) for test in listed)


_NEGATED: dict[str, Callable[[str], Test]] = {
    "equals-ignore-case": _equals_ignore_case,
    "prefix": _prefix,
    "suffix": _suffix,
    "wildcard": lambda text: _read_wildcard(text).matches,
}

OPERATORS: dict[str, Callable[[object], _Operator]] = {
    "exactly": _on_string("exact", _exactly),
    "prefix": _on_string_or_case("prefix", _prefix, _prefix_ignore_case),
    "suffix": _on_string_or_case("suffix", _suffix, _suffix_ignore_case),
    "equals-ignore-case": _on_string("equals-ignore-case", _equals_ignore_case),
    "wildcard": _wildcard,
    "numeric": lambda value: _Operator((numeric(value),)),
    "cidr": lambda value: _Operator((cidr(value),)),
    "exists": _exists,
    "anything-but": _anything_but,
}
"""By name: how the operator's value is read."""
