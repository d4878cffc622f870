"""What happened in the cloud over time: one row for each source and function."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from lambda_study.errors import BadInput
from lambda_study.model.trace_event import TraceEvent
from lambda_study.show.figure import Figure
from lambda_study.show.style import (
    INK,
    INVOKE,
    INVOKE_INK,
    QUIET_INK,
    SMALL_PT,
    THROTTLED,
    TITLE_ROOM_IN,
    axes_inside,
    drawing,
    shortened,
    styled,
    text_width_in,
    write_finding,
)
from lambda_study.show.timeline import count
from lambda_study.show.trace_rows import Link, Mark, TraceRow, rows_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

_MOST_ROWS = 16
_MOST_EVENTS = 5000
_PITCH_IN = 0.46
_BOTTOM_IN = 0.95
_APART = 0.27  # of a row, between marks of one time
_GAP_IN = 0.14
_NAME, _SUMMARY = 26, 40  # letters beside the axes; the words below the figure have all
_COUNT_IN = 0.22  # beside the last mark of a row, where counts are written
_MANY = 8  # marks in a row: beyond it their counts are left to the row's end
_UNITS = ((2 * 86400.0, 86400.0, "days"), (2 * 3600.0, 3600.0, "hours"), (120.0, 60.0, "minutes"))


class _Look(NamedTuple):
    """How a kind of event is marked."""

    marker: str
    colour: str
    filled: bool
    word: str


_LOOKS = {
    "trigger": _Look(">", QUIET_INK, True, "trigger"),
    "invocation": _Look("s", INVOKE, True, "run"),
    "retry": _Look("o", INVOKE_INK, False, "retry planned"),
    "throttle": _Look("D", THROTTLED, False, "throttle"),
    "delivery": _Look("^", INK, True, "delivery"),
    "failure": _Look("X", INK, True, "failure"),
}


def trace_figure(events: Iterable[TraceEvent], title: str | None = None) -> Figure:
    """A figure of a trace over the time of the clock: one row for each source and function.

    A blue square is a run of a function, with a black cross if it failed; a triangle an event that a service
    sent, or a record that was delivered; a ring a retry that was planned, a purple diamond a throttle. Thin
    lines lead from a source to its target.

    `events` are those of `cloud.trace`, or a part of them. `title` replaces the finding that the figure
    states on its own; it has at most 60 characters.

    >>> from datetime import datetime, UTC
    >>> start = datetime(2026, 11, 23, 10, tzinfo=UTC)
    >>> sent = TraceEvent(start, "trigger", "s3:photos", "thumbnail")
    >>> trace_figure([sent, TraceEvent(start, "invocation", "s3:photos", "thumbnail")])
    Figure: Trace of 2 events in 2 rows. s3:photos: 1 trigger. thumbnail: 1 run.
    1 run, none failed.

    Raises `BadInput` for no events, too many of them or too many rows, or a title that is too long.
    """
    shown = _checked(list(events))
    rows, links = rows_of(shown)
    if len(rows) > _MOST_ROWS:
        raise BadInput(
            f"trace_figure() draws up to {_MOST_ROWS} sources and functions and got {len(rows)}. "
            "Give the events of some of them."
        )
    with styled():
        drawn = _draw(rows, links, title or _finding(shown))
    return Figure(drawn, alt=_alt(rows, len(shown)), headline=_headline(shown))


def _checked(events: list[TraceEvent]) -> list[TraceEvent]:
    if not events:
        raise BadInput("trace_figure() got no events. Give it cloud.trace after something has happened.")
    if len(events) > _MOST_EVENTS:
        raise BadInput(
            f"trace_figure() draws up to {_MOST_EVENTS} events and got {len(events)}. "
            f"Give a part of them, such as cloud.trace[:{_MOST_EVENTS}]."
        )
    return sorted(events, key=lambda event: event.at)


def _finding(events: Sequence[TraceEvent]) -> str:
    kinds = Counter(event.kind for event in events)
    runs = f"{count(kinds['invocation'], 'run')}"
    failed = sum(event.kind == "invocation" and bool(event.error) for event in events)
    if kinds["throttle"]:
        return f"{runs}, {count(kinds['throttle'], 'throttle')}"
    if failed:
        return f"{failed} of {runs} failed"
    return f"{count(kinds['trigger'], 'trigger')}, {runs}"


def _alt(rows: Sequence[TraceRow], events: int) -> str:
    told = [f"{row.name}: {row.summary}." for row in rows if row.summary]
    return " ".join([f"Trace of {count(events, 'event')} in {count(len(rows), 'row')}.", *told])


def _headline(events: Sequence[TraceEvent]) -> str:
    kinds = Counter(event.kind for event in events)
    failed = sum(event.kind == "invocation" and bool(event.error) for event in events)
    parts = [f"{count(kinds['invocation'], 'run')}, {failed or 'none'} failed"]
    told = (("throttle", kinds["throttle"]), ("failure", kinds["failure"]))
    parts += [count(number, noun) for noun, number in told if number]
    return ", ".join(parts) + "."


def _draw(rows: Sequence[TraceRow], links: Sequence[Link], title: str) -> Drawing:
    figure = drawing(TITLE_ROOM_IN + len(rows) * _PITCH_IN + _BOTTOM_IN)
    write_finding(figure, title)
    axes = _axes(figure, rows)
    for link in links:
        axes.plot([link.at] * 2, [link.source, link.target], color=QUIET_INK, linewidth=0.6, zorder=1)
    for index, row in enumerate(rows):
        axes.axhline(index, color=QUIET_INK, linewidth=0.3, zorder=0)
        for mark, height in _side_by_side(row.marks):
            _draw_mark(axes, index + height, mark, with_count=_has_counts(row))
    _explain(figure, axes, rows)
    return figure


def _axes(figure: Drawing, rows: Sequence[TraceRow]) -> Axes:
    names = [shortened(row.name, _NAME) for row in rows]
    summaries = [shortened(row.summary, _SUMMARY) for row in rows]
    left = max(text_width_in(figure, name) for name in names) + 2 * _GAP_IN
    beside = _COUNT_IN if any(map(_has_counts, rows)) else 0.0
    right = max(text_width_in(figure, summary) for summary in summaries) + 2 * _GAP_IN + beside
    axes = axes_inside(figure, left=left, right=right, top=TITLE_ROOM_IN, bottom=_BOTTOM_IN)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks(range(len(rows)), names)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    for index, summary in enumerate(summaries):
        axes.annotate(
            summary,
            (1, index),
            xycoords=("axes fraction", "data"),
            xytext=(8 + 72 * beside, 0),
            textcoords="offset points",
            va="center",
            fontsize=SMALL_PT,
        )
    _mark_time(axes, max((mark.at for row in rows for mark in row.marks), default=0.0))
    return axes


def _has_counts(row: TraceRow) -> bool:
    return len(row.marks) <= _MANY and any(mark.count > 1 for mark in row.marks)


def _mark_time(axes: Axes, length_s: float) -> None:
    from matplotlib.ticker import MaxNLocator

    seconds, unit = next(((s, name) for least, s, name in _UNITS if length_s >= least), (1.0, "seconds"))
    room = 0.04 * length_s or 0.5
    axes.set_xlim(-room, length_s + room)
    ticks = MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(0, length_s / seconds) if length_s else [0]
    inside = [tick for tick in ticks if 0 <= tick * seconds <= length_s]
    axes.set_xticks([tick * seconds for tick in inside], [f"{tick:,g}" for tick in inside])
    axes.set_xlabel(f"time since the first event ({unit})")


def _side_by_side(marks: Sequence[Mark]) -> Iterator[tuple[Mark, float]]:
    """Yield each mark with how far below the middle of its row it stands: those of one time share the row."""
    order = list(_LOOKS)
    for _at, of_one_time in groupby(sorted(marks, key=lambda mark: mark.at), key=lambda mark: mark.at):
        together = sorted(of_one_time, key=lambda mark: (order.index(mark.kind), mark.failed))
        for place, mark in enumerate(together):
            yield mark, _APART * (place - (len(together) - 1) / 2)


def _draw_mark(axes: Axes, height: float, mark: Mark, with_count: bool) -> None:
    look = _LOOKS[mark.kind]
    face = look.colour if look.filled else "white"
    axes.plot(
        [mark.at],
        [height],
        look.marker,
        markersize=7,
        markerfacecolor=face,
        markeredgecolor=look.colour,
        clip_on=False,
        zorder=3,
    )
    if mark.kind == "invocation" and mark.failed:
        axes.plot([mark.at], [height], "x", markersize=7, color="black", clip_on=False, zorder=4)
    if with_count and mark.count > 1:
        axes.annotate(
            f"x{mark.count}", (mark.at, height), xytext=(6, -3), textcoords="offset points", fontsize=SMALL_PT
        )


def _explain(figure: Drawing, axes: Axes, rows: Sequence[TraceRow]) -> None:
    """Name the marks that are there, below the axis."""
    from matplotlib.lines import Line2D

    there = {mark.kind for row in rows for mark in row.marks}
    handles = [
        Line2D(
            [],
            [],
            linestyle="none",
            marker=look.marker,
            markersize=8,
            markerfacecolor=look.colour if look.filled else "white",
            markeredgecolor=look.colour,
            label=look.word,
        )
        for kind, look in _LOOKS.items()
        if kind in there
    ]
    figure.legend(
        handles=handles, loc="lower left", ncols=len(handles), fontsize=SMALL_PT, frameon=False, borderpad=0.2
    )
