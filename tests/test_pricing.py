"""Prices and bills, held against AWS's own examples, the Price List's tiers and arithmetic."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from lambda_study.errors import BadInput
from lambda_study.facts import course_notes, fact
from lambda_study.model.pricing import (
    Bill,
    Usage,
    bill,
    break_even_requests,
    fixed_work,
    gb_seconds,
    gb_seconds_per_dollar,
    price,
)
from lambda_study.model.report import Report

FREE_GB_S = 400_000
ONE_GB_S = {"duration_ms": 1000, "memory_mb": 1024}


def amount(bill: Bill, item: str) -> Decimal:
    return sum((line.amount_usd for line in bill.lines if line.item.startswith(item)), Decimal(0))


def quantity(bill: Bill, item: str) -> Decimal:
    return next((line.quantity for line in bill.lines if line.item == item), Decimal(0))


def a_report(duration_ms: float, memory_mb: int = 128, architecture: str = "x86_64", init_ms=None) -> Report:
    return Report.of(
        request_id="r",
        function_name="resize",
        environment="1",
        architecture=architecture,
        started_at=datetime(2026, 11, 23, tzinfo=UTC),
        duration_ms=duration_ms,
        init_ms=init_ms,
        memory_mb=memory_mb,
        max_memory_mb=36,
    )


# AWS's worked examples, or their on-demand part: https://aws.amazon.com/lambda/pricing/ (a copy from between
# 2026-06-22 and 2026-11-23). The page rounds each part, sometimes up, and adds the parts.


@dataclass(frozen=True)
class Example:
    name: str
    usage: Usage
    compute_usd: str
    requests_usd: str
    storage_usd: str = "0"


EXAMPLES = (
    Example("food orders", Usage(3_000_000, 120, 1536), "2.33", "0.40"),
    Example("telemetry", Usage(7_440_000, 2000, 1024, free_tier=False), "248.00", "1.49"),
    Example("support tickets", Usage(6_000_000, 280, 4096, ephemeral_mb=2048), "105.33", "1", "0.08"),
    Example("insurance claims", Usage(2_000_000, 16_000, 1024, "arm64"), "421.34", "0.20"),
    Example("tenants", Usage(10_000_000, 2000, 1024, free_tier=False), "333.34", "2"),
    Example("web pages streamed", Usage(3_000_000, 500, 1536), "30.83", "0.40"),
    Example("market data", Usage(30_000_000, 1000, 1024, free_tier=False), "500", "6"),
    Example("contact centre", Usage(300_000_000, 200, 1024, free_tier=False), "1000", "60"),
)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_the_parts_of_an_example_of_aws_agree_to_the_cent(example: Example) -> None:
    bill = price(example.usage)
    for item, printed in (
        ("Duration", example.compute_usd),
        ("Requests", example.requests_usd),
        ("Ephemeral", example.storage_usd),
    ):
        assert abs(amount(bill, item) - Decimal(printed)) <= Decimal("0.0075"), item


@pytest.mark.parametrize(
    ("usage", "total"),
    [(EXAMPLES[0].usage, "2.73"), (EXAMPLES[2].usage, "106.41")],
    ids=["food orders", "support tickets"],
)
def test_the_total_of_an_example_of_aws_is_the_printed_one(usage: Usage, total: str) -> None:
    assert price(usage).to_json()["total_usd"] == total


def test_where_aws_adds_rounded_parts_the_exact_total_differs_by_a_cent_at_most() -> None:
    exact = price(EXAMPLES[1].usage).total_usd
    assert exact == Decimal("249.488496")  # the page: 249.49
    assert abs(exact - Decimal("249.49")) < Decimal("0.015")


def test_the_page_bills_the_double_of_its_own_30_million_requests() -> None:
    """A slip of the page's Kafka example: 1 million a day for 30 days, billed as 60 million."""
    kafka = price(Usage(30_000_000, 2000, 1024))
    assert amount(kafka, "Duration") == Decimal("993.33532")  # the page: 993.3
    assert amount(price(Usage(60_000_000, 2000, 1024, free_tier=False)), "Requests") == 12


# Tiers. Where prices that another tool recorded lie beside the project, they are held against those too.


