"""Who calls a function, and how, as a map: it pushes and waits, pushes into a queue, or is polled."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambda_study.facts import fact
from lambda_study.show.figure import Figure
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

_HEIGHT_IN = 4.4
_TITLE = "Three ways to a function"
_TITLE_WITH_WORDS = "Three ways to a function, and who tries again"


class _Way(NamedTuple):
    """One way to a function; BETWEEN stands in the middle of the arrow."""

    model: str
    name: str
    between: str
    words: str


_WAYS = (
    _Way("synchronous", "pushes and waits", "", "resource policy · the caller tries again, or not"),
    _Way(
        "asynchronous",
        "pushes and goes on",
        "queue",
        "resource policy, Scheduler: role · Lambda tries twice more",
    ),
    _Way(
        "event source mapping", "is polled", "mapping", "execution role · stays in the source, is read again"
    ),
)
_SERVICES = {
    "api_gateway": "API Gateway",
    "load_balancer": "Load Balancer",
    "cognito": "Cognito",
    "s3": "S3",
    "sns": "SNS",
    "eventbridge_rule": "EventBridge",
    "scheduler": "Scheduler",
    "logs": "CloudWatch Logs",
    "sqs": "SQS",
    "kinesis": "Kinesis",
    "dynamodb_streams": "DynamoDB Streams",
}


def caller_map(words: bool = True) -> Figure:
    """A map of the services that call functions, by invocation model.

    WORDS stand below each arrow: where the permission is written, and who tries again.

    >>> print(caller_map().headline)
    Pushes and waits: API Gateway, Load Balancer, Cognito. Pushes and goes on: S3, SNS, EventBridge, \
Scheduler, CloudWatch Logs. Is polled: SQS, Kinesis, DynamoDB Streams.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html (read 2026-11-23).
    """
    with styled():
        drawn = _drawn(words)
    said = " ".join(f"{way.name.capitalize()}: {', '.join(_services(way))}." for way in _WAYS)
    alt = (
        "Three rows of services with arrows to a function. The first push and wait for the answer. The "
        "second push into a queue of Lambda, which invokes. The third are read by a mapping of Lambda, which "
        "invokes."
    )
    if words:
        alt += f" Below the arrows: {'; '.join(way.words for way in _WAYS)}."
    return Figure(drawn, alt=alt, headline=said)


def _services(way: _Way) -> list[str]:
    models = fact("model.of_service").value
    return [_SERVICES[name] for name, model in models.items() if model == way.model]


def _drawn(words: bool) -> Drawing:
    figure = drawing(_HEIGHT_IN)
    write_finding(figure, _TITLE_WITH_WORDS if words else _TITLE)
    axes = axes_inside(figure, left=0.1, right=0.1, top=TITLE_ROOM_IN, bottom=0.05)
    axes.set_xlim(0, 68)
    axes.set_ylim(0, 39)
    axes.axis("off")
    for way, y in zip(_WAYS, (32.5, 19.5, 6.5), strict=True):
        _row(axes, way, y)
        if words:
            axes.text(38.5, y - 3.1, way.words, ha="center", va="top", fontsize=SMALL_PT, color=QUIET_INK)
    return figure


def _row(axes: Axes, way: _Way, y: float) -> None:
    """One row: the services at the left, the way, the function at the right."""
    _box(axes, 0.3, y - 5.5, 19, 11, "\n".join(_services(way)), SMALL_PT)
    if way.between:
        _box(axes, 33, y - 2.2, 11, 4.4, way.between, SMALL_PT)
        polled = way.between == "mapping"
        _arrow(axes, 20, 32.4, y, QUIET_INK, "<|-" if polled else "-|>")
        _arrow(axes, 44.6, 56, y, INVOKE, "-|>")
    else:
        _arrow(axes, 20, 56, y, INVOKE, "<|-|>")
    axes.text(38.5, y + 3.4, way.name, ha="center", fontweight="bold", color=INVOKE_INK)
    _box(axes, 56.7, y - 2.6, 11, 5.2, "function", None, INVOKE)


def _arrow(axes: Axes, start: float, end: float, y: float, colour: str, style: str) -> None:
    line = {"arrowstyle": style, "color": colour, "linewidth": 1.8, "mutation_scale": 14}
    axes.annotate("", xy=(end, y), xytext=(start, y), arrowprops=line)


def _box(
    axes: Axes,
    x: float,
    y: float,
    width: float,
    height: float,
    text: str,
    size_pt: int | None,
    colour: str = QUIET_INK,
) -> None:
    """A box with TEXT in its middle."""
    from matplotlib.patches import FancyBboxPatch

    shape = "round,pad=0,rounding_size=0.8"
    face = f"{INVOKE}22" if colour == INVOKE else "white"
    axes.add_patch(
        FancyBboxPatch((x, y), width, height, boxstyle=shape, edgecolor=colour, facecolor=face, linewidth=1.3)
    )
    middle = (x + width / 2, y + height / 2)
    axes.text(*middle, text, ha="center", va="center", fontsize=size_pt, color=INK, linespacing=1.35)
