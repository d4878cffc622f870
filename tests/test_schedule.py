"""Schedule expressions: what AWS takes and refuses, when they fire, what they say in words."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from schedule_oracle import draw_cron, minute_by_minute

from lambda_study.errors import BadInput
from lambda_study.model.schedule import Schedule, parse

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # a Monday


def firings(expression: str, count: int = 3, after: datetime = NOON, **options: object) -> list[str]:
    """The next COUNT firings, in UTC."""
    times = parse(expression, **options).next_times(after, count)  # type: ignore[arg-type]
    return [f"{time:%Y-%m-%d %H:%M}" for time in times]


# What AWS recorded or documents


def test_aws_takes_and_refuses_the_same_expressions(vectors: Path) -> None:
    cases = json.loads((vectors / "schedule_validity.json").read_text(encoding="utf-8"))["cases"]
    assert [case["expr"] for case in cases if taken(case["expr"], case["api"]) != case["valid"]] == []


def test_every_recorded_firing_comes_at_its_minute(vectors: Path) -> None:
    for case in json.loads((vectors / "schedule_fires.json").read_text(encoding="utf-8"))["cases"]:
        times = parse(case["expr"]).next_times(datetime.fromisoformat(case["after"]), len(case["next"]) or 1)
        assert [time.replace(tzinfo=None).isoformat() for time in times] == case["next"], case["expr"]


def test_clock_changes_skip_and_do_not_double(vectors: Path) -> None:
    for case in json.loads((vectors / "schedule_dst.json").read_text(encoding="utf-8"))["cron"]:
        schedule = parse(case["expr"], timezone=case["timezone"])
        times = schedule.next_times(datetime.fromisoformat(case["after_local"]), len(case["fires"]))
        assert [f"{time:%Y-%m-%dT%H:%M:%SZ}" for time in times] == [fire["utc"] for fire in case["fires"]]


def taken(expression: str, api: str) -> bool:
    try:
        parse(expression, scheduler=api == "scheduler")
    except BadInput:
        return False
    return True


# Cron


@pytest.mark.parametrize(
    ("expression", "first"),
    [
        ("cron(0 12 * * ? *)", "2026-11-24 12:00"),
        ("cron(1 12 * * ? *)", "2026-11-23 12:01"),
        ("cron(0 9 ? * FRI-MON *)", "2026-11-27 09:00"),
        ("cron(0 9 ? * L *)", "2026-11-28 09:00"),
        ("cron(0 9 ? * 6L *)", "2026-11-27 09:00"),
        ("cron(0 9 ? * 2#5 *)", "2026-11-30 09:00"),
        ("cron(0 9 L * ? *)", "2026-11-30 09:00"),
        ("cron(0 9 L-3 * ? *)", "2026-11-27 09:00"),
        ("cron(0 9 LW 1 ? *)", "2027-01-29 09:00"),
        ("cron(0 9 1W 8 ? *)", "2027-08-02 09:00"),
        ("cron(0 9 1W 5 ? *)", "2027-05-03 09:00"),
        ("cron(0 9 31W * ? *)", "2026-12-31 09:00"),
        ("cron(0 0 1,15 NOV-FEB ? *)", "2026-12-01 00:00"),
        ("cron(0 0 29 2 ? *)", "2028-02-29 00:00"),
        ("cron(0 0 ? FEB MON#5 *)", "2044-02-29 00:00"),
        ("cron(0 0 1 1 ? 2030/7)", "2030-01-01 00:00"),
        ("cron(0 0 1 1 ? 2199)", "2199-01-01 00:00"),
        ("cron(50/20 * * * ? *)", "2026-11-23 12:50"),
        ("cron(0 22-2/2 * * ? *)", "2026-11-23 22:00"),
    ],
)
def test_a_cron_fires_first_at(expression: str, first: str) -> None:
    assert firings(expression, 1) == [first]


def test_hours_that_run_over_midnight_stay_on_the_days_of_the_expression() -> None:
    saturday = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
    assert firings("cron(0 23-1 ? * SAT *)", 3, saturday - timedelta(hours=4)) == [
        "2026-11-28 00:00",
        "2026-11-28 01:00",
        "2026-11-28 23:00",
    ]


def test_a_schedule_that_is_over_fires_no_more() -> None:
    assert firings("cron(0 12 * * ? 2020)") == []
    assert firings("cron(0 0 30 2 ? *)") == []
    assert len(firings("cron(0 0 30,31 12 ? 2026)", count=5)) == 2


def test_seconds_do_not_count_but_the_minute_of_after_is_over() -> None:
    assert firings("cron(* * * * ? *)", 1, NOON - timedelta(seconds=1)) == ["2026-11-23 12:00"]
    assert firings("cron(* * * * ? *)", 1, NOON + timedelta(seconds=59)) == ["2026-11-23 12:01"]


def test_a_time_before_1970_and_one_after_2199_are_no_errors() -> None:
    assert firings("cron(0 0 * * ? *)", 1, datetime(1900, 5, 5, tzinfo=UTC)) == ["1970-01-01 00:00"]
    assert firings("cron(0 0 * * ? *)", 1, datetime(2199, 12, 31, tzinfo=UTC)) == []
    assert firings("cron(0 0 * * ? *)", 1, datetime(2300, 1, 1, tzinfo=UTC)) == []


# Rate and at


def test_a_rate_counts_from_the_last_firing() -> None:
    assert firings("rate(90 minutes)", 2) == ["2026-11-23 13:30", "2026-11-23 15:00"]


def test_a_day_of_a_rate_has_24_hours_when_the_clock_changes() -> None:
    before = datetime(2027, 3, 27, 12, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    (after,) = parse("rate(1 days)", timezone="Europe/Berlin").next_times(before, 1)
    assert after - before == timedelta(hours=24)
    assert after.astimezone(ZoneInfo("Europe/Berlin")).hour == 13


def test_at_fires_once_at_a_local_time() -> None:
    assert firings("at(2026-12-24T18:00:00)", timezone="Europe/Berlin") == ["2026-12-24 17:00"]
    assert firings("at(2026-11-23T12:00:00)", scheduler=True) == []


def test_at_a_time_that_the_clock_skips_never_fires() -> None:
    assert firings("at(2027-03-28T02:30:00)", timezone="Europe/Berlin") == []


# Time zones


def test_a_time_without_a_zone_is_on_the_clock_of_the_schedule() -> None:
    assert firings("cron(0 9 * * ? *)", 1, datetime(2026, 11, 23, 8, 59), timezone="Asia/Tokyo") == [
        "2026-11-23 00:00"
    ]


def test_after_the_second_half_past_two_the_first_one_is_over() -> None:
    second = datetime(2026, 10, 25, 2, 15, fold=1, tzinfo=ZoneInfo("Europe/Berlin"))
    assert firings("cron(30 2 * * ? *)", 1, second, timezone="Europe/Berlin") == ["2026-10-26 01:30"]


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Berlin", (2027, 3, 27)),
        ("Europe/Berlin", (2026, 10, 24)),
        ("Australia/Lord_Howe", (2026, 10, 3)),
        ("Australia/Lord_Howe", (2027, 4, 3)),
        ("Pacific/Apia", (2011, 12, 29)),
    ],
)
def test_around_a_clock_change_each_local_time_that_exists_fires_once(
    zone: str, day: tuple[int, ...]
) -> None:
    start = datetime(*day, 12, 0, tzinfo=UTC)  # type: ignore[misc]
    clock = ZoneInfo(zone)
    minutes = [start + timedelta(minutes=number) for number in range(1, 1440)]
    shown = [minute.astimezone(clock).replace(tzinfo=None, fold=0) for minute in minutes]
    expected = [
        minute
        for number, (minute, local) in enumerate(zip(minutes, shown, strict=True))
        if local.minute % 10 == 5 and local not in shown[:number]
    ]
    schedule = parse("cron(5/10 * * * ? *)", timezone=zone)
    assert list(schedule.next_times(start, len(expected))) == expected


# A slow and obvious oracle


@pytest.mark.parametrize("seed", range(3))
def test_random_crons_fire_at_the_minutes_that_counting_finds(seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(40):
        expression = draw_cron(draw)
        start = datetime(draw.choice([1999, 2026, 2028, 2096]), draw.randint(1, 12), 15, tzinfo=UTC)
        expected = list(minute_by_minute(expression, start, days=35))
        times = parse(expression).next_times(start - timedelta(minutes=1), len(expected) + 1)
        assert list(times[: len(expected)]) == expected, expression
        assert all(time >= start + timedelta(days=35) for time in times[len(expected) :]), expression


# Refused


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("rate(1 minutes)", 'rate(1 minutes): write "minute" after 1. Try rate(1 minute).'),
        ("rate(5 minute)", 'rate(5 minute): write "minutes" after 5. Try rate(5 minutes).'),
        ("rate(0 minutes)", "rate(0 minutes): the number is at least 1. Try rate(1 minute)."),
        ("rate(5  minutes)", "a rate is a whole number, one space and minutes, hours or days."),
        ("rate(5 MINUTES)", "MINUTES is not a unit of a rate"),
        ("Rate(5 minutes)", "small letters, and no space before or after. Try rate(5 minutes)."),
        (" cron(0 10 * * ? *)", "no space before or after. Try cron(0 10 * * ? *)."),
        ("0 10 * * *", "AWS wants cron( ) around six fields. Write rate(5 minutes) or cron(0 10 * * ? *)."),
        (
            "cron(0 10 * * *)",
            "cron has 6 fields, minutes hours day-of-month month day-of-week year, and this has 5.",
        ),
        (
            "cron(0 10 * * * *)",
            "exactly one of day-of-month and day-of-week is ?, and here they are * and *.",
        ),
        ("cron(0 10 ? * ? *)", "and here both are ?. Try cron(0 10 * * ? *)."),
        ("cron(0 10 1 * 2 *)", "Try cron(0 10 ? * 2 *)."),
        ("cron(0 10 32 * * *)", "32 is not a value of day-of-month."),
        ("cron(60 10 * * ? *)", "60 is not a value of minutes. Write 0-59, with the signs , - * /."),
        ("cron(0 24 * * ? *)", "24 is not a value of hours."),
        ("cron(0 x * * ? *)", "x is not a value of hours."),
        ("cron(0 10 ? * MON#x *)", "MON#x is not a value of day-of-week."),
        ("cron(0 10 ? * 8 *)", "8 is not a value of day-of-week. Write 1-7 or SUN-SAT"),
        ("cron(0 10 ? * 6#6 *)", "After # stands 1 to 5."),
        ("cron(0 10 ? * 3#1,6#3 *)", "With # it holds one expression only."),
        ("cron(0 10 ? * 2/2 *)", "2/2 is not a value of day-of-week. It takes no /."),
        ("cron(0 10 * 13 ? *)", "13 is not a value of month. Write 1-12 or JAN-DEC"),
        ("cron(0 10 * * ? 2200)", "2200 is not a value of year. Write 1970-2199"),
        ("cron(0 10 * * ? 2030-2020)", "The first year is after the last."),
        ("cron(0/0 10 * * ? *)", "A step of 0 never moves on."),
        ("cron(1,,2 10 * * ? *)", "(nothing) is not a value of minutes."),
        ("cron(? 10 * * ? *)", "? is not a value of minutes."),
        ("at(2026-12-24T18:00:00)", "at(...) is EventBridge Scheduler's: add --scheduler,"),
        ("", '"" (nothing) is not a schedule.'),
        ("cron(0\n10 * * ? *)", "a schedule is one line of plain text."),
        ("cron(" + "1," * 200 + "1 10 * * ? *)", "A schedule has at most 256."),
        ("rate(99999999999999 days)", "99999999999999 is too many."),
    ],
)
def test_what_is_refused_is_told_in_one_line(expression: str, told: str) -> None:
    with pytest.raises(BadInput) as error:
        parse(expression)
    assert told in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "expression", ["at(2026-12-24)", "at(2026-12-24T18:00:00Z)", "at(2026-02-30T18:00:00)"]
)
def test_at_is_a_date_and_a_time_that_exist(expression: str) -> None:
    with pytest.raises(BadInput, match=r"Try at\(2026-12-24T18:00:00\)\.$"):
        parse(expression, scheduler=True)


def test_a_wrong_time_zone_names_the_nearest_one() -> None:
    with pytest.raises(BadInput, match=r'timezone="Europe/Berln" is not .* Did you mean "Europe/Berlin"\?'):
        parse("cron(0 10 * * ? *)", timezone="Europe/Berln")


def test_scheduler_takes_the_plural_after_one_as_its_guide_writes_it() -> None:
    assert parse("rate(1 days)", scheduler=True) == Schedule(
        "rate(1 days)", "rate", True, "UTC", timedelta(days=1)
    )


# In words


WEEKDAY_NEAREST = (
    "At 14:05 and 14:35 on the weekday nearest to day 1 of the month in January and March, in UTC."
)


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("cron(0 10 * * ? *)", "At 10:00 every day, in UTC."),
        ("cron(* * * * ? *)", "Every minute every day, in UTC."),
        ("cron(0/15 * * * ? *)", "Every 15 minutes every day, in UTC."),
        ("cron(4/8 10 * * ? *)", "At minutes 4, 12, 20, 28, 36, 44 and 52 of hour 10 every day, in UTC."),
        ("cron(0 8-17 * * ? *)", "At minute 0 of hours 8 to 17 every day, in UTC."),
        ("cron(15 0/2 * * ? *)", "Every 2 hours from 00:15 on every day, in UTC."),
        ("cron(0 18 ? * MON-FRI *)", "At 18:00, Monday to Friday, in UTC."),
        (
            "cron(0/30 20-2 ? * MON-FRI *)",
            "Every 30 minutes from 00:00 to 02:30 and from 20:00 to 23:30, Monday to Friday, in UTC.",
        ),
        ("cron(15 10 ? * 6L 2019-2022)", "At 10:15 on the last Friday of the month in 2019 to 2022, in UTC."),
        ("cron(5,35 14 1W 1,3 ? *)", WEEKDAY_NEAREST),
        ("cron(0 0 ? * 6#3 *)", "At 00:00 on the third Friday of the month, in UTC."),
        ("cron(0 0 1-5,L * ? *)", "At 00:00 on days 1 to 5 and the last day of the month, in UTC."),
        ("cron(0 10 LW * ? *)", "At 10:00 on the last weekday of the month, in UTC."),
        ("cron(0 10 ? * SUN-SAT *)", "At 10:00 every day, in UTC."),
        ("cron(0 0 30 2 ? *)", "Never: no month of those years has such a day."),
        ("rate(1 day)", "Every day, counted from its start."),
        ("rate(90 minutes)", "Every 90 minutes, counted from its start."),
    ],
)  # fmt: skip
def test_a_schedule_says_what_it_means(expression: str, sentence: str) -> None:
    assert parse(expression).explain() == sentence


def test_a_schedule_names_its_time_zone() -> None:
    schedule = parse("at(2026-12-24T18:00:00)", timezone="Europe/Berlin")
    assert schedule.explain() == "Once, on 24 December 2026 at 18:00:00, in Europe/Berlin."
    assert (schedule.kind, schedule.scheduler) == ("at", True)
