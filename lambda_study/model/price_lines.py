"""The lines of a bill that a function always has, and what all other lines are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from lambda_study.errors import BadInput
from lambda_study.facts import Fact, fact
from lambda_study.model.bill import EXACT, BillLine
from lambda_study.model.usage import ARCHITECTURES, HOME, check_architecture, check_region

MB_MS = 1024 * 1000
"""Megabyte-milliseconds in a GB-second: Lambda's GB has 1,024 MB."""

MILLION = 1_000_000


def source(row: Fact) -> str:
    """Where ROW was read, and when: the text of a line's source."""
    return f"{row.source} (read {row.date})"


def gb_s(mb_ms: int) -> Decimal:
    """Return megabyte-milliseconds as GB-seconds, exact."""
    return EXACT.divide(Decimal(mb_ms), Decimal(MB_MS))


def gigabytes(megabytes: Decimal | int) -> Decimal:
    """Return megabytes, or kilobytes of a megabyte, as a 1,024th of them, exact."""
    return EXACT.divide(Decimal(megabytes), Decimal(1024))


@dataclass(frozen=True, slots=True)
class Free:
    """How much of a quantity is free, and the row that says so."""

    amount: Decimal | int
    row: Fact


def charged(
    item: str, quantity: Decimal | int, unit: str, rate: Decimal, row: Fact, free: Free | None = None
) -> Iterator[BillLine]:
    """Yield a line for the free part of QUANTITY and one for the rest; no line for nothing."""
    free_part = min(quantity, free.amount) if free else 0
    if free and free_part:
        yield BillLine(f"{item}, free tier", Decimal(free_part), unit, Decimal(0), source(free.row))
    if quantity > free_part:
        yield BillLine(item, Decimal(quantity) - free_part, unit, rate, source(row))


@dataclass(frozen=True, slots=True)
class Tier:
    """A price per unit up to a monthly quantity, None for no end."""

    usd: Decimal
    up_to: int | None
    source: str


def tiered(item: str, quantity: Decimal, unit: str, tiers: Iterable[Tier]) -> Iterator[BillLine]:
    """Yield a line for each tier that QUANTITY reaches; BadInput above the last one that is known."""
    start = Decimal(0)
    for number, tier in enumerate(tiers, start=1):
        end = quantity if tier.up_to is None else min(quantity, Decimal(tier.up_to))
        if end <= start:
            return
        name = item + (f", tier {number}" if number > 1 else "")
        yield BillLine(name, EXACT.subtract(end, start), unit, tier.usd, tier.source)
        start = end
    if start < quantity:
        raise BadInput(
            f"{quantity:,.0f} {unit} a month is above the first tier of {start:,} {unit}, and what "
            f"follows is known for {HOME} only. Choose region {HOME}, or less."
        )


def request_lines(requests: int, region: str, free_tier: bool) -> Iterator[BillLine]:
    """Yield the lines of invocations; one of none says so."""
    allowance = fact("free_tier.requests")
    rate, row = request_rate(region)
    free = Free(allowance.value, allowance) if free_tier else None
    if requests:
        yield from charged("Requests", requests, "requests", rate, row, free)
    else:
        yield BillLine("Requests", Decimal(0), "requests", rate, source(row))


def duration_lines(mb_ms: Mapping[str, int], region: str, free_tier: bool) -> Iterator[BillLine]:
    """Yield lines for megabyte-milliseconds by architecture.

    The architectures share the free tier; each has its own tiers.
    """
    allowance = fact("free_tier.gb_s")
    free = left = min(sum(mb_ms.values()), allowance.value * MB_MS) if free_tier else 0
    if free:
        yield BillLine("Duration, free tier", gb_s(free), "GB-s", Decimal(0), source(allowance))
    for architecture, used in mb_ms.items():
        taken = min(used, left)
        left -= taken
        tiers = duration_tiers(architecture, region)
        yield from tiered(f"Duration {architecture}", gb_s(used - taken), "GB-s", tiers)


def ephemeral_lines(
    ephemeral_mb: int, billed_ms: int, region: str, item: str = "Ephemeral storage"
) -> Iterator[BillLine]:
    """Yield the line of /tmp above its free part, if there is any."""
    extra_mb = ephemeral_mb - fact("ephemeral.free_mb").value
    if extra_mb <= 0 or not billed_ms:
        return
    if region != HOME:
        raise BadInput(
            f"ephemeral_mb={ephemeral_mb} has no known price in {region} here. Choose 512, or region {HOME}."
        )
    row = fact("ephemeral")
    yield BillLine(item, gb_s(extra_mb * billed_ms), "GB-s", row.value, source(row))


@cache
def duration_tiers(architecture: str, region: str) -> tuple[Tier, ...]:
    """Return the tiers of a Region, in GB-seconds. Outside us-east-1 only the first one is known."""
    check_architecture(architecture)
    check_region(region)
    name = ARCHITECTURES[architecture]
    tiers, by_region = fact(f"duration.{name}.tiers"), fact(f"duration.{name}.by_region")
    if region == HOME:
        return tuple(Tier(tier["usd"], tier.get("up_to_gb_s"), source(tiers)) for tier in tiers.value)
    if region not in by_region.value:
        known = ", ".join(by_region.value)
        raise BadInput(
            f"{architecture} has no known price in {region} here. Choose x86_64, or one of: {known}."
        )
    return (Tier(by_region.value[region], tiers.value[0]["up_to_gb_s"], source(by_region)),)


@cache
def request_rate(region: str) -> tuple[Decimal, Fact]:
    """Return USD per request, and the row it comes from."""
    check_region(region)
    row, by_region = fact("request"), fact("request.by_region")
    if region in by_region.value:
        return by_region.value[region] / MILLION, by_region
    return row.value / MILLION, row
