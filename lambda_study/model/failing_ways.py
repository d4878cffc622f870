"""One event that always fails, come to a function in several ways: who tries again, and where it ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

GONE = "gone"
_LEFT = 'style="text-align: left"'
_HEAD = ("called by", "tries again", "runs", "last run", "the event")


@dataclass(frozen=True, slots=True)
class FailingWay:
    """The runs of one event from CALLER, in seconds after its coming, and where it is in the END."""

    caller: str
    tries_again: str
    runs_s: tuple[float, ...]
    end: str

    @property
    def waits(self) -> bool:
        """Whether the event is still where it came from, to be tried again."""
        return self.end.startswith("still")

    @property
    def row(self) -> tuple[str, ...]:
        """The way in words, as the table has it."""
        return self.caller, self.tries_again, f"{len(self.runs_s)}", in_words(self.runs_s[-1]), self.end


@dataclass(frozen=True, repr=False)
class FailingWays:
    """Ways to the same failure, as a table.

    >>> FailingWays([FailingWay("S3, SNS", "Lambda, twice", (0, 60, 180), GONE)])
    called by  tries again    runs  last run  the event
    S3, SNS    Lambda, twice     3     3 min  gone
    """

    ways: Sequence[FailingWay]

    @property
    def waiting(self) -> int:
        """How many of the events AWS still has, to be tried again."""
        return sum(way.waits for way in self.ways)

    @property
    def finding(self) -> str:
        """What became of the events, in words."""
        gone = sum(way.end == GONE for way in self.ways)
        waiting = f"{self.waiting} of {len(self.ways)} events still wait"
        return f"{waiting}, {gone} is gone" if gone else "no event is gone"

    def __repr__(self) -> str:
        rows = [_HEAD, *(way.row for way in self.ways)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
        return "\n".join(_line(row, widths) for row in rows)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self.html()}

    def html(self) -> str:
        """The same as an HTML table."""
        head = "".join(f'<th scope="col" {_LEFT}>{word}</th>' for word in _HEAD)
        rows = (
            "<tr>" + "".join(f"<td {_LEFT}>{escape(word)}</td>" for word in way.row) + "</tr>"
            for way in self.ways
        )
        return f"<table><tr>{head}</tr>{''.join(rows)}</table>"


def in_words(seconds: float) -> str:
    """Return a span of time as one says it.

    >>> in_words(0), in_words(30), in_words(180), in_words(3600)
    ('at once', '30 s', '3 min', '60 min')
    """
    if seconds < 1:
        return "at once"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    """One line of the table: words at the left, numbers at the right."""
    cells = [
        cell.rjust(width) if column in (2, 3) else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()