def test_the_tiers_agree_with_the_price_list_cases_of_a_cost_tool(vectors: Path) -> None:
    text = (vectors / "pricing_tiers.json").read_text(encoding="utf-8")
    cases = json.loads(text, parse_float=Decimal)["tier_cases"]
    for case in (case for case in cases if "requests" in case):
        bill = price(
            Usage(case["requests"], case["duration_ms"], case["memory_mb"], case["arch"], free_tier=False)
        )
        tiers = [line for line in bill.lines if line.item.startswith("Duration")]
        assert [line.quantity for line in tiers] == case["tier_gb_s"], case["name"]
        for line, printed in zip(tiers, case["tier_cost"], strict=True):
            assert abs(line.amount_usd - Decimal(printed)) <= Decimal("0.0075"), case["name"]
        assert abs(amount(bill, "Requests") - Decimal(case["request_cost"])) <= Decimal("0.0075"), case[
            "name"
        ]


def test_thirty_billion_gb_seconds_go_through_all_three_tiers() -> None:
    duration = [
        line.amount_usd for line in price(Usage(30_000_000_000, **ONE_GB_S, free_tier=False)).lines[1:]
    ]
    assert duration == [Decimal("100000.2"), Decimal(135_000), Decimal(200_001)]


@pytest.mark.parametrize(
    ("architecture", "edge", "below", "above"),
    [
        ("x86_64", 6_000_000_000, "0.0000166667", "0.0000150000"),
        ("x86_64", 15_000_000_000, "0.0000150000", "0.0000133334"),
        ("arm64", 7_500_000_000, "0.0000133334", "0.0000120001"),
        ("arm64", 18_750_000_000, "0.0000120001", "0.0000106667"),
    ],
)
def test_at_a_tiers_edge_the_next_gb_second_costs_less(architecture, edge, below, above) -> None:
    def duration_usd(gb_s: int) -> Decimal:
        return amount(price(Usage(gb_s, **ONE_GB_S, architecture=architecture, free_tier=False)), "Duration")

    assert duration_usd(edge) - duration_usd(edge - 1) == Decimal(below)
    assert duration_usd(edge + 1) - duration_usd(edge) == Decimal(above)


def test_the_tiers_count_what_the_free_tier_leaves() -> None:
    bill = price(Usage(6_000_000_000 + FREE_GB_S, **ONE_GB_S))
    assert quantity(bill, "Duration x86_64") == 6_000_000_000
    assert quantity(bill, "Duration x86_64, tier 2") == 0


# Free tier


def test_the_last_free_gb_second_is_free_and_the_next_is_not() -> None:
    last = price(Usage(FREE_GB_S, **ONE_GB_S))
    over = price(Usage(FREE_GB_S + 1, **ONE_GB_S))
    assert (last.total_usd, last.to_json()["total_usd"]) == (0, "0.00")
    assert over.total_usd == Decimal("0.0000166667")


def test_the_millionth_request_is_free_and_the_next_is_not() -> None:
    assert price(Usage(1_000_000, 1, 128)).total_usd == 0
    assert price(Usage(1_000_001, 1, 128)).total_usd == Decimal("0.0000002")


@pytest.mark.parametrize(("architecture", "usd"), [("x86_64", "6.86668"), ("arm64", "5.53336")])
def test_the_free_tier_takes_6_87_off_on_x86_and_5_53_on_arm(architecture: str, usd: str) -> None:
    usage = Usage(3_000_000, 120, 1536, architecture)
    without = price(replace(usage, free_tier=False)).total_usd
    assert without - price(usage).total_usd == Decimal(usd)


def test_both_architectures_share_one_free_tier() -> None:
    half = FREE_GB_S * 1000 * 1024 // 10_240 // 2  # ms at 10,240 MB that make up half of it
    reports = [replace(a_report(half, 10_240, arch), billed_ms=half) for arch in ("x86_64", "arm64", "arm64")]
    shared = bill(reports, free_tier=True, measured=False)
    assert quantity(shared, "Duration, free tier") == FREE_GB_S
    assert quantity(shared, "Duration x86_64") == 0
    assert quantity(shared, "Duration arm64") == FREE_GB_S / 2


