"""The further parts of a bill, held against AWS's own examples and arithmetic."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from fractions import Fraction

import pytest
from click.testing import CliRunner

from lambda_study.cli.price import command
from lambda_study.errors import BadInput
from lambda_study.facts import fact
from lambda_study.model.bill import Bill
from lambda_study.model.price_features import LargeEvents, Provisioned, SnapStart, Streaming, TenantIsolation
from lambda_study.model.price_modes import Durable, Edge, ManagedInstances, Pollers
from lambda_study.model.price_neighbours import (
    S3,
    ApiGateway,
    DynamoDB,
    EventBridge,
    Logs,
    Scheduler,
    Sns,
    Sqs,
)
from lambda_study.model.price_parts import Month, Part
from lambda_study.model.price_plan import PARTS, price_plan, read_plan
from lambda_study.model.pricing import Usage, bill, price

FUNCTION = {"requests": 1_000_000, "duration_ms": 100, "memory_mb": 1024}


def amount(bill: Bill, item: str = "") -> Decimal:
    return sum((line.amount_usd for line in bill.lines if line.item.startswith(item)), Decimal(0))


def quantity(bill: Bill, item: str) -> Decimal:
    return next((line.quantity for line in bill.lines if line.item == item), Decimal(0))


# AWS's worked examples: https://aws.amazon.com/lambda/pricing/ (read 2026-11-23 in a copy from between
# 2026-06-22 and that day). The page rounds each part to cents and adds the parts. Those with nothing but
# requests, duration and storage are in test_pricing.py.


@dataclass(frozen=True)
class Example:
    name: str
    usage: Usage
    part: Part
    printed_usd: str
    of_part: str  # the start of the items that the page's figure for the feature adds up
    part_usd: str


NO_FREE_TIER = {"free_tier": False}
LAUNCH = Provisioned(environments=100, hours=8, requests=500_000, duration_ms=100)
SALE = Provisioned(environments=7, hours=24, requests=2_000_000, duration_ms=280)
FLEET = ManagedInstances(requests=100_000_000, instance="m7g.xlarge", instances=4, hours=500, discount_pct=72)
CLAIMS = Durable(operations=4_000_000, written_gb=104, retained_gb_months=Decimal("72.8"))
NOTHING = Usage(0, 1, 128)

EXAMPLES = (
    Example("app launch", Usage(2_500_000, 120, 1536), LAUNCH, "19.96", "Provisioned", "18"),
    Example("cyber monday", Usage(0, 280, 4096, **NO_FREE_TIER), SALE, "32.26", "Provisioned", "10.08"),
    Example(
        "telemetry with snapshots",
        Usage(7_440_000, 2000, 1024, **NO_FREE_TIER),
        SnapStart(hours=744, restores=74_400),
        "263.92",
        "SnapStart",
        "14.43",
    ),
    Example(
        "web pages streamed",
        Usage(3_000_000, 500, 1536),
        Streaming(responses=1_000_000, mb_each=7, free_tier=False),
        "39.04",
        "Streamed",
        "7.81",
    ),
    Example(
        "market data from SQS",
        Usage(30_000_000, 1000, 1024, **NO_FREE_TIER),
        Pollers(sqs_units=16, hours=500),
        "580",
        "Event pollers",
        "74",
    ),
    Example(
        "ten Kafka topics in one group",
        Usage(300_000_000, 200, 1024, **NO_FREE_TIER),
        Pollers(kafka_units=1, hours=720),
        "1193.2",
        "Event pollers",
        "133.2",
    ),
    Example(
        "insurance claims", Usage(2_000_000, 16_000, 1024, "arm64"), CLAIMS, "490.46", "Durable", "68.92"
    ),
    Example("busy API", NOTHING, FLEET, "160.36", "Management", "48.96"),
    Example("at the edge", NOTHING, Edge(requests=10_000_000, duration_ms=10), "6.63", "Duration", "0.63"),
)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_example_of_aws_agrees_to_the_cent(example: Example) -> None:
    priced = price(example.usage, example.part)
    assert abs(priced.total_usd - Decimal(example.printed_usd)) <= Decimal("0.015")
    assert abs(amount(priced, example.of_part) - Decimal(example.part_usd)) <= Decimal("0.0075")


def test_the_kafka_example_agrees_where_the_page_agrees_with_itself() -> None:
    """Its text gives 30 million requests and it bills 60 million: 12 USD where 6 are due."""
    kafka = price(Usage(30_000_000, 2000, 1024), Pollers(kafka_units=2, hours=400))
    as_printed = kafka.total_usd - amount(kafka, "Requests") + 60 * Decimal("0.20")
    assert abs(as_printed - Decimal("1153.3")) <= Decimal("0.05")  # the page rounds to 10 cents here
    assert amount(kafka, "Event pollers") == 148


def test_the_tenant_example_agrees_with_the_rate_as_the_page_rounds_it() -> None:
    tenants = price(Usage(10_000_000, 2000, 1024, **NO_FREE_TIER), TenantIsolation(environments=200_000))
    started = quantity(tenants, "Tenant isolation x86_64")
    assert started * Decimal("0.000167") == Decimal("33.4")
    others = tenants.total_usd - amount(tenants, "Tenant")
    assert abs(others + Decimal("33.4") - Decimal("368.74")) <= Decimal("0.015")


# Features of a function


@pytest.mark.parametrize(
    ("kb", "requests"), [(1, 0), (256, 0), (Decimal("256.1"), 1), (320, 1), (321, 2), (1024, 12)]
)
def test_an_asynchronous_event_counts_once_more_for_each_64_kb_above_256(kb, requests: int) -> None:
    assert LargeEvents(events=1, kb_each=kb).further_requests == requests


def test_ordinary_requests_use_up_the_free_tier_before_large_events_do() -> None:
    events = LargeEvents(events=500_000, kb_each=400)
    half = price(Usage(500_000, 1, 128), events)
    assert quantity(half, "Requests, large events, free tier") == 500_000
    assert quantity(half, "Requests, large events") == 1_000_000
    assert quantity(price(Usage(2_000_000, 1, 128), events), "Requests, large events") == 1_500_000


def test_more_large_events_than_requests_are_refused() -> None:
    with pytest.raises(BadInput, match=r"large_events.events=2 is above the 1 requests of the function"):
        price(Usage(1, 1, 128), LargeEvents(events=2, kb_each=300))


@pytest.mark.parametrize(("minutes", "charged"), [(1, 5), (5, 5), (6, 10), (480, 480)])
def test_provisioned_time_is_rounded_up_to_five_minutes(minutes: int, charged: int) -> None:
    kept = Provisioned(environments=1, hours=Decimal(minutes) / 60 if minutes != 480 else 8)
    assert quantity(kept.bill(Usage(0, 1, 1024)), "Provisioned concurrency x86_64") == charged * 60


def test_each_time_provisioned_concurrency_is_switched_on_is_rounded_by_itself() -> None:
    often, once = (Provisioned(environments=1, hours=h, times=t) for h, t in ((Decimal("0.01"), 10), (1, 1)))
    usage = Usage(0, 1, 1024)
    assert often.bill(usage).total_usd * 60 == once.bill(usage).total_usd * 50


def test_arm_keeps_environments_ready_for_a_fifth_less() -> None:
    usage = Usage(0, 1, 1024)
    x86, arm = (LAUNCH.bill(replace(usage, architecture=name)) for name in ("x86_64", "arm64"))
    assert amount(arm, "Provisioned") / amount(x86, "Provisioned") == Decimal("0.0000033334") / Decimal(
        "0.0000041667"
    )


def test_the_free_tier_covers_nothing_that_runs_provisioned() -> None:
    usage = Usage(0, 100, 1536)
    assert LAUNCH.bill(usage) == LAUNCH.bill(replace(usage, free_tier=False))


@pytest.mark.parametrize(("share", "dearer"), [("0.55", True), ("0.65", False)])
def test_provisioned_concurrency_pays_above_sixty_percent_use(share: str, dearer: bool) -> None:
    busy = int(3600 * 1000 * Decimal(share)) // 1000
    kept = Provisioned(environments=1, hours=1, requests=busy, duration_ms=1000)
    provisioned = price(Usage(0, 1000, 1024), kept).total_usd
    on_demand = price(Usage(busy, 1000, 1024, free_tier=False)).total_usd
    assert (provisioned > on_demand) is dearer


def test_large_storage_costs_on_provisioned_environments_too() -> None:
    usage = Usage(0, 1, 1024, ephemeral_mb=1536)
    priced = Provisioned(environments=1, hours=1, requests=10, duration_ms=1000).bill(usage)
    assert quantity(priced, "Ephemeral storage, provisioned") == 10


def test_a_snapshot_of_a_minute_is_kept_for_three_hours() -> None:
    usage = Usage(0, 1, 1024)
    minute, three_hours = (SnapStart(hours=hours).bill(usage) for hours in (Decimal("0.01"), 3))
    assert minute == three_hours
    assert quantity(minute, "SnapStart cache") == 3 * 3600


def test_snapshots_cost_more_in_seoul_and_have_no_known_price_in_ireland() -> None:
    snapshots = SnapStart(hours=10, restores=10)
    assert (
        snapshots.bill(Usage(0, 1, 1024, region="ap-northeast-2")).total_usd
        > snapshots.bill(Usage(0, 1, 1024)).total_usd
    )
    with pytest.raises(BadInput, match="snapstart has no known price in eu-west-1 here"):
        snapshots.bill(Usage(0, 1, 1024, region="eu-west-1"))


def test_six_megabytes_of_each_response_and_a_hundred_gigabytes_a_month_are_free() -> None:
    usage = Usage(0, 1, 128)
    assert Streaming(responses=10**9, mb_each=6).bill(usage).lines == ()
    assert Streaming(responses=102_400, mb_each=7).bill(usage).total_usd == 0
    assert Streaming(responses=102_401, mb_each=7).bill(usage).total_usd == Decimal("0.008") / 1024


# Other ways to run


def test_pollers_are_paid_for_a_minute_at_least() -> None:
    assert Pollers(kafka_units=60, hours=0).bill().total_usd == Decimal("0.185") * 60 * Decimal("0.016667")


def test_one_sqs_poller_is_refused() -> None:
    with pytest.raises(BadInput, match=r"pollers.sqs_units=1 is below the minimum of 2"):
        Pollers(sqs_units=1, hours=1).bill()


def test_a_discount_lowers_the_instances_and_never_the_fee() -> None:
    full, discounted = replace(FLEET, discount_pct=0).bill(), FLEET.bill()
    assert amount(discounted, "Management") == amount(full, "Management") == amount(full, "Inst") * 15 / 100
    assert amount(discounted, "Instances") == amount(full, "Instances") * 28 / 100


def test_an_instance_without_a_known_price_is_refused() -> None:
    with pytest.raises(
        BadInput, match=r'instance="m7g.2xl" has no known price here. Choose one of: t4g.nano'
    ):
        replace(FLEET, instance="m7g.2xl").bill()


def test_the_edge_costs_three_times_the_price_of_a_region() -> None:
    edge = Edge(requests=1000, duration_ms=1000, memory_mb=1024).bill()
    here = price(Usage(1000, 1000, 1024, free_tier=False))
    assert round(amount(edge, "Requests") / amount(here, "Requests"), 2) == 3
    assert round(amount(edge, "Duration") / amount(here, "Duration"), 2) == 3


# Services around a function


@pytest.mark.parametrize(
    ("edge", "below", "above"),
    [(333_000_000, "3.50", "2.80"), (1_000_000_000, "2.80", "2.38"), (20_000_000_000, "2.38", "1.51")],
)
def test_at_a_tiers_edge_the_next_request_to_a_rest_api_costs_less(edge, below, above) -> None:
    def usd(requests: int) -> Decimal:
        return ApiGateway(rest_requests=requests).bill().total_usd

    assert usd(edge) - usd(edge - 1) == Decimal(below) / 1_000_000
    assert usd(edge + 1) - usd(edge) == Decimal(above) / 1_000_000


def test_an_http_api_costs_less_than_a_rest_api_and_less_still_above_300_million() -> None:
    rest, http = ApiGateway(rest_requests=300_000_000).bill(), ApiGateway(http_requests=300_000_000).bill()
    assert (rest.total_usd, http.total_usd) == (1050, 300)
    assert ApiGateway(http_requests=301_000_000).bill().total_usd == Decimal("300.9")


def test_a_large_request_to_an_http_api_counts_once_for_each_512_kb() -> None:
    one, two = (ApiGateway(http_requests=1000, http_kb_each=kb).bill().total_usd for kb in (512, 513))
    assert two == 2 * one


def test_an_http_api_in_tokyo_has_a_first_tier_and_no_known_second() -> None:
    tokyo = Month(region="ap-northeast-1")
    assert ApiGateway(http_requests=1_000_000).bill(tokyo).total_usd == Decimal("1.29")
    with pytest.raises(BadInput, match="above the first tier of 300,000,000 requests"):
        ApiGateway(http_requests=400_000_000).bill(tokyo)
    with pytest.raises(BadInput, match="api_gateway has no known price in ap-northeast-1 here"):
        ApiGateway(rest_requests=1).bill(tokyo)


def test_both_kinds_of_queues_share_a_million_free_requests() -> None:
    both = Sqs(standard_requests=600_000, fifo_requests=600_000).bill()
    assert both.total_usd == Decimal("0.50") * 200_000 / 1_000_000
    assert Sqs(standard_requests=10, kb_each=65, free_tier=False).bill().total_usd == 20 * Decimal(
        "0.0000004"
    )


def test_a_fair_queue_costs_a_quarter_more() -> None:
    fair = Sqs(standard_requests=1_000_000, fair_requests=1_000_000, free_tier=False).bill()
    assert fair.total_usd == Decimal("0.50")


@pytest.mark.parametrize(
    ("free", "over"),
    [
        (Sns(publishes=1_000_000), Sns(publishes=1_000_001)),
        (Scheduler(invocations=14_000_000), Scheduler(invocations=14_000_001)),
        (DynamoDB(storage_gb=25), DynamoDB(storage_gb=26)),
        (Sqs(standard_requests=1_000_000), Sqs(standard_requests=1_000_001)),
    ],
)
def test_the_free_part_is_free_and_the_next_unit_is_not(free, over) -> None:
    assert free.bill().total_usd == 0
    assert over.bill().total_usd > 0
    assert replace(free, free_tier=False).bill().total_usd > over.bill().total_usd
    assert free.bill(Month(free_tier=False)) == replace(free, free_tier=False).bill()


def test_events_count_once_for_each_64_kb() -> None:
    usd = [EventBridge(custom_events=1_000_000, kb_each=kb).bill().total_usd for kb in (0, 64, 65, 256)]
    assert usd == [1, 1, 2, 4]


def test_the_whole_way_of_a_thumbnail_costs_more_than_its_function() -> None:
    """A million pictures a month: upload, function, thumbnail, row in a table, log text."""
    around = (
        S3(puts=2_000_000, gets=1_000_000, storage_gb=100),
        DynamoDB(write_units=1_000_000, storage_gb=1),
        Logs(ingested_gb=1, stored_gb=1),
    )
    function = Usage(1_000_000, 250, 512)
    whole = price(function, *around)
    assert price(function).total_usd == 0
    assert whole.total_usd == Decimal("10.4") + Decimal("2.3") + Decimal("0.625") + Decimal("0.53")


def test_a_cron_job_every_five_minutes_costs_nothing() -> None:
    runs = 12 * 24 * 30
    assert price(Usage(runs, 2000, 256), Scheduler(invocations=runs)).total_usd == 0


def test_a_bill_of_invocations_takes_the_services_around_them() -> None:
    around = [S3(puts=3), Sns(publishes=2)]
    whole = bill([], measured=False, neighbours=around)
    assert amount(whole) == 3 * Decimal("0.000005") + 2 * Decimal("0.0000005")
    assert amount(bill([], free_tier=True, neighbours=around), "SNS") == 0


# What holds for every part


def some_parts() -> list[Part]:
    chance = random.Random(3)
    return [random_part(part, chance) for part in PARTS.values() for _ in range(10)]


def random_part(part: type[Part], chance: random.Random) -> Part:
    given = {}
    for field in fields(part):
        if field.type in ("int", "Number"):
            given[field.name] = chance.randrange(2, 100)
    if part is ManagedInstances:
        given["instance"] = "m7g.large"
    if part is Edge:
        given["memory_mb"] = 128
    return part(**given)


def test_more_of_anything_costs_more_except_a_discount() -> None:
    usage = Usage(10**6, 100, 1024, free_tier=False)
    for part in some_parts():
        numbers = [field.name for field in fields(part) if field.type in ("int", "Number")]
        for name in numbers:
            if name == "discount_pct":
                continue
            more = replace(part, **{name: getattr(part, name) + 1})
            assert more.bill(usage).total_usd >= part.bill(usage).total_usd, (part, name)


def test_the_lines_of_every_part_add_up_to_the_last_digit_and_have_a_source() -> None:
    for part in some_parts():
        priced = price(Usage(10**6, 100, 1024), part)
        lines = priced.to_json()["lines"]
        assert sum(Fraction(line["amount_usd"]) for line in lines) == Fraction(priced.total_usd)
        assert all(
            Fraction(line["quantity"]) * Fraction(line["rate_usd"]) == Fraction(line["amount_usd"])
            for line in lines
        )
        assert all(line["source"].startswith("https://") for line in lines)


@pytest.mark.parametrize("key", sorted(PARTS))
def test_every_part_refuses_what_it_cannot_be(key: str) -> None:
    names = [field.name for field in fields(PARTS[key]) if field.type in ("int", "Number")]
    for name in names:
        for wrong in (-1, "3", None, True, float("nan"), 1e30):
            given = {**dict.fromkeys(names, 2), "memory_mb": 128, "instance": "m7g.large", name: wrong}
            known = {field.name: given[field.name] for field in fields(PARTS[key]) if field.name in given}
            with pytest.raises(BadInput, match=rf"^{key}\.{name}=.* (is|below|above) [^\n]*$"):
                price_plan({**FUNCTION, key: known})


# The usage file


def help_examples() -> dict[str, object]:
    """The objects that the command's help shows."""
    text = " ".join(command.help.replace("\b", "").split())
    decoder, found = json.JSONDecoder(), {}
    for key in PARTS:
        found[key], _ = decoder.raw_decode(text, text.index("{", text.index(f'"{key}":')))
    return found


