"""Where records of asynchronous invocations go: destinations and dead-letter queues."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal, Protocol

Kind = Literal["success", "failure", "dead-letter"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to `destination`, an ARN: a record, or for a dead-letter queue the event alone.

    `attributes` are those of a dead-letter message: RequestID, ErrorCode, ErrorMessage. `function_arn` is
    that of the function it is about.
    """

    destination: str
    kind: Kind
    body: Any
    at: datetime
    attributes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    function_arn: str = ""

    def __repr__(self) -> str:
        condition = self.body["requestContext"]["condition"] if self.kind != "dead-letter" else "the event"
        return f"{self.at:%H:%M:%S} {self.kind} -> {self.destination.split(':')[-1]}: {condition}"


class Sink(Protocol):
    """Takes the deliveries of a service."""

    def deliver(self, delivery: Delivery) -> None:
        """Take DELIVERY; it may be called from any thread."""


class MemorySink:
    """Keeps all deliveries in memory, in the order of their coming.

    Unlike AWS: nothing is sent; the destination need not exist.
    """

    def __init__(self) -> None:
        self._deliveries: list[Delivery] = []
        self._lock = threading.Lock()

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """All deliveries so far."""
        with self._lock:
            return tuple(self._deliveries)

    def at(self, destination: str) -> tuple[Delivery, ...]:
        """Return the deliveries to one DESTINATION; the end of its ARN is enough."""
        return tuple(each for each in self.deliveries if each.destination.endswith(destination))

    def deliver(self, delivery: Delivery) -> None:
        with self._lock:
            self._deliveries.append(delivery)
