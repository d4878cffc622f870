"""Who is told when a stream changes."""

from __future__ import annotations

from lambda_study.cloud import seam
from lambda_study.cloud.streams import Listener


class Listeners:
    """Listeners in the order in which they came."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def add(self, listener: Listener) -> None:
        """Tell LISTENER from now on."""
        with seam.lock:
            self._listeners.append(listener)

    def remove(self, listener: Listener) -> None:
        """Tell LISTENER nothing any more; one that is not told does no harm."""
        with seam.lock:
            if listener in self._listeners:
                self._listeners.remove(listener)

    def clear(self) -> None:
        """Tell nobody any more."""
        with seam.lock:
            self._listeners.clear()

    def changed(self, stream_arn: str) -> None:
        """Tell all that a stream has changed."""
        for listener in self._listeners:
            listener.changed(stream_arn)
