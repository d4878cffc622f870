"""Runs that nobody waits for: each on a thread of its own, and what follows from them one after the other."""

from __future__ import annotations

import contextlib
import threading
import traceback
from collections import deque
from collections.abc import Callable

from lambda_study.engine.clock import ENDED_S, Clock, ManualClock
from lambda_study.engine.errors import ServiceError
from lambda_study.engine.invocation import Invocation
from lambda_study.engine.invoker import Run


class Turn:
    """One run, from its begin to the end of its turn.

    `result` is None if it brought none: it was `refused`, or its environment was stopped, as by an interrupt.
    """

    def __init__(self, then: Callable[[Turn], None]) -> None:
        self.then = then
        self.run: Run | None = None
        self.refused: ServiceError | None = None
        self.result: Invocation | None = None
        self.interrupted = False
        self.done = False

    @property
    def outcome(self) -> Invocation | ServiceError:
        """What came of it."""
        stopped = ServiceError(500, "ServiceException", "The execution environment was stopped.")
        return self.result or self.refused or stopped


class Turns:
    """Begins runs, and calls what follows from each when its turn has come, never two at a time.

    With a clock that is moved by hand turns come in the order of the beginnings, else in that of the ends.
    No lock is held while something is called.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._in_order = isinstance(clock, ManualClock)
        self._running: deque[Turn] = deque()
        self._lock = threading.Lock()
        self._calling = False
        self._threads: set[threading.Thread] = set()
        clock.on_interrupt(self.interrupt)

    def begin(self, start: Callable[[], Run], then: Callable[[Turn], None]) -> None:
        """Begin the run that START brings, or its refusal; THEN is called with its Turn, on another thread.

        The clock does not settle before.
        """
        turn = Turn(then)
        try:
            turn.run = start()
        except ServiceError as error:
            turn.refused = error
        thread = threading.Thread(target=self._run, args=(turn,), name="lambda-study turn", daemon=True)
        self._clock.begin()
        with self._lock:
            self._running.append(turn)
            self._threads.add(thread)
            thread.start()

    def interrupt(self) -> None:
        """End what runs: somebody who waited for it was interrupted."""
        with self._lock:
            running = list(self._running)
        for turn in running:
            turn.interrupted = True
            if turn.run is not None:
                turn.run.environment.stop()

    def close(self) -> None:
        """End what runs, and wait until what follows from it was called."""
        self._clock.off_interrupt(self.interrupt)
        self.interrupt()
        with self._lock:
            threads = self._threads - {threading.current_thread()}
        for thread in threads:
            thread.join(ENDED_S)

    def _run(self, turn: Turn) -> None:
        try:
            self._take(turn)
        finally:
            with self._lock:
                self._threads.discard(threading.current_thread())

    def _take(self, turn: Turn) -> None:
        if turn.run is not None:
            with contextlib.suppress(Exception):  # a stopped environment, or a service that is being closed
                turn.result = turn.run.result()
        self._clock.wait_until_begun()  # so that none gets the environment of another of its time by luck
        with self._lock:
            turn.done = True
            if self._calling:
                return  # the thread that calls now takes this turn too
            self._calling = True
        while (ended := self._next_ended()) is not None:
            self._end(ended)

    def _next_ended(self) -> Turn | None:
        """Take the turn that has come: of those that are done the first, or in order the first of all."""
        with self._lock:
            first = next((turn for turn in self._running if turn.done or self._in_order), None)
            if first is None or not first.done:
                self._calling = False
                return None
            self._running.remove(first)
            return first

    def _end(self, turn: Turn) -> None:
        try:
            if turn.run is not None:
                turn.run.release()
            turn.then(turn)
        except Exception:  # told, but no reason to keep the others from their turns
            traceback.print_exc()
        finally:
            self._clock.end()
