"""The timeline as a drawing. Heights are in inches, so that words never shrink with the number of rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lambda_study.show.style import (
    BILLED,
    BILLED_INK,
    FAILED_HATCH,
    INIT,
    INIT_INK,
    INK,
    INVOKE,
    INVOKE_INK,
    QUIET_INK,
    SMALL_PT,
    TITLE_ROOM_IN,
    axes_inside,
    drawing,
    shortened,
    text_width_in,
    write_finding,
)
from lambda_study.show.timeline_axis import TimeAxis
from lambda_study.show.timeline_rows import Bar, Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

_DENSE_FROM_ROWS = 11
_WORDS_IN = 0.2
_BILLED_WORD_IN = 0.18
_BOTTOM_IN = 0.62
_GAP_IN = 0.12
_DOTTED_LINES = 12
_ON_WHITE = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"}


class Lanes:
    """Where each row's bar stands, in inches from the top of the axes."""

    def __init__(self, rows: int) -> None:
        self.dense = rows >= _DENSE_FROM_ROWS
        self.bar = 0.11 if self.dense else 0.2
        self.pitch = 0.19 if self.dense else 0.52
        self.height = max(self.billed(rows - 1), self.billed(0) + _BILLED_WORD_IN) + _GAP_IN

    def top(self, row: int) -> float:
        room_for_the_word_billed = _BILLED_WORD_IN if row else 0.0
        return _WORDS_IN + row * self.pitch + room_for_the_word_billed

    def billed(self, row: int) -> float:
        return self.top(row) + self.bar + 0.03


def draw(rows: Sequence[Row], title: str) -> Drawing:
    """The drawing of the rows under the given title."""
    lanes = Lanes(len(rows))
    figure = drawing(TITLE_ROOM_IN + lanes.height + _BOTTOM_IN)
    write_finding(figure, title)
    axes = _axes(figure, rows, lanes)
    axis = TimeAxis(bar.busy for row in rows for bar in row.bars)
    _mark_time(axes, axis, lanes)
    for index, row in enumerate(rows):
        _draw_row(axes, axis, lanes, index, row)
    _Words(figure, axes, axis, lanes).write(rows)
    return figure


def _axes(figure: Drawing, rows: Sequence[Row], lanes: Lanes) -> Axes:
    names = [shortened(row.name) for row in rows]
    left = max(text_width_in(figure, name) for name in names) + 2 * _GAP_IN
    right = max(text_width_in(figure, row.summary) for row in rows) + 2 * _GAP_IN
    axes = axes_inside(figure, left=left, right=right, top=TITLE_ROOM_IN, bottom=_BOTTOM_IN)
    axes.set_ylim(lanes.height, 0)
    middles = [lanes.top(index) + lanes.bar / 2 for index in range(len(rows))]
    axes.set_yticks(middles, names)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    for row, middle in zip(rows, middles, strict=True):
        axes.annotate(
            row.summary,
            (1, middle),
            xycoords=("axes fraction", "data"),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            fontsize=SMALL_PT,
        )
    return axes


def _mark_time(axes: Axes, axis: TimeAxis, lanes: Lanes) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.set_xlim(-0.003 * axis.length, axis.length * 1.003)
    in_seconds = axis.worked_ms >= 10_000
    worked = axis.worked_ms / 1000 if in_seconds else axis.worked_ms
    ticks = [t for t in MaxNLocator(6, steps=[1, 2, 5, 10]).tick_values(0, worked) if 0 <= t <= worked]
    axes.set_xticks([axis.position_of_worked(t * (1000 if in_seconds else 1)) for t in ticks])
    axes.set_xticklabels([f"{t:,g}" for t in ticks])
    unit = "s" if in_seconds else "ms"
    if not axis.cuts:
        axes.set_xlabel(f"time since the first invocation began ({unit})")
        return
    many = len(axis.cuts) > _DOTTED_LINES
    axes.set_xlabel(f"time at work ({unit}); pauses are cut out{'' if many else ' at the dotted lines'}")
    for cut in () if many else axis.cuts:
        middle = cut.at + cut.width / 2
        axes.plot([middle, middle], [_WORDS_IN, lanes.height], ":", color=QUIET_INK, linewidth=0.8, zorder=0)


