"""Servers against functions and one memory size against another, calculated; nothing has to run."""

from __future__ import annotations

from lambda_study.model.break_even import MONTH_S, ec2
from lambda_study.model.fleet import exhibition_day, fixed_fleet, scaled_fleet
from lambda_study.model.pricing import Usage, fixed_work, price
from lambda_study.model.simulation import simulate


def loads_that_cost_less_on_a_function() -> list[str]:
    """Which of five months cost less on a function of 1,024 MB than on an m5.large that runs all the time.

    >>> loads_that_cost_less_on_a_function()
    ['a report each night', 'an API with 2 requests a second']
    """
    months = {
        "a report each night": Usage(30, 600_000, 1024),
        "an API with 2 requests a second": Usage(2 * MONTH_S, 100, 1024),
        "a stream of 50 records a second": Usage(50 * MONTH_S, 100, 1024),
        "an encoder that never pauses": Usage(8 * MONTH_S // 60, 60_000, 1024),
        "a page with 400 requests a second": Usage(400 * MONTH_S, 50, 1024),
    }
    server = ec2("m5.large").usd_per_month
    return [name for name, month in months.items() if price(month).total_usd < server]


def work_that_two_vcpus_speed_up() -> list[str]:
    """Which of five handlers take less time at 3,538 MB, two vCPUs, than at 1,769 MB, one.

    >>> work_that_two_vcpus_speed_up()
    ['two threads that compute', 'four threads that compute']
    """
    sizes = (1769, 3538)
    handlers = {
        "one thread that computes": fixed_work(800, memories_mb=sizes),
        "two threads that compute": fixed_work(800, memories_mb=sizes, threads=2),
        "four threads that compute": fixed_work(800, memories_mb=sizes, threads=4),
        "a call to a slow service": fixed_work(0, wait_ms=800, memories_mb=sizes),
        "a query, then one thread": fixed_work(200, wait_ms=600, memories_mb=sizes),
    }
    return [name for name, (one, two) in handlers.items() if two.duration_ms < one.duration_ms]


def who_is_never_short_on_a_day_with_a_rush() -> str:
    """Which of four ways to serve a day with a sudden rush turns nobody away, at the least cost.

    >>> who_is_never_short_on_a_day_with_a_rush()
    'functions'
    """
    day, server = simulate(exhibition_day()), ec2("m5.large")
    fleets = {
        "the servers of the mean": fixed_fleet(day, server, per_server=8, servers=1),
        "servers that follow the load": scaled_fleet(day, server, per_server=8),
        "the servers of the peak": fixed_fleet(day, server, per_server=8),
    }
    costs = {name: fleet.usd for name, fleet in fleets.items() if not fleet.short_minutes}
    if not day.throttled:
        costs["functions"] = day.bill.total_usd
    return min(costs, key=lambda name: costs[name])
