"""The init of a cold start in several languages: measured here, beside published figures of AWS."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from lambda_study.errors import BadInput
from lambda_study.facts import fact
from lambda_study.model.measured import measured
from lambda_study.show.figure import Figure
from lambda_study.show.style import (
    INIT,
    INK,
    QUIET_INK,
    SMALL_PT,
    TITLE_ROOM_IN,
    axes_inside,
    drawing,
    styled,
    text_width_in,
    write_finding,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

_ROW_IN = 0.6
_BAR = 0.34  # of a row
_MARGIN_IN = 0.12
_FOOT_IN = 0.4
_PUBLISHED = "cold_start.init_p50_ms"


class ColdStart(Protocol):
    """The init of one language, here and on AWS."""

    @property
    def language(self) -> str: ...
    @property
    def runtime(self) -> str: ...
    @property
    def here_ms(self) -> float: ...
    @property
    def aws_ms(self) -> float: ...


def cold_start_figure(cold_starts: Iterable[ColdStart]) -> Figure:
    """A figure of COLD_STARTS: for each language a full bar for AWS and an open one for this computer.

    >>> from lambda_study.demos.cold_starts import ColdStart
    >>> go, java = ColdStart("Go", "provided.al2023", 13.5, 51), ColdStart("Java", "java25", 141, 201)
    >>> cold_start_figure([go, java])
    Figure: Bars of the init of a cold start in 2 languages. Go: 51 ms on AWS, ~13.50 ms here. \
Java: 201 ms on AWS, ~141 ms here.
    On AWS, Java takes 3.9 times as long as Go.

    Raises `BadInput` for no cold starts.
    """
    rows = list(cold_starts)
    if not rows:
        raise BadInput("cold_start_figure() got no cold starts. Give it what cold_starts() returned.")
    fastest, slowest = (choose(rows, key=lambda row: row.aws_ms) for choose in (min, max))
    with styled():
        drawn = _bars(rows, f"On AWS {fastest.language} starts first, {slowest.language} last")
    spelt = [f"{row.language}: {row.aws_ms} ms on AWS, {measured(row.here_ms, 'ms')} here." for row in rows]
    alt = f"Bars of the init of a cold start in {len(rows)} languages. {' '.join(spelt)}"
    times = slowest.aws_ms / fastest.aws_ms
    headline = f"On AWS, {slowest.language} takes {times:.1f} times as long as {fastest.language}."
    return Figure(drawn, alt=alt, headline=headline)


def _bars(rows: Sequence[ColdStart], title: str) -> Drawing:
    figure = drawing(TITLE_ROOM_IN + _ROW_IN * len(rows) + _FOOT_IN)
    write_finding(figure, title)
    names = max(text_width_in(figure, _shown(row)) for row in rows)
    texts = max(text_width_in(figure, text) for row in rows for _, text in _values(row))
    left, right = names + 2 * _MARGIN_IN, texts + 2 * _MARGIN_IN
    axes = axes_inside(figure, left=left, right=right, top=TITLE_ROOM_IN, bottom=_FOOT_IN)
    axes.set_axis_off()
    axes.set_xlim(0, max(ms for row in rows for ms, _ in _values(row)))
    axes.set_ylim(len(rows) - 0.5, -0.5)
    for place, row in enumerate(rows):
        _draw(axes, place, row)
    source = fact(_PUBLISHED)
    note = f"AWS: medians at 128 MB, {source.source.removeprefix('https://')}, {source.date}"
    figure.text(0.015, 0.12 / figure.get_size_inches()[1], note, fontsize=SMALL_PT, color=QUIET_INK)
    return figure


def _draw(axes: Axes, place: int, row: ColdStart) -> None:
    (aws_ms, aws_text), (here_ms, here_text) = _values(row)
    above, below = place - _BAR / 2, place + _BAR / 2
    axes.barh(above, aws_ms, _BAR, color=INIT, edgecolor=INIT)
    axes.barh(below, here_ms, _BAR, color="white", edgecolor=INIT, linewidth=1.2)
    for y, ms, text in ((above, aws_ms, aws_text), (below, here_ms, here_text)):
        _write(axes, text, (ms, y), (6, 0), "left")
    _write(axes, _shown(row), (0, place), (-8, 0), "right")


def _write(axes: Axes, text: str, at: tuple[float, float], shift: tuple[int, int], side: str) -> None:
    axes.annotate(
        text, at, shift, textcoords="offset points", ha=side, va="center", fontsize=SMALL_PT, color=INK
    )


def _shown(row: ColdStart) -> str:
    return f"{row.language} ({row.runtime})"


def _values(row: ColdStart) -> tuple[tuple[float, str], tuple[float, str]]:
    here = measured(row.here_ms, "ms", digits=0)
    return (row.aws_ms, f"{row.aws_ms} ms on AWS"), (row.here_ms, f"{here} here")
