"""A simulated function over time: how many invocations run, the limit, and what is throttled."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

from lambda_study.model.simulation import Simulation
from lambda_study.model.usage import as_number
from lambda_study.show.figure import Figure
from lambda_study.show.style import (
    HATCH,
    INK,
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

_HEIGHT_IN = 4.0
_STEPS = 120
_ROUND_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 86_400)
_UNITS = (("hours", 3600, 4 * 3600), ("minutes", 60, 300), ("seconds", 1, 0))


def concurrency_figure(result: Simulation, step_s: float | None = None, title: str | None = None) -> Figure:
    """A figure of RESULT over time: the most that ran at once in each step, and below what was throttled.

    The dashed line is the limit that holds: the function's reservation, else the account's, where the line
    comes near it. `title` replaces the finding (at most 60 characters).

    >>> from lambda_study.model.simulation import simulate
    >>> from lambda_study.model.workload import Workload
    >>> concurrency_figure(simulate(Workload(arrivals=[0, 0, 0, 5], duration_ms=2000, reserved=2)))
    Figure: Invocations at once over 7 s, at most 2, with a limit of 2. Below, 1 request throttled.
    Of 4 requests 1 was warm, 2 started cold and 1 was throttled.
    """
    step = float(as_number("step_s", _fitting(result) if step_s is None else step_s))
    limit = _limit(result)
    with styled():
        drawn = _drawn(result, step, limit, title or _finding(result))
    with_limit = f", with a limit of {limit:,}" if limit is not None else ""
    alt = (
        f"Invocations at once over {result.end_s:,.0f} s, at most {result.max_concurrency:,}{with_limit}. "
        f"Below, {_requests(result.throttled)} throttled."
    )
    throttled = _were(result.throttled, "throttled")
    counts = f"{_were(result.warm, 'warm')}, {result.cold:,} started cold and {throttled}"
    return Figure(drawn, alt=alt, headline=f"Of {_requests(result.requests)} {counts}.")


def _fitting(result: Simulation) -> int:
    """A round step of which RESULT has few enough to be seen."""
    return next((step for step in _ROUND_S if result.end_s / step <= _STEPS), _ROUND_S[-1])


def _requests(count: int) -> str:
    return f"{count:,} request{'' if count == 1 else 's'}"


def _were(count: int, what: str) -> str:
    return f"{count:,} {'was' if count == 1 else 'were'} {what}"


def _limit(result: Simulation) -> int | None:
    """The limit that holds, if the invocations come near it."""
    given = result.workload.reserved
    limit = result.workload.concurrency_limit if given is None else given
    return limit if limit is not None and result.max_concurrency >= limit / 2 else None


def _finding(result: Simulation) -> str:
    if result.throttled:
        share = 100 * result.throttled / result.requests
        return f"{result.max_concurrency:,} at once, and {share:.2g} % throttled"
    return f"{result.max_concurrency:,} at once, none throttled"


def _drawn(result: Simulation, step_s: float, limit: int | None, title: str) -> Drawing:
    figure = drawing(_HEIGHT_IN)
    write_finding(figure, title)
    below = 0.9
    upper = axes_inside(figure, left=0.8, right=0.9, top=TITLE_ROOM_IN + 0.1, bottom=0.65 + below + 0.25)
    lower = axes_inside(figure, left=0.8, right=0.9, top=_HEIGHT_IN - 0.65 - below, bottom=0.65)
    unit, unit_s = next((name, size) for name, size, least in _UNITS if result.end_s >= least)
    steps, most = result.concurrency(step_s)
    _running(upper, steps / unit_s, most, limit)
    _throttled(lower, steps / unit_s, result.throttled_over_time(step_s)[1])
    for axes in (upper, lower):
        axes.set_xlim(0, (steps[-1] + step_s) / unit_s)
        axes.grid(axis="y")
        _whole_ticks(axes, unit)
    upper.tick_params(labelbottom=False)
    lower.set_xlabel(f"{unit}, in steps of {_step(step_s)}")
    return figure


def _whole_ticks(axes: Axes, unit: str) -> None:
    from matplotlib.ticker import MaxNLocator

    steps = [1, 3, 6, 10] if unit == "hours" else [1, 2, 5, 10]
    axes.xaxis.set_major_locator(MaxNLocator(8, steps=steps, integer=True))


def _whole_numbers(top: int) -> list[int]:
    """A few ticks from zero up to TOP."""
    from matplotlib.ticker import MaxNLocator

    ticks = MaxNLocator(5, steps=[1, 2, 5, 10], integer=True).tick_values(0, top)
    return [int(tick) for tick in ticks if tick <= top]


def _step(step_s: float) -> str:
    for size, name in ((3600, "h"), (60, "min")):
        if step_s >= size and step_s % size == 0:
            return f"{step_s / size:g} {name}"
    return f"{step_s:g} s"


def _running(axes: Axes, times: Any, most: Any, limit: int | None) -> None:
    axes.step(times, most, where="post", color=INVOKE)
    top = max(int(most.max()), limit or 0, 1)
    axes.set_ylim(0, 1.08 * top)
    axes.set_yticks(_whole_numbers(top), [f"{value:,}" for value in _whole_numbers(top)])
    axes.set_ylabel("at once", color=INVOKE_INK)
    if limit is None:
        return
    axes.axhline(limit, color=INK, linestyle="--", linewidth=1.2)
    axes.annotate(
        f"limit {limit:,}", (1, limit), (6, 0), xycoords=("axes fraction", "data"),
        textcoords="offset points", va="center", fontsize=SMALL_PT, color=QUIET_INK, annotation_clip=False,
    )  # fmt: skip


def _throttled(axes: Axes, times: Any, counts: Any) -> None:
    top = int(counts.max())
    axes.fill_between(
        times, counts, step="post", facecolor="white", edgecolor=THROTTLED, hatch=HATCH, linewidth=0
    )
    axes.step(times, counts, where="post", color=THROTTLED, linewidth=1.2)
    axes.set_ylim(0, 1.15 * max(1, top))
    ticks = [0, ceil(top / 2), top] if top > 3 else [0, top] if top else [0]
    axes.set_yticks(ticks, [f"{value:,}" for value in ticks])
    axes.set_ylabel("throttled", color=THROTTLED_INK)
