"""What the settings of an event source mapping do to the number of invocations, as bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_study.model.mapping_tuning import MappingRun, MappingTuning
from lambda_study.show.figure import Figure
from lambda_study.show.style import (
    INVOKE,
    SMALL_PT,
    TITLE_ROOM_IN,
    axes_inside,
    drawing,
    styled,
    write_finding,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

_BAR_IN = 0.42


def mapping_figure(tuning: MappingTuning, title: str | None = None) -> Figure:
    """A figure of TUNING: a bar for the invocations of each setting, with the longest wait beside it.

    `title` replaces the finding (at most 60 characters).

    >>> from decimal import Decimal
    >>> runs = MappingRun(1, 0, 20, 20, 0, Decimal(0)), MappingRun(100, 10, 20, 1, 10, Decimal(0))
    >>> mapping_figure(MappingTuning(runs))
    Figure: Invocations for 1,000 messages. Batch size 1, no window: 1,000 invocations, longest wait 0 s. \
Batch size 100, window 10 s: 50 invocations, longest wait 10 s.
    Fewest: 50 invocations with batch size 100, window 10 s.
    """
    with styled():
        drawn = _bars(tuning, title or _finding(tuning))
    said = " ".join(f"{run.setting.capitalize()}: {_said(tuning, run)}." for run in tuning.runs)
    alt = f"Invocations for {tuning.messages:,} messages. {said}"
    best = min(tuning.runs, key=lambda run: run.invocations_for(tuning.messages))
    headline = f"Fewest: {best.invocations_for(tuning.messages):,} invocations with {best.setting}."
    return Figure(drawn, alt=alt, headline=headline)


def _finding(tuning: MappingTuning) -> str:
    counts = [run.invocations_for(tuning.messages) for run in tuning.runs]
    return f"{tuning.messages:,} messages: {max(counts):,} invocations, or {min(counts):,}"


def _said(tuning: MappingTuning, run: MappingRun) -> str:
    return f"{run.invocations_for(tuning.messages):,} invocations, longest wait {run.longest_wait_s:g} s"


def _bars(tuning: MappingTuning, title: str) -> Drawing:
    figure = drawing(TITLE_ROOM_IN + 0.25 + _BAR_IN * len(tuning.runs))
    write_finding(figure, title)
    axes = axes_inside(figure, left=2.0, right=2.3, top=TITLE_ROOM_IN, bottom=0.1)
    for place, run in enumerate(tuning.runs):
        count = run.invocations_for(tuning.messages)
        axes.barh(place, count, color=INVOKE, height=0.6)
        label = f"  {count:,} invocations, {run.longest_wait_s:g} s wait"
        axes.text(count, place, label, va="center", fontsize=SMALL_PT)
    axes.set_yticks(range(len(tuning.runs)), [run.setting for run in tuning.runs])
    axes.invert_yaxis()
    axes.set_xticks([])
    axes.spines[["bottom", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    return figure
