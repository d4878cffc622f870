"""The clock that drives everything with a delay: real, faster than real, or moved by hand."""

from __future__ import annotations

import heapq
import itertools
import re
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from lambda_study.errors import BadInput

SETTLED_S = 960.0  # longer than any invocation runs
ENDED_S = 10.0


@dataclass(order=True)
class Timer:
    """A call that the clock makes at a time; `cancel()` takes it back."""

    at: datetime
    order: int
    action: Callable[[], None] = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        self.cancelled = True


class Clock:
    """What all clocks share: the list of timers, and `settle`.

    An invocation's own deadline and duration are always real time; the clock drives what waits between
    invocations.
    """

    def __init__(self) -> None:
        self._timers: list[Timer] = []
        self._order = itertools.count()
        self._lock = (
            threading.RLock()
        )  # taken itself: an interrupt in a Condition's own code leaves it locked
        self._changed = threading.Condition(self._lock)
        self._running = 0
        self._on_interrupt: list[Callable[[], None]] = []

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""
        raise NotImplementedError

    def advance(
        self, seconds: float = 0.0, *, minutes: float = 0.0, hours: float = 0.0, days: float = 0.0
    ) -> None:
        """Move the time on, of a clock that stands still; BadInput for one that runs."""
        raise BadInput('This clock runs by itself. Take a manual one to move it: clock="manual".')

    def call_at(self, when: datetime, action: Callable[[], None]) -> Timer:
        """Call ACTION once the clock reaches WHEN. Timers of one time fire in the order of their setting."""
        timer = Timer(when, next(self._order), action)
        with self._lock:
            heapq.heappush(self._timers, timer)
            self._changed.notify_all()
        return timer

    def settle(self, timeout_s: float = SETTLED_S) -> None:
        """Wait until nothing is due and nothing that an action began is still running.

        With a clock that runs by itself this is a moment; what waits for a later time is left waiting.
        """
        with self._lock:
            if not self._changed.wait_for(self._is_settled, timeout_s):
                raise TimeoutError(f"{self._running} actions still run after {timeout_s} s")

    def begin(self) -> None:
        """Tell that an action goes on, on a thread of its own: `settle` waits for its `end`."""
        with self._lock:
            self._running += 1

    def end(self) -> None:
        """Tell that what `begin` told of is over."""
        with self._lock:
            self._running -= 1
            self._changed.notify_all()

    def wait_until_begun(self) -> None:
        """Return once all is begun that is due at one time; with a clock that runs by itself, at once."""

    def on_interrupt(self, action: Callable[[], None]) -> None:
        """Call ACTION when somebody who waits for this clock is interrupted."""
        self._on_interrupt.append(action)

    def off_interrupt(self, action: Callable[[], None]) -> None:
        """Take back what `on_interrupt` was told of ACTION."""
        self._on_interrupt.remove(action)

    def close(self) -> None:
        """Forget all timers."""
        with self._lock:
            self._timers.clear()
            self._changed.notify_all()

    def _is_settled(self) -> bool:
        return self._running == 0 and not (self._timers and self._timers[0].at <= self.now())

    def _pop_due(self, until: datetime) -> Timer | None:
        with self._lock:
            while self._timers and self._timers[0].at <= until:
                timer = heapq.heappop(self._timers)
                if not timer.cancelled:
                    self._running += 1
                    return timer
        return None

    def _fire(self, timer: Timer) -> None:
        try:
            timer.action()
        finally:
            self.end()


class RunningClock(Clock):
    """A clock that runs by itself, SPEED times as fast as real time. Timers fire on a thread of the clock.

    >>> clock = RunningClock(speed=60)
    >>> clock.now().tzinfo
    datetime.timezone.utc
    """

    def __init__(self, speed: float = 1.0) -> None:
        super().__init__()
        if speed <= 0:
            raise BadInput(f"speed={speed} is not above 0. Choose 1 for real time, 60 for a minute a second.")
        self.speed = speed
        self._origin = datetime.now(UTC)
        self._started = time.monotonic()
        self._thread: threading.Thread | None = None
        self._closed = False

    def now(self) -> datetime:
        if self.speed == 1.0:
            return datetime.now(UTC)
        return self._origin + timedelta(seconds=(time.monotonic() - self._started) * self.speed)

    def call_at(self, when: datetime, action: Callable[[], None]) -> Timer:
        timer = super().call_at(when, action)
        with self._lock:
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._run, name="lambda-study clock", daemon=True)
                self._thread.start()
        return timer

    def close(self) -> None:
        self._closed = True
        super().close()
        if self._thread not in (None, threading.current_thread()):
            self._thread.join(ENDED_S)

    def _run(self) -> None:
        while not self._closed:
            timer = self._pop_due(self.now())
            if timer is not None:
                try:
                    self._fire(timer)
                except Exception:  # told, but no reason to stop the time for all others
                    traceback.print_exc()
                continue
            with self._lock:
                self._changed.wait(self._pause_s())

    def _pause_s(self) -> float | None:
        if not self._timers or self._closed:
            return 0.0 if self._closed else None
        return max(0.0, (self._timers[0].at - self.now()).total_seconds() / self.speed)


