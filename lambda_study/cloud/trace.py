"""The trace: everything that happened in a cloud, in order."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from html import escape
from typing import overload

from lambda_study.engine.clock import Clock
from lambda_study.model.trace_event import Kind, TraceEvent, short_name


class Trace(Sequence[TraceEvent]):
    """The events of a cloud so far, oldest first. Its text is a table; in a notebook it is an HTML table."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._events: list[TraceEvent] = []
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

    def of(self, kind: Kind) -> tuple[TraceEvent, ...]:
        """Return the events of one KIND."""
        return tuple(event for event in self if event.kind == kind)

    @overload
    def __getitem__(self, index: int) -> TraceEvent: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[TraceEvent]: ...
    def __getitem__(self, index: int | slice) -> TraceEvent | Sequence[TraceEvent]:
        return self._events[index]

    def __len__(self) -> int:
        return len(self._events)

    def __iter__(self) -> Iterator[TraceEvent]:
        return iter(tuple(self._events))

    def __repr__(self) -> str:
        return "\n".join(map(repr, self)) or "Nothing has happened yet."

    def _repr_pretty_(self, printer: object, cycle: bool) -> None:
        printer.text(repr(self))  # type: ignore[attr-defined]

    def _repr_html_(self) -> str:
        return f"<pre>{escape(repr(self))}</pre>"
