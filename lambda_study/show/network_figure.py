"""The network of a function: what stands on the way to each destination, and where the way ends."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from lambda_study.model.network import (
    DATABASE,
    DESTINATIONS,
    INTERNET,
    Network,
    Reach,
)
from lambda_study.model.network_bill import network_bill
from lambda_study.show.figure import Figure
from lambda_study.show.playground import Choice, Playground, Slider, Switch, playground
from lambda_study.show.style import (
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

_HEIGHT_IN = 4.1
_ROW = 6
_TOP = 34
_FUNCTION, _WAY, _DESTINATION = 3, 25, 51  # where each column begins
_WIDTH = 16
_WAY_WIDTH = 19
_NAMES = {INTERNET: "internet", "DynamoDB": "DynamoDB", DATABASE: "database"}
_DASHED = (0, (4, 3))


def network_figure(network: Network, title: str | None = None) -> Figure:
    """A figure of NETWORK: a line from the function to each destination, dashed where it ends on the way.

    `title` replaces the finding (at most 60 characters).

    >>> network_figure(Network("public", gateways=("S3",)))
    Figure: A function in a public subnet. the internet: times out, missing: a public IP address. \
S3: reached by gateway endpoint. DynamoDB: times out, missing: a public IP address. \
SQS: times out, missing: a public IP address. Secrets Manager: times out, missing: a public IP address. \
the database: reached by local route.
    Reached: S3, the database. Missing: a public IP address.
    """
    reaches = network.reaches()
    finding = _finding(network)
    with styled():
        drawn = _drawn(network, reaches.answers, title or finding)
    told = ". ".join(map(repr, reaches.answers))
    return Figure(drawn, alt=f"A function {_place(network)}. {told}.", headline=reaches.headline)


def network_playground() -> Playground:
    """A playground with a switch for each piece: what is reached, and what it costs in a month.

    >>> network_playground()
    The network of a function, at
    - subnet: private
    - NAT gateway in each zone: off
    - gateway endpoint for S3: off
    - interface endpoint for Secrets Manager: off
    - data to S3 in a month: 1,000 GB
    - Availability Zones: 2
    Reached: the database. Missing: a NAT gateway.
    The network costs nothing.
    """
    return playground(
        switched,
        title="The network of a function",
        subnet=Choice(["none", "private", "public"], start="private"),
        nat=Switch(False, label="NAT gateway in each zone"),
        s3_endpoint=Switch(False, label="gateway endpoint for S3"),
        secrets_endpoint=Switch(False, label="interface endpoint for Secrets Manager"),
        gb=Slider(0, 10_000, step=500, start=1_000, label="data to S3 in a month", unit="GB"),
        zones=Slider(1, 3, start=2, label="Availability Zones"),
    )


def switched(
    subnet: str, nat: bool, s3_endpoint: bool, secrets_endpoint: bool, gb: int, zones: int
) -> tuple[str, Figure]:
    """The bill of the network with these pieces, and its figure."""
    network = Network(
        subnet,  # type: ignore[arg-type]
        nat,
        gateways=("S3",) if s3_endpoint else (),
        interfaces=("Secrets Manager",) if secrets_endpoint else (),
    )
    figure, bill = network_figure(network), network_bill(network, gb, "S3", zones)
    return f"{figure.headline}\n{bill if bill.lines else 'The network costs nothing.'}", figure


def _place(network: Network) -> str:
    return f"in a {network.subnet} subnet" if network.attached else "without a VPC"


def _finding(network: Network) -> str:
    count = len(network.reaches().reached)
    return f"{_place(network).capitalize()} a function reaches {count} of {len(DESTINATIONS)}".replace(
        "vpc", "VPC"
    )


def _drawn(network: Network, answers: tuple[Reach, ...], title: str) -> Drawing:
    figure = drawing(_HEIGHT_IN)
    write_finding(figure, title)
    axes = axes_inside(figure, left=0.1, right=0.1, top=TITLE_ROOM_IN, bottom=0.05)
    axes.set_xlim(0, 68)
    axes.set_ylim(0, 40)
    axes.axis("off")
    _draw_frames(axes, network)
    middle = _TOP - _ROW * (len(answers) - 1) / 2
    for row, answer in enumerate(answers):
        _draw_line(axes, answer, _TOP - row * _ROW, middle)
    _draw_ways(axes, answers)
    _box(axes, _FUNCTION, middle - 3, _WIDTH - 2, 6, "function", INVOKE)
    return figure


def _draw_frames(axes: Axes, network: Network) -> None:
    """The frame of the VPC, with the database in its corner; in it the function's subnet, if there is one."""
    inner, right, low, high = _DESTINATION - 2.5, 67.8, 0.4, 7.0
    if not network.attached:
        _frame(axes, [(inner, low), (right, low), (right, high), (inner, high)])
        axes.text(inner - 0.7, low + 0.6, "VPC", fontsize=SMALL_PT, color=QUIET_INK, ha="right")
        return
    corners = [(0.5, low), (right, low), (right, high), (inner, high), (inner, 39.2), (0.5, 39.2)]
    _frame(axes, corners)
    axes.text(1.2, 38.6, "VPC", fontsize=SMALL_PT, color=QUIET_INK, va="top")
    _frame(axes, [(1.7, 10.5), (18.5, 10.5), (18.5, 28), (1.7, 28)])
    axes.text(2.4, 27.4, f"{network.subnet} subnet", fontsize=SMALL_PT, color=QUIET_INK, va="top")


