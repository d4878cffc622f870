"""Who is told of what a service does."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lambda_study.engine.asynchronous import AsyncInvocation
    from lambda_study.engine.errors import ServiceError
    from lambda_study.engine.invocation import Invocation
    from lambda_study.engine.sink import Delivery

CALLER = "invoke"  # the source of an invocation that somebody asked for, in code or by the Invoke API


class Observer:
    """Is told what a service does, as it happens; this one does nothing with it.

    Its methods may be called from any thread. What they are told of events that nobody waits for comes, with
    a clock that is moved by hand, in the order of the beginnings. SOURCE is who sent the event.
    """

    def queued(self, item: AsyncInvocation) -> None:
        """ITEM was accepted."""

    def invoked(self, name: str, invocation: Invocation, source: str) -> None:
        """A run of the function NAME has ended."""

    def throttled(self, name: str, error: ServiceError, source: str) -> None:
        """A run of the function NAME found no environment, or was refused before."""

    def retries(self, item: AsyncInvocation, wait_s: float) -> None:
        """ITEM will be tried again in WAIT_S seconds."""

    def given_up(self, item: AsyncInvocation) -> None:
        """ITEM will not be tried again, for its condition."""

    def delivered(self, item: AsyncInvocation, delivery: Delivery) -> None:
        """DELIVERY has reached its destination."""

    def not_delivered(self, item: AsyncInvocation, delivery: Delivery, error: Exception) -> None:
        """DELIVERY is lost: its destination did not take it."""

    def behind(self, name: str, age_ms: float) -> None:
        """The function NAME gets a batch of a stream, whose last record is AGE_MS old."""


class Observers(Observer):
    """Tells several observers, in the order of their coming."""

    def __init__(self, *observers: Observer) -> None:
        self._observers = observers

    def add(self, observer: Observer) -> None:
        """Tell OBSERVER too from now on."""
        self._observers = (*self._observers, observer)

    def queued(self, item: AsyncInvocation) -> None:
        for each in self._observers:
            each.queued(item)

    def invoked(self, name: str, invocation: Invocation, source: str) -> None:
        for each in self._observers:
            each.invoked(name, invocation, source)

    def throttled(self, name: str, error: ServiceError, source: str) -> None:
        for each in self._observers:
            each.throttled(name, error, source)

    def retries(self, item: AsyncInvocation, wait_s: float) -> None:
        for each in self._observers:
            each.retries(item, wait_s)

    def given_up(self, item: AsyncInvocation) -> None:
        for each in self._observers:
            each.given_up(item)

    def delivered(self, item: AsyncInvocation, delivery: Delivery) -> None:
        for each in self._observers:
            each.delivered(item, delivery)

    def not_delivered(self, item: AsyncInvocation, delivery: Delivery, error: Exception) -> None:
        for each in self._observers:
            each.not_delivered(item, delivery, error)

    def behind(self, name: str, age_ms: float) -> None:
        for each in self._observers:
            each.behind(name, age_ms)
