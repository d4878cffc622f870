"""A bill as bars, and cost and duration against memory as lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from lambda_study.errors import BadInput
from lambda_study.model.bill import Bill, BillLine, rounded
from lambda_study.model.measured import measured
from lambda_study.show.figure import Figure
from lambda_study.show.style import (
    BILLED,
    HATCH,
    INK,
    QUIET_INK,
    SMALL_PT,
    TITLE_ROOM_IN,
    axes_inside,
    drawing,
    shortened,
    styled,
    text_width_in,
    write_finding,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

_ROW_IN = 0.3
_MARGIN_IN = 0.12
_MOST_ROWS = 40
_NAME_LENGTH = 24


@dataclass(frozen=True)
class _Entry:
    """A row of the figure: a line of a bill, or the heading of one among several."""

    label: str
    text: str
    usd: Decimal = Decimal(0)
    free: bool = False
    heading: bool = False

    @property
    def weight(self) -> str:
        return "bold" if self.heading else "normal"


def bill_figure(
    bills: Bill | Iterable[Bill] | Mapping[str, Bill], names: Sequence[str] = (), title: str | None = None
) -> Figure:
    """A figure of one bill, or of several below each other at the same scale: one bar for each line.

    What the free tier takes off is a hatched bar as long as the money that it saves, where the same bill
    also has a line at the full rate; otherwise it says "free". Several bills are named "bill 1", "bill 2"
    and so on, by `names`, or by the keys of a mapping. `title` replaces the finding (at most 60 characters).

    >>> from lambda_study.model.pricing import Usage, price
    >>> bill_figure(price(Usage(requests=2_000_000, duration_ms=100, memory_mb=128)))
    Figure: Bars of a bill. Requests, free tier: free, saves 0.20 USD. Requests: 0.20 USD. \
