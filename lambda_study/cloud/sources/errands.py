"""What a source has to do on the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from lambda_study.engine.clock import Clock
from lambda_study.engine.lineage import Lineage, carried, carrying


class Errands:
    """Calls on CLOCK; none after `close`.

    CHAINED, each is a part of the chain of requests in which it was asked for: in chains through S3, SNS and
    SQS Lambda looks for loops, in those through EventBridge it does not.
    """

    def __init__(self, clock: Clock, chained: bool = True) -> None:
        self._clock = clock
        self._chained = chained
        self._open = True

    def now(self) -> datetime:
        """Return the time of the clock."""
        return self._clock.now()

    def call_in(self, wait_s: float, action: Callable[[], None]) -> None:
        """Call ACTION in WAIT_S seconds, 0 for as soon as the clock can."""
        lineage = carried() if self._chained else Lineage()

        def carry_on() -> None:
            if self._open:
                with carrying(lineage):
                    action()

        self._clock.call_at(self._clock.now() + timedelta(seconds=wait_s), carry_on)

    def close(self) -> None:
        """Forget what is left to do."""
        self._open = False
