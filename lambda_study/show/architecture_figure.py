"""The same handler on both architectures: what Arm costs, by how much longer or shorter it takes there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lambda_study.model.power_tuning import slowdown_that_arm_makes_up_for
from lambda_study.model.pricing import fixed_work
from lambda_study.model.usage import Number, check_number
from lambda_study.show.figure import Figure
from lambda_study.show.style import (
    BILLED,
    BILLED_INK,
    INK,
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

_HEIGHT_IN = 3.4
_PARTS = (0.75, 1.0, 1.25, 1.5)  # of the time on x86
_LONGEST_MS = 600_000


def architecture_figure(duration_ms: Number = 80, memory_mb: int = 1769) -> Figure:
    """A figure of a million requests on Arm, for times shorter and longer than on x86, where they take
    DURATION_MS.

    How much longer or shorter is up to the code: measure it. Prices are those of us-east-1.

    >>> architecture_figure()
    Figure: Price of a million requests of 1,769 MB: a level line for x86_64 at 80 ms, 2.50 USD, and a \
rising one for arm64 at 60 to 120 ms, 1.58 to 2.96 USD. They meet at 1.25 times the time.
    As fast as on x86_64, arm64 costs 2.04 USD per million in the place of 2.50 USD. How fast it is, the \
code decides.

    Raises `BadInput` for a duration or a memory size that cannot be.
    Source: https://aws.amazon.com/lambda/pricing/ (read 2026-11-23).
    """
    duration = float(check_number("duration_ms", duration_ms, 1, _LONGEST_MS, " ms"))
    level = _usd(duration, memory_mb, "x86_64")
    rising = [_usd(part * duration, memory_mb, "arm64") for part in _PARTS]
    meeting = float(slowdown_that_arm_makes_up_for())
    with styled():
        drawn = _drawn(duration, level, rising, meeting)
    alt = (
        f"Price of a million requests of {memory_mb:,} MB: a level line for x86_64 at {duration:,g} ms, "
        f"{level:,.2f} USD, and a rising one for arm64 at {_PARTS[0] * duration:,g} to "
        f"{_PARTS[-1] * duration:,g} ms, {rising[0]:,.2f} to {rising[-1]:,.2f} USD. They meet at "
        f"{meeting:.2f} times the time."
    )
    headline = (
        f"As fast as on x86_64, arm64 costs {rising[1]:,.2f} USD per million in the place of {level:,.2f} "
        "USD. How fast it is, the code decides."
    )
    return Figure(drawn, alt=alt, headline=headline)


def _usd(duration_ms: float, memory_mb: int, architecture: str) -> float:
    [cost] = fixed_work(0, wait_ms=duration_ms, memories_mb=[memory_mb], architecture=architecture)
    return float(cost.usd_per_million)


def _drawn(duration_ms: float, level: float, rising: Sequence[float], meeting: float) -> Drawing:
    figure = drawing(_HEIGHT_IN)
    write_finding(figure, f"Arm is cheaper up to {meeting:.2f} times the time")
    axes = axes_inside(figure, left=0.85, right=1.0, top=TITLE_ROOM_IN + 0.1, bottom=0.65)
    axes.set_xlim(_PARTS[0], _PARTS[-1])
    axes.set_ylim(0, 1.15 * max(level, rising[-1]))
    axes.set_xticks(_PARTS, [f"{part:g}" for part in _PARTS])
    axes.grid(axis="y")
    axes.set_xlabel(f"times {duration_ms:,g} ms, which it takes on x86_64")
    axes.set_ylabel("USD per million requests")
    axes.plot([_PARTS[0], _PARTS[-1]], [level, level], color=INVOKE, clip_on=False)
    axes.plot(_PARTS, rising, color=BILLED, clip_on=False)
    _meet(axes, meeting, level)
    above = max(rising[-1], level + 0.1 * axes.get_ylim()[1])  # so that the names stay apart
    for text, usd, ink in (("x86_64", level, INVOKE_INK), ("arm64", above, BILLED_INK)):
        axes.annotate(
            text, (_PARTS[-1], usd), (8, 0), textcoords="offset points", va="center", fontsize=SMALL_PT,
            color=ink, annotation_clip=False,
        )  # fmt: skip
    return figure


def _meet(axes: Axes, part: float, usd: float) -> None:
    axes.plot([part], [usd], marker="o", color=INK, markersize=7, zorder=3)
    axes.axvline(part, color=QUIET_INK, linewidth=0.8, linestyle=":")
