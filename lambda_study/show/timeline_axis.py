"""A time axis for work with long pauses: a pause of seconds between calls of milliseconds is cut out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_LONGEST_PAUSE = 0.1  # of the time worked; a longer pause is cut
_CUT_WIDTH = 0.05  # of the time worked
_ALL_CUTS = 0.3


@dataclass(frozen=True)
class Cut:
    """A pause that is left out: where it stands on the axis, how wide, and how long it lasted."""

    at: float
    width: float
    pause_ms: float


class TimeAxis:
    """Places instants (ms) on an axis on which nothing but long pauses is shortened.

    >>> axis = TimeAxis([(0, 100), (5_100, 5_200)])
    >>> axis.position(100), axis.position(5_100), axis.worked_ms, axis.cuts
    (100.0, 110.0, 200.0, (Cut(at=100.0, width=10.0, pause_ms=5000),))
    """

    def __init__(self, busy: Iterable[tuple[float, float]]) -> None:
        self._stretches = _with_short_pauses(_merged(busy))
        self.worked_ms = float(sum(end - begin for begin, end in self._stretches))
        pauses = max(len(self._stretches) - 1, 1)
        self._cut_width = self.worked_ms * min(_CUT_WIDTH, _ALL_CUTS / pauses)

    @property
    def length(self) -> float:
        return self.worked_ms + self._cut_width * (len(self._stretches) - 1)

    @property
    def cuts(self) -> tuple[Cut, ...]:
        pairs = zip(self._stretches, self._stretches[1:], strict=False)
        return tuple(
            Cut(self.position(before), self._cut_width, after - before) for (_, before), (after, _) in pairs
        )

    def position(self, instant_ms: float) -> float:
        """Where an instant inside the time worked stands on the axis."""
        worked = 0.0
        for index, (begin, end) in enumerate(self._stretches):
            if instant_ms <= end or index == len(self._stretches) - 1:
                return worked + index * self._cut_width + (instant_ms - begin)
            worked += end - begin
        raise AssertionError("unreachable: an axis has a stretch")

    def position_of_worked(self, worked_ms: float) -> float:
        """Where the axis stands once this much time was worked."""
        left = worked_ms
        for begin, end in self._stretches:
            if left <= end - begin:
                return self.position(begin + left)
            left -= end - begin
        return self.length


def _merged(busy: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for begin, end in sorted(busy):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged


def _with_short_pauses(stretches: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Joins stretches whose pause is short against the time worked: it is drawn at its true length."""
    worked = sum(end - begin for begin, end in stretches)
    joined = [stretches[0]]
    for begin, end in stretches[1:]:
        if begin - joined[-1][1] <= _LONGEST_PAUSE * worked:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return joined
