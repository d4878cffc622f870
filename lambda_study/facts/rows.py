"""The two kinds of rows: a fact and a claim of the course notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Any

CONFIDENCES = ("high", "medium", "low")
VERDICTS = ("true", "true, incomplete", "outdated", "wrong", "opinion", "disputed")


@dataclass(frozen=True, slots=True, repr=False)
class Fact:
    """One thing AWS states. `value` is an int, a Decimal, a text, a bool, a tuple or a mapping of these.

    >>> from lambda_study.facts import fact
    >>> fact("request")
    request = 0.20 USD per 1M requests
      x86 and Arm alike.
      https://aws.amazon.com/lambda/pricing/ (read 2026-06-22..2026-11-23, confidence high)
    """

    id: str
    value: Any
    unit: str
    adjustable: bool | None
    source: str
    date: str
    confidence: str
    note: str
    topic: str

    def __repr__(self) -> str:
        lines = [f"{self._statement()}{self._fixed()}", *self._note(), f"{self.source} {self._read()}"]
        return "\n  ".join(lines)

    def _repr_html_(self) -> str:
        """The same, with the source as a link."""
        source = escape(self.source)
        if source.startswith("https://"):
            source = f'<a href="{source}">{source}</a>'
        first = f"<strong>{escape(self._statement())}</strong>{self._fixed()}"
        lines = [first, *map(escape, self._note()), f"<small>{source} {escape(self._read())}</small>"]
        return f'<p style="margin: 0; text-align: left">{"<br>".join(lines)}</p>'

    def _statement(self) -> str:
        number = isinstance(self.value, int | Decimal) and not isinstance(self.value, bool)
        return f"{self.id} = {value_text(self.value)}" + (f" {self.unit}" if number else f" ({self.unit})")

    def _fixed(self) -> str:
        return {True: ", adjustable", False: ", fixed", None: ""}[self.adjustable]

    def _note(self) -> list[str]:
        return [self.note] * bool(self.note)

    def _read(self) -> str:
        return f"(read {self.date}, confidence {self.confidence})"


@dataclass(frozen=True, slots=True, repr=False)
class CourseNote:
    """One claim of the course notes, with a verdict and what is true today.

    >>> from lambda_study.facts import course_notes
    >>> course_notes()[3]
    4. A function can have up to 10 GB of RAM.
      true: 128 to 10,240 MB in steps of 1 MB, where a MB has 1,024 KB.
      https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html (read 2026-08..2026-10)
    """

    number: int
    claim: str
    verdict: str
    truth: str
    source: str
    date: str
    fact_ids: tuple[str, ...]

    def __repr__(self) -> str:
        return (
            f"{self.number}. {self.claim}\n  {self.verdict}: {self.truth}\n  {self.source} (read {self.date})"
        )


def value_text(value: Any) -> str:
    """Return VALUE as a reader writes it, with thousands marked and no exponent.

    >>> value_text(10240), value_text((2, 1000)), value_text({"usd": Decimal("0.0000166667")})
    ('10,240', '[2; 1,000]', '{usd: 0.0000166667}')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, Decimal):
        return f"{value:,f}"
    if isinstance(value, Mapping):
        return "{" + "; ".join(f"{name}: {value_text(part)}" for name, part in value.items()) + "}"
    if isinstance(value, tuple):
        return "[" + "; ".join(value_text(part) for part in value) + "]"
    return str(value)
