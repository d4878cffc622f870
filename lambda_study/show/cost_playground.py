"""The month's bill with every knob in reach."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from lambda_study.model.bill import Bill, BillLine, rounded
from lambda_study.model.pricing import Usage, price
from lambda_study.show.playground import Choice, Playground, Slider, Switch, playground

_ITEM, _QUANTITY, _UNIT, _AMOUNT = 23, 14, 8, 15


def cost_playground() -> Playground:
    """A playground for the bill of a month: requests, average duration, memory, architecture, free tier.

    >>> cost_playground()
    The bill of a month, at
    - requests a month: 3,000,000
    - average duration: 100 ms
    - memory: 512 MB
    - architecture: x86_64
    - free tier: on
    Requests, free tier         1,000,000 requests            free
    Requests                    2,000,000 requests        0.40 USD
    Duration, free tier           150,000 GB-s                free
    Total                                                 0.40 USD
    Average per million                   requests        0.13 USD
    """
    return playground(
        monthly_bill,
        title="The bill of a month",
        requests=Slider(1_000, 10_000_000_000, start=3_000_000, log=True, label="requests a month"),
        duration_ms=Slider(1, 900_000, start=100, log=True, label="average duration"),
        memory_mb=Slider(128, 10_240, step=64, start=512),
        architecture=Choice(["x86_64", "arm64"]),
        free_tier=Switch(True),
    )


def monthly_bill(requests: int, duration_ms: int, memory_mb: int, architecture: str, free_tier: bool) -> str:
    """The lines of the bill as text, each column at a fixed place, so that nothing jumps while it changes.

    >>> print(monthly_bill(1_000_000, 100, 1024, "arm64", free_tier=False))
    Requests                    1,000,000 requests        0.20 USD
    Duration arm64                100,000 GB-s            1.33 USD
    Total                                                 1.53 USD
    Average per million                   requests        1.53 USD
    """
    usage = Usage(requests, duration_ms, memory_mb, architecture=architecture, free_tier=free_tier)
    return "\n".join(_lines(price(usage), requests))


def _lines(bill: Bill, requests: int) -> Iterator[str]:
    for line in bill.lines:
        quantity = f"{line.quantity.quantize(Decimal(1), rounding=ROUND_HALF_UP):,}"
        yield _row(line.item, quantity, line.unit, _amount(line))
    yield _row("Total", "", "", _usd(bill.total_usd))
    yield _row("Average per million", "", "requests", _usd(bill.total_usd / requests * 1_000_000))


def _amount(line: BillLine) -> str:
    return "free" if line.item.endswith("free tier") else _usd(line.amount_usd)


def _usd(amount: Decimal) -> str:
    whole, _, cents = rounded(amount).partition(".")
    return f"{int(whole):,}.{cents} USD"


def _row(item: str, quantity: str, unit: str, amount: str) -> str:
    return f"{item:<{_ITEM}}{quantity:>{_QUANTITY}} {unit:<{_UNIT}} {amount:>{_AMOUNT}}".rstrip()