# What is billed


def test_each_invocation_is_rounded_up_to_a_millisecond_before_it_is_multiplied() -> None:
    million = Usage(1_000_000, 0.2, 1024, free_tier=False)
    assert amount(price(million), "Duration") == Decimal("0.0166667")
    assert price(replace(million, duration_ms=Decimal("1.000"))).lines == price(million).lines


def test_a_fraction_is_taken_as_it_is_written() -> None:
    assert Usage(1, 1.1, 128).billed_ms == 2
    assert Usage(1, Decimal("2.0000000000000000000000001"), 128).billed_ms == 3


def test_the_init_of_a_cold_start_is_billed() -> None:
    usage = Usage(100, 10.4, 128, cold_starts=3, init_ms=200.5)
    assert usage.billed_ms == 97 * 11 + 3 * 211


def test_ephemeral_storage_costs_from_513_mb_on_and_has_no_free_tier() -> None:
    usage = Usage(1, **ONE_GB_S)
    assert amount(price(replace(usage, ephemeral_mb=512)), "Ephemeral") == 0
    assert amount(price(replace(usage, ephemeral_mb=513)), "Ephemeral") == Decimal("0.0000000309") / 1024


def test_a_gigabyte_has_1024_megabytes() -> None:
    assert gb_seconds(1024, 1000) == 1
    assert gb_seconds(128, 1) == Decimal("0.000125")


# Bills of invocations


def test_a_bill_of_reports_is_the_sum_of_what_each_call_costs() -> None:
    chance = random.Random(1)
    reports = [
        a_report(
            duration_ms=chance.uniform(0.01, 9000),
            memory_mb=chance.choice([128, 1769, 10_240]),
            architecture=chance.choice(["x86_64", "arm64"]),
        )
        for _ in range(500)
    ]
    rate = {"x86_64": Decimal("0.0000166667"), "arm64": Decimal("0.0000133334")}
    each = [
        gb_seconds(r.memory_mb, r.billed_ms) * rate[r.architecture] + Decimal("0.0000002") for r in reports
    ]
    assert bill(reports).total_usd == sum(each)


def test_a_bill_of_reports_rounds_each_call_where_a_mean_hides_one_millisecond() -> None:
    calls = bill([a_report(0.1), a_report(0.1), a_report(1.3)])
    mean = price(Usage(3, 0.5, 128, free_tier=False))
    assert quantity(calls, "Duration x86_64") == gb_seconds(128, 1 + 1 + 2)
    assert quantity(mean, "Duration x86_64") == gb_seconds(128, 1 + 1 + 1)


def test_a_cold_report_costs_more_than_a_warm_one() -> None:
    cold, warm = a_report(3.0, init_ms=110.1), a_report(3.0)
    assert bill([cold]).total_usd - bill([warm]).total_usd == gb_seconds(128, 111) * Decimal("0.0000166667")


def test_no_invocations_cost_nothing() -> None:
    assert bill([]).to_json()["total_usd"] == "0.00"
    assert price(Usage(0, 1, 128)).total_usd == 0


# What holds for every bill


def some_usages() -> list[Usage]:
    chance = random.Random(7)
    return [
        Usage(
            requests=chance.randrange(1, 10**10),
            duration_ms=chance.randrange(1, 900_000),
            memory_mb=chance.randrange(128, 10_000),
            architecture=chance.choice(["x86_64", "arm64"]),
            ephemeral_mb=chance.randrange(512, 10_000),
            free_tier=chance.random() < 0.5,
        )
        for _ in range(200)
    ]


@pytest.mark.parametrize("name", ["requests", "duration_ms", "memory_mb", "ephemeral_mb"])
def test_more_of_anything_costs_more(name: str) -> None:
    for usage in some_usages():
        more = replace(usage, **{name: int(getattr(usage, name)) + 1})
        assert price(more).total_usd >= price(usage).total_usd


def test_the_lines_add_up_to_the_total_to_the_last_digit() -> None:
    for usage in some_usages():
        priced = price(usage)
        lines = priced.to_json()["lines"]
        assert sum(Fraction(line["amount_usd"]) for line in lines) == Fraction(priced.total_usd)
        assert all(
            Fraction(line["quantity"]) * Fraction(line["rate_usd"]) == Fraction(line["amount_usd"])
            for line in lines
        )
        assert all(line["source"].startswith("https://") for line in lines)


