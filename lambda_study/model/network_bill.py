"""What the pieces of a function's network cost in a month: NAT gateways and interface endpoints."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from lambda_study.errors import BadInput
from lambda_study.facts import fact
from lambda_study.model.bill import Bill, BillLine
from lambda_study.model.network import INTERFACE_ENDPOINT, NAT_GATEWAY, Network
from lambda_study.model.usage import check_number

_LEAST_ZONES, _MOST_ZONES = 1, 6
MOST_GB = 1_000_000  # a PB, where the tiers begin


def network_bill(network: Network, gb: float = 0, to: str = "S3", zones: int = 2) -> Bill:
    """The bill of a month for NETWORK in so many ZONES, with GB of data to one destination.

    Each zone has a NAT gateway of its own, which is paid even if no route of the function leads to it. A
    gateway endpoint costs nothing, and neither does attaching a function. Data is on the bill if it goes by a
    piece that is paid by the GB.

    >>> network_bill(Network("private", nat=True), gb=1000).total_usd
    Decimal('110.700')
    >>> network_bill(Network("private", nat=True, gateways=("S3",)), gb=1000).total_usd
    Decimal('65.700')

    Prices of US East. Unlike AWS: without the public IPv4 address of a NAT gateway, without data that leaves
    for the internet or crosses zones, and without tiers above 1 PB.
    Raises `BadInput` for data below 0 or above 1 PB, and for a number of zones that no VPC has.
    """
    if not isinstance(network, Network):
        raise BadInput(f'network={network!r} is no Network. Write Network("private", nat=True).')
    data = Decimal(check_number("gb", gb, 0, MOST_GB, " GB"))
    count = int(check_number("zones", zones, _LEAST_ZONES, _MOST_ZONES, whole=True))
    return Bill(tuple(_lines(network, data, network.reach(to).way, count)))


def _lines(network: Network, gb: Decimal, way: str, zones: int) -> Iterator[BillLine]:
    hours = fact("ec2.month_hours").value * zones
    if network.attached and network.nat:
        yield _line("NAT gateways", Decimal(hours), "hours", "nat_gateway.hour")
        if way == NAT_GATEWAY and gb:
            yield _line("Data by NAT gateway", gb, "GB", "nat_gateway.gb")
    if network.attached and network.interfaces:
        count = Decimal(hours * len(network.interfaces))
        yield _line("Interface endpoints", count, "hours", "endpoint.interface_hour")
        if way == INTERFACE_ENDPOINT and gb:
            yield _line("Data by endpoint", gb, "GB", "endpoint.interface_gb")


def _line(item: str, quantity: Decimal, unit: str, price: str) -> BillLine:
    found = fact(price)
    return BillLine(item, quantity, unit, Decimal(found.value), f"{found.source} (read {found.date})")
