"""Servers against functions: where prices cross, and what fleets do on the same day."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from lambda_study.errors import BadInput
from lambda_study.facts import fact
from lambda_study.model.break_even import (
    Server,
    crossing,
    ec2,
    fargate,
    free_requests,
    per_second,
    provisioned_pays_above,
)
from lambda_study.model.cold_share import cold_share
from lambda_study.model.fleet import exhibition_day, fixed_fleet, scaled_fleet
from lambda_study.model.price_features import Provisioned
from lambda_study.model.pricing import Usage, price
from lambda_study.model.simulation import simulate
from lambda_study.model.workload import Workload
from lambda_study.show.break_even_figure import break_even_figure
from lambda_study.show.concurrency_figure import concurrency_figure
from lambda_study.show.fleet_figure import fleet_figure

SERVER = Server("box", Decimal("0.60"))


def at_once(*each_minute: int) -> object:
    """A simulation in which so many requests run at once in each minute."""
    arrivals = [60.0 * minute for minute, count in enumerate(each_minute) for _ in range(count)]
    return simulate(Workload(arrivals=arrivals, duration_ms=1000, seconds=60 * len(each_minute)))


@pytest.mark.parametrize(
    ("server", "published", "rate"),
    [(ec2("m6i.large"), 41_221_362, "15.7"), (fargate(1, 2), 22_985_000, "8.7")],
)
def test_the_crossings_are_the_published_ones(server: Server, published: int, rate: str) -> None:
    requests = crossing(server, memory_mb=1024, duration_ms=100)
    assert abs(requests - published) < 1000
    assert round(per_second(requests), 1) == Decimal(rate)


@pytest.mark.parametrize(
    ("memory_mb", "duration_ms"), [(128, 10), (1024, 100), (1024, 1000), (10_240, 900_000)]
)
def test_the_knee_is_the_last_month_without_a_charge(memory_mb: int, duration_ms: int) -> None:
    knee = free_requests(memory_mb, duration_ms)
    assert price(Usage(knee, duration_ms, memory_mb)).total_usd == 0
    assert price(Usage(knee + 1, duration_ms, memory_mb)).total_usd > 0


@pytest.mark.parametrize("architecture", ["x86_64", "arm64"])
@pytest.mark.parametrize(("above", "cheaper"), [("0.01", True), ("-0.01", False)])
def test_provisioned_environments_pay_above_sixty_percent(
    architecture: str, above: str, cheaper: bool
) -> None:
    hours, use = 100, provisioned_pays_above(architecture) + Decimal(above)
    requests = int(hours * 3600 * use)
    function = Usage(requests, 1000, 1024, architecture, free_tier=False)
    kept = Provisioned(environments=1, hours=hours, requests=requests, duration_ms=1000)
    alone = Usage(0, 1000, 1024, architecture, free_tier=False)
    assert (kept.bill(alone).total_usd < price(function).total_usd) is cheaper


def test_an_unknown_server_is_told_with_the_nearest() -> None:
    with pytest.raises(BadInput, match=r'"m5.larg" has no known price here. .*"m5.large"'):
        ec2("m5.larg")
    with pytest.raises(BadInput, match=r"vcpu=17 is above the maximum of 16"):
        fargate(17, 2)


@pytest.mark.parametrize(
    ("size", "refusal"),
    [
        ((3, 8), r"vcpu=3 is no size of Fargate\. Choose one of: 0\.25, 0\.5, 1, 2, 4, 8, 16\."),
        ((0.25, 1.5), r"gb=1\.5 is no size for 0\.25 vCPU\. Choose one of: 0\.5, 1, 2\."),
        ((2, 2), r"gb=2 is below the minimum of 4"),
    ],
)
def test_fargate_has_some_sizes_and_no_others(size: tuple[float, float], refusal: str) -> None:
    with pytest.raises(BadInput, match=refusal):
        fargate(*size)


def test_a_fixed_fleet_is_as_large_as_the_peak_needs() -> None:
    fleet = fixed_fleet(at_once(1, 9, 2), SERVER, per_server=4)
    assert list(fleet.serving) == [3, 3, 3] and fleet.short_minutes == 0
    assert fleet.usd == Decimal("0.09")  # 9 server minutes at 0.01


def test_too_small_a_fleet_is_short_in_the_minutes_above_it() -> None:
    assert fixed_fleet(at_once(1, 9, 2), SERVER, per_server=4, servers=2).short_minutes == 1


def test_servers_that_follow_the_load_are_late_and_linger() -> None:
    fleet = scaled_fleet(
        at_once(1, 8, 8, 8, 8, 1, 1, 1, 1, 1),
        SERVER,
        per_server=4,
        target=1,
        starts_after_min=2,
        kept_for_min=1,
    )
    assert list(fleet.serving) == [1, 1, 1, 1, 2, 2, 2, 2, 2, 1]
    assert fleet.short_minutes == 3
    assert list(fleet.paid) == [1, 1, 2, 2, 2, 2, 2, 2, 2, 1]


def test_a_steady_load_needs_no_change() -> None:
    fleet = scaled_fleet(at_once(4, 4, 4, 4), SERVER, per_server=4, target=1)
    assert fleet.short_minutes == 0 and list(fleet.paid) == [1, 1, 1, 1]
    assert fleet.mean_use == 1


def test_on_the_day_of_the_exhibition_only_servers_are_short() -> None:
    day = simulate(exhibition_day())
    scaled, fixed = (make(day, ec2("m5.large"), per_server=8) for make in (scaled_fleet, fixed_fleet))
    assert day.throttled == fixed.short_minutes == 0 < scaled.short_minutes
    assert scaled.usd < fixed.usd
    assert day.requests == len(day) and day.workload.seed == 0


def test_the_day_is_the_same_with_the_same_seed() -> None:
    first, again, other = (exhibition_day(seed=seed).arrivals for seed in (3, 3, 4))
    assert np.array_equal(first, again) and not np.array_equal(first, other)


def test_the_formula_of_cold_starts_is_near_twenty_measured_functions() -> None:
    rows = fact("cold_start.share_against_rate").value
    parts = [cold_share(row["per_s"], row["warm_ms"] / 1000) / float(row["cold_share"]) for row in rows]
    assert len(rows) == 20 and np.mean(np.abs(np.array(parts) - 1)) < 0.15


@pytest.mark.parametrize("rate", [0.01, 0.5, 3, 15])
def test_a_function_that_keeps_nothing_is_always_cold_and_one_that_keeps_all_hardly_ever(rate: float) -> None:
    assert cold_share(rate, 2, idle_expiry_s=0) == pytest.approx(1)
    assert cold_share(rate, 2, idle_expiry_s=10**7) < 1e-3


def test_with_one_environment_the_share_is_the_chance_of_a_long_pause() -> None:
    assert cold_share(0.5, 1, idle_expiry_s=2, limit=1) == pytest.approx(np.exp(-1))


def test_a_load_beyond_the_formula_is_refused() -> None:
    with pytest.raises(BadInput, match="Simulate it instead"):
        cold_share(1000, 2)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: crossing(3, 1024, 100), "3 is no server. Give one"),
        (lambda: per_second("a"), 'requests_a_month="a" is not a number'),
        (lambda: exhibition_day(evening_per_s=1e12), "evening_per_s=1000000000000.0 is above the maximum"),
        (lambda: exhibition_day(mean_per_s="x"), 'mean_per_s="x" is not a number'),
        (lambda: fixed_fleet(at_once(1), "m5.large", 8), "'m5.large' is no server"),
        (lambda: scaled_fleet(at_once(1), SERVER, 8, target=0), "target=0 is below the minimum of 0.01"),
        (lambda: break_even_figure("m5.large"), "'m5.large' is no server"),
        (lambda: break_even_figure([]), "0 servers do not fit one figure"),
        (lambda: fleet_figure(*[fixed_fleet(at_once(1), SERVER, 8)] * 2), "no part of the 0.0166667 hours"),
        (lambda: fleet_figure(*[fixed_fleet(at_once(1), SERVER, 8)] * 2, "noon"), 'from_hour="noon" is not'),
        (lambda: fleet_figure(3, fixed_fleet(at_once(1), SERVER, 8)), "3 is no fleet"),
        (lambda: fleet_figure(*[fixed_fleet(at_once(n), SERVER, 8) for n in (1, 2)]), "different loads"),
        (
            lambda: fleet_figure(*[scaled_fleet(at_once(1, 20, 20), SERVER, 8, starts_after_min=0)] * 2),
            "The second fleet changes its size",
        ),
        (lambda: Server("box", Decimal(0)), "usd_per_hour=0 is below the minimum of 0.0001 USD"),
        (lambda: Server("box", None), "usd_per_hour=None is not a number"),
        (lambda: Server("", Decimal(1)), "name='' is no name of a server"),
        (lambda: ec2([]), "has no known price here"),
        (lambda: exhibition_day(seed=-1), "seed=-1 is below the minimum of 0"),
        (lambda: exhibition_day(mean_per_s=1000), "mean_per_s=1000 is above the maximum of 100"),
        (lambda: fixed_fleet(3, SERVER, 8), "3 is no result of simulate()"),
        (lambda: scaled_fleet(None, SERVER, 8), "None is no result of simulate()"),
        (lambda: fixed_fleet(at_once(1), SERVER, "8"), 'per_server="8" is not a number'),
        (lambda: break_even_figure(None), "None is no server"),
        (lambda: concurrency_figure(at_once(1), step_s="abc"), 'step_s="abc" is not a number'),
        (lambda: concurrency_figure(at_once(1), step_s=0), "step_s=0 is not above 0"),
        (lambda: at_once(1).concurrency(None), "step_s=None is not a number"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(make, told: str) -> None:
    with pytest.raises(BadInput) as refused:
        make()
    assert told in str(refused.value) and "\n" not in str(refused.value)


def day_of(*each_minute: int, servers: int | None = None):
    """Two fleets under the same load: one that follows it, one of SERVERS."""
    result = at_once(*each_minute)
    return scaled_fleet(result, SERVER, 1, target=1), fixed_fleet(result, SERVER, 1, servers)


def test_one_server_and_one_minute_are_told_as_one() -> None:
    alone = repr(fleet_figure(*day_of(1, 1), from_hour=0, to_hour=1 / 30))
    assert "follow the load always suffice; 1 server always suffices." in alone
    late = fleet_figure(*day_of(1, 2, 1), from_hour=0, to_hour=0.05, title=None)
    assert "too few for 1 minute of the day; 2 servers always suffice." in repr(late)
    assert late.fig.texts[0].get_text() == "For 1 minute the servers are too few"


def test_a_fleet_below_the_peak_is_not_said_to_suffice() -> None:
    said = repr(fleet_figure(*day_of(1, 3, 3, servers=1), from_hour=0, to_hour=0.05))
    assert "1 server is too few for 2 minutes of the day." in said
    assert said.endswith("0.03 USD if they stay as they are.")


def test_a_time_just_before_the_hour_is_that_hour() -> None:
    fleets = day_of(*[1] * 130)
    assert "from 0:30 to 1:00," in repr(fleet_figure(*fleets, from_hour=0.5, to_hour=0.999))
    assert "from 1:00 to 2:10," in repr(fleet_figure(*fleets, from_hour=0.999, to_hour=13 / 6))


@pytest.mark.parametrize("hours", [(0, 1 / 60), (0, 0.1), (0.3, 2), (0, 130 / 60)])
def test_the_hours_shown_have_ticks_and_none_lies_outside(hours: tuple[float, float]) -> None:
    axes = fleet_figure(*day_of(*[1] * 130), *hours).fig.axes[0]
    first, last = (round(60 * hour) for hour in hours)
    ticks = axes.get_xticks()
    assert 1 <= len(ticks) <= 7 and first <= min(ticks) and max(ticks) <= last
    assert axes.get_xlim() == (first, last)


@pytest.mark.parametrize("hourly", ["0.0001", "0.096", "10000"])
def test_every_server_lies_within_the_axes(hourly: str) -> None:
    server = Server("box", Decimal(hourly))
    axes = break_even_figure(server).fig.axes[0]
    least, most = axes.get_ylim()
    assert least < server.usd_per_month < most and least <= 0.1 and most >= 1000


def test_a_limit_far_above_the_load_changes_no_share_of_cold_starts() -> None:
    for rate, seconds in ((0.01, 1), (0.1, 0.1), (0.001, 1)):
        assert cold_share(rate, seconds, limit=100) == pytest.approx(cold_share(rate, seconds))


def test_a_load_far_above_the_limit_has_a_share_too_and_a_limit_of_nothing_has_none() -> None:
    assert 0 <= cold_share(10**6, 900, limit=100) < 0.01
    with pytest.raises(BadInput, match=r"limit=0 is below the minimum of 1"):
        cold_share(0.9, 1.991, limit=0)


def test_a_fleet_at_exactly_its_target_needs_no_server_more() -> None:
    together = simulate(Workload(arrivals=[0.0] * 21, duration_ms=1000, seconds=60))
    assert scaled_fleet(together, ec2("m5.large"), per_server=3, target=0.7).serving[0] == 10