# Words about money


def test_the_course_notes_are_wrong_by_a_factor_of_ten() -> None:
    claim = course_notes()[19]
    assert (claim.number, claim.verdict) == (20, "wrong")
    assert gb_seconds_per_dollar() == Decimal("59999.88")
    assert round(price(Usage(600_000, **ONE_GB_S, free_tier=False)).lines[1].amount_usd, 2) == 10
    assert round(gb_seconds_per_dollar(), -3) == fact("duration.one_dollar").value


def test_arm_buys_a_quarter_more_for_a_dollar() -> None:
    assert gb_seconds_per_dollar("arm64") == Decimal("74999.63")


def test_a_total_below_a_cent_keeps_the_digits_that_make_it_true() -> None:
    assert bill([a_report(9.5)]).to_json()["total_usd"] == "0.000000221"
    assert price(Usage(1, 1000, 1267, free_tier=False)).to_json()["total_usd"] == "0.0000208"


def test_provisioned_concurrency_would_pay_above_sixty_percent() -> None:
    kept, running = fact("pc.x86.provisioned").value, fact("pc.x86.duration").value
    share = kept / (fact("duration.x86.tiers").value[0]["usd"] - running)
    assert round(share, 3) == Decimal("0.600")


def test_a_server_at_70_dollars_breaks_even_at_the_published_number_of_requests(vectors: Path) -> None:
    rows = json.loads((vectors / "pricing_tiers.json").read_text(encoding="utf-8"))["break_even"]
    small, large = break_even_requests(70.08, 128, 50), break_even_requests(70.08, 1024, 100)
    published = {row["break_even_requests_per_month"] for row in rows if "monthly_fixed_cost" in row}
    assert {small - 1, large - 1} == published


def test_from_the_break_even_on_lambda_costs_more_than_the_server() -> None:
    requests = break_even_requests(70.08, 1024, 100)
    usage = Usage(requests, 100, 1024)
    assert price(usage).total_usd > Decimal("70.08") >= price(replace(usage, requests=requests - 1)).total_usd


def test_the_break_even_is_found_and_not_given() -> None:
    with pytest.raises(BadInput, match="requests is what break_even_requests finds"):
        break_even_requests(70.08, 1024, 100, requests=5)


def test_a_server_dearer_than_any_number_of_requests_has_no_break_even() -> None:
    with pytest.raises(BadInput, match="more than 1,000,000,000,000,000 requests cost"):
        break_even_requests(10**12, 128, 1)


def test_work_on_the_cpu_costs_the_same_up_to_one_vcpu_and_more_beyond() -> None:
    small, full, double = fixed_work(cpu_ms=1000, memories_mb=(128, 1769, 3538))
    assert small.duration_ms > 13 * full.duration_ms
    assert abs(small.usd_per_million - full.usd_per_million) < Decimal("0.01")
    assert (double.duration_ms, double.usd_per_million > full.usd_per_million) == (1000, True)


def test_waiting_costs_in_proportion_to_memory() -> None:
    small, large = fixed_work(cpu_ms=0, wait_ms=1000, memories_mb=(128, 1280))
    requests = Decimal("0.20")
    assert large.usd_per_million - requests == 10 * (small.usd_per_million - requests)


# Regions, and what is refused


def test_a_dearer_region_costs_its_own_price() -> None:
    hong_kong = price(Usage(2_000_000, **ONE_GB_S, region="ap-east-1", free_tier=False))
    assert amount(hong_kong, "Requests") == Decimal("0.56")
    assert amount(hong_kong, "Duration") == 2_000_000 * Decimal("0.00002292")


def test_a_region_without_an_arm_price_says_so() -> None:
    with pytest.raises(
        BadInput, match=r"arm64 has no known price in eu-west-1 here\. Choose x86_64, or one of"
    ):
        price(Usage(1, 1, 128, "arm64", region="eu-west-1"))


