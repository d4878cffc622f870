"""The photo club's application as a map: what happens, which services and functions it goes through."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from lambda_study.show.figure import Figure
from lambda_study.show.style import (
    INK,
    INVOKE,
    QUIET_INK,
    SMALL_PT,
    TITLE_ROOM_IN,
    WIDTH_IN,
    axes_inside,
    drawing,
    styled,
    text_width_in,
    write_finding,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

_TITLE = "Eight functions between ten services"
_LEGEND = (
    "blue: invokes a function, and waits (two heads) or goes on · dashed: Lambda polls · grey: sends, writes"
)
_ROW_IN, _BOX_IN, _FOOT_IN = 0.63, 0.27, 0.4
_MARGIN_IN, _PAD_IN, _ARROW_IN = 0.12, 0.1, 0.3


class _Way(NamedTuple):
    """How one part reaches the next: the words for it, and the arrow."""

    words: str
    head: str
    line: str
    colour: str


_WAYS = {
    "<>": _Way(" asks ", "<|-|>", "-", INVOKE),
    ">": _Way(" invokes ", "-|>", "-", INVOKE),
    "~": _Way(", polled for ", "-|>", "--", INVOKE),
    "-": _Way(", then ", "-|>", "-", QUIET_INK),
}
_PARTS = re.compile(r" (<>|>|~|-) ")
CHAINS = (
    ("A member signs up", "Cognito <> admit"),
    ("A member asks where to put a photo", "API Gateway <> address"),
    ("The photo arrives", "S3 > thumbnail - DynamoDB ~ announce - SNS - SQS ~ newsletter"),
    ("What arrives is no photo", "S3 > thumbnail - SQS"),
    ("Somebody has to know", "CloudWatch - SNS - SQS"),
    ("A member looks at the photos", "API Gateway <> gallery - Kinesis ~ looks - DynamoDB"),
    ("The browser loads a thumbnail", "CloudFront - S3"),
    ("The night comes", "EventBridge > report - S3"),
)
"""What happens, and the chain of services and functions; functions have small letters."""


def club_map() -> Figure:
    """A map of the photo club's application: a row for each thing that happens.

    >>> print(club_map().headline)
    A photo that arrives runs three functions: thumbnail, announce, newsletter.
    """
    with styled():
        drawn = _drawn()
    told = " ".join(f"{what}: {_in_words(chain)}." for what, chain in CHAINS)
    headline = "A photo that arrives runs three functions: thumbnail, announce, newsletter."
    return Figure(drawn, alt=f"The photo club's application, row by row. {told}", headline=headline)


def _in_words(chain: str) -> str:
    return "".join(_WAYS[part].words if part in _WAYS else part for part in _PARTS.split(chain))


def _drawn() -> Drawing:
    height = TITLE_ROOM_IN + len(CHAINS) * _ROW_IN + _FOOT_IN
    figure = drawing(height)
    write_finding(figure, _TITLE)
    axes = axes_inside(figure, left=0, right=0, top=0, bottom=0)
    axes.set_xlim(0, WIDTH_IN)  # inches, as all that follows
    axes.set_ylim(height, 0)
    axes.axis("off")
    for number, (what, chain) in enumerate(CHAINS):
        top = TITLE_ROOM_IN + number * _ROW_IN
        axes.text(_MARGIN_IN, top + 0.14, what, fontsize=SMALL_PT, color=QUIET_INK, va="center")
        _draw_chain(axes, _PARTS.split(chain), top + 0.38, widths=_widths(figure, chain))
    axes.text(_MARGIN_IN, height - 0.18, _LEGEND, fontsize=SMALL_PT, color=QUIET_INK, va="center")
    return figure


def _widths(figure: Drawing, chain: str) -> Iterator[float]:
    """How wide each part is: a box by its name, and arrows."""
    for part in _PARTS.split(chain):
        yield _ARROW_IN if part in _WAYS else text_width_in(figure, part) + 2 * _PAD_IN


def _draw_chain(axes: Axes, parts: list[str], y: float, widths: Iterator[float]) -> None:
    left = _MARGIN_IN
    for part, width in zip(parts, widths, strict=True):
        if part in _WAYS:
            _draw_arrow(axes, left, left + width, y, _WAYS[part])
        else:
            _draw_box(axes, left, y, width, part)
        left += width


def _draw_arrow(axes: Axes, start: float, end: float, y: float, way: _Way) -> None:
    line = {"arrowstyle": way.head, "color": way.colour, "linewidth": 1.4, "mutation_scale": 9}
    shown = {**line, "linestyle": way.line, "shrinkA": 1, "shrinkB": 1}
    axes.annotate("", xy=(end, y), xytext=(start, y), arrowprops=shown)


def _draw_box(axes: Axes, left: float, y: float, width: float, name: str) -> None:
    from matplotlib.patches import FancyBboxPatch

    is_function = name.islower()
    axes.add_patch(
        FancyBboxPatch(
            (left, y - _BOX_IN / 2),
            width,
            _BOX_IN,
            boxstyle="round,pad=0,rounding_size=0.06",
            edgecolor=INVOKE if is_function else QUIET_INK,
            facecolor=f"{INVOKE}22" if is_function else "white",
            linewidth=1.2,
        )
    )
    axes.text(left + width / 2, y, name, ha="center", va="center", fontsize=SMALL_PT, color=INK)