def test_every_object_that_the_help_shows_is_priced() -> None:
    shown = help_examples()
    for key, example in shown.items():
        assert price_plan({**FUNCTION, key: example}).lines[-1].quantity > 0
        known = {field.name for field in fields(PARTS[key])} - {"free_tier"}
        assert set(example) == known, key


def test_all_parts_together_are_one_bill(tmp_path) -> None:
    path = tmp_path / "usage.json"
    path.write_text(json.dumps({**FUNCTION, "free_tier": False, **help_examples()}))
    done = CliRunner().invoke(command, [str(path), "--json"], catch_exceptions=False)
    printed = json.loads(done.output)
    assert len({line["item"] for line in printed["lines"]}) == len(printed["lines"]) > 25


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"provisoned": {}}, '"provisoned" is not a key of a usage. Do you mean "provisioned"? Allowed: req'),
        (
            {"s3": {"put": 3}},
            '"put" is not a key of "s3". Do you mean "puts"? Allowed: puts, gets, storage_gb.',
        ),
        ({"s3": 3}, '"s3" must be an object with: puts, gets, storage_gb.'),
        ({"sns": {}}, '"sns" has no publishes. Allowed: publishes, free_tier.'),
        (
            {"edge": {}},
            '"edge" has no requests and no duration_ms. Allowed: requests, duration_ms, memory_mb.',
        ),
        ({"pollers": {"hours": 745}}, "pollers.hours=745 is above the maximum of 744. Choose 0 to 744."),
        ({"sqs": {"free_tier": 1}}, "sqs.free_tier=1 is not true or false."),
        ({"sqs": {"standard_requests": 1.5}}, "sqs.standard_requests=1.5 is not a whole number."),
        (
            {"region": "eu-west-1", "s3": {"puts": 1}},
            "s3 has no known price in eu-west-1 here. Choose region",
        ),
        (
            {"managed_instances": {"requests": 1, "hours": 1, "instance": ["a"]}},
            "managed_instances.instance=['a'] is not a text.",
        ),
    ],
)
def test_a_wrong_object_is_told_in_one_line(given, told: str) -> None:
    with pytest.raises(BadInput) as refused:
        price_plan({**FUNCTION, **given})
    assert told in str(refused.value) and "\n" not in str(refused.value)


def test_a_fraction_in_an_object_stays_what_is_written() -> None:
    usage, (stored,) = read_plan({**FUNCTION, "s3": {"storage_gb": Decimal("0.1")}})
    assert stored.bill(usage).total_usd == Decimal("0.1") * fact("s3.requests.storage_gb_month").value
