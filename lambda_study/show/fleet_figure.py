"""Requests at once, and what fleets of servers take, over the hours of one day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_study.errors import BadInput
from lambda_study.model.fleet import Fleet
from lambda_study.model.usage import as_number
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
_STEPS_MIN, _MOST_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 240, 360, 720, 1440, 10**9), 6


def fleet_figure(
    scaled: Fleet, fixed: Fleet, from_hour: float = 18.5, to_hour: float = 20.5, title: str | None = None
) -> Figure:
    """A figure of the requests at once and of what two fleets take, for some hours of the day.

    Functions are as many as there are requests. A fleet that follows them is late: what it cannot take is
    hatched. The fixed one has the same number of servers all day, as many as the peak needs unless it was
    given fewer. `title` replaces the finding (at most 60 characters).

    >>> from lambda_study.model.break_even import ec2
    >>> from lambda_study.model.fleet import exhibition_day, fixed_fleet, scaled_fleet
    >>> from lambda_study.model.simulation import simulate
    >>> day, server = simulate(exhibition_day()), ec2("m5.large")
    >>> fleet_figure(scaled_fleet(day, server, per_server=8), fixed_fleet(day, server, per_server=8))
    Figure: Requests at once from 18:30 to 20:30, and what servers take. Servers that follow the load are \
too few for 4 minutes of the day; 10 servers always suffice.
    The day's servers: 7.50 USD if they follow the load, 23.04 USD if they wait for the peak.

    Raises `BadInput` for hours that are no part of the day, and for fleets of two different days.
    """
    _check(scaled, fixed)
    first, last = _minutes(from_hour, to_hour, len(scaled.wanted))
    with styled():
        drawn = _drawn(scaled, fixed, (first, last), title or _finding(scaled))
    said = f"{_short(scaled, several=True)}; {_servers(fixed)} {_short(fixed, fixed.serving[0] > 1)}."
    alt = (
        f"Requests at once from {_clock(first)} to {_clock(last)}, and what servers take. "
        f"Servers that follow the load {said}"
    )
    fitting = "stay as they are" if fixed.short_minutes else "wait for the peak"
    headline = (
        f"The day's servers: {scaled.usd:,.2f} USD if they follow the load, {fixed.usd:,.2f} USD if they "
        f"{fitting}."
    )
    return Figure(drawn, alt=alt, headline=headline)


def _check(scaled: object, fixed: object) -> None:
    """Raise BadInput unless both are fleets under one load, and the second is one that never changes."""
    for fleet in (scaled, fixed):
        if not isinstance(fleet, Fleet):
            raise BadInput(f"{fleet!r} is no fleet. Give what scaled_fleet() and fixed_fleet() return.")
    assert isinstance(scaled, Fleet) and isinstance(fixed, Fleet)
    if list(scaled.wanted) != list(fixed.wanted):
        raise BadInput("The two fleets have different loads. Make both from one result of simulate().")
    if fixed.serving.min() < fixed.serving.max():
        raise BadInput("The second fleet changes its size. Give scaled_fleet() first, fixed_fleet() second.")


def _minutes(from_hour: object, to_hour: object, most: int) -> tuple[int, int]:
    """The first minute that is shown, and the one behind the last."""
    first, last = (
        round(_HOUR_MIN * as_number(name, hour))
        for name, hour in (("from_hour", from_hour), ("to_hour", to_hour))
    )
    if not 0 <= first < last <= most:
        raise BadInput(
            f"from_hour={from_hour}, to_hour={to_hour} is no part of the {most / _HOUR_MIN:g} hours of both "
            "fleets. Choose a minute or more within them."
        )
    return first, last


def _clock(minute: int) -> str:
    return f"{minute // _HOUR_MIN}:{minute % _HOUR_MIN:02}"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _servers(fleet: Fleet) -> str:
    return _counted(int(fleet.serving.max()), "server")


def _finding(scaled: Fleet) -> str:
    if not scaled.short_minutes:
        return "Servers that follow the load suffice all day"
    return f"For {_counted(scaled.short_minutes, 'minute')} the servers are too few"


def _short(fleet: Fleet, several: bool) -> str:
    if not fleet.short_minutes:
        return "always suffice" if several else "always suffices"
    return f"{'are' if several else 'is'} too few for {_counted(fleet.short_minutes, 'minute')} of the day"


def _drawn(scaled: Fleet, fixed: Fleet, shown: tuple[int, int], title: str) -> Drawing:
    figure = drawing(_HEIGHT_IN)
    write_finding(figure, title)
    axes = axes_inside(figure, left=0.7, right=1.5, top=TITLE_ROOM_IN + 0.1, bottom=0.65)
    first, last = shown
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
    _scales(axes, shown)
    _labels(axes, scaled, fixed, shown)
    return figure


def _scales(axes: Axes, shown: tuple[int, int]) -> None:
    first, last = shown
    axes.set_xlim(first, last)
    axes.set_ylim(0, None)
    step = next(step for step in _STEPS_MIN if (last - first) / step <= _MOST_STEPS)
    ticks = range(-(-first // step) * step, last + 1, step)
    axes.set_xticks(ticks, [_clock(minute) for minute in ticks])
    axes.set_ylabel("requests at once")
    axes.set_xlabel("time of day")
    axes.grid(axis="y")


def _labels(axes: Axes, scaled: Fleet, fixed: Fleet, minutes: tuple[int, int]) -> None:
    import numpy as np

    last = minutes[1] - 1
    ends = [
        ("functions: as many\nas requests", float(scaled.wanted[last]), INVOKE_INK),
        ("servers that\nfollow the load", float(scaled.capacity[last]), BILLED_INK),
        (f"{_servers(fixed)}\nall day", float(fixed.capacity[last]), QUIET_INK),
    ]
    apart, place = 0.14 * axes.get_ylim()[1], -1e9
    for text, value, ink in sorted(ends, key=lambda end: end[1]):
        place = max(value, place + apart)
        axes.annotate(
            text, (minutes[1], place), (8, 0), textcoords="offset points", va="center", fontsize=SMALL_PT,
            color=ink, annotation_clip=False,
        )  # fmt: skip
    short = np.flatnonzero(scaled.wanted[slice(*minutes)] > scaled.capacity[slice(*minutes)])
    if len(short):
        at = minutes[0] + int(short[0])
        axes.annotate(
            "too few\nservers", (at, float(scaled.wanted[at])), (-6, 0), textcoords="offset points",
            ha="right", va="top", fontsize=SMALL_PT, color=THROTTLED_INK,
        )  # fmt: skip