Duration, free tier: free.
    Total 0.20 USD.

    Raises `BadInput` for no bills, more than 40 rows, or a title that is too long.
    """
    named = _named(bills, names)
    entries = _entries(named)
    with styled():
        drawn = _bars(entries, title or _finding(named))
    totals = ", ".join(f"{name} {_total(bill)}" for name, bill in named.items())
    return Figure(drawn, alt=_alt(entries), headline=f"{totals}.")


def _named(bills: Bill | Iterable[Bill] | Mapping[str, Bill], names: Sequence[str]) -> dict[str, Bill]:
    if isinstance(bills, Bill):
        return {"Total": bills}
    if isinstance(bills, Mapping):
        return _checked(dict(bills))
    several = list(bills)
    if names and len(set(names)) != len(several):
        raise BadInput(f"{len(names)} names for {len(several)} bills. Give each bill a name of its own.")
    if len(several) == 1 and not names:
        return {"Total": several[0]}
    given = names or [f"bill {number}" for number in range(1, len(several) + 1)]
    return _checked(dict(zip(given, several, strict=True)))


def _checked(named: dict[str, Bill]) -> dict[str, Bill]:
    if not named:
        raise BadInput("bill_figure() got no bill. Give it what price() or bill() returned.")
    return named


def _entries(named: Mapping[str, Bill]) -> list[_Entry]:
    entries: list[_Entry] = []
    for name, bill in named.items():
        if len(named) > 1:
            entries.append(_Entry(shortened(name, _NAME_LENGTH), _total(bill), heading=True))
        entries += [_entry(line, bill) for line in bill.lines]
    if len(entries) > _MOST_ROWS:
        raise BadInput(
            f"{len(entries)} rows do not fit one figure. Give fewer bills, at most {_MOST_ROWS} rows."
        )
    return entries


def _entry(line: BillLine, bill: Bill) -> _Entry:
    label = shortened(line.item, _NAME_LENGTH)
    if not line.item.endswith("free tier"):
        exact = line.unit == "requests"  # counted, not measured
        text = _exactly(line.amount_usd, bill) if exact else _money(line.amount_usd, bill)
        return _Entry(label, text, line.amount_usd)
    saved = _saved(line, bill)
    text = f"free, saves {_money(saved, bill)}" if saved else "free"
    return _Entry(label, text, saved, free=True)


def _saved(free: BillLine, bill: Bill) -> Decimal:
    """What a free line would cost at the rate of the line that follows when it is used up."""
    kind = free.item.partition(",")[0]
    paid = [line for line in bill.lines if line.rate_usd and line.item.startswith(kind)]
    return free.quantity * paid[0].rate_usd if paid else Decimal(0)


def _money(usd: Decimal, bill: Bill) -> str:
    if bill.measured:
        return measured(usd, bill.currency)
    return _exactly(usd, bill)


def _exactly(usd: Decimal, bill: Bill) -> str:
    whole, _, cents = rounded(usd).partition(".")
    return f"{int(whole):,}.{cents} {bill.currency}"


def _total(bill: Bill) -> str:
    return _money(bill.total_usd, bill)


def _finding(named: Mapping[str, Bill]) -> str:
    if len(named) > 1:
        return _comparison(named)
    (bill,) = named.values()
    if not bill.total_usd:
        free = any(line.item.endswith("free tier") for line in bill.lines)
        return "Nothing to pay: the free tier covers it" if free else "Nothing to pay"
    largest = max(bill.lines, key=lambda line: line.amount_usd)
    share = 100 * largest.amount_usd / bill.total_usd
    mark = "~" if bill.measured else ""
    return f"{mark}{share:.0f} % of {_total(bill)} is {shortened(largest.item, _NAME_LENGTH)}"


def _comparison(named: Mapping[str, Bill]) -> str:
    dear = max(named, key=lambda name: named[name].total_usd)
    cheap = min(named, key=lambda name: named[name].total_usd)
    most, least = named[dear].total_usd, named[cheap].total_usd
    dear, cheap = shortened(dear, 18), shortened(cheap, 18)
    if most == least:
        return f"{len(named)} bills, the same total"
    if not least:
        return f"{cheap} is free, {dear} is not"
    mark = "~" if any(bill.measured for bill in named.values()) else ""
    return f"{dear} costs {mark}{most / least:.1f} times {cheap}"


def _alt(entries: Sequence[_Entry]) -> str:
    several = any(entry.heading for entry in entries)
    return " ".join(
        ["Bars of several bills." if several else "Bars of a bill."]
        + [f"{entry.label}: {entry.text}." for entry in entries]
    )


def _bars(entries: Sequence[_Entry], title: str) -> Drawing:
    figure = drawing(TITLE_ROOM_IN + len(entries) * _ROW_IN + 2 * _MARGIN_IN)
    write_finding(figure, title)
    left = max(text_width_in(figure, entry.label, 10, entry.weight) for entry in entries) + 2 * _MARGIN_IN
    axes = axes_inside(figure, left=left, right=_MARGIN_IN, top=TITLE_ROOM_IN + 0.08, bottom=_MARGIN_IN)
    _scale(figure, axes, entries, left)
    for row, entry in enumerate(entries):
        _bar(axes, row, entry)
    return figure


def _scale(figure: Drawing, axes: Axes, entries: Sequence[_Entry], left: float) -> None:
    """From zero to where the longest bar leaves room for its amount; the amounts stand for an axis."""
    room = figure.get_size_inches()[0] - left - _MARGIN_IN
    words = (
        max(text_width_in(figure, entry.text, SMALL_PT, entry.weight) for entry in entries) + 2 * _MARGIN_IN
    )
    longest = float(max(entry.usd for entry in entries)) or 1.0
    axes.set_xlim(0, longest * room / (room - words))
    axes.set_ylim(len(entries) - 0.5, -0.5)
    axes.set_xticks([])
    axes.set_yticks(range(len(entries)), [entry.label for entry in entries], fontsize=10)
    axes.tick_params(axis="y", length=0)
    axes.spines["bottom"].set_visible(False)
    for label, entry in zip(axes.get_yticklabels(), entries, strict=True):
        label.set_fontweight(entry.weight)


def _bar(axes: Axes, row: int, entry: _Entry) -> None:
    if entry.usd and entry.free:
        axes.barh(row, float(entry.usd), height=0.6, color="white", edgecolor=QUIET_INK, hatch=HATCH)
    elif entry.usd:
        axes.barh(row, float(entry.usd), height=0.6, color=BILLED)
    axes.annotate(
        entry.text,
        (float(entry.usd), row),
        xytext=(6, 0),
        textcoords="offset points",
        va="center",
        fontsize=SMALL_PT,
        fontweight=entry.weight,
        color=QUIET_INK if entry.free else INK,
    )
