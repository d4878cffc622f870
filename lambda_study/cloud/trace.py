"""The trace: everything that happened in a cloud, in order."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any, overload

from lambda_study.engine.clock import Clock
from lambda_study.model.trace_event import Kind, TraceEvent, short_name

_HEAD = ("time", "kind", "source", "target", "detail")
_LONGEST = 72  # of a detail; the event itself has all of it
_FIRST, _LAST = 60, 20  # rows that a long trace prints


class Trace(Sequence[TraceEvent]):
    """The events of a cloud so far, oldest first. It prints as a table, and so does a part of it.

    >>> from lambda_study.engine import ManualClock
    >>> trace = Trace(ManualClock())
    >>> event = trace.add("trigger", source="arn:aws:s3:::photos", target="thumbnail", detail="a.jpg")
    >>> trace
    time      kind     source     target     detail
    00:00:00  trigger  s3:photos  thumbnail  a.jpg
    """

    def __init__(self, clock: Clock, events: Iterable[TraceEvent] = ()) -> None:
        self._clock = clock
        self._events = list(events)
        self._lock = threading.Lock()

    def add(
        self, kind: Kind, *, source: str, target: str, detail: str = "", request_id: str = "", error: str = ""
    ) -> TraceEvent:
        """Add an event of now, and return it. ARNs of SOURCE and TARGET are shortened."""
        with self._lock:
            at = self._clock.now()
            event = TraceEvent(at, kind, short_name(source), short_name(target), detail, request_id, error)
            self._events.append(event)
        return event

    def of(self, *kinds: Kind) -> Trace:
        """Return the part whose events are of these KINDS.

        >>> from lambda_study.engine import ManualClock
        >>> len(Trace(ManualClock()).of("retry", "failure"))
        0
        """
        return Trace(self._clock, (event for event in self if event.kind in kinds))

    @overload
    def __getitem__(self, index: int) -> TraceEvent: ...
    @overload
    def __getitem__(self, index: slice) -> Trace: ...
    def __getitem__(self, index: int | slice) -> TraceEvent | Trace:
        if isinstance(index, slice):
            return Trace(self._clock, self._events[index])
        return self._events[index]

    def __len__(self) -> int:
        return len(self._events)

    def __iter__(self) -> Iterator[TraceEvent]:
        return iter(tuple(self._events))

    def __repr__(self) -> str:
        rows = [_HEAD, *_rows(self)]
        if len(rows) == 1:
            return "Nothing has happened yet."
        widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
        padded = ([text.ljust(width) for text, width in zip(row, widths, strict=True)] for row in rows)
        lines = ["  ".join(row).rstrip() for row in padded]
        if len(self) > _FIRST + _LAST:
            lines[1 + _FIRST : -_LAST] = [_left_out(len(self))]
        return "\n".join(lines)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))

    def _repr_html_(self) -> str:
        if not self:
            return f"<p>{self!r}</p>"
        head = "".join(f'<th scope="col" style="text-align: left">{name}</th>' for name in _HEAD)
        cell = '<td style="text-align: left">'
        rows = ["".join(f"{cell}{escape(text)}</td>" for text in row) for row in _rows(self)]
        if len(self) > _FIRST + _LAST:
            rows[_FIRST:-_LAST] = [f'<td colspan="{len(_HEAD)}">{_left_out(len(self))}</td>']
        body = "".join(f"<tr>{row}</tr>" for row in rows)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _left_out(events: int) -> str:
    return f"... {events - _FIRST - _LAST:,} more; cloud.trace[100:140] prints a part ..."


def _rows(trace: Trace) -> list[tuple[str, ...]]:
    """The cells of the table: times with a day if there are several, and as exact as they need to be."""
    events = tuple(trace)
    days = "%m-%d " if len({event.at.date() for event in events}) > 1 else ""
    exact = any(event.at.microsecond for event in events)
    return [
        (
            f"{event.at:{days}%H:%M:%S}" + (f".{event.at.microsecond // 1000:03d}" if exact else ""),
            event.kind,
            event.source,
            event.target,
            _shortened(": ".join(filter(None, (event.detail, event.error)))),
        )
        for event in events
    ]


def _shortened(text: str) -> str:
    line = text.replace("\n", " ")
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 3]}..."
