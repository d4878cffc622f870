"""The simulator, held against the placement rule, queueing theory and what must hold on every path."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from heapq import heappop, heappush
from math import exp, factorial, sqrt
from pathlib import Path

import numpy as np
import pytest

from lambda_study.facts import fact
from lambda_study.model.backlog import async_backlog
from lambda_study.model.cold_share import cold_share as formula
from lambda_study.model.concurrency import Placement
from lambda_study.model.placement_loop import COLD, LIMITED, RATED, READY, REFUSED, WARM
from lambda_study.model.pricing import Usage, bill, price
from lambda_study.model.shares import ACCOUNT_LIMIT, RATE_LIMIT, RESERVED_LIMIT, Account, Share
from lambda_study.model.simulation import Simulation, simulate
from lambda_study.model.workload import Workload

NO_LIMITS = {"concurrency_limit": None, "scaling_rate": None, "idle_expiry_s": None}
BOTH = pytest.mark.parametrize("routing", ["most_recently_used", "newest_created"])


# One rule, two drivers


def by_the_rule(workload: Workload, arrivals: list[float], durations_ms: list[float]):
    """What `Placement` itself answers to each request: what became of it, and its environment."""
    limit = workload.concurrency_limit
    placement = Placement(
        limit=10**9 if limit is None else limit,
        reserved=workload.reserved,
        routing=workload.routing,
        idle_expiry=workload.idle_expiry_s,
        scaling_rate=workload.scaling_rate,
    )
    started, _ = placement.provision(workload.provisioned)
    for environment in started:
        placement.ready(environment)
    running, outcomes, environments = [], [], []
    for number, (now, duration_ms) in enumerate(zip(arrivals, durations_ms, strict=True)):
        while running and running[0][0] <= now:
            end, _, environment = heappop(running)
            placement.finish(environment, end)
        placed = placement.arrive(now)
        if placed.throttled:
            outcomes.append(RATED if placed.reason == RATE_LIMIT else LIMITED)
            continue
        ready = placed.environment <= workload.provisioned
        outcomes.append(COLD if placed.cold else READY if ready else WARM)
        environments.append(placed.environment)
        init_s = workload.init_ms / 1000 if placed.cold else 0.0
        heappush(running, (now + (init_s + duration_ms / 1000), number, placed.environment))
    return outcomes, environments


def a_random_workload(dice: random.Random, requests: int, routing: str, least_ms: int = 0) -> Workload:
    """Requests of which many come at the same moment, or when another one ends or expires."""
    step = dice.choice([0.001, 0.25])
    gaps = (dice.choice([0, 0, 1, 2, 5, 40]) if step > 0.1 else dice.randrange(2000) for _ in range(requests))
    return Workload(
        arrivals=(np.cumsum(list(gaps)) * step),
        durations_ms=[
            least_ms + dice.choice([0, 250, 500, 1750, dice.random() * 4000]) for _ in range(requests)
        ],
        init_ms=dice.choice([0, 250, 333.3]),
        concurrency_limit=dice.choice([None, 8, 20]),
        reserved=dice.choice([None, 6]),
        provisioned=dice.choice([0, 0, 3]),
        scaling_rate=dice.choice([None, 2, 10]),
        idle_expiry_s=dice.choice([None, 0, 0.5, 5]),
        routing=routing,
    )


@BOTH
def test_the_loop_places_100_000_random_requests_as_the_rule_does(routing: str) -> None:
    dice, of_each = random.Random(routing), set()
    for _ in range(25):
        workload = a_random_workload(dice, 2000, routing)
        result = simulate(workload)
        outcomes, environments = by_the_rule(
            workload, workload.arrivals.tolist(), workload.durations_ms.tolist()
        )
        assert result.outcome.tolist() == outcomes
        assert result.environment.tolist() == environments
        of_each |= set(outcomes)
    assert of_each == {WARM, COLD, READY, LIMITED, RATED}


# Queueing theory


def erlang_b(servers: int, load: float) -> float:
    """The share of calls that find all SERVERS busy (A. K. Erlang, 1917)."""
    states = [load**k / factorial(k) for k in range(servers + 1)]
    return states[-1] / sum(states)


def near(share: float, expected: float, requests: int, errors: float = 5) -> bool:
    """Whether SHARE is within some standard errors of EXPECTED; throttles come in bursts, so times 2."""
    return abs(share - expected) <= 2 * errors * sqrt(expected * (1 - expected) / requests) + 1e-12


@pytest.mark.parametrize("service", ["exponential", "constant", "lognormal"])
@pytest.mark.parametrize(("servers", "load"), [(1, 1.0), (2, 0.1), (5, 8.0), (30, 25.0)])
def test_the_share_of_throttles_is_erlangs_whatever_the_durations(service: str, servers, load) -> None:
    result = simulate(
        Workload(
            arrivals_per_s=load, duration_ms=1000, seconds=40_000 / load, reserved=servers, service=service
        )
    )
    assert near(result.throttled / result.requests, erlang_b(servers, load), result.requests)


def test_the_recorded_shares_of_throttles_hold(vectors: Path) -> None:
    rows = json.loads((vectors / "simulation_analytic.json").read_text())["erlang_b"]
    for row in rows:
        load = row["offered_load"]
        workload = Workload(
            arrivals_per_s=load,
            duration_ms=1000,
            seconds=60_000 / load,
            concurrency_limit=row["servers"],
            seed=4,
        )
        result = simulate(workload)
        assert near(result.throttled / result.requests, row["blocking"], result.requests), row


def test_the_mean_busy_is_rate_times_duration() -> None:
    for rate, duration_ms in ((0.5, 2000), (20, 1000), (100, 1500)):
        result = simulate(
            Workload(arrivals_per_s=rate, duration_ms=duration_ms, seconds=100_000 / rate, **NO_LIMITS)
        )
        expected = rate * duration_ms / 1000
        assert abs(result.mean_busy - expected) < 0.03 * expected


@pytest.mark.parametrize("expiry_s", [0.5, 2, 6])
def test_with_a_limit_of_one_a_request_is_cold_if_none_came_for_the_expiry(expiry_s: float) -> None:
    result = simulate(
        Workload(
            arrivals_per_s=0.5, duration_ms=1000, seconds=100_000, concurrency_limit=1, idle_expiry_s=expiry_s
        )
    )
    ran = len(result)
    assert near(result.cold / ran, exp(-0.5 * expiry_s), ran)
    assert near(result.throttled / result.requests, 0.5 / 1.5, result.requests)


def cold_share(rate: float, expiry_s: float, most: int, limited: bool) -> float:
    """The share of cold starts if durations are exponential with a mean of 1 s and the latest is reused.

    The environment on level L of the stack is idle from when L-1 run until L run again. So a request that
    finds L-1 running is cold if, from that state on, L have not run for the expiry.
    """
    states = np.array([rate**n / factorial(n) for n in range(most + 1)])
    states /= states.sum()
    cold = 0.0
    for level in range(1, most + 1):
        running = np.arange(level)
        flow = np.diag(-(rate + running)) + np.diag([rate] * (level - 1), 1) + np.diag(running[1:], -1)
        stays = np.linalg.matrix_power(np.eye(level) + flow * expiry_s / 2**20, 2**20)
        cold += states[level - 1] * stays[level - 1].sum()
    return cold / (1 - states[most] if limited else 1)


@pytest.mark.parametrize(
    ("rate", "expiry_s", "limit"), [(3, 1.5, None), (3, 0.2, None), (6, 2, 5), (1, 4, 2)]
)
def test_the_share_of_cold_starts_is_that_of_the_theory(rate: float, expiry_s: float, limit) -> None:
    workload = {"arrivals_per_s": rate, "duration_ms": 1000, "seconds": 150_000 / rate, "reserved": limit}
    result = simulate(Workload(**workload, idle_expiry_s=expiry_s))
    expected = cold_share(rate, expiry_s, limit or 25, limited=limit is not None)
    assert near(result.cold / len(result), expected, len(result))
    assert formula(rate, 1, expiry_s, limit) == pytest.approx(expected, rel=1e-4)


def test_the_recorded_shares_of_cold_starts_and_idle_environments_hold(vectors: Path) -> None:
    rows = json.loads((vectors / "simulation_analytic.json").read_text())["most_recently_used"]
    for row in rows:
        requests = 250_000
        workload = Workload(
            arrivals_per_s=row["arrival_rate"],
            duration_ms=row["service_s"] * 1000,
            seconds=requests / row["arrival_rate"],
            concurrency_limit=row["concurrency_limit"],
            idle_expiry_s=row["expire_s"],
            seed=11,
        )
        result = simulate(workload)
        assert abs(result.mean_idle / row["mean_idle"] - 1) < 0.05, row
        assert abs(result.mean_busy / row["mean_running"] - 1) < 0.03, row
        assert near(result.cold / len(result), row["p_cold_of_accepted"], len(result)), row
        assert near(result.throttled / result.requests, row["p_throttle"], result.requests), row


def test_the_newest_created_rule_starts_fewer_cold_when_the_expiry_is_short(vectors: Path) -> None:
    row = json.loads((vectors / "simulation_analytic.json").read_text())["most_recently_used"][2]
    workload = {
        "arrivals_per_s": row["arrival_rate"],
        "duration_ms": row["service_s"] * 1000,
        "seconds": 40_000,
        "idle_expiry_s": row["expire_s"],
    }
    newest, latest = (
        simulate(Workload(**workload, routing=routing))
        for routing in ("newest_created", "most_recently_used")
    )
    assert abs(newest.cold / newest.requests - row["sim_newest_created_p_cold"]) < 0.003
    assert newest.cold < latest.cold


def test_twenty_measured_functions_behave_as_simulated() -> None:
    shares, environments = [], []
    for row in fact("cold_start.share_against_rate").value:
        measured = {name: float(value) for name, value in row.items()}
        workload = Workload(
            arrivals_per_s=measured["per_s"],
            duration_ms=measured["warm_ms"],
            init_ms=measured["cold_ms"] - measured["warm_ms"],
            seconds=40_000 / measured["per_s"],
        )
        result = simulate(workload)
        shares.append(abs(result.cold / result.requests / measured["cold_share"] - 1))
        environments.append(abs((result.mean_busy + result.mean_idle) / measured["environments"] - 1))
    assert np.mean(shares) < 0.20 and np.mean(environments) < 0.05


# Scaling rate


@pytest.mark.parametrize(
    ("waves", "every_s", "at_once", "duration_s", "cold", "warm", "throttled"),
    [
        (1, 1, 3000, 5, 1000, 0, 2000),
        (6, 10, 2000, 300, 6000, 0, 6000),
        (3, 10, 1000, 5, 1000, 2000, 0),
        (2, 5, 1000, 300, 1500, 0, 500),
    ],
)
def test_a_function_starts_a_thousand_environments_in_ten_seconds(
    waves, every_s, at_once, duration_s, cold, warm, throttled
) -> None:
    arrivals = [wave * every_s for wave in range(waves) for _ in range(at_once)]
    result = simulate(Workload(arrivals=arrivals, duration_ms=duration_s * 1000, concurrency_limit=10_000))
    assert (result.cold, result.warm, result.throttled) == (cold, warm, throttled)
    assert result.throttles.get(RATE_LIMIT, 0) == throttled


def test_the_recorded_steady_climb_holds() -> None:
    result = simulate(
        Workload(arrivals=np.arange(30_000) / 1000, duration_ms=100_000, concurrency_limit=10_000)
    )
    assert abs(result.cold - 3999) <= 1


@BOTH
def test_no_stretch_of_time_has_more_cold_starts_than_the_rate_allows(routing: str) -> None:
    workload = Workload(
        arrivals_per_s=80, duration_ms=500, seconds=300, scaling_rate=20, idle_expiry_s=0.5, routing=routing
    )
    result = simulate(workload)
    cold_s = result.arrival_s[result.outcome == COLD]
    first, last = np.triu_indices(len(cold_s), 1)
    assert result.throttles[RATE_LIMIT] > 0
    assert ((last - first + 1) <= 20 + 2 * (cold_s[last] - cold_s[first]) + 1e-6).all()


# What holds on every path


@BOTH
@pytest.mark.parametrize("seed", range(5))
def test_with_nothing_expiring_as_many_start_cold_as_ever_ran_at_once(routing: str, seed: int) -> None:
    workload = Workload(
        arrivals_per_s=30, duration_ms=1000, seconds=200, init_ms=0, **NO_LIMITS, seed=seed, routing=routing
    )
    result = simulate(workload)
    assert result.cold == result.max_concurrency == result.concurrency(1)[1].max() > 30


@BOTH
def test_with_nothing_kept_every_request_is_cold(routing: str) -> None:
    result = simulate(
        Workload(arrivals_per_s=20, duration_ms=100, seconds=100, idle_expiry_s=0, routing=routing)
    )
    assert (result.cold, result.warm, result.throttled) == (result.requests, 0, 0)


def some_results() -> list[Simulation]:
    dice = random.Random(5)
    return [
        simulate(a_random_workload(dice, 500, routing))
        for routing in ("most_recently_used", "newest_created")
        for _ in range(20)
    ]


@BOTH
def test_the_most_at_once_is_the_peak_over_time(routing: str) -> None:
    dice = random.Random(8)
    for _ in range(30):
        result = simulate(a_random_workload(dice, 300, routing, least_ms=1))
        assert result.max_concurrency == result.concurrency(0.5)[1].max()


def test_every_request_is_warm_or_cold_or_throttled() -> None:
    for result in some_results():
        assert result.warm + result.cold + result.throttled == result.requests == 500
        assert sum(result.throttles.values()) == result.throttled


def test_the_time_that_runs_is_the_busy_mean_times_the_time() -> None:
    for result in some_results():
        ran_s = (result.duration_ms.sum() + np.nansum(result.init_ms)) / 1000
        assert result.mean_busy * result.end_s == pytest.approx(ran_s)


def test_no_environment_runs_two_invocations_at_a_time() -> None:
    for result in some_results():
        last_end: dict[int, float] = {}
        for environment, start, end in zip(
            result.environment.tolist(), result.start_s.tolist(), result._finish_s.tolist(), strict=True
        ):
            assert last_end.get(environment, 0.0) <= start
            last_end[environment] = end


def test_the_idle_mean_is_the_time_between_the_invocations_of_each_environment() -> None:
    for result in some_results():
        if result.workload.provisioned or result.workload.idle_expiry_s == 0:
            continue
        expiry = result.workload.idle_expiry_s or 1e12
        ends: dict[int, list[float]] = {}
        idle_s = 0.0
        for environment, start, end in zip(
            result.environment.tolist(), result.start_s.tolist(), result._finish_s.tolist(), strict=True
        ):
            idle_s += start - ends[environment] if environment in ends else 0
            ends[environment] = end
        idle_s += sum(min(expiry, result.end_s - end) for end in ends.values())
        assert result.mean_idle * result.end_s == pytest.approx(idle_s)


def test_provisioned_environments_are_idle_whenever_nothing_runs_on_them() -> None:
    result = simulate(Workload(arrivals=[0, 0, 5], duration_ms=1000, seconds=10, provisioned=2))
    assert (result.warm, result.cold, result.max_concurrency) == (3, 0, 2)
    assert (result.mean_busy, result.mean_idle) == (0.3, 1.7)


def test_an_environment_that_ends_at_the_moment_of_an_arrival_takes_it() -> None:
    assert simulate(Workload(arrivals=[0, 1, 2], duration_ms=1000, concurrency_limit=1)).warm == 2


def test_an_environment_idle_for_exactly_the_expiry_is_gone() -> None:
    assert simulate(Workload(arrivals=[0, 3], duration_ms=1000, idle_expiry_s=2)).cold == 2
    assert simulate(Workload(arrivals=[0, 2.999], duration_ms=1000, idle_expiry_s=2)).cold == 1


def test_a_cold_start_keeps_its_environment_busy_for_longer() -> None:
    assert simulate(Workload(arrivals=[0, 1], duration_ms=900, init_ms=200)).cold == 2
    assert simulate(Workload(arrivals=[0, 1], duration_ms=900, init_ms=100)).cold == 1


def test_reserving_nothing_throttles_everything() -> None:
    result = simulate(Workload(arrivals=[0, 1], duration_ms=1, reserved=0))
    assert result.throttles == {RESERVED_LIMIT: 2}
    assert (len(result), result.mean_busy, result.bill.total_usd) == (0, 0, 0)
    assert simulate(Workload(arrivals=[0, 0], duration_ms=1, concurrency_limit=1)).throttles == {
        ACCOUNT_LIMIT: 1
    }


def test_no_requests_give_an_empty_result() -> None:
    result = simulate(Workload(arrivals=[], duration_ms=1))
    assert (result.requests, len(result), result.mean_idle, result.concurrency(1)[1].tolist()) == (
        0, 0, 0, [0],
    )  # fmt: skip


# Seeds and generators


def test_the_same_seed_gives_the_same_result_and_another_one_another() -> None:
    def run(seed: int) -> dict[str, object]:
        return simulate(Workload(arrivals_per_s=50, duration_ms=100, seconds=60, seed=seed)).to_json()

    assert run(1) == run(1) != run(2)


def test_chunks_of_requests_are_one_run() -> None:
    workload = Workload(arrivals_per_s=40, duration_ms=300, seconds=100, idle_expiry_s=1)
    whole = simulate(workload)
    trace = Workload(arrivals=whole.arrival_s, durations_ms=whole.requested_ms, seconds=100, idle_expiry_s=1)
    loop_in_parts = simulate(trace).loop.__class__(expiry_s=1)
    cold = 0
    for start in range(0, whole.requests, 17):
        part = slice(start, start + 17)
        arrivals, durations = whole.arrival_s[part].tolist(), (whole.requested_ms[part] / 1000).tolist()
        cold += len(loop_in_parts.place(arrivals, durations)[0])
    assert cold == whole.cold == simulate(trace).cold


@pytest.mark.more
def test_ten_million_requests_stay_below_a_gigabyte() -> None:
    program = (
        "import resource\n"
        "from lambda_study.model.simulation import simulate\n"
        "from lambda_study.model.workload import Workload\n"
        "result = simulate(Workload(arrivals_per_s=100, duration_ms=2000, seconds=100_000))\n"
        "print(result.to_json()['requests'], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    requests, most_kb = map(int, done.stdout.split())
    assert requests > 9_900_000 and most_kb < 1024**2


@pytest.mark.parametrize(
    ("pattern", "times", "ratio"),
    [
        ({"pattern": "step", "before_per_s": 10, "after_per_s": 50, "at_s": 500}, (250, 750), 5),
        ({"pattern": "daily_wave", "mean_per_s": 1, "swing": 0.5, "peak_hour": 0}, (43_200, 86_400), 3),
    ],
)
def test_the_rate_of_arrivals_follows_its_pattern(pattern, times, ratio) -> None:
    end = max(times) * 4 / 3 if pattern["pattern"] == "step" else 2 * 86_400
    arrivals = simulate(Workload(arrivals_per_s=pattern, duration_ms=1, seconds=end)).arrival_s
    width = 240 if pattern["pattern"] == "step" else 7200
    low, high = (((arrivals > t - width) & (arrivals < t + width)).sum() for t in times)
    assert high / low == pytest.approx(ratio, rel=0.08)


def test_bursts_come_and_go_and_have_their_mean() -> None:
    bursts = {"pattern": "bursts", "quiet_per_s": 1, "burst_per_s": 100, "quiet_s": 90, "burst_s": 10}
    result = simulate(Workload(arrivals_per_s=bursts, duration_ms=1, seconds=50_000))
    assert result.requests / 50_000 == pytest.approx((90 * 1 + 10 * 100) / 100, rel=0.1)
    _, most = result.concurrency(1)
    assert (most == 0).mean() > 0.2


def test_lognormal_durations_have_their_mean_and_their_spread() -> None:
    result = simulate(
        Workload(
            arrivals_per_s=100, duration_ms=80, service="lognormal", sigma=0.7, seconds=1000, **NO_LIMITS
        )
    )
    logs = np.log(result.duration_ms)
    assert result.duration_ms.mean() == pytest.approx(80, rel=0.02)
    assert logs.std() == pytest.approx(0.7, rel=0.02)


def test_durations_of_a_list_are_drawn_for_a_rate_and_taken_in_order_for_a_trace() -> None:
    drawn = simulate(Workload(arrivals_per_s=10, durations_ms=[10, 30], seconds=100))
    assert set(drawn.duration_ms.tolist()) == {10, 30}
    taken = simulate(Workload(arrivals=[0, 1], durations_ms=[10, 30]))
    assert taken.duration_ms.tolist() == [10, 30]


# What a result tells


def test_a_result_is_a_row_of_reports() -> None:
    result = simulate(
        Workload(arrivals=[0, 0.25, 2], duration_ms=250.004, init_ms=100, reserved=1, memory_mb=256),
        starts_at=datetime(2026, 11, 23, tzinfo=UTC),
    )
    first, last = result
    assert (first.cold, first.billed_ms, first.environment) == (True, 350, "environment 1")
    assert (last.cold, last.billed_ms, last.request_id) == (False, 250, "simulated-3")
    assert last.started_at == datetime(2026, 11, 23, 0, 0, 2, tzinfo=UTC)
    assert result[-1] == last
    assert result.started_at[1] == np.datetime64("2026-11-23T00:00:02")


def test_the_columns_are_the_fields_of_the_reports() -> None:
    for result in some_results()[::8]:
        for index, report in enumerate(result):
            assert report.duration_ms == result.duration_ms[index]
            assert report.billed_ms == result.billed_ms[index]
            assert report.environment == f"environment {result.environment[index]}"
            assert report.cold == (not np.isnan(result.init_ms[index]))


def test_the_bill_is_the_bill_of_the_reports() -> None:
    result = simulate(Workload(arrivals_per_s=20, duration_ms=30, init_ms=90, seconds=60, memory_mb=512))
    assert result.cold > 0
    assert result.bill.lines == bill(result, measured=False).lines


def test_provisioned_environments_are_paid_for_the_whole_time() -> None:
    workload = Workload(arrivals=[0, 0], duration_ms=1000, seconds=301, provisioned=1, memory_mb=1024)
    lines = {line.item: line.quantity for line in simulate(workload).bill.lines}
    assert lines == {
        "Requests": 1,
        "Duration x86_64": 1,
        "Provisioned concurrency x86_64": 600,
        "Requests, provisioned": 1,
        "Duration, provisioned x86_64": 1,
    }


def test_latency_is_duration_and_init() -> None:
    result = simulate(Workload(arrivals=range(100), duration_ms=200, init_ms=500))
    assert result.latency_ms(50, 99, 100) == (200, 200, 700)


def test_concurrency_over_time_shows_the_most_of_each_step() -> None:
    result = simulate(Workload(arrivals=[0, 0.5, 0.6, 3], duration_ms=1000, seconds=5))
    steps, most = result.concurrency(1)
    assert steps.tolist() == [0, 1, 2, 3, 4]
    assert most.tolist() == [3, 2, 0, 1, 0]


def test_throttles_over_time_stand_in_their_step() -> None:
    result = simulate(Workload(arrivals=[0, 0, 0, 7.5, 7.6], duration_ms=1000, reserved=1, seconds=10))
    assert result.throttled_over_time(5)[1].tolist() == [2, 1]


def test_progress_is_told_for_every_request() -> None:
    done: list[int] = []
    result = simulate(Workload(arrivals_per_s=100, duration_ms=1, seconds=100), progress=done.append)
    assert sum(done) == result.requests


def test_a_month_at_the_measured_rate_costs_what_the_price_list_says() -> None:
    result = simulate(Workload(arrivals_per_s=10, duration_ms=100, service="constant", seconds=3600))
    expected = price(Usage(result.requests, 100, 128, free_tier=False)).total_usd
    assert result.bill.total_usd == expected > Decimal(0)


# Asynchronous events


def test_a_throttled_event_waits_and_runs() -> None:
    backlog = async_backlog(Workload(arrivals=[0, 0], duration_ms=1500, reserved=1))
    assert sorted(backlog.wait_s.tolist()) == [0, 3]  # tried again after 1 s and 2 s more
    assert (backlog.attempts, backlog.over_time(1)[1].tolist()) == (4, [1, 1, 1, 0, 0])


def test_an_event_that_waits_for_six_hours_is_given_up() -> None:
    backlog = async_backlog(
        Workload(arrivals=[0, 10], duration_ms=900_000, provisioned=0, concurrency_limit=0)
    )
    assert backlog.dropped.all()
    assert (backlog.left_s - backlog.arrival_s).tolist() == [fact("async.max_event_age").value] * 2


def test_with_nothing_reserved_an_event_is_given_up_at_once() -> None:
    backlog = async_backlog(Workload(arrivals=[0, 1], duration_ms=1, reserved=0))
    assert (backlog.dropped.tolist(), backlog.attempts) == ([True, True], 0)


def test_with_room_for_all_nothing_waits() -> None:
    workload = Workload(arrivals_per_s=20, duration_ms=200, seconds=100)
    backlog = async_backlog(workload)
    assert (backlog.wait_s == 0).all() and backlog.attempts == simulate(workload).requests
    assert backlog.over_time(1)[1].max() == 0


def test_a_burst_above_the_limit_is_worked_off_without_a_loss() -> None:
    step = {"pattern": "step", "before_per_s": 100, "after_per_s": 0, "at_s": 10}
    backlog = async_backlog(Workload(arrivals_per_s=step, duration_ms=1000, seconds=60, reserved=50))
    assert not backlog.dropped.any()
    assert backlog.over_time(1)[1].max() > 300
    assert backlog.over_time(1)[1][-1] == 0


# Request rate


def test_ten_requests_a_second_go_with_each_unit_of_concurrency() -> None:
    burst = Workload(arrivals=[0] * 25 + [0.5] * 10, duration_ms=1, reserved=2, request_rate=10)
    result = simulate(burst)
    assert result.throttles == {
        "ReservedFunctionConcurrentInvocationLimitExceeded": 26,
        "ReservedFunctionInvocationRateLimitExceeded": 5,
    }
    assert simulate(Workload(arrivals=[0] * 25, duration_ms=1, request_rate=10)).throttled == 0


def test_the_request_rate_throttles_as_the_share_does() -> None:
    share = Share(Account(request_rate=10), reserved=3)
    arrivals = np.sort(np.random.default_rng(5).uniform(0, 20, 2000))
    result = simulate(
        Workload(arrivals=arrivals, duration_ms=1, reserved=3, request_rate=10, scaling_rate=None)
    )
    refused = [share.request(now) is not None for now in arrivals.tolist()]
    assert sum(refused) > 0 and list(result.outcome == REFUSED) == refused


def test_without_a_request_rate_nothing_is_refused_before_it_is_placed() -> None:
    result = simulate(Workload(arrivals_per_s=1000, seconds=20, duration_ms=1, reserved=50))
    assert not (result.outcome == REFUSED).any()
