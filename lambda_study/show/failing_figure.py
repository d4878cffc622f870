"""Who tries a failing event again, and where it ends: a line of runs for each way to the function."""

from __future__ import annotations

from math import log10
from typing import TYPE_CHECKING

from lambda_study.model.failing_ways import GONE, FailingWay, FailingWays, in_words
from lambda_study.show.figure import Figure
from lambda_study.show.style import (
    INIT,
    INIT_INK,
    INVOKE,
    INVOKE_INK,
    QUIET_INK,
    SMALL_PT,
    TITLE_ROOM_IN,
    axes_inside,
    drawing,
    styled,
    write_finding,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

_ROW_IN = 0.52
_TICKS = {0: "at once", 10: "10 s", 60: "1 min", 600: "10 min", 3600: "1 h", 36_000: "10 h"}


def failing_figure(ways: FailingWays, title: str | None = None) -> Figure:
    """A figure of WAYS: a dot for each run of the handler, and beside each line where the event is.

    Time is logarithmic. `title` replaces the finding (at most 60 characters).

    >>> way = FailingWay("S3, SNS", "Lambda, twice", (0, 60, 180), GONE)
    >>> failing_figure(FailingWays([way]))
    Figure: Runs of a handler that fails. S3, SNS: 3 runs, the last after 3 min; tries again: Lambda, twice; \
the event: gone.
    One failing handler: 0 of 1 events still wait, 1 is gone.
    """
    finding = f"One failing handler: {ways.finding}"
    with styled():
        drawn = _drawn(ways, title or finding)
    said = " ".join(f"{_said(way)}." for way in ways.ways)
    return Figure(drawn, alt=f"Runs of a handler that fails. {said}", headline=f"{finding}.")


def _said(way: FailingWay) -> str:
    count = len(way.runs_s)
    runs = "1 run" if count == 1 else f"{count} runs, the last after {in_words(way.runs_s[-1])}"
    return f"{way.caller}: {runs}; tries again: {way.tries_again}; the event: {way.end}"


def _drawn(ways: FailingWays, title: str) -> Drawing:
    figure = drawing(TITLE_ROOM_IN + 0.45 + _ROW_IN * len(ways.ways))
    write_finding(figure, title)
    axes = axes_inside(figure, left=1.35, right=2.15, top=TITLE_ROOM_IN, bottom=0.4)
    longest = max(60.0, *(way.runs_s[-1] for way in ways.ways))
    for place, way in enumerate(ways.ways):
        _row(axes, way, place, longest)
    axes.set_yticks(range(len(ways.ways)), [way.caller for way in ways.ways])
    axes.set_ylim(len(ways.ways) - 0.5, -0.5)
    axes.set_xlim(-0.12, _along(longest) + 0.12)
    ticks = {_along(seconds): text for seconds, text in _TICKS.items() if seconds <= longest}
    axes.set_xticks([*ticks], [*ticks.values()], fontsize=SMALL_PT)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    return figure


def _row(axes: Axes, way: FailingWay, place: int, longest: float) -> None:
    """One line: the runs, and beside it who tries again and where the event is."""
    runs = [_along(seconds) for seconds in way.runs_s]
    end = _along(longest if way.waits else way.runs_s[-1])
    axes.plot([0, end], [place, place], color=INVOKE, linewidth=1, alpha=0.5)
    axes.plot(runs, [place] * len(runs), "o", color=INVOKE, markersize=6)
    if way.end == GONE:
        axes.plot(runs[-1:], [place], "x", color=INIT, markersize=13, markeredgewidth=2.5)
    right = _along(longest) + 0.2
    count = "1 run" if len(runs) == 1 else f"{len(runs)} runs"
    _write(axes, right, place - 0.18, way.end, INIT_INK if way.end == GONE else INVOKE_INK, "bold")
    _write(axes, right, place + 0.2, f"{count} · again: {way.tries_again}", QUIET_INK, "normal")


def _write(axes: Axes, x: float, y: float, text: str, colour: str, weight: str) -> None:
    axes.text(x, y, text, color=colour, fontweight=weight, fontsize=SMALL_PT, va="center", clip_on=False)


def _along(seconds: float) -> float:
    """The place of a time on the axis."""
    return log10(1 + seconds)
