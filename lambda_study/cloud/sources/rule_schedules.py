"""Scheduled rules on the clock."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from lambda_study.engine.clock import Clock, Timer
from lambda_study.model.schedule import Schedule


@dataclass(slots=True)
class _Running:
    schedule: Schedule
    began: datetime
    timer: Timer | None = None


class RuleSchedules:
    """Calls FIRE with a rule's ARN and the time, whenever the rule's schedule says so.

    A rate counts from the time at which the rule got it; a disabled rule keeps that beat, but is not called.
    """

    def __init__(self, clock: Clock, fire: Callable[[str, datetime], None]) -> None:
        self._clock = clock
        self._fire = fire
        self._running: dict[str, _Running] = {}
        self._lock = threading.RLock()

    def put(self, arn: str, schedule: Schedule, enabled: bool) -> None:
        """Let the rule ARN fire as SCHEDULE says, or not while it is not ENABLED."""
        with self._lock:
            running = self._running.get(arn)
            if running is None or running.schedule != schedule:
                self.stop(arn)
                running = self._running[arn] = _Running(schedule, self._clock.now())
            if enabled and running.timer is None:
                self._set(arn, running)
            elif not enabled and running.timer is not None:
                running.timer.cancel()
                running.timer = None

    def stop(self, arn: str) -> None:
        """Forget the rule ARN; one that has no schedule changes nothing."""
        with self._lock:
            running = self._running.pop(arn, None)
            if running is not None and running.timer is not None:
                running.timer.cancel()

    def close(self) -> None:
        """Forget all rules."""
        for arn in list(self._running):
            self.stop(arn)

    def _set(self, arn: str, running: _Running) -> None:
        at = next_firing(running.schedule, running.began, self._clock.now())
        running.timer = self._clock.call_at(at, lambda: self._due(arn, running, at)) if at else None

    def _due(self, arn: str, running: _Running, at: datetime) -> None:
        with self._lock:
            if self._running.get(arn) is not running or running.timer is None:
                return
            self._set(arn, running)
        self._fire(arn, at)


def next_firing(schedule: Schedule, began: datetime, after: datetime) -> datetime | None:
    """Return when SCHEDULE, which BEGAN at a time, fires first AFTER another; None for never again.

    >>> from datetime import UTC
    >>> from lambda_study.model.schedule import parse
    >>> began = datetime(2026, 11, 23, 10, 7, tzinfo=UTC)
    >>> print(next_firing(parse("rate(1 hour)"), began, began + timedelta(minutes=90)))
    2026-11-23 12:07:00+00:00
    """
    if not isinstance(schedule.timing, timedelta):
        return schedule.next(after)
    beats = max(0, (after - began) // schedule.timing)
    return schedule.next(began + beats * schedule.timing)
