"""How long a schedule expression takes from its text to its first firing, on the cases others find hard."""

from __future__ import annotations

import timeit
from datetime import UTC, datetime

from row import Row

from lambda_study.model.schedule import parse

HARD = {
    "every 15 minutes": ("cron(0/15 * * * ? *)", "2026-11-23T10:00:00"),
    "weekdays, over a weekend": ("cron(0 9 ? * MON-FRI *)", "2026-11-27T10:00:00"),
    "31W in December": ("cron(30 9 31W 12 ? *)", "2026-11-23T10:00:00"),
    "29 February, 2096 to 2104": ("cron(0 0 29 2 ? *)", "2096-03-01T00:00:00"),
    "fifth Monday of February": ("cron(0 0 ? FEB MON#5 *)", "2026-01-01T00:00:00"),
    "never (30 February)": ("cron(0 0 30 2 ? *)", "2026-01-01T00:00:00"),
}
RUNS, REPEATS = 300, 15


def run() -> list[Row]:
    rows = [
        Row(f"schedule: {name}", first_firing_us(expression, after), "us", bar=30)
        for name, (expression, after) in HARD.items()
    ]
    daily = parse("cron(0/5 8-17 ? * MON-FRI *)")
    start = datetime(2026, 11, 23, tzinfo=UTC)
    each = best_us(lambda: daily.next_times(start, 1000), runs=3) / 1000
    return [*rows, Row("schedule: each of 1,000 firings", each, "us", bar=10)]


def first_firing_us(expression: str, after: str) -> float:
    """The time for parsing and the first firing."""
    instant = datetime.fromisoformat(after).replace(tzinfo=UTC)
    return best_us(lambda: parse(expression).next(instant))


def best_us(work: object, runs: int = RUNS) -> float:
    """The best mean of REPEATS rounds; the machine's other work only adds."""
    return 1e6 * min(timeit.repeat(work, number=runs, repeat=REPEATS)) / runs  # type: ignore[call-overload]
