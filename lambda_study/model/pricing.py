"""What Lambda costs: from a planned month (`price`) and from invocations that ran (`bill`).

The lines of requests and duration are in `price_lines`, those of each further feature in `price_features`,
`price_modes` and `price_neighbours`; `price` and `bill` put them together. Every rate is a fact. Amounts are
exact Decimals: rounding happens when a total is shown.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from lambda_study.errors import BadInput
from lambda_study.facts import fact
from lambda_study.model.bill import Bill, BillLine
from lambda_study.model.price_lines import (
    duration_lines,
    duration_tiers,
    ephemeral_lines,
    gb_s,
    request_lines,
)
from lambda_study.model.price_parts import Month, Neighbour, Part
from lambda_study.model.usage import (
    HOME,
    MOST_REQUESTS,
    Number,
    Usage,
    as_number,
    check_architecture,
    check_number,
    check_region,
)

__all__ = [
    "Bill",
    "BillLine",
    "Usage",
    "WorkCost",
    "bill",
    "break_even_requests",
    "fixed_work",
    "gb_seconds",
    "gb_seconds_per_dollar",
    "price",
]


class Billed(Protocol):
    """What `bill` reads of a report."""

    @property
    def billed_ms(self) -> int: ...
    @property
    def memory_mb(self) -> int: ...
    @property
    def architecture(self) -> str: ...


def price(usage: Usage, *parts: Part) -> Bill:
    """Return the bill of a planned month: the function, and the further PARTS around it.

    The free tier is taken off first, and the tiers count what is left, as AWS's calculator does.

    >>> price(Usage(requests=3_000_000, duration_ms=120, memory_mb=1536)).to_json()["total_usd"]
    '2.73'

    Errors: `BadInput` for a Region or an architecture without a known price.
    Source: https://aws.amazon.com/lambda/pricing/ (read 2026-11-23).
    """
    duration = {usage.architecture: usage.memory_mb * usage.billed_ms}
    lines = (
        *request_lines(usage.requests, usage.region, usage.free_tier),
        *duration_lines(duration, usage.region, usage.free_tier),
        *ephemeral_lines(usage.ephemeral_mb, usage.billed_ms, usage.region),
    )
    return Bill(lines + tuple(line for part in parts for line in part.lines(usage)))


def bill(
    reports: Iterable[Billed | None],
    region: str = HOME,
    free_tier: bool = False,
    ephemeral_mb: int = 512,
    measured: bool = True,
    neighbours: Iterable[Neighbour] = (),
) -> Bill:
    """Return the bill of invocations that ran: each with its own billed duration, memory and architecture.

    NEIGHBOURS are the services around them, with what was used of each. A throttled invocation has no
    report, and None costs nothing.

    Unlike AWS: the free GB-seconds go to the architecture that ran first; AWS counts them as they are used.
    `measured=False` is for reports that are exact, such as simulated ones.

    >>> from lambda_study.model.report import Report
    >>> report = Report.parse("REPORT RequestId: a\\tDuration: 41.27 ms\\tBilled Duration: 42 ms\\t"
    ...                       "Memory Size: 128 MB\\tMax Memory Used: 36 MB")
    >>> bill([report, report], measured=False)
    item             quantity  unit          rate USD  amount USD
    Requests                2  requests  0.0000002     0.0000004
    Duration x86_64    0.0105  GB-s      0.0000166667  0.000000175
    Total                                              0.000000575
    """
    check_region(region)
    requests, milliseconds, duration = 0, 0, Counter[str]()
    for report in filter(None, reports):
        check_architecture(report.architecture)
        requests += 1
        milliseconds += report.billed_ms
        duration[report.architecture] += report.memory_mb * report.billed_ms
    lines = (
        *request_lines(requests, region, free_tier),
        *duration_lines(duration, region, free_tier),
        *ephemeral_lines(ephemeral_mb, milliseconds, region),
    )
    terms = Month(region, free_tier)
    around = tuple(line for neighbour in neighbours for line in neighbour.lines(terms))
    return Bill(lines + around, measured=measured)


def gb_seconds(memory_mb: int, billed_ms: int, requests: int = 1) -> Decimal:
    """Return the GB-seconds of REQUESTS invocations of BILLED_MS each, exact.

    >>> gb_seconds(1536, 120, requests=3_000_000)
    Decimal('540000')
    >>> gb_seconds(128, 1)
    Decimal('0.000125')
    """
    return gb_s(memory_mb * billed_ms * requests)


def gb_seconds_per_dollar(architecture: str = "x86_64", region: str = HOME) -> Decimal:
    """Return how many GB-seconds 1 USD buys in the first tier, to a hundredth.

    >>> gb_seconds_per_dollar(), gb_seconds_per_dollar("arm64")
    (Decimal('59999.88'), Decimal('74999.63'))
    """
    return (1 / duration_tiers(architecture, region)[0].usd).quantize(Decimal("0.01"))


def break_even_requests(usd_per_month: Number, memory_mb: int, duration_ms: Number, **usage: object) -> int:
    """Return the requests a month from which Lambda costs more than USD_PER_MONTH, say a server's price.

    USAGE are further fields of `Usage`: architecture, free_tier and so on.

    >>> break_even_requests(Decimal("70.08"), memory_mb=1024, duration_ms=100)
    41221363

    Errors: `BadInput` if `requests` is given, or if not even the most requests cost that much.
    """
    if "requests" in usage:
        raise BadInput("requests is what break_even_requests finds. Leave it out.")
    limit = as_number("usd_per_month", usd_per_month)
    given = {"memory_mb": memory_mb, "duration_ms": duration_ms, **usage}

    def costs_more(requests: int) -> bool:
        return price(Usage.from_json({"requests": requests, **given})).total_usd > limit

    most = 1
    while not costs_more(most):
        if most == MOST_REQUESTS:
            raise BadInput(f"usd_per_month={limit} is more than {MOST_REQUESTS:,} requests cost. Give less.")
        most = min(2 * most, MOST_REQUESTS)
    return bisect_left(range(most), True, key=costs_more)


@dataclass(frozen=True, slots=True, repr=False)
class WorkCost:
    """What the same work takes and costs at one memory size."""

    memory_mb: int
    duration_ms: int
    usd_per_million: Decimal

    def __repr__(self) -> str:
        size, time = f"{self.memory_mb:>6,} MB", f"{self.duration_ms:>7,} ms"
        return f"{size}  {time}  {self.usd_per_million:>9,.2f} USD per million"


def fixed_work(
    cpu_ms: Number,
    wait_ms: Number = 0,
    memories_mb: Iterable[int] = (128, 256, 512, 1024, 1769, 3008, 10240),
    architecture: str = "x86_64",
    threads: int = 1,
) -> tuple[WorkCost, ...]:
    """Return duration and cost of the same work at each memory size, without the free tier.

    The work needs CPU_MS on one whole vCPU and waits WAIT_MS for others. CPU grows with memory, one vCPU at
    1,769 MB; THREADS is how many vCPUs the code can use. Work on the CPU costs the same at any memory up to
    there; waiting costs more the more memory waits.

    >>> for point in fixed_work(cpu_ms=100, memories_mb=(128, 1769, 3538)): print(point)
       128 MB    1,383 ms       3.08 USD per million
     1,769 MB      100 ms       3.08 USD per million
     3,538 MB      100 ms       5.96 USD per million

    Errors: `BadInput` for a memory, a time or a number of THREADS that cannot be.
    Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html (read 2026-11-23).
    """
    longest = fact("timeout.max").value * 1000
    check_number("cpu_ms", cpu_ms, 0, longest * fact("vcpu.at_10240mb").value, " ms")
    check_number("wait_ms", wait_ms, 0, longest, " ms")
    check_number("threads", threads, 1, fact("threads.max").value, whole=True)
    return tuple(_work_cost(cpu_ms, wait_ms, memory_mb, architecture, threads) for memory_mb in memories_mb)


def _work_cost(cpu_ms: Number, wait_ms: Number, memory_mb: int, architecture: str, threads: int) -> WorkCost:
    check_number(
        "memory_mb", memory_mb, fact("memory.min").value, fact("memory.max").value, " MB", whole=True
    )
    vcpu = min(Decimal(memory_mb) / fact("vcpu.full_at").value, Decimal(threads))
    duration_ms = as_number("wait_ms", wait_ms) + as_number("cpu_ms", cpu_ms) / vcpu
    million = Usage(1_000_000, duration_ms, memory_mb, architecture, free_tier=False)
    return WorkCost(memory_mb, million.billed_ms // million.requests, price(million).total_usd)
