"""A month's planned usage of one function, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from math import ceil
from typing import Any

from lambda_study.errors import BadInput
from lambda_study.facts import fact
from lambda_study.model.given import check_keys

Number = int | float | Decimal

ARCHITECTURES = {"x86_64": "x86", "arm64": "arm"}  # the API's name: its name in the facts
HOME = "us-east-1"
MOST_REQUESTS = 10**15
_SHORTEST_MS = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Usage:
    """What one function does in a month.

    - `requests`: invocations a month.
    - `duration_ms`: how long each of them runs; a fraction is rounded up per invocation. Where the
      invocations differ, a mean does not give AWS's bill, since AWS rounds up each one: use `bill(reports)`.
    - `memory_mb`, `ephemeral_mb`: 128 to 10,240 and 512 to 10,240, a MB being 1,024 KB.
    - `architecture`: "x86_64" or "arm64".
    - `free_tier`: True takes off the monthly free requests and GB-seconds.
    - `cold_starts`: how many of the requests start cold. Each is billed for `init_ms` on top, as on AWS
      since 2025-08-01.

    >>> Usage(requests=3_000_000, duration_ms=120, memory_mb=1536).billed_ms
    360000000
    >>> Usage(requests=10, duration_ms=1.2, memory_mb=128, cold_starts=1, init_ms=100).billed_ms
    120
    >>> Usage(requests=1, duration_ms=100, memory_mb=64)
    Traceback (most recent call last):
    lambda_study.errors.BadInput: memory_mb=64 is below the minimum of 128 MB. Choose 128 to 10,240.

    Source: https://aws.amazon.com/lambda/pricing/ (read 2026-11-23).
    """

    requests: int
    duration_ms: Number
    memory_mb: int
    architecture: str = "x86_64"
    ephemeral_mb: int = 512
    region: str = HOME
    free_tier: bool = True
    init_ms: Number = 0
    cold_starts: int = 0

    def __post_init__(self) -> None:
        self._check("requests", 0, MOST_REQUESTS)
        self._check("memory_mb", fact("memory.min").value, fact("memory.max").value, " MB")
        self._check("ephemeral_mb", fact("tmp.min").value, fact("tmp.max").value, " MB")
        self._check("cold_starts", 0, self.requests)
        longest = fact("timeout.max").value * 1000
        self._check("duration_ms", _SHORTEST_MS, longest, " ms")
        self._check("init_ms", 0, longest, " ms")
        check_architecture(self.architecture)
        check_region(self.region)
        check_flag("free_tier", self.free_tier)

    def _check(self, name: str, least: int | Decimal, most: int, unit: str = "") -> None:
        """Check one number and keep it as an int, or as a Decimal if it may have a fraction."""
        whole = not name.endswith("_ms")
        object.__setattr__(self, name, check_number(name, getattr(self, name), least, most, unit, whole))

    @property
    def billed_ms(self) -> int:
        """The billed time of all requests together, each rounded up to 1 ms."""
        warm = ceil(self.duration_ms)
        cold = ceil(Decimal(self.duration_ms) + Decimal(self.init_ms))
        return (self.requests - self.cold_starts) * warm + self.cold_starts * cold

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Usage:
        """Return the Usage that GIVEN describes: the names of the fields above, as in a usage file.

        >>> Usage.from_json({"requests": 10, "duration_ms": 5, "memory_mb": 128}).requests
        10

        Errors: BadInput names an unknown key and the nearest known one, or the keys that are missing.
        """
        check_keys(given, USAGE_KEYS, "a usage")
        missing = [key for key in ("requests", "duration_ms", "memory_mb") if key not in given]
        if missing:
            raise BadInput(
                f"The usage has no {' and no '.join(missing)}. Needed: requests, duration_ms, memory_mb."
            )
        return cls(**given)


USAGE_KEYS = tuple(field.name for field in fields(Usage))


def check_architecture(given: object) -> None:
    """Raise BadInput if GIVEN is none of Lambda's architectures."""
    if not isinstance(given, str) or given not in ARCHITECTURES:
        raise BadInput(f"architecture={_shown(given)} is not known. Choose {' or '.join(ARCHITECTURES)}.")


def check_region(given: object) -> None:
    """Raise BadInput if no price is known for the Region GIVEN."""
    known = fact("duration.x86.by_region").value
    if not isinstance(given, str) or given not in known:
        raise BadInput(f"region={_shown(given)} has no known price here. Choose one of: {', '.join(known)}.")


def as_number(name: str, given: object) -> Decimal:
    """Return GIVEN as a Decimal, as it is written; BadInput names NAME if it is no finite number."""
    if isinstance(given, bool) or not isinstance(given, int | float | Decimal):
        raise BadInput(f"{name}={_shown(given)} is not a number. Write one, without quotes.")
    number = Decimal(str(given))
    if not number.is_finite():
        raise BadInput(f"{name}={given} is not a finite number. Write one with digits.")
    return number


def check_number(
    name: str, given: object, least: int | Decimal, most: int, unit: str = "", whole: bool = False
) -> int | Decimal:
    """Return GIVEN as an int where it must be WHOLE, else as a Decimal; BadInput outside LEAST to MOST."""
    number = as_number(name, given)
    if not least <= number <= most:
        side, bound = ("below the minimum", least) if number < least else ("above the maximum", most)
        raise BadInput(f"{name}={number} is {side} of {bound:,}{unit}. Choose {least:,} to {most:,}.")
    if not whole:
        return number
    if number != int(number):
        raise BadInput(f"{name}={number} is not a whole number. Choose {least:,} to {most:,}.")
    return int(number)


def check_flag(name: str, given: object) -> None:
    """Raise BadInput if GIVEN is not True or False."""
    if not isinstance(given, bool):
        raise BadInput(f"{name}={_shown(given)} is not true or false. Write one of them, without quotes.")


def _shown(given: object) -> str:
    return f'"{given}"' if isinstance(given, str) else repr(given)
