"""Where the price of a server and that of a function cross, and where provisioned concurrency pays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from lambda_study.errors import BadInput
from lambda_study.model.break_even import (
    Server,
    check_server,
    crossing,
    free_requests,
    per_second,
    provisioned_pays_above,
    rates_per_gb_s,
)
from lambda_study.model.pricing import Usage, price
from lambda_study.model.usage import Number
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

_HEIGHT_IN = 4.0
_LEAST_USD, _MOST_USD = -1, 3  # the powers of ten that the axis shows at least
_MOST_SERVERS = 3
_HOUR_S = 3600


def break_even_figure(
    servers: Server | Sequence[Server],
    memory_mb: int = 1024,
    duration_ms: Number = 100,
    title: str | None = None,
) -> Figure:
    """A figure of the month's price against requests: a function, and one or more SERVERS of one each.

    Marked are the knee, up to which the free tier covers everything, and where the function begins to cost
    more than each server. Both axes are logarithmic; 0 USD has no place on such an axis, so the line of the
    function begins behind the knee. `title` replaces the finding (at most 60 characters).

    >>> from lambda_study.model.break_even import ec2
    >>> break_even_figure(ec2("m5.large"))
    Figure: Price of a month against requests, both axes logarithmic: a rising line for a function of 1,024 \
MB and 100 ms, a level line for each server. The function is free up to 1,000,000 requests.
    From 41,221,363 requests a month (15.7 a second) on, m5.large at 70.08 USD is cheaper.

    Unlike AWS: whether one server carries so many requests is not asked here.
    Raises `BadInput` for more than three servers.
    """
    several = [servers] if isinstance(servers, str) or not isinstance(servers, Iterable) else [*servers]
    if not 1 <= len(several) <= _MOST_SERVERS:
        raise BadInput(f"{len(several)} servers do not fit one figure. Give 1 to {_MOST_SERVERS}.")
    knee = free_requests(memory_mb, duration_ms)
    for server in several:
        check_server(server)
    crossings = [crossing(server, memory_mb, duration_ms) for server in several]
    finding = title or f"A server is cheaper from {per_second(min(crossings)):,.1f} requests a second on"
    with styled():
        drawn = _lines(several, crossings, knee, Usage(0, duration_ms, memory_mb), finding)
    alt = (
        f"Price of a month against requests, both axes logarithmic: a rising line for a function of "
        f"{memory_mb:,} MB and {duration_ms:,} ms, a level line for each server. The function is free up to "
        f"{knee:,} requests."
    )
    said = [_said(server, requests) for server, requests in zip(several, crossings, strict=True)]
    return Figure(drawn, alt=alt, headline=" ".join(said))


def _said(server: Server, requests: int) -> str:
    rate = f"{per_second(requests):,.1f} a second"
    return (
        f"From {requests:,} requests a month ({rate}) on, {server.name} at {server.usd_per_month:,.2f} USD "
        "is cheaper."
    )


def _lines(
    servers: Sequence[Server], crossings: Sequence[int], knee: int, function: Usage, title: str
) -> Drawing:
    figure = drawing(_HEIGHT_IN)
    write_finding(figure, title)
    axes = axes_inside(figure, left=0.85, right=0.35, top=TITLE_ROOM_IN + 0.1, bottom=0.65)
    first, last = knee / 20, max(*crossings, knee) * 12
    lowest = _scales(axes, first, last, [float(server.usd_per_month) for server in servers])
    _function(axes, function, knee, last, 20 * lowest)
    _knee(axes, knee, 2 * lowest)
    for server, requests in zip(servers, crossings, strict=True):
        _server(axes, server, requests, first)
    return figure


def _scales(axes: Axes, first: float, last: float, monthly: Sequence[float]) -> float:
    """Lets every server be seen, and returns the least amount on the axis."""
    from math import ceil, floor, log10

    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(first, last)
    least = min(_LEAST_USD, floor(log10(min(monthly) / 2)))
    most = max(_MOST_USD, ceil(log10(max(monthly) * 2)))
    axes.set_ylim(10.0**least, 10.0**most)
    powers = [10**power for power in range(ceil(log10(first)), int(log10(last)) + 1)]
    axes.set_xticks(powers, [f"{power:,}" for power in powers])
    amounts = [10.0**power for power in range(least, most + 1)]
    axes.set_yticks(amounts, [f"{usd:,.10g}" for usd in amounts])
    axes.minorticks_off()
    axes.grid()
    axes.set_xlabel("requests a month (logarithmic)")
    axes.set_ylabel("USD a month (logarithmic)")
    return float(amounts[0])


def _function(axes: Axes, function: Usage, knee: int, last: float, label_usd: float) -> None:
    import numpy as np

    requests = [int(each) for each in knee * (1 + np.geomspace(0.001, last / knee, 120))]
    totals = [
        float(price(Usage(each, function.duration_ms, function.memory_mb)).total_usd) for each in requests
    ]
    axes.plot(requests, totals, color=INVOKE)
    place = int(np.searchsorted(totals, label_usd))
    label = f"Lambda, {function.memory_mb:,} MB,\n{function.duration_ms:,} ms"
    axes.annotate(
        label, (requests[place], label_usd), (10, -4), textcoords="offset points", va="top",
        fontsize=SMALL_PT, color=INVOKE_INK,
    )  # fmt: skip


def _knee(axes: Axes, knee: int, label_usd: float) -> None:
    axes.axvline(knee, color=INVOKE, linewidth=1, linestyle=":")
    axes.annotate(
        f"free up to\n{knee:,}", (knee, label_usd), (-6, 0), textcoords="offset points",
        ha="right", fontsize=SMALL_PT, color=INVOKE_INK,
    )  # fmt: skip


def _server(axes: Axes, server: Server, requests: int, first: float) -> None:
    usd = float(server.usd_per_month)
    axes.axhline(usd, color=BILLED)
    axes.plot([requests], [usd], marker="o", color=INK, markersize=7, zorder=3)
    axes.annotate(
        f"{server.name}: {usd:,.2f}", (first, usd), (6, 4), textcoords="offset points",
        fontsize=SMALL_PT, color=BILLED_INK,
    )  # fmt: skip
    axes.annotate(
        f"{per_second(requests):,.1f} a second", (requests, usd), (8, -4), textcoords="offset points",
        va="top", fontsize=SMALL_PT, color=INK,
    )  # fmt: skip


def provisioned_figure(architecture: str = "x86_64") -> Figure:
    """A figure of the price of a GB-hour against the share of it that works: on demand and provisioned.

    >>> provisioned_figure()
    Figure: Two straight lines over the share of the time that environments work. On demand rises from 0 \
