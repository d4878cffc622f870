"""The model asked in one line, for calculations of the bank: text and numbers in, plain values out."""

from __future__ import annotations

from datetime import UTC, datetime

from lambda_study.model import event_pattern, schedule
from lambda_study.model.asynchronous import AsyncConfig, after_error


def firings(
    expression: str, after: str, before: str, timezone: str | None = None, scheduler: bool = False
) -> list[str]:
    """Return when a schedule fires after AFTER and before BEFORE: times in UTC, as text.

    AFTER and BEFORE without a zone are in UTC. A TIMEZONE is EventBridge Scheduler's.

    >>> firings("rate(12 hours)", "2026-11-23T00:00", "2026-11-24T13:00")
    ['2026-11-23T12:00', '2026-11-24T00:00', '2026-11-24T12:00']
    >>> firings("cron(0 8 ? * MON-FRI *)", "2026-11-27T12:00", "2026-12-01", timezone="Europe/Berlin")
    ['2026-11-30T07:00']

    Errors: `BadInput` for an expression that AWS refuses.
    """
    read = schedule.parse(expression, scheduler, timezone)
    start, end = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (after, before))
    found, time = [], read.next(start)
    while time is not None and time < end:
        found.append(f"{time:%Y-%m-%dT%H:%M}")
        time = read.next(time)
    return found


def matches(pattern: str, event: str) -> bool:
    """Return whether EVENT matches the event pattern; both are JSON.

    >>> matches('{"source": ["aws.s3"]}', '{"source": "aws.s3", "detail": {}}')
    True
    """
    return event_pattern.parse(pattern).matches(event)


def asynchronous_runs(maximum_retry_attempts: int = 2, maximum_event_age_s: int = 21_600) -> list[int]:
    """Return the seconds after an event's arrival at which a function runs that always fails at once.

    >>> asynchronous_runs(), asynchronous_runs(maximum_retry_attempts=0), asynchronous_runs(2, 90)
    ([0, 60, 180], [0], [0, 60])
    """
    config = AsyncConfig(maximum_retry_attempts, maximum_event_age_s)
    runs, age_s = [0], 0
    while (following := after_error(config, len(runs), age_s)).condition is None:
        age_s += int(following.wait_s)
        runs.append(age_s)
    return runs
