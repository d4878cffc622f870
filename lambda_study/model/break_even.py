"""Where one way to pay overtakes another: servers and functions, provisioned and on demand.

A server costs the same whether it works or waits; a function costs nothing while it waits. Above some number
of requests the server is the cheaper one, as long as it can carry them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lambda_study.errors import BadInput
from lambda_study.facts import fact
from lambda_study.model.bill import EXACT
from lambda_study.model.price_lines import MB_MS, duration_tiers
from lambda_study.model.pricing import break_even_requests
from lambda_study.model.usage import (
    ARCHITECTURES,
    HOME,
    Number,
    Usage,
    as_number,
    check_architecture,
    check_number,
)
from lambda_study.nearest import did_you_mean

_LEAST_USD_PER_HOUR = Decimal("0.0001")
MONTH_S: int = 3600 * fact("ec2.month_hours").value


@dataclass(frozen=True, slots=True)
class Server:
    """Something that runs and is paid for by the hour, whatever it does.

    `usd_per_hour` is above 0 and at most 10,000; anything else raises `BadInput`.

    >>> ec2("m5.large")
    Server(name='m5.large', usd_per_hour=Decimal('0.096'))
    >>> ec2("m5.large").usd_per_month
    Decimal('70.080')
    """

    name: str
    usd_per_hour: Decimal

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.strip():
            raise BadInput(f'name={self.name!r} is no name of a server. Give one, such as "m5.large".')
        hourly = check_number("usd_per_hour", self.usd_per_hour, _LEAST_USD_PER_HOUR, 10_000, " USD")
        object.__setattr__(self, "usd_per_hour", hourly)

    @property
    def usd_per_month(self) -> Decimal:
        """The price of 730 hours, which is what AWS's calculator counts for a month."""
        hours: int = fact("ec2.month_hours").value
        return self.usd_per_hour * hours


def ec2(instance: str) -> Server:
    """Return an EC2 instance, Linux, on demand in us-east-1, without disk, address and load balancer.

    Errors: `BadInput` for a type whose price is not known here, with the nearest one.
    Source: https://aws.amazon.com/ec2/pricing/on-demand/ (read 2026-11-23).
    """
    hourly: Mapping[str, Decimal] = fact("ec2.hourly").value
    if not isinstance(instance, str) or instance not in hourly:
        near = did_you_mean(str(instance), hourly)
        raise BadInput(f'"{instance}" has no known price here.{near} Choose one of: {", ".join(hourly)}.')
    return Server(instance, hourly[instance])


def fargate(vcpu: Number, gb: Number, architecture: str = "x86_64") -> Server:
    """Return a Fargate task of VCPU and GB of memory that never stops, Linux, on demand in us-east-1.

    >>> fargate(1, 2).usd_per_month
    Decimal('36.040100')

    Errors: `BadInput` for a size that Fargate does not have.
    Source: https://aws.amazon.com/fargate/pricing/ (read 2026-11-23),
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html (read 2026-11-23).
    """
    check_architecture(architecture)
    rates = fact(f"fargate.{ARCHITECTURES[architecture]}").value
    cores, memory = _fargate_size(vcpu, gb)
    hourly = rates["vcpu_hour"] * cores + rates["gb_hour"] * memory
    return Server(f"Fargate, {cores} vCPU, {memory} GB", hourly)


def _fargate_size(vcpu: Number, gb: Number) -> tuple[int | Decimal, int | Decimal]:
    """VCPU and GB, if a task may have both; otherwise BadInput says what there is."""
    sizes = {size["vcpu"]: size["gb"] for size in fact("fargate.sizes").value}
    cores = check_number("vcpu", vcpu, min(sizes), max(sizes))
    if cores not in sizes:
        raise BadInput(f"vcpu={vcpu} is no size of Fargate. Choose one of: {_listed(sizes)}.")
    memories = sizes[cores]
    memory = check_number("gb", gb, min(memories), max(memories))
    if memory not in memories:
        raise BadInput(f"gb={gb} is no size for {vcpu} vCPU. Choose one of: {_listed(memories)}.")
    return cores, memory


def _listed(numbers: Iterable[object]) -> str:
    return ", ".join(map(str, numbers))


def check_server(given: Server) -> Server:
    """Return GIVEN; BadInput if it is no Server."""
    if not isinstance(given, Server):
        raise BadInput(f'{given!r} is no server. Give one: ec2("m5.large"), or fargate(1, 2).')
    return given


def crossing(server: Server, memory_mb: int, duration_ms: Number, **usage: Any) -> int:
    """Return the requests a month from which on Lambda costs more than SERVER.

    USAGE are further fields of `Usage`: architecture, free_tier and so on.

    >>> crossing(ec2("m5.large"), memory_mb=1024, duration_ms=100)
    41221363
    >>> crossing(fargate(1, 2), memory_mb=1024, duration_ms=100)
    22985734
    """
    return break_even_requests(check_server(server).usd_per_month, memory_mb, duration_ms, **usage)


def per_second(requests_a_month: Number) -> Decimal:
    """Return requests a month as a mean rate per second.

    >>> round(per_second(41_221_363), 1)
    Decimal('15.7')
    """
    return as_number("requests_a_month", requests_a_month) / MONTH_S


def free_requests(memory_mb: int, duration_ms: Number) -> int:
    """Return how many requests a month the free tier covers: the knee, where the bill begins.

    >>> free_requests(memory_mb=1024, duration_ms=100), free_requests(memory_mb=1024, duration_ms=1000)
    (1000000, 400000)
    """
    one = Usage(1, duration_ms, memory_mb)
    covered = fact("free_tier.gb_s").value * MB_MS // (memory_mb * one.billed_ms)
    return min(int(fact("free_tier.requests").value), int(covered))


def provisioned_pays_above(architecture: str = "x86_64") -> Decimal:
    """Return the share of the time that provisioned environments must work to cost less than on demand.

    Provisioned, a GB-second costs one price while it is kept and a second, lower one while it works; on
    demand it costs the higher price of both, but only while it works.

    >>> provisioned_pays_above(), round(provisioned_pays_above("arm64"), 5)
    (Decimal('0.6'), Decimal('0.60001'))

    Source: https://aws.amazon.com/lambda/pricing/ (read 2026-11-23).
    """
    on_demand, kept, working = rates_per_gb_s(architecture)
    return EXACT.divide(kept, on_demand - working).normalize()


def rates_per_gb_s(architecture: str = "x86_64") -> tuple[Decimal, Decimal, Decimal]:
    """Return USD per GB-second: on demand; kept ready; at work where kept ready."""
    on_demand = duration_tiers(architecture, HOME)[0].usd
    provisioned = fact(f"pc.{ARCHITECTURES[architecture]}").value
    return on_demand, provisioned["provisioned"], provisioned["duration"]
