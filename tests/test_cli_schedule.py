"""The command `lambda-study schedule`: what an expression means, when it fires, one line when it is wrong."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner, Result

from lambda_study.cli.schedule import command
from lambda_study.errors import BadInput

MONDAY = ("--after", "2026-11-23T10:00:00Z")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


def test_json_is_one_object_with_the_sentence_and_the_times() -> None:
    done = run("cron(0 10 * * ? *)", *MONDAY, "--count", "2", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout) == {
        "valid": True,
        "explain": "At 10:00 every day, in UTC.",
        "next": ["2026-11-24T10:00:00Z", "2026-11-25T10:00:00Z"],
    }


def test_without_json_each_time_has_its_weekday() -> None:
    assert run("rate(12 hours)", *MONDAY, "--count", "2").stdout.splitlines() == [
        "Every 12 hours, counted from its start.",
        "2026-11-23T22:00:00Z  Mon",
        "2026-11-24T10:00:00Z  Tue",
    ]


def test_a_time_zone_shows_the_local_time_too_and_implies_scheduler() -> None:
    done = run("at(2026-12-24T18:00:00)", "--timezone", "Europe/Berlin", *MONDAY)
    assert done.stdout.splitlines()[1] == "2026-12-24T17:00:00Z  Thu 2026-12-24 18:00:00 Europe/Berlin"


def test_after_without_an_offset_is_a_time_in_the_time_zone() -> None:
    tokyo = ("--timezone", "Asia/Tokyo", "--count", "1", "--json")
    done = run("cron(0 9 * * ? *)", "--after", "2026-11-23T09:00:00", *tokyo)
    assert json.loads(done.stdout)["next"] == ["2026-11-24T00:00:00Z"]


def test_without_after_the_times_come_after_now() -> None:
    before = datetime.now(UTC)
    first = json.loads(run("rate(1 minute)", "--json").stdout)["next"][0]
    assert 59 < (datetime.fromisoformat(first) - before).total_seconds() < 120


def test_a_schedule_that_fires_no_more_says_so() -> None:
    assert run("cron(0 10 * * ? 2020)", *MONDAY).stdout.splitlines()[-1] == "It does not fire again."
    assert json.loads(run("cron(0 10 * * ? 2020)", *MONDAY, "--json").stdout)["next"] == []


def test_a_refused_expression_is_an_object_too_under_json() -> None:
    done = run("rate(1 minutes)", "--json")
    told = 'rate(1 minutes): write "minute" after 1. Try rate(1 minute).'
    assert json.loads(done.stdout) == {"valid": False, "explain": None, "next": [], "error": told}
    assert isinstance(done.exception, BadInput)  # which the command line turns into exit status 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("rate(1 minutes)",), 'write "minute" after 1. Try rate(1 minute).'),
        (("at(2026-12-24T18:00:00)",), "at(...) is EventBridge Scheduler's: add --scheduler,"),
        (("rate(1 day)", "--after", "noon"), "--after noon is not a time. Write it as 2026-11-23T10:00:00Z."),
        (("rate(1 day)", "--after", "0001-01-01"), "--after 0001-01-01 is out of reach."),
        (("rate(1 day)", "--timezone", "Berlin"), 'timezone="Berlin" is not in the IANA list. Did you mean'),
        (("cron(0 10 * * ? *)", "--timezone", "../x"), 'timezone="../x" is not in the IANA list.'),
    ],
)
def test_bad_input_is_one_line_and_prints_nothing_else(arguments: tuple[str, ...], told: str) -> None:
    done = run(*arguments)
    assert isinstance(done.exception, BadInput)
    assert told in str(done.exception) and "\n" not in str(done.exception)
    assert done.stdout == ""


def test_a_count_of_nothing_is_refused() -> None:
    assert run("rate(1 day)", "--count", "0").exit_code == 2
