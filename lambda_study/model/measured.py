"""The one way to write a measured figure: `~41.27 ms`."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import SupportsFloat

from lambda_study.errors import BadInput

_DECIMALS = 2
_SIGNIFICANT = 3
_PRECISION_BELOW = Decimal("0.1")


def measured(value: float | Decimal, unit: str, digits: int | None = None) -> str:
    """The figure as text, marked with `~`: it was measured here, or it follows from something measured.

    Another machine, or another run, gives another figure. Everything without the mark is exact.

    - A whole number (`int`) is written whole: `~42 ms`. So is nothing at all, 0.0: `~0 ms`.
    - A `float` or `Decimal` gets two decimals: `~41.27 ms`.
    - Below 0.1 it keeps three significant digits, less their zeros: `~0.0000213 USD`, `~0.05 USD`.
    - `digits` fixes the number of decimals.
    - Thousands have commas: `~1,234.50 ms`. Half a step rounds up, as on AWS's bills.

    >>> measured(41.267, "ms"), measured(35, "MB"), measured(12345.6, "ms")
    ('~41.27 ms', '~35 MB', '~12,345.60 ms')
    >>> from decimal import Decimal
    >>> measured(Decimal("0.0000213334"), "USD"), measured(Decimal("2.7334"), "USD")
    ('~0.0000213 USD', '~2.73 USD')
    >>> measured(3.14159, "x", digits=1)
    '~3.1 x'

    Raises `BadInput` for a value that is no finite number and for an empty unit.
    """
    if not unit.strip():
        raise BadInput(f'measured({value!r}, "") has no unit. Name one, such as "ms", "MB" or "USD".')
    return f"~{_number(value, _as_decimal(value), digits)} {unit}"


def _as_decimal(value: object) -> Decimal:
    if isinstance(value, bool | str) or not isinstance(value, SupportsFloat):
        raise BadInput(f"measured({value!r}) is not a number. Give the figure that was measured.")
    exact = Decimal(value) if isinstance(value, (int, Decimal)) else Decimal(repr(float(value)))
    if not exact.is_finite():
        raise BadInput(f"measured({value}) is not a finite number. Give the figure that was measured.")
    return exact


def _number(value: float | Decimal, exact: Decimal, digits: int | None) -> str:
    if digits is not None:
        return _rounded(exact, digits)
    if isinstance(value, int) or exact == 0:
        return _rounded(exact, 0)
    decimals = _DECIMALS
    if abs(exact) < _PRECISION_BELOW:
        decimals = _SIGNIFICANT - 1 - exact.adjusted()
    return _trimmed(_rounded(exact, decimals))


def _rounded(exact: Decimal, decimals: int) -> str:
    return f"{exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP):,f}"


def _trimmed(text: str) -> str:
    """`0.0500` as `0.05`: zeros after the second decimal say nothing."""
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals.rstrip('0'):0<{_DECIMALS}}"
