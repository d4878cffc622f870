"""What other ways to run a function cost: ready pollers, durable functions, Managed Instances, Lambda@Edge.

Each is one object of a usage file and one class here; its fields are the keys of the object.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from math import ceil
from typing import ClassVar

from lambda_study.errors import BadInput
from lambda_study.facts import fact
from lambda_study.model.bill import BillLine
from lambda_study.model.price_lines import MILLION, charged, gb_s
from lambda_study.model.price_parts import HOURS, Bounds, Neighbour, Terms, longest_ms
from lambda_study.model.usage import Number

_MICRO_HOUR = Decimal("0.000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pollers(Neighbour):
    """Provisioned mode of event source mappings: event poller units (EPU) kept ready.

    - `kafka_units`, `sqs_units`: how many units. SQS needs two or more; ten Kafka pollers can share a unit.
    - `hours`: for how long; to the second, one minute at least.

    >>> Pollers(kafka_units=1, hours=720).bill()
    item                 quantity  unit       rate USD  amount USD
    Event pollers Kafka       720  EPU-hours     0.185  133.2
    Total                                               133.20

    Source: https://aws.amazon.com/lambda/pricing/ (read 2026-11-23).
    """

    key: ClassVar[str] = "pollers"
    limits: ClassVar = {"hours": HOURS}
    kafka_units: int = 0
    sqs_units: int = 0
    hours: Number

    def lines(self, terms: Terms) -> Iterator[BillLine]:
        self.known_at_home(terms.region)
        if self.sqs_units == 1:
            raise BadInput("pollers.sqs_units=1 is below the minimum of 2. Choose 0, or 2 and more.")
        seconds = max(60, ceil(Decimal(self.hours) * 3600))
        hours = (Decimal(seconds) / 3600).quantize(_MICRO_HOUR, rounding=ROUND_UP)
        row = fact("esm.provisioned")
        for name, units in (("Kafka", self.kafka_units), ("SQS", self.sqs_units)):
            rate = row.value[f"{name.lower()}_epu_hour"]
            yield from charged(f"Event pollers {name}", units * hours, "EPU-hours", rate, row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Durable(Neighbour):
    """Durable functions: what is charged on top of the requests and duration of every replay.

    - `operations`: executions started, steps, waits and the like.
    - `written_gb`: data that the operations write.
    - `retained_gb_months`: that data, while executions run and after they end: GB times days / 30.

    A wait costs no duration on demand: the function does not run meanwhile.

    >>> Durable(operations=4_000_000, written_gb=104, retained_gb_months=Decimal("72.8")).bill()
    item                   quantity  unit        rate USD  amount USD
    Durable operations    4,000,000  operations  0.000008  32
    Durable data written        104  GB          0.25      26
    Durable data kept          72.8  GB-months   0.15      10.92
    Total                                                  68.92

    Source: https://aws.amazon.com/lambda/pricing/ (read 2026-11-23).
    """

    key: ClassVar[str] = "durable"
    operations: int
    written_gb: Number = 0
    retained_gb_months: Number = 0

    def lines(self, terms: Terms) -> Iterator[BillLine]:
        self.known_at_home(terms.region)
        row = fact("durable")
        rate, written, kept = (Decimal(row.value[name]) for name in row.value)
        yield from charged("Durable operations", self.operations, "operations", rate / MILLION, row)
        yield from charged("Durable data written", Decimal(self.written_gb), "GB", written, row)
        yield from charged("Durable data kept", Decimal(self.retained_gb_months), "GB-months", kept, row)


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedInstances(Neighbour):
    """Lambda Managed Instances: requests, the EC2 instances, and a fee of 15% of their price on demand.

    - `requests`: their duration costs nothing by itself.
    - `instance`: an EC2 instance type with a known price, such as "m7g.xlarge".
    - `instances`, `hours`: how many run, and for how long.
    - `discount_pct`: what a savings plan takes off the instances. The fee stays.

    >>> service = ManagedInstances(
    ...     requests=100_000_000, instance="m7g.xlarge", instances=4, hours=500, discount_pct=72)
    >>> service.bill()
    item                            quantity  unit       rate USD  amount USD
    Requests, managed instances  100,000,000  requests  0.0000002   20
    Instances m7g.xlarge               2,000  hours     0.045696    91.392
    Management fee m7g.xlarge          2,000  hours     0.02448     48.96
    Total                                                          160.35

    Source: https://aws.amazon.com/lambda/pricing/ (read 2026-11-23).
    """

    key: ClassVar[str] = "managed_instances"
    limits: ClassVar = {"hours": HOURS, "discount_pct": (0, 100)}
    requests: int
    instance: str
    instances: int = 1
    hours: Number
    discount_pct: Number = 0

    def lines(self, terms: Terms) -> Iterator[BillLine]:
        self.known_at_home(terms.region)
        row, ec2 = fact("managed_instances"), fact("ec2.hourly")
        usd = self._usd_per_hour()
        paid, fee = usd * (1 - Decimal(self.discount_pct) / 100), row.value["fee_pct_of_ec2_on_demand"]
        hours = self.instances * Decimal(self.hours)
        per_request = row.value["request_per_million"] / MILLION
        yield from charged("Requests, managed instances", self.requests, "requests", per_request, row)
        yield from charged(f"Instances {self.instance}", hours, "hours", paid, ec2)
        yield from charged(f"Management fee {self.instance}", hours, "hours", usd * fee / 100, row)

    def _usd_per_hour(self) -> Decimal:
        known: dict[str, Decimal] = fact("ec2.hourly").value
        if self.instance not in known:
            raise BadInput(
                f'managed_instances.instance="{self.instance}" has no known price here. '
                f"Choose one of: {', '.join(known)}."
            )
        return known[self.instance]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge(Neighbour):
    """Lambda@Edge: a function that runs at CloudFront's edge. It has no free tier.

    - `requests`, `duration_ms`: invocations a month, and how long each runs, rounded up to 1 ms.
    - `memory_mb`: 128 if left out.

    >>> Edge(requests=10_000_000, duration_ms=10).bill()
    item              quantity  unit        rate USD  amount USD
    Requests, edge  10,000,000  requests  0.0000006   6
    Duration, edge      12,500  GB-s      0.00005001  0.625125
    Total                                             6.63

    Source: https://aws.amazon.com/lambda/pricing/ (read 2026-11-23).
    """

    key: ClassVar[str] = "edge"
    requests: int
    duration_ms: Number
    memory_mb: int = 128

    def bounds(self, name: str) -> Bounds:
        if name == "memory_mb":
            return fact("memory.min").value, fact("memory.max").value
        if name == "duration_ms":
            return longest_ms()
        return Neighbour.bounds(self, name)

    def lines(self, terms: Terms) -> Iterator[BillLine]:
        row = fact("edge")
        ran = gb_s(self.memory_mb * self.requests * ceil(self.duration_ms))
        per_request = row.value["request_per_million"] / MILLION
        yield from charged("Requests, edge", self.requests, "requests", per_request, row)
        yield from charged("Duration, edge", ran, "GB-s", row.value["per_gb_s"], row)
