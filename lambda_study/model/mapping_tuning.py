"""What the settings of an event source mapping cost: invocations, waiting and money for the same messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

from lambda_study.model.measured import measured
from lambda_study.model.usage import MOST_REQUESTS, check_number

_HEAD = ("batch size", "window", "invocations", "longest wait", "USD per million messages")


@dataclass(frozen=True, slots=True)
class MappingRun:
    """How MESSAGES were worked off with one batch size and window; `usd` is what Lambda costs for them.

    Errors: `BadInput` for a number that cannot be, such as no messages.
    """

    batch_size: int
    window_s: int
    messages: int
    invocations: int
    longest_wait_s: float
    usd: Decimal

    def __post_init__(self) -> None:
        for name, least in (("batch_size", 1), ("window_s", 0), ("messages", 1), ("invocations", 1)):
            check_number(name, getattr(self, name), least, MOST_REQUESTS, whole=True)
        for name in ("longest_wait_s", "usd"):
            check_number(name, getattr(self, name), 0, MOST_REQUESTS)

    @property
    def usd_per_million(self) -> Decimal:
        """What Lambda costs for a million messages."""
        return self.usd * 1_000_000 / self.messages

    def invocations_for(self, messages: int) -> int:
        """Return how many invocations so many messages take if they come as fast."""
        return round(self.invocations * messages / self.messages)

    @property
    def setting(self) -> str:
        """The settings in words: "batch size 10, window 5 s"."""
        window = f"window {self.window_s} s" if self.window_s else "no window"
        return f"batch size {self.batch_size}, {window}"


@dataclass(frozen=True, repr=False)
class MappingTuning:
    """Runs with several settings as a table; invocations are those for 1,000 messages.

    >>> MappingTuning((MappingRun(10, 5, 40, 4, 4.5, Decimal("0.0000012")),))
    batch size  window  invocations  longest wait  USD per million messages
            10     5 s          100         4.5 s                 ~0.03 USD
    """

    runs: Sequence[MappingRun]
    messages: int = 1000

    def __repr__(self) -> str:
        rows = [_HEAD, *map(self._row, self.runs)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
        return "\n".join("  ".join(map(str.rjust, row, widths)) for row in rows)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self.html()}

    def html(self) -> str:
        """The same as an HTML table."""
        head, *body = [_HEAD, *map(self._row, self.runs)]
        rows = "".join("<tr>" + "".join(f"<td>{escape(word)}</td>" for word in row) + "</tr>" for row in body)
        return f"<table><tr>{''.join(f'<th>{word}</th>' for word in head)}</tr>{rows}</table>"

    def _row(self, run: MappingRun) -> tuple[str, ...]:
        return (
            f"{run.batch_size:,}",
            f"{run.window_s} s",
            f"{run.invocations_for(self.messages):,}",
            f"{run.longest_wait_s:g} s",
            measured(run.usd_per_million, "USD"),
        )
