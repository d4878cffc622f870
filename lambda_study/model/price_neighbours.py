"""What the services around a function cost: its front door, its triggers, where it keeps things, its logs.

Each is one object of a usage file and one class here; its fields are the keys of the object. A free part is
taken off where a fact states one. Prices are those of us-east-1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import ClassVar

from lambda_study.facts import Fact, fact
from lambda_study.model.bill import BillLine
from lambda_study.model.price_lines import MILLION, Tier, charged, source, tiered
from lambda_study.model.price_parts import Neighbour, Terms, free_part
from lambda_study.model.usage import Number

_STEP_KB = 64  # in the name of the price: "custom events per million, 64 KB each"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiGateway(Neighbour):
    """API Gateway: requests to REST APIs and to HTTP APIs, each kind with its own tiers.

    - `rest_requests`, `http_requests`: requests a month.
    - `http_kb_each`: how large an HTTP API's request is; each 512 KB of it count as one.

    >>> ApiGateway(rest_requests=2_000_000).bill()
    item       quantity  unit       rate USD  amount USD
    REST API  2,000,000  requests  0.0000035  7
    Total                                     7.00

    Source: https://aws.amazon.com/api-gateway/pricing/ (read 2026-11-23).
    """

    key: ClassVar[str] = "api_gateway"
    rest_requests: int = 0
    http_requests: int = 0
    http_kb_each: Number = 1

    def lines(self, terms: Terms) -> Iterator[BillLine]:
        if self.rest_requests:
            self.known_at_home(terms.region)
            rest = _tiers(fact("apigw.rest"))
            yield from tiered("REST API", Decimal(self.rest_requests), "requests", rest)
        counted = self.http_requests * _steps(self.http_kb_each, fact("apigw.http.metering_kb").value)
        if counted:
            yield from tiered("HTTP API", Decimal(counted), "requests", self._http_tiers(terms.region))

    def _http_tiers(self, region: str) -> tuple[Tier, ...]:
        tiers, by_region = _tiers(fact("apigw.http")), fact("apigw.http.by_region")
        if region in by_region.value:
            return (Tier(by_region.value[region] / MILLION, tiers[0].up_to, source(by_region)),)
        self.known_at_home(region)
        return tiers


@dataclass(frozen=True, slots=True, kw_only=True)
class S3(Neighbour):
    """S3 Standard: requests and what is stored.

    - `puts`: PUT, COPY, POST and LIST requests a month.
    - `gets`: GET requests.
    - `storage_gb`: what is stored, on average over the month.

    >>> S3(puts=20_000, gets=10_000, storage_gb=50).bill()
    item        quantity  unit        rate USD  amount USD
    S3 PUT        20,000  requests   0.000005   0.1
    S3 GET        10,000  requests   0.0000004  0.004
    S3 storage        50  GB-months  0.023      1.15
    Total                                       1.25

    Source: https://aws.amazon.com/s3/pricing/ (read 2026-11-23).
    """

    key: ClassVar[str] = "s3"
    puts: int = 0
    gets: int = 0
    storage_gb: Number = 0

    def lines(self, terms: Terms) -> Iterator[BillLine]:
        self.known_at_home(terms.region)
        row = fact("s3.requests")
        put, get = row.value["put_copy_post_list_per_1000"] / 1000, row.value["get_per_1000"] / 1000
        yield from charged("S3 PUT", self.puts, "requests", put, row)
        yield from charged("S3 GET", self.gets, "requests", get, row)
        yield from charged(
            "S3 storage", Decimal(self.storage_gb), "GB-months", row.value["storage_gb_month"], row
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sqs(Neighbour):
    """SQS: every call counts, sends, receives and deletes, those of Lambda's pollers too.

    - `standard_requests`, `fifo_requests`: calls a month.
    - `fair_requests`: how many of the standard ones belong to a fair queue; they cost a little more.
    - `kb_each`: how large a call's messages are; each 64 KB count as one.

    A million requests a month are free, both kinds together.

    >>> Sqs(standard_requests=3_000_000).bill()
    item                      quantity  unit       rate USD  amount USD
    SQS standard, free tier  1,000,000  requests  0          0
    SQS standard             2,000,000  requests  0.0000004  0.8
    Total                                                    0.80

    Source: https://aws.amazon.com/sqs/pricing/ (read 2026-11-23).
    """

    key: ClassVar[str] = "sqs"
    standard_requests: int = 0
    fifo_requests: int = 0
    fair_requests: int = 0
    kb_each: Number = 1
    free_tier: bool | None = None

    def lines(self, terms: Terms) -> Iterator[BillLine]:
        self.known_at_home(terms.region)
        row, allowance, used = fact("sqs"), fact("sqs.free_per_month"), 0
        each = _steps(self.kb_each, fact("sqs.request_kb").value)
        for kind, requests in (("standard", self.standard_requests), ("fifo", self.fifo_requests)):
            free = free_part(self.free_tier, terms, allowance, used)
            rate = row.value[f"{kind}_per_million"] / MILLION
            yield from charged(f"SQS {kind}", requests * each, "requests", rate, row, free)
            used += requests * each
        extra = row.value["fair_extra_per_million"] / MILLION
        yield from charged("SQS fair queue", self.fair_requests * each, "requests", extra, row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sns(Neighbour):
    """SNS: messages published to a standard topic. Delivery to Lambda and SQS is free.

    - `publishes`: messages a month, a million of them free.

    >>> Sns(publishes=3_000_000).bill()
    item                     quantity  unit       rate USD  amount USD
    SNS publish, free tier  1,000,000  messages  0          0
    SNS publish             2,000,000  messages  0.0000005  1
    Total                                                   1.00

    Source: https://aws.amazon.com/sns/pricing/ (read 2026-11-23).
    """

    key: ClassVar[str] = "sns"
    publishes: int
    free_tier: bool | None = None

    def lines(self, terms: Terms) -> Iterator[BillLine]:
        self.known_at_home(terms.region)
        row = fact("sns")
        free = free_part(self.free_tier, terms, fact("sns.free_per_month"))
        rate = row.value["publish_per_million"] / MILLION
        yield from charged("SNS publish", self.publishes, "messages", rate, row, free)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventBridge(Neighbour):
    """EventBridge: custom events. What AWS services put on the default bus is free, as is delivery.

    - `custom_events`: events a month that your code puts.
    - `kb_each`: how large each is; each 64 KB count as one.

    >>> EventBridge(custom_events=500_000, kb_each=100).bill()
    item                 quantity  unit    rate USD  amount USD
    EventBridge events  1,000,000  events  0.000001  1
    Total                                            1.00

    Source: https://aws.amazon.com/eventbridge/pricing/ (read 2026-11-23).
    """

    key: ClassVar[str] = "eventbridge"
    custom_events: int
    kb_each: Number = 1

    def lines(self, terms: Terms) -> Iterator[BillLine]:
        self.known_at_home(terms.region)
        row = fact("eventbridge")
        rate = row.value["custom_events_per_million_64kb"] / MILLION
        events = self.custom_events * _steps(self.kb_each, _STEP_KB)
        yield from charged("EventBridge events", events, "events", rate, row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduler(Neighbour):
    """EventBridge Scheduler: invocations of schedules.

    - `invocations`: a month, 14 million of them free.

    >>> Scheduler(invocations=290 * 30).bill()
    item                  quantity  unit         rate USD  amount USD
    Scheduler, free tier     8,700  invocations         0  0
    Total                                                  0.00

    Source: https://aws.amazon.com/eventbridge/pricing/ (read 2026-11-23).
    """

    key: ClassVar[str] = "scheduler"
    invocations: int
    free_tier: bool | None = None

    def lines(self, terms: Terms) -> Iterator[BillLine]:
        self.known_at_home(terms.region)
        row = fact("eventbridge")
        free = free_part(self.free_tier, terms, fact("eventbridge.scheduler_free_per_month"))
        rate = row.value["scheduler_per_million"] / MILLION
        yield from charged("Scheduler", self.invocations, "invocations", rate, row, free)


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamoDB(Neighbour):
    """DynamoDB on demand: request units and what is stored.

    - `write_units`, `read_units`: request units a month. A write unit writes 1 KB, a read unit reads 4 KB.
    - `storage_gb`: what is stored; 25 GB of it are free.

    >>> DynamoDB(write_units=1_000_000, read_units=4_000_000, storage_gb=30).bill()
    item                          quantity  unit          rate USD  amount USD
    DynamoDB writes              1,000,000  units      0.000000625  0.625
    DynamoDB reads               4,000,000  units      0.000000125  0.5
    DynamoDB storage, free tier         25  GB-months  0            0
    DynamoDB storage                     5  GB-months  0.25         1.25
    Total                                                           2.38

    Source: https://aws.amazon.com/dynamodb/pricing/on-demand/ (read 2026-11-23).
    """

    key: ClassVar[str] = "dynamodb"
    write_units: int = 0
    read_units: int = 0
    storage_gb: Number = 0
    free_tier: bool | None = None

    def lines(self, terms: Terms) -> Iterator[BillLine]:
        self.known_at_home(terms.region)
        row = fact("dynamodb.on_demand")
        write, read = row.value["write_per_million"] / MILLION, row.value["read_per_million"] / MILLION
        free = free_part(self.free_tier, terms, fact("dynamodb.free_storage_gb"))
        stored, month = Decimal(self.storage_gb), row.value["storage_gb_month"]
        yield from charged("DynamoDB writes", self.write_units, "units", write, row)
        yield from charged("DynamoDB reads", self.read_units, "units", read, row)
        yield from charged("DynamoDB storage", stored, "GB-months", month, row, free)


@dataclass(frozen=True, slots=True, kw_only=True)
class Logs(Neighbour):
    """CloudWatch Logs: what is written and what is kept.

    - `ingested_gb`: log text a month.
    - `stored_gb`: what is kept; with no retention set it grows for ever.

    Unlike AWS: all of it costs the price of the first tier, and no free part is taken off.

    >>> Logs(ingested_gb=10, stored_gb=10).bill()
    item           quantity  unit       rate USD  amount USD
    Logs ingested        10  GB             0.5   5
    Logs stored          10  GB-months      0.03  0.3
    Total                                         5.30

    Source: https://aws.amazon.com/cloudwatch/pricing/ (read 2026-11-23).
    """

    key: ClassVar[str] = "logs"
    ingested_gb: Number = 0
    stored_gb: Number = 0

    def lines(self, terms: Terms) -> Iterator[BillLine]:
        self.known_at_home(terms.region)
        row = fact("cloudwatch_logs")
        yield from charged("Logs ingested", Decimal(self.ingested_gb), "GB", row.value["ingest_gb"], row)
        yield from charged(
            "Logs stored", Decimal(self.stored_gb), "GB-months", row.value["store_gb_month"], row
        )


def _tiers(row: Fact) -> tuple[Tier, ...]:
    """The tiers of ROW, per request."""
    return tuple(Tier(tier["per_million"] / MILLION, tier.get("up_to"), source(row)) for tier in row.value)


def _steps(kb: Number, step_kb: int) -> int:
    """How many times a call of KB counts: once for each STEP_KB or a part of it, and once at least."""
    return max(1, ceil(Decimal(kb) / step_kb))
