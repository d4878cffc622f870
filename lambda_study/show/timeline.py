"""What happened, invocation by invocation: init, handler, billed time, one row per execution environment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from lambda_study.errors import BadInput
from lambda_study.model.measured import measured
from lambda_study.show.figure import Figure
from lambda_study.show.style import styled
from lambda_study.show.timeline_drawing import draw
from lambda_study.show.timeline_rows import Bar, Row, rows_of

_LIMIT = 50
_ROWS_SPELT_OUT = 6


def timeline(invocations: Iterable[Any], title: str | None = None) -> Figure:
    """A figure of invocations over time: one row per execution environment.

    Vermillion is init, blue the handler, the green line below is what AWS bills. A cross and a hatched bar
    mark an invocation that failed. Long pauses between invocations are cut out of the time axis.

    `invocations` are 1 to 50 values of `fn.invoke`, or Reports. What was throttled did not run and is left
    out. `title` replaces the finding that the figure
    states on its own; it has at most 60 characters.

    >>> from datetime import datetime, UTC
    >>> from lambda_study.model.report import Report
    >>> start = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    >>> call = Report("r-1", "resize", "environment 1", "x86_64", start, 1.5, 92, 128, 35, init_ms=90.0)
    >>> timeline([call])
    Figure: Timeline of 1 invocation in 1 execution environment. Environment 1: 1 cold.
    Init ~90.00 ms, handler ~1.50 ms, billed ~92 ms.

    Raises `BadInput` for no invocations, more than 50, or a title that is too long.
    """
    rows = rows_of(_checked(list(invocations)))
    bars = [bar for row in rows for bar in row.bars]
    with styled():
        drawn = draw(rows, title or _finding(rows, bars))
    return Figure(drawn, alt=_alt(rows, bars), headline=_headline(bars))


def _checked(given: list[Any]) -> list[Any]:
    invocations = [item for item in given if getattr(item, "report", item) is not None]
    if given and not invocations:
        raise BadInput(f"All {len(given)} invocations were throttled: none ran, so there is nothing to draw.")
    if not invocations:
        raise BadInput("timeline() got no invocations. Give it what fn.invoke() returned, in a list.")
    if len(invocations) > _LIMIT:
        raise BadInput(
            f"timeline() draws up to {_LIMIT} invocations and got {len(invocations)}. "
            f"Give a part of them, such as invocations[:{_LIMIT}]."
        )
    return invocations


def _finding(rows: Sequence[Row], bars: Sequence[Bar]) -> str:
    failed = [bar for bar in bars if bar.failure]
    cold = sum(bar.cold for bar in bars)
    warm = len(bars) - cold
    if failed:
        verb = "timed out" if all(bar.failure == "timed out" for bar in failed) else "failed"
        return f"{len(failed)} of {count(len(bars), 'invocation')} {verb}"
    if len(bars) == 1:
        return "A cold start: init, then the handler" if cold else "Warm: the handler starts at once"
    if not warm:
        return f"All {len(bars)} invocations were cold: {count(len(rows), 'environment')}"
    if not cold:
        return f"All {len(bars)} invocations were warm"
    if len(rows) == 1:
        return f"{count(cold, 'cold start')}, then {count(warm, 'warm invocation')}"
    return f"{cold} cold, {warm} warm, in {count(len(rows), 'environment')}"


def _alt(rows: Sequence[Row], bars: Sequence[Bar]) -> str:
    what = f"{count(len(bars), 'invocation')} in {count(len(rows), 'execution environment')}"
    spelt = [f"{row.name[:1].upper()}{row.name[1:]}: {row.summary}." for row in rows[:_ROWS_SPELT_OUT]]
    if len(rows) > _ROWS_SPELT_OUT:
        spelt.append(f"And {len(rows) - _ROWS_SPELT_OUT} more.")
    return " ".join([f"Timeline of {what}.", *spelt])


def _headline(bars: Sequence[Bar]) -> str:
    one = len(bars) == 1
    init = sum(bar.init_ms for bar in bars)
    parts = [f"Init {measured(float(init), 'ms')}, handler"] if init else ["Handler"]
    parts.append(f"{'' if one else 's'} {measured(float(sum(bar.handler_ms for bar in bars)), 'ms')}")
    parts.append(f", billed {measured(sum(bar.billed_ms for bar in bars), 'ms')}{'' if one else ' in all'}.")
    return "".join(parts)


def count(number: int, noun: str) -> str:
    """The number with its noun.

    >>> count(1, "environment"), count(2, "environment")
    ('1 environment', '2 environments')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