@dataclass
class _Move:
    """One move of a clock by hand."""

    wait: timedelta
    stopped: bool = False
    error: BaseException | None = None


class ManualClock(Clock):
    """A clock that stands still until `advance` moves it. Timers fire in order, on a thread of the clock.

    So an interrupt of who waits for it cuts no timer in two: what fires ends, and no more fires. What is due
    at one time is all begun, in order, before the clock waits for its end: so invocations of one time run at
    the same time. Several may move it or let it settle: one after the other.

    >>> clock = ManualClock(datetime(2026, 11, 23, tzinfo=UTC))
    >>> timer = clock.call_at(clock.now() + timedelta(minutes=1), lambda: print(clock.now()))
    >>> clock.advance(hours=1)
    2026-11-23 00:01:00+00:00
    >>> print(clock.now())
    2026-11-23 01:00:00+00:00
    """

    def __init__(self, start: datetime | None = None) -> None:
        super().__init__()
        self._now = start or datetime(2026, 11, 23, tzinfo=UTC)
        self._beginning = False
        self._moving = threading.Lock()

    def now(self) -> datetime:
        return self._now

    def advance(
        self, seconds: float = 0.0, *, minutes: float = 0.0, hours: float = 0.0, days: float = 0.0
    ) -> None:
        """Move the time on. Each timer on the way fires at its own time, and the world settles after each."""
        wait = timedelta(seconds=seconds, minutes=minutes, hours=hours, days=days)
        if wait < timedelta():
            raise BadInput("The clock cannot go back. Advance it by a positive time.")
        self._move(wait)

    def wait_until_begun(self) -> None:
        with self._lock:
            self._changed.wait_for(lambda: not self._beginning)

    def settle(self, timeout_s: float = SETTLED_S) -> None:
        """Do what is due now, and wait until it is done."""
        self._move(timedelta())

    def _move(self, wait: timedelta) -> None:
        move = _Move(wait)
        thread = threading.Thread(target=self._run, args=(move,), name="lambda-study clock", daemon=True)
        try:
            thread.start()
            thread.join()
            if move.error is not None:
                raise move.error
        except BaseException:
            self._stop(move)
            raise

    def _stop(self, move: _Move) -> None:
        """Let nothing more fire in MOVE, and end what runs."""
        move.stopped = True
        with self._lock:
            self._changed.wait_for(lambda: not self._beginning, ENDED_S)
        for action in list(self._on_interrupt):
            action()

    def _run(self, move: _Move) -> None:
        try:
            with self._moving:
                self._run_until(self._now + move.wait, move)
        except BaseException as error:  # it is the caller's
            move.error = error

    def _run_until(self, target: datetime, move: _Move) -> None:
        self._wait_for_the_end()  # of what was begun without this clock
        while (timer := self._next_of(move, target)) is not None:
            self._now = max(self._now, timer.at)
            self._begin(timer, move)
            self._wait_for_the_end()
        if not move.stopped:
            self._now = max(self._now, target)

    def _next_of(self, move: _Move, until: datetime) -> Timer | None:
        return None if move.stopped else self._pop_due(until)

    def _begin(self, timer: Timer | None, move: _Move) -> None:
        """Fire TIMER and all that are due with it; what they begin ends afterwards."""
        self._beginning = True
        try:
            while timer is not None:
                self._fire(timer)
                timer = self._next_of(move, self._now)
        finally:
            with self._lock:
                self._beginning = False
                self._changed.notify_all()

    def _wait_for_the_end(self) -> None:
        with self._lock:
            self._changed.wait_for(lambda: self._running == 0)


def make_clock(name: str) -> Clock:
    """Return the clock called NAME: "real", "manual", or "xN", N times as fast as real time.

    >>> make_clock("x60").speed
    60.0
    >>> make_clock("fast")
    Traceback (most recent call last):
    lambda_study.errors.BadInput: clock "fast" is unknown. Choose real, manual or xN, for example x60.
    """
    if name == "manual":
        return ManualClock()
    if name == "real":
        return RunningClock()
    factor = re.fullmatch(r"x(\d+(?:\.\d+)?)", name)
    if factor is None:
        raise BadInput(f'clock "{name}" is unknown. Choose real, manual or xN, for example x60.')
    return RunningClock(float(factor[1]))