def test_storage_and_higher_tiers_are_known_for_one_region_only() -> None:
    with pytest.raises(BadInput, match="ephemeral_mb=513 has no known price in eu-west-1 here"):
        price(Usage(1, 1, 128, ephemeral_mb=513, region="eu-west-1"))
    with pytest.raises(BadInput, match="above the first tier of 6,000,000,000 GB-s"):
        price(Usage(7_000_000_000, **ONE_GB_S, region="eu-west-1"))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"memory_mb": 64}, "memory_mb=64 is below the minimum of 128 MB. Choose 128 to 10,240."),
        ({"memory_mb": 10_241}, "memory_mb=10241 is above the maximum of 10,240 MB. Choose 128 to 10,240."),
        ({"memory_mb": 128.5}, "memory_mb=128.5 is not a whole number. Choose 128 to 10,240."),
        ({"ephemeral_mb": 0}, "ephemeral_mb=0 is below the minimum of 512 MB."),
        ({"duration_ms": 0}, "duration_ms=0 is below the minimum of 0.001 ms."),
        ({"duration_ms": 900_001}, "duration_ms=900001 is above the maximum of 900,000 ms."),
        ({"duration_ms": float("nan")}, "duration_ms=nan is not a finite number."),
        ({"duration_ms": "120"}, 'duration_ms="120" is not a number. Write one, without quotes.'),
        ({"requests": -1}, "requests=-1 is below the minimum of 0."),
        ({"requests": True}, "requests=True is not a number."),
        ({"cold_starts": 2}, "cold_starts=2 is above the maximum of 1. Choose 0 to 1."),
        ({"architecture": "x86"}, 'architecture="x86" is not known. Choose x86_64 or arm64.'),
        ({"region": "mars"}, 'region="mars" has no known price here. Choose one of: us-east-1, '),
        ({"free_tier": "no"}, 'free_tier="no" is not true or false.'),
    ],
)
def test_a_usage_that_cannot_be_is_refused_in_one_line(changes, told: str) -> None:
    with pytest.raises(BadInput) as refused:
        Usage(**{"requests": 1, "duration_ms": 1, "memory_mb": 128, **changes})
    assert told in str(refused.value) and "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("work", "told"),
    [
        ({"memories_mb": (0,)}, "memory_mb=0 is below the minimum of 128 MB. Choose 128 to 10,240."),
        ({"threads": 0}, "threads=0 is below the minimum of 1."),
        ({"cpu_ms": -1}, "cpu_ms=-1 is below the minimum of 0 ms."),
        ({"wait_ms": -1}, "wait_ms=-1 is below the minimum of 0 ms."),
    ],
)
def test_work_that_cannot_be_is_refused_in_one_line(work, told: str) -> None:
    with pytest.raises(BadInput) as refused:
        fixed_work(**{"cpu_ms": 100, **work})
    assert told in str(refused.value)


def test_a_bill_in_an_unknown_region_is_refused() -> None:
    with pytest.raises(BadInput, match='region="mars"'):
        bill([], region="mars")


# How a bill looks


def test_a_bill_is_a_table_with_points_below_each_other() -> None:
    lines = repr(price(Usage(7_440_000, 2000, 1024, free_tier=False))).splitlines()
    assert lines[0].split() == ["item", "quantity", "unit", "rate", "USD", "amount", "USD"]
    assert lines[-1].split() == ["Total", "249.49"]
    assert len({line.rindex(".") for line in lines[1:]}) == 1


def test_a_bill_of_measured_reports_marks_every_figure_that_was_measured() -> None:
    text = repr(bill([a_report(41.27), a_report(3.5)]))
    assert text.splitlines() == [
        "Requests         0.0000002 USD     x 2 requests = 0.0000004 USD",
        "Duration x86_64  0.0000166667 USD  x ~0.00575 GB-s = ~0.0000000958 USD",
        "Total            ~0.000000496 USD",
    ]


def test_a_long_month_shows_ten_decimals_and_keeps_them_all() -> None:
    priced = price(Usage(1, 1, 1769, free_tier=False))
    assert "0.0000000288\n" in repr(priced)
    assert priced.lines[1].amount_usd == Decimal("1769") / 1_024_000 * Decimal("0.0000166667")
