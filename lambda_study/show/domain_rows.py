"""Shares of the domains of an exam, a row each: a point, and a line for what it may as well be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

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

_ROW_IN, _MARGINS_IN = 0.42, 1.2
_LINE = "#b0b0b0"


@dataclass(frozen=True)
class Row:
    """One row: its name, the share from 0 to 1 or None for nothing to draw, words, and low to high."""

    name: str
    share: float | None
    words: str
    between: tuple[float, float] | None = None


@dataclass(frozen=True)
class Mark:
    """A dotted line across the rows, with its name above them."""

    share: float
    name: str


def domain_rows(title: str, rows: Sequence[Row], label: str, mark: Mark | None = None) -> Drawing:
    """Return the picture of ROWS, the first on top, on a scale from 0 to 100 percent with LABEL below it."""
    with styled():
        figure = drawing(_MARGINS_IN + _ROW_IN * len(rows))
        write_finding(figure, title)
        axes = axes_inside(figure, left=2.35, right=1.55, top=0.68, bottom=0.52)
        for place, row in enumerate(rows):
            _draw(axes, place, row)
        _scale(axes, rows, label)
        if mark:
            _draw_mark(axes, mark)
    return figure


def _draw(axes: Axes, place: int, row: Row) -> None:
    if row.between:
        axes.plot([100 * share for share in row.between], [place, place], color=_LINE, linewidth=6, zorder=1)
    if row.share is not None:
        axes.plot([100 * row.share], [place], marker="o", markersize=8, color=INK, zorder=2)
    axes.annotate(
        row.words, (1, place), (8, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
        va="center", fontsize=SMALL_PT, color=INK,
    )  # fmt: skip


def _scale(axes: Axes, rows: Sequence[Row], label: str) -> None:
    axes.set_xlim(0, 100)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xticks(range(0, 101, 25), [f"{share}%" for share in range(0, 101, 25)])
    axes.set_yticks(range(len(rows)), [row.name for row in rows])
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel(label)


def _draw_mark(axes: Axes, mark: Mark) -> None:
    axes.axvline(100 * mark.share, color=QUIET_INK, linewidth=1, linestyle=":", zorder=0)
    axes.annotate(
        mark.name, (100 * mark.share, 1), (0, 4), xycoords=("data", "axes fraction"),
        textcoords="offset points", ha="center", va="bottom", fontsize=SMALL_PT, color=QUIET_INK,
    )  # fmt: skip
