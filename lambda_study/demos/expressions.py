"""Schedule expressions and event patterns that people write, tried on times and events. Nothing runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from lambda_study.demos.findings import names_of
from lambda_study.errors import BadInput
from lambda_study.model import event_pattern, schedule

_START = datetime(2026, 11, 23, tzinfo=UTC)
"""A Monday."""


def expression_for_weekday_mornings() -> str:
    """Which of four expressions fires at 08:00 UTC from Monday to Friday, and at no other time.

    >>> expression_for_weekday_mornings()
    'cron(0 8 ? * MON-FRI *)'
    """
    return _fires_as(
        ["cron(8 0 ? * MON-FRI *)", "cron(0 8 ? * 1-5 *)", "cron(0 8 ? * MON-FRI *)", "rate(1 day)"],
        [day.replace(hour=8) for day in _days(365) if day.weekday() < 5],
    )


def expression_for_the_last_friday() -> str:
    """Which of four expressions fires at 18:00 UTC on the last Friday of each month.

    >>> expression_for_the_last_friday()
    'cron(0 18 ? * 6L *)'
    """
    last = [day.replace(hour=18) for day in _days(365) if _is_last_friday(day)]
    return _fires_as(
        ["cron(0 18 L * ? *)", "cron(0 18 ? * 6#4 *)", "cron(0 18 ? * 6L *)", "cron(0 18 ? * 5L *)"], last
    )


def expressions_that_a_rule_takes() -> list[str]:
    """Which of five expressions a rule of EventBridge accepts.

    >>> expressions_that_a_rule_takes()
    ['rate(1 hour)', 'cron(0 12 1 * ? *)']
    """
    tried = [
        "rate(1 hour)",
        "rate(1 days)",
        "cron(0 12 * * *)",
        "cron(0 12 1 * ? *)",
        "at(2026-12-24T18:00:00)",
    ]
    return [expression for expression in tried if _rule_takes(expression)]


def correction_of_a_refused_expression() -> str:
    """Which change makes AWS accept cron(0 8 * * MON-FRI *).

    >>> correction_of_a_refused_expression()
    'day-of-month ?'
    """
    tried = {
        "drop the year": "cron(0 8 * * MON-FRI)",
        "day-of-month ?": "cron(0 8 ? * MON-FRI *)",
        "month ?": "cron(0 8 * ? MON-FRI *)",
        "numbers": "cron(0 8 * * 2-6 *)",
    }
    return names_of(name for name, text in tried.items() if _rule_takes(text))


def schedule_that_stays_at_eight_in_berlin() -> str:
    """Which of four schedules fires at 08:00 on Berlin's clocks on every day of a year.

    >>> schedule_that_stays_at_eight_in_berlin()
    'Scheduler, Europe/Berlin'
    """
    tried = {
        "rule, 8": schedule.parse("cron(0 8 * * ? *)"),
        "rule, 7": schedule.parse("cron(0 7 * * ? *)"),
        "rule, 24 hours": schedule.parse("rate(24 hours)"),
        "Scheduler, Europe/Berlin": schedule.parse("cron(0 8 * * ? *)", timezone="Europe/Berlin"),
    }
    berlin = schedule.parse("cron(0 8 * * ? *)", timezone="Europe/Berlin")
    wanted = berlin.next_times(_START, 365)
    return names_of(name for name, each in tried.items() if each.next_times(_START, 365) == wanted)


def way_to_run_once_at_a_time() -> str:
    """Which of four services and expressions fires on 24 December 2026 at 18:00 UTC and never again.

    >>> way_to_run_once_at_a_time()
    'Scheduler at'
    """
    tried = {
        "rule rate": ("rate(31 days)", False),
        "rule at": ("at(2026-12-24T18:00:00)", False),
        "Scheduler at": ("at(2026-12-24T18:00:00)", True),
        "Scheduler cron": ("cron(0 18 24 12 ? *)", True),
    }
    once = (datetime(2026, 12, 24, 18, tzinfo=UTC),)
    return names_of(
        name
        for name, (text, scheduler) in tried.items()
        if _taken(schedule.parse, text, scheduler)
        and schedule.parse(text, scheduler).next_times(_START, 2) == once
    )


def pattern_for_large_jpeg_files() -> str:
    """Which of four event patterns takes new .jpg objects above 1 MB in the bucket "uploads", and no others.

    >>> pattern_for_large_jpeg_files()
    'suffix and numeric'
    """
    size, key = {"numeric": [">", 1048576]}, {"suffix": ".jpg"}
    tried: dict[str, dict[str, Any]] = {
        "values": {"object": {"key": [".jpg"], "size": [1048576]}},
        "one array": {"object": {"key": [key, size]}},
        "suffix and numeric": {"object": {"key": [key], "size": [size]}},
        "or": {"$or": [{"object": {"key": [key]}}, {"object": {"size": [size]}}]},
    }
    events = [_created(name, of) for name in ("a.jpg", "a.png") for of in (500, 5_000_000)]
    wanted = [_created("a.jpg", 5_000_000)]
    return names_of(
        name for name, detail in tried.items() if _taken_events(_in_uploads(detail), events) == wanted
    )


def events_that_match_two_fields_of_two_values() -> int:
    """How many of four events match a pattern with two fields, each of which lists two values.

    >>> events_that_match_two_fields_of_two_values()
    2
    """
    pattern = {"source": ["club.photos", "club.prints"], "detail-type": ["Ordered", "Paid"]}
    events = [
        {"source": "club.photos", "detail-type": "Ordered"},
        {"source": "club.prints", "detail-type": "Paid"},
        {"source": "club.photos", "detail-type": "Shipped"},
        {"source": "club.members", "detail-type": "Paid"},
    ]
    return len(_taken_events(pattern, events))


def patterns_that_aws_accepts() -> list[str]:
    """Which of five ways to write a field of an event pattern AWS accepts.

    >>> patterns_that_aws_accepts()
    ['array', 'anything-but']
    """
    tried: dict[str, Any] = {
        "string": {"source": "aws.s3"},
        "array": {"source": ["aws.s3"]},
        "anything-but": {"source": [{"anything-but": ["aws.s3"]}]},
        "empty": {"source": []},
        "operator alone": {"source": {"anything-but": "aws.s3"}},
    }
    return [name for name, pattern in tried.items() if _taken(event_pattern.parse, pattern)]


def _days(count: int) -> Iterable[datetime]:
    return (_START + timedelta(days=number) for number in range(count))


def _is_last_friday(day: datetime) -> bool:
    return day.weekday() == 4 and (day + timedelta(days=7)).month != day.month


def _fires_as(expressions: Iterable[str], wanted: list[datetime]) -> str:
    return names_of(
        text for text in expressions if list(schedule.parse(text).next_times(_START, len(wanted))) == wanted
    )


def _created(key: str, size: int) -> dict[str, Any]:
    detail = {"bucket": {"name": "uploads"}, "object": {"key": key, "size": size}}
    return {"source": "aws.s3", "detail-type": "Object Created", "detail": detail}


def _in_uploads(detail: dict[str, Any]) -> dict[str, Any]:
    bucket = {"bucket": {"name": ["uploads"]}}
    return {"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": {**bucket, **detail}}


def _taken_events(pattern: dict[str, Any], events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    read = event_pattern.parse(pattern)
    return [event for event in events if read.matches(event)]


def _rule_takes(expression: str) -> bool:
    return _taken(schedule.parse, expression)


def _taken(read: Callable[..., object], *arguments: object) -> bool:
    try:
        read(*arguments)
    except BadInput:
        return False
    return True
