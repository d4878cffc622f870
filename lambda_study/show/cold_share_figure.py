"""The share of cold starts against the rate of requests: a formula, and what was measured on AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_study.facts import fact
from lambda_study.model.cold_share import cold_share
from lambda_study.show.figure import Figure
from lambda_study.show.style import (
    INIT,
    INIT_INK,
    INK,
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

_HEIGHT_IN = 4.0
_MEASURED = "cold_start.share_against_rate"
_DURATION_S = 2.0
_RATES = (0.0015, 1.25)
_TITLE = "The busier a function, the rarer its cold starts"


def cold_share_figure() -> Figure:
    """A figure of the share of cold starts against requests a second: theory, and twenty functions on AWS.

    Each function took about 2 s, was measured at one rate in 2020, and has a bar of two standard errors up
    and down. The line is the formula of `cold_share`, with environments that are kept for 600 s: nothing in
    it was fitted. Both axes are logarithmic.

    >>> cold_share_figure()
    Figure: Line and twenty points with error bars over 0.0015 to 1.25 requests a second, both axes \
logarithmic. The share of cold starts falls from 41 % to 0.11 %; the points lie along the line.
    From the formula to the measured share it is 13 % on average.
    """
    low, high = (cold_share(rate, _DURATION_S) for rate in _RATES)
    with styled():
        drawn = _drawn()
    alt = (
        f"Line and twenty points with error bars over {_RATES[0]} to {_RATES[1]} requests a second, both "
        f"axes logarithmic. The share of cold starts falls from {low:.0%} to {high:.2%}; the points "
        "lie along the line."
    ).replace("%", " %")
    headline = f"From the formula to the measured share it is {_mean_distance():.0%} on average."
    return Figure(drawn, alt=alt, headline=headline.replace("%", " %"))


def _mean_distance() -> float:
    """How far the formula is from each measured share, as a part of it, on average."""
    rows = fact(_MEASURED).value
    parts = [
        abs(cold_share(row["per_s"], row["warm_ms"] / 1000) / float(row["cold_share"]) - 1) for row in rows
    ]
    return sum(parts) / len(parts)


def _drawn() -> Drawing:
    figure = drawing(_HEIGHT_IN)
    write_finding(figure, _TITLE)
    axes = axes_inside(figure, left=0.85, right=0.3, top=TITLE_ROOM_IN + 0.1, bottom=0.95)
    _scales(axes)
    _theory(axes)
    _points(axes)
    row = fact(_MEASURED)
    note = f"Points: N. Mahmoudi, H. Khazaei, IEEE TCC {row.date}; {row.source.removeprefix('https://')}"
    figure.text(0.015, 0.12 / _HEIGHT_IN, note, fontsize=SMALL_PT, color=QUIET_INK)
    return figure


def _scales(axes: Axes) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(*_RATES)
    axes.set_ylim(0.0008, 1)
    axes.set_xticks([0.002, 0.01, 0.1, 1], ["0.002", "0.01", "0.1", "1"])
    axes.set_yticks([0.001, 0.01, 0.1, 1], ["0.1 %", "1 %", "10 %", "100 %"])
    axes.minorticks_off()
    axes.grid()
    axes.set_xlabel("requests a second (logarithmic)")
    axes.set_ylabel("cold starts (logarithmic)")


def _theory(axes: Axes) -> None:
    import numpy as np

    rates = np.geomspace(*_RATES, 80)
    shares = [cold_share(float(rate), _DURATION_S) for rate in rates]
    axes.plot(rates, shares, color=INK, linewidth=1.6, zorder=1)
    axes.annotate(
        "theory, fitted to nothing", (0.022, cold_share(0.022, _DURATION_S)), (10, 12),
        textcoords="offset points", fontsize=SMALL_PT, color=INK,
    )  # fmt: skip


def _points(axes: Axes) -> None:
    rows = fact(_MEASURED).value
    axes.errorbar(
        [float(row["per_s"]) for row in rows],
        [float(row["cold_share"]) for row in rows],
        yerr=[2 * float(row["standard_error"]) for row in rows],
        fmt="o", markersize=5, color=INIT, ecolor=INIT, elinewidth=1.2, capsize=2.5, zorder=2,
    )  # fmt: skip
    axes.annotate("measured on AWS,\n± 2 standard errors", (0.0018, 0.005), fontsize=SMALL_PT, color=INIT_INK)