def _draw_row(axes: Axes, axis: TimeAxis, lanes: Lanes, index: int, row: Row) -> None:
    top = lanes.top(index)
    for bar in row.bars:
        begin = axis.position(bar.begin)
        if bar.init_ms:
            axes.broken_barh([(begin, bar.init_ms)], (top, lanes.bar), color=INIT, linewidth=0.6)
        handler = [(begin + bar.init_ms, bar.handler_ms)]
        axes.broken_barh(handler, (top, lanes.bar), facecolor=INVOKE, edgecolor=INVOKE, linewidth=0.6)
        billed = lanes.billed(index)
        axes.plot([begin, begin + bar.billed_ms], [billed, billed], color=BILLED, solid_capstyle="butt")
        if bar.failure:
            _mark_failure(axes, begin + bar.init_ms, bar, top, lanes.bar)


def _mark_failure(axes: Axes, begin: float, bar: Bar, top: float, height: float) -> None:
    axes.broken_barh(
        [(begin, bar.handler_ms)],
        (top, height),
        facecolor="none",
        edgecolor="white",
        hatch=FAILED_HATCH,
        linewidth=0,
    )
    axes.plot(
        [begin + bar.handler_ms],
        [top + height / 2],
        marker="X",
        markersize=9 if height > 0.15 else 7,
        color=INK,
        markeredgecolor="white",
        clip_on=False,
    )


class _Words:
    """Writes words over bars, none over another: a word without room is left out (the row's end says it)."""

    def __init__(self, figure: Drawing, axes: Axes, axis: TimeAxis, lanes: Lanes) -> None:
        self._figure = figure
        self._axes = axes
        self._axis = axis
        self._lanes = lanes
        self._init_explained = False
        self._per_inch = axis.length * 1.006 / (axes.bbox.width / figure.dpi)

    def write(self, rows: Sequence[Row]) -> None:
        self._explain(rows[0].bars[0])
        for index, row in enumerate(rows):
            if index == 0:
                self._name(0, row.bars[1:], self._explained_to)
            elif not self._lanes.dense:
                self._name(index, row.bars, 0.0)

    def _explain(self, bar: Bar) -> None:
        """The first bar says what the colours mean."""
        begin, handler = self._axis.position(bar.begin), self._axis.position(bar.begin) + bar.init_ms
        free = begin
        if bar.cold:
            free = self._word(0, begin, self._cold_word(), INIT_INK)
        handler_word = "handler" if bar.cold else "warm: handler"
        self._explained_to = self._word(0, max(handler, free), handler_word, INVOKE_INK)
        self._axes.text(
            begin,
            self._lanes.billed(0) + 0.04,
            "billed",
            color=BILLED_INK,
            fontsize=SMALL_PT,
            va="top",
            bbox=_ON_WHITE,
        )

    def _name(self, index: int, bars: Sequence[Bar], free: float) -> None:
        for bar in bars:
            begin = self._axis.position(bar.begin)
            if begin >= free:
                word, ink = (self._cold_word(), INIT_INK) if bar.cold else ("warm", INVOKE_INK)
                free = self._word(index, begin, word, ink)

    def _cold_word(self) -> str:
        """The first cold bar says what its colour means."""
        word = "cold" if self._init_explained else "cold: init"
        self._init_explained = True
        return word

    def _word(self, index: int, begin: float, word: str, ink: str) -> float:
        """Writes a word, into the margin at need; returns where the next one may begin."""
        height = self._lanes.top(index) - 0.04
        self._axes.text(begin, height, word, color=ink, fontsize=SMALL_PT, va="bottom", bbox=_ON_WHITE)
        return begin + (text_width_in(self._figure, word) + _GAP_IN / 2) * self._per_inch
