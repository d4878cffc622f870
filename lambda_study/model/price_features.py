"""What the further features of a function cost: provisioned concurrency, SnapStart, streaming and more.

Each is one object of a usage file and one class here; its fields are the keys of the object.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import ClassVar

from lambda_study.errors import BadInput
from lambda_study.facts import Fact, fact
from lambda_study.model.bill import BillLine
from lambda_study.model.price_lines import (
    charged,
    ephemeral_lines,
    gb_s,
    gigabytes,
    request_rate,
)
from lambda_study.model.price_parts import HOURS, Bounds, Part, free_part, longest_ms
from lambda_study.model.usage import ARCHITECTURES, Number, Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class LargeEvents(Part):
    """Asynchronous events above 256 KB: each counts as further requests.

    - `events`: how many of the function's requests are such events.
    - `kb_each`: how large each is, up to the 1,024 KB that an asynchronous event may have.

    Each 64 KB beyond the first 256, or a part of them, is one request more. The function's own requests use
    up the free tier first.

    >>> LargeEvents(events=2_000_000, kb_each=300).bill(Usage(2_000_000, 100, 128))
    item                     quantity  unit       rate USD  amount USD
    Requests, large events  2,000,000  requests  0.0000002  0.4
    Total                                                   0.40

    Source: https://aws.amazon.com/lambda/pricing/ (read 2026-11-23).
    """

    key: ClassVar[str] = "large_events"
    events: int
    kb_each: Number

    def bounds(self, name: str) -> Bounds:
        return (0, 1024 * fact("payload.async").value) if name == "kb_each" else Part.bounds(self, name)

    @property
    def further_requests(self) -> int:
        """How many requests these events count as beyond one each."""
        above_kb = Decimal(self.kb_each) - fact("request.async_first_kb").value
        steps: int = max(0, ceil(above_kb / fact("request.async_step_kb").value))
        return self.events * steps

    def lines(self, usage: Usage) -> Iterator[BillLine]:
        if self.events > usage.requests:
            raise BadInput(
                f"{self.key}.events={self.events} is above the {usage.requests:,} requests of the function. "
                f"Count each event as a request too."
            )
        rate, row = request_rate(usage.region)
        free = free_part(None, usage, fact("free_tier.requests"), used=usage.requests)
        yield from charged("Requests, large events", self.further_requests, "requests", rate, row, free)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provisioned(Part):
    """Provisioned concurrency: environments kept ready, and what runs on them.

    - `environments`: how many are kept ready.
    - `hours`: for how long, each time it is switched on; rounded up to 5 minutes.
    - `times`: how often that happens in the month, 1 if left out.
    - `requests`, `duration_ms`: what runs on them. The function's own requests are those on demand.

    The free tier does not cover any of it. Memory, architecture and /tmp are the function's.

    >>> launch = Provisioned(environments=100, hours=8, requests=500_000, duration_ms=100)
    >>> launch.bill(Usage(2_500_000, 120, 1536))
    item                             quantity  unit          rate USD  amount USD
    Provisioned concurrency x86_64  4,320,000  GB-s      0.0000041667  18.000144
    Requests, provisioned             500,000  requests  0.0000002      0.1
    Duration, provisioned x86_64       75,000  GB-s      0.0000097222   0.729165
    Total                                                              18.83

    Source: https://aws.amazon.com/lambda/pricing/ (read 2026-11-23).
    """

    key: ClassVar[str] = "provisioned"
    limits: ClassVar = {"hours": HOURS}
    environments: int
    hours: Number
    times: int = 1
    requests: int = 0
    duration_ms: Number = 0

    def bounds(self, name: str) -> Bounds:
        return longest_ms() if name == "duration_ms" else Part.bounds(self, name)

    def lines(self, usage: Usage) -> Iterator[BillLine]:
        self.known_at_home(usage.region)
        step = fact("pc.granularity_minutes").value
        kept_s = self.times * 60 * step * ceil(Decimal(self.hours) * 60 / step)
        billed_ms = self.requests * ceil(self.duration_ms)
        yield from provisioned_lines(usage, self.environments * kept_s, self.requests, billed_ms)


def provisioned_lines(usage: Usage, kept_s: int, requests: int, billed_ms: int) -> Iterator[BillLine]:
    """Yield the lines of KEPT_S seconds of all environments together, and of what ran on them."""
    row, architecture = fact(f"pc.{ARCHITECTURES[usage.architecture]}"), usage.architecture
    kept, ran = gb_s(usage.memory_mb * kept_s * 1000), gb_s(usage.memory_mb * billed_ms)
    rate, request_row = request_rate(usage.region)
    yield from charged(f"Provisioned concurrency {architecture}", kept, "GB-s", row.value["provisioned"], row)
    yield from charged("Requests, provisioned", requests, "requests", rate, request_row)
    yield from charged(f"Duration, provisioned {architecture}", ran, "GB-s", row.value["duration"], row)
    yield from ephemeral_lines(usage.ephemeral_mb, billed_ms, usage.region, "Ephemeral storage, provisioned")


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapStart(Part):
    """SnapStart: a snapshot kept of each version, and each environment restored from it.

    - `versions`: how many versions are kept. Old ones cost until they are deleted.
    - `hours`: how long each is kept in the month; 3 hours are charged at least.
    - `restores`: how many environments start from a snapshot.

    Memory is the function's. Java's managed runtimes pay nothing for SnapStart: leave the object out.

    >>> SnapStart(versions=1, hours=744, restores=74_400).bill(Usage(7_440_000, 2000, 1024))
    item                quantity  unit      rate USD  amount USD
    SnapStart cache    2,678,400  GB-s  0.0000015046   4.02992064
    SnapStart restore     74,400  GB    0.0001397998  10.40110512
    Total                                             14.43

    Source: https://aws.amazon.com/lambda/pricing/ (read 2026-11-23).
    """

    key: ClassVar[str] = "snapstart"
    limits: ClassVar = {"hours": HOURS}
    versions: int = 1
    hours: Number
    restores: int = 0

    def lines(self, usage: Usage) -> Iterator[BillLine]:
        row = self._rates(usage.region)
        hours = max(Decimal(self.hours), fact("snapstart.cache_min_hours").value)
        cached = gb_s(usage.memory_mb * self.versions * ceil(hours * 3_600_000))
        restored = gigabytes(usage.memory_mb * self.restores)
        yield from charged("SnapStart cache", cached, "GB-s", row.value["cache_gb_s"], row)
        yield from charged("SnapStart restore", restored, "GB", row.value["restore_gb"], row)

    def _rates(self, region: str) -> Fact:
        if region == "ap-northeast-2":
            return fact("snapstart.ap-northeast-2")
        self.known_at_home(region)
        return fact("snapstart")


@dataclass(frozen=True, slots=True, kw_only=True)
class Streaming(Part):
    """Response streaming: what a function writes beyond the first 6 MB of each response.

    - `responses`, `mb_each`: how many, and how large each is, up to the 200 MB that AWS allows.

    Of what is left, 100 GB a month are free. A GB has 1,024 MB, as in AWS's example.

    >>> Streaming(responses=1_000_000, mb_each=7, free_tier=False).bill(Usage(3_000_000, 500, 1536))
    item               quantity  unit  rate USD  amount USD
    Streamed response  976.5625  GB       0.008  7.8125
    Total                                        7.81

    Source: https://aws.amazon.com/lambda/pricing/ (read 2026-11-23).
    """

    key: ClassVar[str] = "streaming"
    responses: int
    mb_each: Number
    free_tier: bool | None = None

    def bounds(self, name: str) -> Bounds:
        return (0, fact("payload.streamed_response").value) if name == "mb_each" else Part.bounds(self, name)

    def lines(self, usage: Usage) -> Iterator[BillLine]:
        self.known_at_home(usage.region)
        row = fact("streaming")
        beyond_mb = max(Decimal(0), Decimal(self.mb_each) - fact("streaming.free_mb_per_response").value)
        free = free_part(self.free_tier, usage, fact("free_tier.streaming_gb"))
        streamed = gigabytes(self.responses * beyond_mb)
        yield from charged("Streamed response", streamed, "GB", row.value, row, free)


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantIsolation(Part):
    """Tenant isolation: each execution environment that is started for a tenant, by its memory.

    - `environments`: how many start in the month, for all tenants together.

    >>> TenantIsolation(environments=200_000).bill(Usage(10_000_000, 2000, 1024))
    item                     quantity  unit     rate USD  amount USD
    Tenant isolation x86_64   200,000  GB    0.000166667  33.3334
    Total                                                 33.33

    AWS's own example rounds this rate and comes to 33.40.
    Source: https://aws.amazon.com/lambda/pricing/ (read 2026-11-23).
    """

    key: ClassVar[str] = "tenant_isolation"
    environments: int

    def lines(self, usage: Usage) -> Iterator[BillLine]:
        self.known_at_home(usage.region)
        row = fact("tenant_isolation")
        rate = row.value[ARCHITECTURES[usage.architecture]]
        started = gigabytes(usage.memory_mb * self.environments)
        yield from charged(f"Tenant isolation {usage.architecture}", started, "GB", rate, row)
