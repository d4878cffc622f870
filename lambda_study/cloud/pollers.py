"""What pollers of event source mappings share: a wake-up call, and the answer that names failures."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from lambda_study.engine.clock import Clock, Timer

if TYPE_CHECKING:
    from lambda_study.cloud.mappings import EventSourceMapping

MOST_BYTES = 6 * 1024 * 1024
"""An event of a mapping holds at most 6 MB, as that of any synchronous invocation."""


class Poller(Protocol):
    """Reads a source for one event source mapping and invokes its function."""

    def start(self) -> None:
        """Begin to read."""

    def update(self, mapping: EventSourceMapping) -> None:
        """Go on with changed settings; rest while the mapping is not enabled."""

    def close(self) -> None:
        """Read no more; what runs is let run."""


class Alarm:
    """One wake-up call on a clock: of all the times that are asked for, the earliest rings.

    >>> from lambda_study.engine import ManualClock
    >>> from datetime import timedelta
    >>> clock = ManualClock()
    >>> alarm = Alarm(clock, lambda: print(f"{clock.now():%H:%M}"))
    >>> alarm.ring_at(clock.now() + timedelta(hours=2))
    >>> alarm.ring_at(clock.now() + timedelta(hours=1))
    >>> clock.advance(hours=3)
    01:00
    """

    def __init__(self, clock: Clock, action: Callable[[], None]) -> None:
        self._clock = clock
        self._action = action
        self._timer: Timer | None = None
        self._lock = threading.Lock()
        self._closed = False

    def ring_at(self, when: datetime) -> None:
        """Ring at WHEN, or now if that is past, unless it rings before."""
        when = max(when, self._clock.now())
        with self._lock:
            if self._closed or (self._timer is not None and self._timer.at <= when):
                return
            if self._timer is not None:
                self._timer.cancel()
            self._timer = self._clock.call_at(when, self._ring)

    def ring_now(self) -> None:
        """Ring as soon as the clock gets to it."""
        self.ring_at(self._clock.now())

    def close(self) -> None:
        """Never ring again."""
        with self._lock:
            self._closed = True
            if self._timer is not None:
                self._timer.cancel()

    def _ring(self) -> None:
        with self._lock:
            self._timer = None
            if self._closed:
                return
        self._action()


def failed_items(response: Any, identifiers: Collection[str]) -> frozenset[str]:
    """Return which of IDENTIFIERS a function names as failed in RESPONSE, with ReportBatchItemFailures.

    An empty or missing list means that all went well. What cannot be understood means that all failed: no
    object, a wrong key, an empty or unknown identifier.

    >>> sorted(failed_items({"batchItemFailures": [{"itemIdentifier": "b"}]}, ["a", "b"]))
    ['b']
    >>> sorted(failed_items({"batchItemFailures": [{"itemIdentifier": "c"}]}, ["a", "b"]))
    ['a', 'b']
    >>> sorted(failed_items(None, ["a", "b"]))
    []

    Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html (read 2026-11-23).
    """
    everything = frozenset(identifiers)
    if response is None:
        return frozenset()
    if not isinstance(response, dict):
        return everything
    failures = response.get("batchItemFailures")
    if failures is None:
        return frozenset()
    if not isinstance(failures, list) or not all(isinstance(each, dict) for each in failures):
        return everything
    named = [each.get("itemIdentifier") for each in failures]
    known = all(isinstance(each, str) and each in everything for each in named)
    return frozenset(named) if known else everything
