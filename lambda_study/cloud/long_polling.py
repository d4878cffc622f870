"""Long polling of queues: who waits for a message does so here, and holds nobody up."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from lambda_study.cloud.exchange import Request, Response
from lambda_study.cloud.seam import sqs as queues
from lambda_study.cloud.seam import sqs_waiting
from lambda_study.engine.clock import Clock, RunningClock


class LongPolling:
    """Asks MOTO again and again while a receiver waits for a message, woken by what happens to queues.

    Unlike AWS: with a clock that is moved by hand nobody waits, as no time goes by.
    """

    def __init__(self, moto: Callable[[Request], Response], clock: Clock) -> None:
        self._moto = moto
        self._clock = clock
        self._condition = threading.Condition()
        self._changes = 0
        self._closed = False
        queues.listen(self)

    def answer(self, request: Request) -> Response:
        """Return moto's answer; to who waits for messages the first that has some, or the last in time."""
        deadline: datetime | None = None
        while True:
            seen = self._changes
            response = self._moto(request)
            waiting = sqs_waiting.take()
            if waiting is None or not isinstance(self._clock, RunningClock):
                return response
            deadline = deadline or self._clock.now() + timedelta(seconds=waiting.wait_s)
            if not self._wait(self._clock, waiting.queue_arn, seen, deadline):
                return response

    def changed(self, queue_arn: str) -> None:
        """Let those who wait look again: something has happened to a queue."""
        with self._condition:
            self._changes += 1
            self._condition.notify_all()

    def redriven(self, queue_arn: str, dead_letter_arn: str, message: queues.Message) -> None:
        """A message has come to a dead-letter queue: `changed` tells of that too."""

    def close(self) -> None:
        """Let nobody wait any more: who does is answered without a message."""
        queues.unlisten(self)
        with self._condition:
            self._closed = True
            self._condition.notify_all()

    def _wait(self, clock: RunningClock, queue_arn: str, seen: int, deadline: datetime) -> bool:
        """Wait until there may be a message; False if the time is over, or the cloud closes."""
        if clock.now() >= deadline or self._closed:
            return False
        visible = queues.next_visible(queue_arn) if queues.exists(queue_arn) else None
        until = min(deadline, visible or deadline)
        wait_s = max(0.0, (until - clock.now()).total_seconds() / clock.speed)
        with self._condition:
            self._condition.wait_for(lambda: self._closed or self._changes != seen, wait_s)
            return not self._closed