to 0.060 USD, provisioned from 0.015 to 0.050 USD. They cross at 60 %.
    Provisioned concurrency costs less than on demand above 60 % use.

    Source: https://aws.amazon.com/lambda/pricing/ (read 2026-11-23).
    """
    hourly = [float(rate) * _HOUR_S for rate in rates_per_gb_s(architecture)]
    share = float(provisioned_pays_above(architecture))
    with styled():
        drawn = _use(hourly, share)
    on_demand, kept, working = hourly
    alt = (
        "Two straight lines over the share of the time that environments work. On demand rises from 0 to "
        f"{on_demand:.3f} USD, provisioned from {kept:.3f} to {kept + working:.3f} USD. They cross at "
        f"{100 * share:.0f} %."
    )
    headline = f"Provisioned concurrency costs less than on demand above {100 * share:.0f} % use."
    return Figure(drawn, alt=alt, headline=headline)


def _use(hourly: Sequence[float], share: float) -> Drawing:
    on_demand, kept, working = hourly
    figure = drawing(3.4)
    write_finding(figure, f"Provisioned concurrency pays above {100 * share:.0f} % use")
    axes = axes_inside(figure, left=0.85, right=1.35, top=TITLE_ROOM_IN + 0.1, bottom=0.65)
    axes.set_xlim(0, 100)
    axes.set_ylim(0, on_demand * 1.05)
    axes.set_yticks([hundredths / 100 for hundredths in range(int(100 * on_demand) + 1)])
    axes.grid(axis="y")
    axes.set_xlabel("share of the time that the environments work (%)")
    axes.set_ylabel("USD for a GB and hour")
    axes.plot([0, 100], [0, on_demand], color=INVOKE, clip_on=False)
    axes.plot([0, 100], [kept, kept + working], color=BILLED, clip_on=False)
    axes.plot([100 * share], [on_demand * share], marker="o", color=INK, markersize=7, zorder=3)
    axes.axvline(100 * share, color=QUIET_INK, linewidth=0.8, linestyle=":")
    for text, usd, ink in (("on demand", on_demand, INVOKE_INK), ("provisioned", kept + working, BILLED_INK)):
        axes.annotate(
            text, (100, usd), (8, 0), textcoords="offset points", va="center", fontsize=SMALL_PT,
            color=ink, annotation_clip=False,
        )  # fmt: skip
    return figure
