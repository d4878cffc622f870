"""A release over time: the share of the new version, what failed, and when the alarm went off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_study.model.traffic_seen import Release
from lambda_study.show.figure import Figure
from lambda_study.show.style import (
    FAILED_HATCH,
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

_HEIGHT_IN = 2.9
_MINUTE_S = 60


def release_figure(release: Release, title: str | None = None) -> Figure:
    """A figure of RELEASE: a line for the share of the new version, a bar for what failed each 10 seconds.

    `title` replaces the finding (at most 60 characters).

    >>> from lambda_study.model.traffic_seen import Moment
    >>> first, second = Moment(0, 10, 60, 7, 7, "OK"), Moment(60, 10, 10, 1, 1, "ALARM")
    >>> seen = first, second, Moment(70, 0, 50, 0, 0, "ALARM")
    >>> release_figure(Release(seen, "Stopped", "ALARM_ACTIVE", "version 1"))
    Figure: The share of the new version: 10 % from 0:00, 0 % from 1:10. The alarm is on from 1:00. \
8 of 120 calls failed.
    Stopped (ALARM_ACTIVE). The alias leads to version 1. 8 of 120 calls failed.
    """
    with styled():
        drawn = _drawn(release, title or _finding(release))
    shares = ", ".join(f"{percent} % from {_clock(at)}" for at, percent in _changes(release))
    alarmed = release.alarmed_at_s
    alarm = "The alarm stays off." if alarmed is None else f"The alarm is on from {_clock(alarmed)}."
    alt = f"The share of the new version: {shares}. {alarm} {release.failed} of {release.calls} calls failed."
    return Figure(drawn, alt=alt, headline=release.outcome)


def _finding(release: Release) -> str:
    if release.undone_at_s is not None:
        return f"The alarm undoes the release after {_clock(release.undone_at_s)} min"
    if release.alarmed_at_s is not None:
        return "The alarm is on, and nothing is undone"
    at, percent = _changes(release)[-1]
    return f"{percent} % of the traffic after {_clock(at)} min, and no alarm"


def _changes(release: Release) -> list[tuple[int, int]]:
    """When the share changed, and to what."""
    changes: list[tuple[int, int]] = []
    for moment in release.moments:
        if not changes or changes[-1][1] != moment.percent:
            changes.append((moment.at_s, moment.percent))
    return changes


def _clock(seconds: int) -> str:
    return f"{seconds // _MINUTE_S}:{seconds % _MINUTE_S:02d}"


def _drawn(release: Release, title: str) -> Drawing:
    figure = drawing(_HEIGHT_IN)
    write_finding(figure, title)
    axes = axes_inside(figure, left=0.95, right=0.85, top=TITLE_ROOM_IN + 0.1, bottom=0.55)
    times = [moment.at_s / _MINUTE_S for moment in release.moments]
    width = times[1] - times[0] if len(times) > 1 else 1.0
    ends = [*times, times[-1] + width]
    percents = [moment.percent for moment in release.moments]
    axes.step(ends, [*percents, percents[-1]], where="post", color=INK, linewidth=2)
    axes.set_ylim(0, 112)
    axes.set_yticks([0, 50, 100], ["0 %", "50 %", "100 %"])
    axes.set_ylabel("new version gets (line)", fontsize=SMALL_PT)
    axes.set_xlim(0, ends[-1])
    axes.set_xlabel("minutes since the deployment began", fontsize=SMALL_PT)
    _draw_failures(release, axes, times, width)
    _mark_alarm(release, axes)
    return figure


def _draw_failures(release: Release, axes: Axes, times: list[float], width: float) -> None:
    right = axes.twinx()
    axes.set_zorder(right.get_zorder() + 1)  # the line in front of the bars
    axes.patch.set_visible(False)
    failed = [moment.failed for moment in release.moments]
    most = max(moment.calls for moment in release.moments)
    right.bar(
        times, failed, width=width, align="edge", facecolor=INVOKE, hatch=FAILED_HATCH, edgecolor="white"
    )
    right.set_ylim(0, most * 1.12)
    right.set_yticks([0, most], ["0", f"{most}"], color=INVOKE_INK)
    right.set_ylabel("failed in 10 s (bars)", color=INVOKE_INK, fontsize=SMALL_PT)


def _mark_alarm(release: Release, axes: Axes) -> None:
    if release.alarmed_at_s is None:
        return
    at = release.alarmed_at_s / _MINUTE_S
    axes.axvline(at, color=QUIET_INK, linestyle="--", linewidth=1)
    axes.text(at, 105, "  alarm on", color=QUIET_INK, fontsize=SMALL_PT, va="center")
