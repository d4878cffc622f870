"""The nightly report of the club, run for real."""

from __future__ import annotations

import boto3
import pytest
from clouds import cloud  # noqa: F401

from lambda_study.demos import cron
from lambda_study.model.schedule import parse

REPORT = f"{cron.HANDLERS / 'nightly_report.py'}:handler"


@pytest.fixture
def report(cloud):  # noqa: F811
    cron.store_thumbnails("2026-11-22", 2, 3, 1)
    function = cloud.deploy(REPORT, name="report", timeout_s=30)
    cron.run_at("cron(0 2 * * ? *)", function)
    return function


def test_each_night_the_report_counts_the_thumbnails_of_the_day_before(cloud, report):  # noqa: F811
    cloud.clock.advance(days=3)
    assert cron.reports() == {"2026-11-22": 2, "2026-11-23": 3, "2026-11-24": 1}


def test_a_missed_night_is_made_up_for_by_hand_with_the_time_of_the_event(cloud, report):  # noqa: F811
    boto3.client("events").disable_rule(Name="nightly")
    cloud.clock.advance(days=2)
    boto3.client("events").enable_rule(Name="nightly")
    cloud.clock.advance(days=1)
    assert cron.reports() == {"2026-11-24": 1}
    report.invoke({"time": "2026-11-24T02:00:00Z"})
    assert cron.reports() == {"2026-11-23": 3, "2026-11-24": 1}


def test_a_report_that_runs_twice_is_one_report(cloud, report):  # noqa: F811
    cloud.clock.advance(hours=3)
    report.invoke({"time": "2026-11-23T02:00:00Z"})
    assert cron.reports() == {"2026-11-22": 2}


def test_what_the_club_has_may_be_made_and_dropped_again(cloud, report):  # noqa: F811
    cron.store_thumbnails("2026-11-22", 2, 3, 1)
    cloud.clock.advance(days=3)
    assert cron.reports(last_day="2026-11-23") == {"2026-11-22": 2, "2026-11-23": 3}
    cron.drop_table()
    cron.drop_table()
    cron.make_table()
    assert boto3.client("dynamodb").scan(TableName="thumbnails")["Count"] == 0


def test_a_month_of_nights_starts_cold_each_night(cloud, tmp_path):  # noqa: F811
    (tmp_path / "app.py").write_text("def handler(event, context): return event['time']")
    function = cloud.deploy(f"{tmp_path / 'app.py'}:handler", name="tick")
    cron.run_at("cron(0 2 * * ? *)", function)
    cloud.clock.advance(days=30)
    assert [each.cold for each in function.reports] == [True] * 30


def test_a_failing_night_has_three_runs_and_ends_where_the_table_is_back():
    assert cron.runs_of_a_failing_night(mended_after_minutes=2) == ["02:00", "02:01", "02:03"]


def test_runs_overlap_as_far_as_the_reserved_concurrency_lets_them():
    assert cron.runs_at_the_same_time(reserved_concurrency=2) == 2


def test_a_rule_stays_in_utc_and_a_schedule_with_its_clocks_in_autumn_too():
    runs = cron.side_by_side(first_day="2027-10-30", days=3).runs
    assert runs == {
        "30 Oct": ("08:00", "07:00"),
        "31 Oct": ("07:00", "07:00"),
        "01 Nov": ("07:00", "07:00"),
    }


def test_the_two_kinds_of_schedules_are_the_same_table_in_a_notebook():
    table = cron.SideBySide("cron(0 6 * * ? *)", "rate(1 day)", "UTC", {"27 Mar": ("06:00", "-")})
    shown = table._repr_mimebundle_()
    assert shown["text/plain"].splitlines()[1].split() == ["27", "Mar", "06:00", "-"]
    assert "<tr><td>27 Mar</td><td>06:00</td><td>-</td></tr>" in shown["text/html"]


def test_a_time_that_spring_skips_is_a_missed_run_and_one_that_comes_twice_is_one():
    spring = cron.side_by_side(schedule="cron(30 2 * * ? *)", first_day="2027-03-28", days=1).runs
    autumn = cron.side_by_side(schedule="cron(30 2 * * ? *)", first_day="2027-10-31", days=1).runs
    assert (spring["28 Mar"][1], autumn["31 Oct"][1]) == ("-", "02:30")


def test_next_runs_are_those_of_the_schedule():
    assert cron.next_runs("at(2026-11-24T18:00:00)", "2026-11-25T00:00", timezone="UTC") == "never"
    assert cron.next_runs("rate(1 hour)", "2026-11-23T10:07", 1) == "Mon 2026-11-23 11:07 UTC"
    assert parse("rate(1 hour)").explain() == "Every hour, counted from its start."


def test_the_log_of_a_night_can_be_read_afterwards(cloud, report):  # noqa: F811
    cloud.clock.advance(hours=3)
    (night,) = cloud.invocations("report")
    assert night.payload == {"day": "2026-11-22", "thumbnails": 2}
    assert night.logs[1].startswith("START RequestId")
    assert cloud.invocations("another") == ()
