"""Requests at once, and what fleets of servers take, over the hours of one day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_study.errors import BadInput
from lambda_study.model.fleet import Fleet
from lambda_study.show.figure import Figure
from lambda_study.show.style import (
    BILLED,
    BILLED_INK,
    HATCH,
    INVOKE,
    INVOKE_INK,
    QUIET_INK,
    SMALL_PT,
    THROTTLED,
    THROTTLED_INK,
    TITLE_ROOM_IN,
    axes_inside,
    drawing,
    styled,
    write_finding,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

_HEIGHT_IN = 3.8
_HOUR_MIN = 60


def fleet_figure(
    scaled: Fleet, fixed: Fleet, from_hour: float = 18.5, to_hour: float = 20.5, title: str | None = None
) -> Figure:
    """A figure of the requests at once and of what two fleets take, for some hours of the day.

    Functions are as many as there are requests. A fleet that follows them is late: what it cannot take is
    hatched. The fixed one is as large as the peak. `title` replaces the finding (at most 60 characters).

    >>> from lambda_study.model.break_even import ec2
    >>> from lambda_study.model.fleet import exhibition_day, fixed_fleet, scaled_fleet
    >>> from lambda_study.model.simulation import simulate
    >>> day, server = simulate(exhibition_day()), ec2("m5.large")
    >>> fleet_figure(scaled_fleet(day, server, per_server=8), fixed_fleet(day, server, per_server=8))
    Figure: Requests at once from 18:30 to 20:30, and what servers take. Servers that follow the load are \
too few for 4 minutes of the day; 10 servers always suffice.
    The day's servers: 7.50 USD if they follow the load, 23.04 USD if they wait for the peak.
    """
    hours = len(scaled.wanted) / _HOUR_MIN
    if not 0 <= from_hour < to_hour <= hours or len(fixed.wanted) != len(scaled.wanted):
        raise BadInput(
            f"from_hour={from_hour:g}, to_hour={to_hour:g} is no part of the {hours:g} hours of both fleets. "
            "Choose hours within them."
        )
    late = scaled.short_minutes
    with styled():
        drawn = _drawn(
            scaled, fixed, (from_hour, to_hour), title or f"For {late} minutes the servers are too few"
        )
    span = f"{_clock(from_hour)} to {_clock(to_hour)}"
    alt = (
        f"Requests at once from {span}, and what servers take. Servers that follow the load are too few for "
        f"{late} minutes of the day; {int(fixed.serving.max())} servers always suffice."
    )
    headline = (
        f"The day's servers: {scaled.usd:,.2f} USD if they follow the load, {fixed.usd:,.2f} USD if they "
        "wait for the peak."
    )
    return Figure(drawn, alt=alt, headline=headline)


def _clock(hour: float) -> str:
    return f"{int(hour)}:{round(60 * (hour % 1)):02}"


def _drawn(scaled: Fleet, fixed: Fleet, hours: tuple[float, float], title: str) -> Drawing:
    figure = drawing(_HEIGHT_IN)
    write_finding(figure, title)
    axes = axes_inside(figure, left=0.7, right=1.5, top=TITLE_ROOM_IN + 0.1, bottom=0.65)
    first, last = (round(hour * _HOUR_MIN) for hour in hours)
    minutes = range(first, last)
    wanted, taken = scaled.wanted[first:last], scaled.capacity[first:last]
    axes.fill_between(
        minutes, taken, wanted, where=wanted > taken, step="post", facecolor="white", edgecolor=THROTTLED,
        hatch=HATCH, linewidth=0,
    )  # fmt: skip
    axes.step(minutes, wanted, where="post", color=INVOKE)
    axes.step(minutes, taken, where="post", color=BILLED)
    axes.step(
        minutes, fixed.capacity[first:last], where="post", color=QUIET_INK, linestyle="--", linewidth=1.5
    )
    _scales(axes, hours)
    _labels(axes, scaled, fixed, (first, last))
    return figure


def _scales(axes: Axes, hours: tuple[float, float]) -> None:
    axes.set_xlim(*(hour * _HOUR_MIN for hour in hours))
    axes.set_ylim(0, None)
    halves = [half / 2 for half in range(round(2 * hours[0]), round(2 * hours[1]) + 1)]
    axes.set_xticks([half * _HOUR_MIN for half in halves], [_clock(half) for half in halves])
    axes.set_ylabel("requests at once")
    axes.set_xlabel("time of day")
    axes.grid(axis="y")


def _labels(axes: Axes, scaled: Fleet, fixed: Fleet, minutes: tuple[int, int]) -> None:
    import numpy as np

    last = minutes[1] - 1
    ends = [
        ("functions: as many\nas requests", float(scaled.wanted[last]), INVOKE_INK),
        ("servers that\nfollow the load", float(scaled.capacity[last]), BILLED_INK),
        (f"{int(fixed.serving.max())} servers\nall day", float(fixed.capacity[last]), QUIET_INK),
    ]
    apart, place = 0.14 * axes.get_ylim()[1], -1e9
    for text, value, ink in sorted(ends, key=lambda end: end[1]):
        place = max(value, place + apart)
        axes.annotate(
            text, (minutes[1], place), (8, 0), textcoords="offset points", va="center", fontsize=SMALL_PT,
            color=ink, annotation_clip=False,
        )  # fmt: skip
    short = np.flatnonzero(scaled.wanted > scaled.capacity)
    if len(short):
        at = int(short[0])
        axes.annotate(
            "too few\nservers", (at, float(scaled.wanted[at])), (-6, 0), textcoords="offset points",
            ha="right", va="top", fontsize=SMALL_PT, color=THROTTLED_INK,
        )  # fmt: skip
