"""A bill: lines of quantity times rate, and their sum. All money is exact."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from html import escape

from lambda_study.model.measured import measured

EXACT = Context(prec=100)
"""Wide enough that no product or sum on a bill is ever rounded."""

_CENT = Decimal("0.01")
_TEN_DECIMALS = Decimal("1E-10")
_PRE = "margin: 0; overflow-x: auto; white-space: pre"
_HEADER = ("item", "quantity", "unit", "rate USD", "amount USD")


@dataclass(frozen=True, slots=True)
class BillLine:
    """One line: `quantity` of `unit` at `rate_usd` each. `source` is the AWS page and the day it was read."""

    item: str
    quantity: Decimal
    unit: str
    rate_usd: Decimal
    source: str

    @property
    def amount_usd(self) -> Decimal:
        """Quantity times rate, exact."""
        return EXACT.multiply(self.quantity, self.rate_usd)

    def to_json(self) -> dict[str, str]:
        """The line as JSON; numbers are texts, so that no reader rounds them."""
        return {
            "item": self.item,
            "quantity": plain(self.quantity),
            "unit": self.unit,
            "rate_usd": plain(self.rate_usd),
            "amount_usd": plain(self.amount_usd),
            "source": self.source,
        }


@dataclass(frozen=True, slots=True, repr=False)
class Bill:
    """The lines of a month and their sum in US dollars, before tax.

    `measured` says that the durations were measured here: the text marks each such figure with `~`. It shows
    at most ten decimals; `lines` and `total_usd` are exact.

    >>> from lambda_study.model.pricing import Usage, price
    >>> price(Usage(requests=3_000_000, duration_ms=120, memory_mb=1536))
    item                  quantity  unit          rate USD  amount USD
    Requests, free tier  1,000,000  requests  0             0
    Requests             2,000,000  requests  0.0000002     0.4
    Duration, free tier    400,000  GB-s      0             0
    Duration x86_64        140,000  GB-s      0.0000166667  2.333338
    Total                                                   2.73
    """

    lines: tuple[BillLine, ...]
    currency: str = "USD"
    measured: bool = False

    @property
    def total_usd(self) -> Decimal:
        """The sum of all lines, exact."""
        with localcontext(EXACT):
            return sum((line.amount_usd for line in self.lines), Decimal(0))

    def to_json(self) -> dict[str, object]:
        """The bill as `lambda-study price --json` prints it.

        The total is rounded to cents; below one cent it keeps three significant digits.
        The amounts of the lines are not rounded: they add up to the exact total.
        """
        return {"total_usd": rounded(self.total_usd), "lines": [line.to_json() for line in self.lines]}

    def __repr__(self) -> str:
        return _measured_text(self) if self.measured else _table(self)

    def _repr_html_(self) -> str:
        """The same text; on a narrow page it is moved sideways, since a broken number is hard to read."""
        return f'<pre tabindex="0" style="{_PRE}">{escape(repr(self))}</pre>'


def plain(value: Decimal) -> str:
    """VALUE with all its digits, without an exponent and without zeros at the end.

    >>> plain(Decimal("1E+3")), plain(Decimal("0.20")), plain(Decimal("0.0000166667"))
    ('1000', '0.2', '0.0000166667')
    """
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def rounded(usd: Decimal) -> str:
    """USD as a total: to cents, and below one cent to three significant digits. Half rounds up.

    >>> rounded(Decimal("2.733338")), rounded(Decimal("0.000021333376")), rounded(Decimal(0))
    ('2.73', '0.0000213', '0.00')
    """
    step = _CENT if usd == 0 or usd >= _CENT else Decimal(1).scaleb(usd.adjusted() - 2)
    text = f"{usd.quantize(step, rounding=ROUND_HALF_UP, context=EXACT):f}"
    return text if step == _CENT else text.rstrip("0")


def _table(bill: Bill) -> str:
    total = ("Total", "", "", "", rounded(bill.total_usd))
    columns = list(zip(*(_row(line) for line in bill.lines), total, strict=True))
    columns[3], columns[4] = _at_point(columns[3]), _at_point(columns[4])
    rows = [_HEADER, *zip(*columns, strict=True)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADER))]
    return "\n".join(_aligned(row, widths) for row in rows)


def _row(line: BillLine) -> tuple[str, str, str, str, str]:
    whole, point, part = _shown(line.quantity).partition(".")
    return (
        line.item,
        f"{int(whole):,}{point}{part}",
        line.unit,
        plain(line.rate_usd),
        _shown(line.amount_usd),
    )


def _shown(value: Decimal) -> str:
    return plain(value.quantize(_TEN_DECIMALS, rounding=ROUND_HALF_UP, context=EXACT))


def _at_point(texts: tuple[str, ...]) -> tuple[str, ...]:
    """The numbers padded so that their points stand below each other."""
    left = max(len(text.partition(".")[0]) for text in texts)
    padded = [" " * (left - len(text.partition(".")[0])) + text for text in texts]
    width = max(len(text) for text in padded)
    return tuple(text.ljust(width) for text in padded)


def _aligned(row: tuple[str, ...], widths: list[int]) -> str:
    item, quantity, unit, rate, amount = row
    cells = (item.ljust(widths[0]), quantity.rjust(widths[1]), unit.ljust(widths[2]))
    return "  ".join((*cells, rate.rjust(widths[3]), amount.ljust(widths[4]))).rstrip()


def _measured_text(bill: Bill) -> str:
    """What was measured comes last in a line, so that another run changes no other column."""
    items = max([len(line.item) for line in bill.lines] + [len("Total")])
    rates = [f"{plain(line.rate_usd)} USD" for line in bill.lines]
    width = max((len(rate) for rate in rates), default=0)
    lines = [
        f"{line.item:<{items}}  {rate:<{width}}  x {_sum_text(line)}"
        for line, rate in zip(bill.lines, rates, strict=True)
    ]
    return "\n".join([*lines, f"{'Total':<{items}}  {measured(bill.total_usd, bill.currency)}"])


def _sum_text(line: BillLine) -> str:
    if line.unit == "requests":  # counted, not measured
        return f"{line.quantity:,f} requests = {plain(line.amount_usd)} USD"
    return f"{measured(line.quantity, line.unit)} = {measured(line.amount_usd, 'USD')}"
