"""What follows memory, as a picture: the CPU does, the network does not."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

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

_HEIGHT_IN = 3.2
_BASE_MB = 1024
_TITLE = "Ten times the memory: ten times the CPU, the same network"


def cpu_and_network() -> Figure:
    """A figure of CPU and network at every memory size, as multiples of what 1,024 MB have.

    CPU is in proportion to memory. The network is the same for all sizes; the dotted line is what AWS gives
    after it has approved an increase, outside a VPC, straight between its two documented ends.

    >>> cpu_and_network()
    Figure: Lines over memory, 1,024 to 10,240 MB. CPU rises from 1 to 10 times, the network stays at 1. \
A dotted line for the network after an approved increase rises to 4.8 times.
    1,024 MB: 0.58 vCPU, 625 Mbps. 10,240 MB: almost 6 vCPU, 625 Mbps.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html (read 2026-11-23).
    """
    largest, bandwidth = _number("memory.max"), _number("network.bandwidth_per_environment")
    raised = _number("network.bandwidth_raised_max") / bandwidth
    with styled():
        drawn = _lines(largest, raised)
    fewest, most = (mb / _number("vcpu.full_at") for mb in (_BASE_MB, largest))
    # AWS rounds its 10,240 MB to 6 vCPU; two decimals would claim to know better.
    said = [
        f"{_BASE_MB:,} MB: {fewest:.2f} vCPU, {bandwidth} Mbps.",
        f"{largest:,} MB: almost {ceil(most)} vCPU, {bandwidth} Mbps.",
    ]
    alt = (
        f"Lines over memory, {_BASE_MB:,} to {largest:,} MB. CPU rises from 1 to {largest / _BASE_MB:g} "
        "times, the network stays at 1. A dotted line for the network after an approved increase rises to "
        f"{raised:g} times."
    )
    return Figure(drawn, alt=alt, headline=" ".join(said))


def _number(id: str) -> int:
    return int(fact(id).value)


def _lines(largest: int, raised: float) -> Drawing:
    figure = drawing(_HEIGHT_IN)
    write_finding(figure, _TITLE)
    axes = axes_inside(figure, left=0.75, right=1.75, top=TITLE_ROOM_IN + 0.1, bottom=0.65)
    axes.set_xlim(0, largest)
    axes.set_ylim(0, largest / _BASE_MB)
    axes.set_xticks(
        [_BASE_MB, 2048, 4096, 6144, 8192, largest],
        ["1,024", "2,048", "4,096", "6,144", "8,192", f"{largest:,}"],
    )
    axes.set_yticks([0, 1, 2, 4, 6, 8, 10])
    axes.set_xlabel("memory (MB)")
    axes.set_ylabel(f"times as much as {_BASE_MB:,} MB")
    axes.grid(axis="y")
    _line(axes, [_BASE_MB, largest], [1, largest / _BASE_MB], "CPU", INVOKE_INK, color=INVOKE)
    _line(axes, [_BASE_MB, largest], [1, 1], "network", INK, color=INK)
    grown = [_number("network.bandwidth_grows_from"), largest]
    _line(
        axes,
        grown,
        [1, raised],
        "network, after AWS\napproved an increase",
        QUIET_INK,
        color=QUIET_INK,
        linestyle=":",
    )
    return figure


def _line(axes: Axes, memory_mb: list[int], times: list[float], label: str, ink: str, **look: Any) -> None:
    axes.plot(memory_mb, times, clip_on=False, **look)
    axes.annotate(
        label,
        (memory_mb[-1], times[-1]),
        xytext=(8, 0),
        textcoords="offset points",
        va="center",
        color=ink,
        fontsize=SMALL_PT,
        annotation_clip=False,
    )
