"""The events of a trace sorted into rows: one for each source and function, marks in order of time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lambda_study.model.trace_event import Kind, TraceEvent

# Where an event is marked: what a service sends stands in its own row, what becomes of it in its target's.
_AT_SOURCE: tuple[Kind, ...] = ("trigger",)
_NOUNS = {
    "trigger": ("trigger", "triggers"),
    "invocation": ("run", "runs"),
    "retry": ("retry", "retries"),
    "throttle": ("throttle", "throttles"),
    "delivery": ("delivery", "deliveries"),
    "failure": ("failure", "failures"),
}


@dataclass(frozen=True)
class Mark:
    """So many events of one kind at one time; `at` in seconds since the first event."""

    at: float
    kind: Kind
    failed: bool
    count: int = 1


@dataclass(frozen=True)
class TraceRow:
    """One source or function, and what happened to it."""

    name: str
    marks: tuple[Mark, ...]

    @property
    def summary(self) -> str:
        """How often what happened: "3 runs (2 failed), 2 retries"."""
        total = Counter[str]()
        for mark in self.marks:
            total[mark.kind] += mark.count
        failed = sum(mark.count for mark in self.marks if mark.kind == "invocation" and mark.failed)
        texts = []
        for kind, (one, many) in _NOUNS.items():
            if total[kind]:
                text = f"{total[kind]} {one if total[kind] == 1 else many}"
                texts.append(f"{text} ({failed} failed)" if kind == "invocation" and failed else text)
        return ", ".join(texts)


@dataclass(frozen=True)
class Link:
    """One event that goes from row to row, by their indexes, at a time in seconds."""

    at: float
    source: int
    target: int


def rows_of(events: Sequence[TraceEvent]) -> tuple[list[TraceRow], list[Link]]:
    """Return the rows in the order of their first event, and what goes from one to another."""
    start = events[0].at
    names = list(dict.fromkeys(name for event in events for name in (event.source, event.target)))
    marks: dict[str, Counter[Mark]] = {name: Counter() for name in names}
    links = dict.fromkeys(
        Link(_seconds(event.at, start), names.index(event.source), names.index(event.target))
        for event in events
        if event.kind in ("trigger", "delivery") and event.source != event.target
    )
    for event in events:
        row = event.source if event.kind in _AT_SOURCE else event.target
        marks[row][Mark(_seconds(event.at, start), event.kind, bool(event.error))] += 1
    rows = [
        TraceRow(name, tuple(Mark(mark.at, mark.kind, mark.failed, n) for mark, n in marks[name].items()))
        for name in names
    ]
    return rows, list(links)


def _seconds(at: datetime, start: datetime) -> float:
    return (at - start).total_seconds()
