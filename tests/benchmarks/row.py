"""One measured figure beside its bar."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A figure: lower is better, or higher where `higher_is_better`.

    `peer` is the best of others, or the floor that nothing can beat, in the same unit; measured in the same
    run where that can be, None where there is none. `max_ratio` is a second bar, on value / peer.
    """

    name: str
    value: float
    unit: str
    bar: float | None = None
    peer: float | None = None
    peer_name: str = ""
    max_ratio: float | None = None
    higher_is_better: bool = False

    @property
    def ratio(self) -> float | None:
        """The value as a multiple of the peer."""
        return self.value / self.peer if self.peer else None

    @property
    def ok(self) -> bool:
        """Whether the figure holds both bars."""
        return self._holds(self.value, self.bar) and self._holds(self.ratio, self.max_ratio)

    def _holds(self, value: float | None, bar: float | None) -> bool:
        if value is None or bar is None:
            return True
        return value >= bar if self.higher_is_better else value <= bar
