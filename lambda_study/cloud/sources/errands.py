"""What a source has to do on the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from lambda_study.engine.clock import Clock
from lambda_study.engine.lineage import carried, carrying


class Errands:
    """Calls on CLOCK, each a part of the chain of requests in which it was asked for; none after `close`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open = True

    def call_in(self, wait_s: float, action: Callable[[], None]) -> None:
        """Call ACTION in WAIT_S seconds, 0 for as soon as the clock can."""
        lineage = carried()

        def carry_on() -> None:
            if self._open:
                with carrying(lineage):
                    action()

        self._clock.call_at(self._clock.now() + timedelta(seconds=wait_s), carry_on)

    def close(self) -> None:
        """Forget what is left to do."""
        self._open = False