def _draw_line(axes: Axes, answer: Reach, y: float, start: float) -> None:
    """The way to one destination; a dashed one ends where its piece is missing."""
    left = _FUNCTION + _WIDTH - 2
    if answer.reached:
        axes.plot([left, _WAY, _DESTINATION - 0.4], [start, y, y], color=INVOKE, linewidth=1.6, zorder=1)
    else:
        axes.plot([left, _WAY], [start, y], color=QUIET_INK, linewidth=1.2, linestyle=_DASHED, zorder=1)
        axes.plot([_WAY], [y], "x", color=INK, markersize=8, markeredgewidth=2)
        axes.text(_WAY + 1.3, y, f"no {_bare(answer.missing)}", fontsize=SMALL_PT, va="center", color=INK)
    name = _NAMES.get(answer.destination, answer.destination)
    colour = INVOKE if answer.reached else QUIET_INK
    _box(axes, _DESTINATION, y - 2.1, _WIDTH, 4.2, name, colour)


def _bare(piece: str) -> str:
    return piece.removeprefix("a ").removeprefix("an ")


def _draw_ways(axes: Axes, answers: tuple[Reach, ...]) -> None:
    """A box for each way; neighbours that share one share its box."""
    rows = list(enumerate(answers))
    for way, group in groupby(rows, key=lambda each: each[1].way):
        places = [row for row, _ in group]
        if way:
            high, low = _TOP - places[0] * _ROW, _TOP - places[-1] * _ROW
            _box(axes, _WAY, low - 2.1, _WAY_WIDTH, high - low + 4.2, way, INVOKE)


def _frame(axes: Axes, corners: list[tuple[float, float]]) -> None:
    from matplotlib.patches import Polygon

    axes.add_patch(Polygon(corners, fill=False, edgecolor=QUIET_INK, linewidth=1))


def _box(axes: Axes, x: float, y: float, width: float, height: float, text: str, colour: str) -> None:
    """A box with TEXT in its middle, over the lines."""
    from matplotlib.patches import FancyBboxPatch

    shape = "round,pad=0,rounding_size=0.8"
    face = "#e2eef6" if colour == INVOKE else "white"
    axes.add_patch(
        FancyBboxPatch((x, y), width, height, boxstyle=shape, edgecolor=colour, facecolor=face, linewidth=1.3)
    )
    ink = INVOKE_INK if colour == INVOKE else INK
    axes.text(x + width / 2, y + height / 2, text, ha="center", va="center", fontsize=SMALL_PT, color=ink)
