"""Power tuning as a picture: what each memory size takes and costs, and which ones stand out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_study.model.measured import measured as marked
from lambda_study.model.power_tuning import PowerTuning, Size
from lambda_study.show.figure import Figure
from lambda_study.show.memory_figure import lines_over_memory
from lambda_study.show.style import (
    INK,
    QUIET_INK,
    SMALL_PT,
    axes_inside,
    drawing,
    styled,
    write_finding,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

_HEIGHT_IN = 3.9
_MARKS_IN = 0.62


def power_tuning_figure(tuning: PowerTuning, title: str | None = None) -> Figure:
    """A figure of TUNING: duration and cost at each memory size, the cheapest, fastest and balanced marked.

    Both scales begin at zero, each size has one step on the axis, and lines between sizes are straight: what
    lies between two sizes was not measured. `title` replaces the finding (at most 60 characters).

    >>> from lambda_study.model.pricing import fixed_work
    >>> power_tuning_figure(PowerTuning(fixed_work(cpu_ms=300, wait_ms=400, memories_mb=(128, 512, 1769))))
    Figure: Duration and cost of the same work at 3 memory sizes, 128 to 1,769 MB. Marked: cheapest, \
fastest and balanced.
    Cheapest: 128 MB, 4,547 ms, 9.67 USD per million. Fastest: 1,769 MB, 700 ms, 20.35 USD per million. \
Balanced: 512 MB, 1,437 ms, 12.18 USD per million.
    """
    with styled():
        drawn = _drawn(tuning, title or _finding(tuning))
    first, last = tuning.sizes[0], tuning.sizes[-1]
    sizes = f"{len(tuning.sizes)} memory sizes, {first.memory_mb:,} to {last.memory_mb:,} MB"
    alt = f"Duration and cost of the same work at {sizes}. Marked: cheapest, fastest and balanced."
    said = [f"{name.capitalize()}: {_said(size, tuning.measured)}." for name, size in _chosen(tuning).items()]
    return Figure(drawn, alt=alt, headline=" ".join(said))


def _chosen(tuning: PowerTuning) -> dict[str, Size]:
    return {"cheapest": tuning.cheapest, "fastest": tuning.fastest, "balanced": tuning.balanced()}


def _said(size: Size, measured: bool) -> str:
    if measured:
        duration, cost = marked(size.duration_ms, "ms"), marked(size.usd_per_million, "USD per million")
        return f"{marked(size.memory_mb, 'MB')}, {duration}, {cost}"
    return f"{size.memory_mb:,} MB, {size.duration_ms:,.0f} ms, {size.usd_per_million:,.2f} USD per million"


def _finding(tuning: PowerTuning) -> str:
    mark = "~" if tuning.measured else ""
    times = float(tuning.sizes[0].duration_ms) / float(tuning.fastest.duration_ms)
    more = float(tuning.fastest.usd_per_million) / float(tuning.sizes[0].usd_per_million)
    return (
        f"{tuning.fastest.memory_mb:,} MB: {mark}{times:.1f} times as fast, {mark}{more:.1f} times the price"
    )


def _drawn(tuning: PowerTuning, title: str) -> Drawing:
    figure = drawing(_HEIGHT_IN)
    write_finding(figure, title)
    axes = axes_inside(
        figure, left=0.95, right=0.95, top=0.45 + _MARKS_IN, bottom=0.85 if tuning.note else 0.65
    )
    lines_over_memory(axes, tuning.sizes)
    for size in tuning.sizes:
        names = [name for name, chosen in _chosen(tuning).items() if chosen == size]
        if names:
            _mark(axes, tuning.sizes.index(size), names)
    if tuning.note:
        figure.text(0.015, 0.1 / _HEIGHT_IN, tuning.note, fontsize=SMALL_PT, color=QUIET_INK)
    return figure


def _mark(axes: Axes, place: int, names: list[str]) -> None:
    """A thin line at a size, with what it is the best at written above the axes."""
    axes.axvline(place, color=INK, linewidth=0.8, linestyle=":", zorder=0)
    axes.annotate(
        "\n".join(names),
        (place, 1),
        (0, 4),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize=SMALL_PT,
        color=INK,
    )
