"""A further part of a bill: one object beside the function's own requests and duration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, fields
from decimal import Decimal
from typing import Any, ClassVar, Protocol

from lambda_study.errors import BadInput
from lambda_study.facts import Fact, fact
from lambda_study.model.bill import Bill, BillLine
from lambda_study.model.price_lines import Free
from lambda_study.model.usage import HOME, MOST_REQUESTS, Usage, check_flag, check_number

HOURS = (0, 744)
"""The hours of a month of 31 days, the longest."""

Bounds = tuple[int | Decimal, int]


class Terms(Protocol):
    """What every line depends on: where, and whether the free tier is taken off."""

    @property
    def region(self) -> str: ...
    @property
    def free_tier(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Month:
    """A month without a function of its own: the terms for a service that stands alone."""

    region: str = HOME
    free_tier: bool = True


_AT_HOME = Month()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One object of a usage file, checked: `key` is its name there, its fields are the keys in it.

    A field that is an `int` must be a whole number. `free_tier`, where a part has it, overrides the one of
    the function: give false if others use the free part up.
    """

    key: ClassVar[str]
    limits: ClassVar[Mapping[str, Bounds]] = {}

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, self._checked(field, getattr(self, field.name)))

    def _checked(self, field: Field[Any], given: object) -> object:
        name = f"{self.key}.{field.name}"
        if field.type in ("int", "Number"):
            least, most = self.bounds(field.name)
            return check_number(name, given, least, most, whole=field.type == "int")
        if field.type == "bool | None" and given is not None:
            check_flag(name, given)
        if field.type == "str" and not isinstance(given, str):
            raise BadInput(f"{name}={given!r} is not a text. Write one in quotes.")
        return given

    def bounds(self, name: str) -> Bounds:
        """Return the least and the most of the field NAME."""
        return self.limits.get(name, (0, MOST_REQUESTS))

    def lines(self, usage: Usage) -> Iterator[BillLine]:
        """Yield the lines of this part, beside a function used as USAGE says."""
        raise NotImplementedError

    def bill(self, usage: Usage) -> Bill:
        """Return the bill of this part alone."""
        return Bill(tuple(self.lines(usage)))

    def known_at_home(self, region: str) -> None:
        """Raise BadInput if REGION is not the one whose price is known."""
        if region != HOME:
            raise BadInput(
                f"{self.key} has no known price in {region} here. Choose region {HOME}, or leave it out."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour(Part):
    """A part that needs no function: a service around it."""

    def lines(self, terms: Terms) -> Iterator[BillLine]:
        """Yield the lines of this service in the Region of TERMS."""
        raise NotImplementedError

    def bill(self, terms: Terms = _AT_HOME) -> Bill:
        """Return the bill of this service alone."""
        return Bill(tuple(self.lines(terms)))


def longest_ms() -> Bounds:
    """Return the bounds of a duration: up to the longest timeout."""
    return 0, 1000 * fact("timeout.max").value


def free_part(own: bool | None, terms: Terms, row: Fact, used: int = 0) -> Free | None:
    """Return what ROW gives for free less what is USED already; None if the free tier is not taken off."""
    applies = terms.free_tier if own is None else own
    return Free(max(0, row.value - used), row) if applies else None
