"""A class's test as pictures: how many reached what, and how each question did."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from lambda_study.errors import BadInput
from lambda_study.model.statistics import ScoreStatistics
from lambda_study.show.figure import Figure
from lambda_study.show.style import (
    FAILED_HATCH,
    INIT,
    INIT_INK,
    INK,
    INVOKE,
    QUIET_INK,
    SMALL_PT,
    axes_inside,
    drawing,
    shortened,
    styled,
    write_finding,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

STEP = 10
_ROW_IN, _MARGINS_IN = 0.26, 1.15


def scores_figure(percents: Sequence[float], form: str) -> Figure:
    """A figure of how many learners reached 0 to 10 %, 10 to 20 % and so on in FORM; 100 % is in the last.

    No learner at all raises BadInput.

    >>> scores_figure([55, 58, 100], "pricing")
    Figure: Learners by percent of right answers in pricing, in steps of 10. 50: 2, 90: 1.
    3 learners, half of them at 58 % or more.
    """
    if not percents:
        raise BadInput(f"Nobody took {form}: there is nothing to draw.")
    counts = [0] * (100 // STEP)
    for percent in percents:
        counts[min(int(percent // STEP), len(counts) - 1)] += 1
    half = sorted(percents)[len(percents) // 2]
    steps = ", ".join(f"{number * STEP}: {count}" for number, count in enumerate(counts) if count)
    who = "learner" if len(percents) == 1 else "learners"
    return Figure(
        _scores(counts, f"Half of the class reached {half:g} % or more"),
        alt=f"Learners by percent of right answers in {form}, in steps of {STEP}. {steps}.",
        headline=f"{len(percents)} {who}, half of them at {half:g} % or more.",
    )


def items_figure(scores: ScoreStatistics, suspects: Collection[str], form: str) -> Figure:
    """A figure of how many got each question of FORM right, the hardest on top, SUSPECTS hatched."""
    items = sorted(scores.items, key=lambda item: (item.difficulty, item.name))
    hardest, known = items[0], [item.name for item in items if item.name in suspects]
    with styled():
        figure = drawing(_MARGINS_IN + _ROW_IN * len(items))
        write_finding(figure, f"Hardest: {shortened(hardest.name, 32)}, {hardest.difficulty:.0%} right")
        axes = axes_inside(figure, left=2.6, right=0.9, top=0.5, bottom=0.55)
        for row, item in enumerate(items):
            _bar(axes, row, item.difficulty, item.name in suspects)
        _item_scale(axes, [shortened(item.name, 34) for item in items])
    look = f" Look at the key of: {', '.join(known)}." if known else " No key is suspect."
    alt = f"Share right for each of {len(items)} questions of {form}, the hardest first."
    return Figure(figure, alt=alt, headline=f"{scores.learners} learners.{look}")


def _scores(counts: Sequence[int], finding: str) -> Drawing:
    with styled():
        figure = drawing(2.9)
        write_finding(figure, finding)
        axes = axes_inside(figure, left=0.75, right=0.3, top=0.55, bottom=0.6)
        starts = [number * STEP for number in range(len(counts))]
        axes.bar(starts, counts, width=STEP * 0.92, align="edge", color=INVOKE)
        for start, count in zip(starts, counts, strict=True):
            if count:
                axes.annotate(
                    str(count), (start + STEP * 0.46, count), (0, 3), textcoords="offset points",
                    ha="center", fontsize=SMALL_PT, color=INK,
                )  # fmt: skip
        axes.set_xlim(0, 100)
        axes.set_ylim(0, max(counts) * 1.15)
        axes.set_xticks(range(0, 101, STEP))
        axes.set_xlabel("Right answers, %")
        axes.set_ylabel("Learners")
        axes.yaxis.get_major_locator().set_params(integer=True)  # type: ignore[call-arg]
    return figure


def _bar(axes: Axes, row: int, share: float, suspect: bool) -> None:
    colour, hatch = (INIT, FAILED_HATCH) if suspect else (INVOKE, None)
    axes.barh(row, 100 * share, height=0.7, color=colour, hatch=hatch, edgecolor="white")
    words = f"{share:.0%}, look at the key" if suspect else f"{share:.0%}"
    inside = share > 0.75
    axes.annotate(
        words, (100 * share, row), (-4 if inside else 4, 0), textcoords="offset points",
        ha="right" if inside else "left", va="center", fontsize=SMALL_PT,
        color="white" if inside and not suspect else INIT_INK if suspect else INK,
        bbox={"boxstyle": "square,pad=0.15", "facecolor": "white", "edgecolor": "none"} if suspect else None,
    )  # fmt: skip


def _item_scale(axes: Axes, names: Sequence[str]) -> None:
    axes.set_yticks(range(len(names)), names, fontsize=SMALL_PT)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(0, 100)
    axes.set_xticks(range(0, 101, 25))
    axes.set_xlabel("Right answers, %", color=QUIET_INK)
