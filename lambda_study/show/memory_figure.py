"""Cost and duration of the same work against memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from lambda_study.errors import BadInput
from lambda_study.model.measured import measured as marked
from lambda_study.model.pricing import Number
from lambda_study.show.figure import Figure
from lambda_study.show.style import (
    BILLED,
    BILLED_INK,
    INVOKE,
    INVOKE_INK,
    TITLE_ROOM_IN,
    axes_inside,
    drawing,
    styled,
    write_finding,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

_HEIGHT_IN = 3.6


class Point(Protocol):
    """What is drawn of one memory size."""

    @property
    def memory_mb(self) -> int: ...
    @property
    def duration_ms(self) -> Number: ...
    @property
    def usd_per_million(self) -> Number: ...


def memory_against_time(points: Iterable[Point], title: str | None = None, measured: bool = False) -> Figure:
    """A figure of the same work at several memory sizes: how long it takes and what a million of it costs.

    `points` are values of `fixed_work`, or others with `memory_mb`, `duration_ms` and `usd_per_million`.
    Both scales begin at zero, each size has one step on the axis, and lines between sizes are straight.
    `measured=True` marks the figures as measured. `title` replaces the finding (at most 60 characters).

    >>> from lambda_study.model.pricing import fixed_work
    >>> memory_against_time(fixed_work(cpu_ms=100, memories_mb=(128, 1769, 3538)))
    Figure: Duration and cost of the same work at 3 memory sizes, 128 to 3,538 MB.
    128 MB: 1,383 ms, 3.08 USD per million. 3,538 MB: 100 ms, 5.96 USD per million.

    Raises `BadInput` for fewer than two sizes, or a size given twice.
    """
    ordered = sorted(points, key=lambda point: point.memory_mb)
    _check(ordered)
    with styled():
        drawn = _lines(ordered, title or _finding(ordered))
    first, last = ordered[0], ordered[-1]
    sizes = f"{len(ordered)} memory sizes, {first.memory_mb:,} to {last.memory_mb:,} MB"
    headline = f"{_said(first, measured)} {_said(last, measured)}"
    return Figure(drawn, alt=f"Duration and cost of the same work at {sizes}.", headline=headline)


def _check(points: Sequence[Point]) -> None:
    sizes = [point.memory_mb for point in points]
    if len(sizes) < 2 or len(set(sizes)) < len(sizes):
        raise BadInput(f"memory_against_time() got the sizes {sizes}. Give two or more different ones.")


def _said(point: Point, measured: bool) -> str:
    duration, cost = point.duration_ms, point.usd_per_million
    if measured:
        texts = marked(duration, "ms"), marked(cost, "USD per million")
    else:
        texts = f"{duration:,.0f} ms", f"{cost:,.2f} USD per million"
    return f"{point.memory_mb:,} MB: {', '.join(texts)}."


def _finding(points: Sequence[Point]) -> str:
    fastest = min(points, key=lambda point: point.duration_ms)
    cheapest = min(points, key=lambda point: point.usd_per_million)
    if fastest is cheapest:
        return f"Fastest and cheapest at {fastest.memory_mb:,} MB"
    return f"Fastest at {fastest.memory_mb:,} MB, cheapest at {cheapest.memory_mb:,} MB"


def _lines(points: Sequence[Point], title: str) -> Drawing:
    figure = drawing(_HEIGHT_IN)
    write_finding(figure, title)
    lines_over_memory(
        axes_inside(figure, left=0.95, right=0.95, top=TITLE_ROOM_IN + 0.15, bottom=0.65), points
    )
    return figure


def lines_over_memory(axes: Axes, points: Sequence[Point]) -> None:
    """Draws duration and cost of POINTS, rising in memory, each on a scale of its own from zero."""
    axes.set_xticks(range(len(points)), [f"{point.memory_mb:,}" for point in points])
    axes.set_xlabel("memory (MB), one step for each size")
    axes.grid(axis="y")
    durations = [float(point.duration_ms) for point in points]
    _line(axes, durations, INVOKE, INVOKE_INK, "o", "duration (ms)")
    right = axes.twinx()
    right.spines["right"].set_visible(True)
    costs = [float(point.usd_per_million) for point in points]
    _line(right, costs, BILLED, BILLED_INK, "s", "cost (USD per million requests)")


def _line(axes: Axes, values: Sequence[float], colour: str, ink: str, marker: str, label: str) -> None:
    from matplotlib.ticker import MaxNLocator

    top = max(values) * 1.08 or 1.0
    ticks = [tick for tick in MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]).tick_values(0, top) if tick <= top]
    axes.plot(range(len(values)), values, color=colour, marker=marker, clip_on=False)
    axes.set_ylim(0, top)
    axes.set_yticks(ticks, [f"{tick:,g}" for tick in ticks])
    symbol = {"o": "●", "s": "■"}[marker]
    axes.set_ylabel(f"{symbol} {label}", color=ink)
    axes.tick_params(axis="y", labelcolor=ink)
