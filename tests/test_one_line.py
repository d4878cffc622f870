"""The model asked in one line, as calculations of the question bank ask it."""

from __future__ import annotations

import pytest

from lambda_study.errors import BadInput
from lambda_study.quiz.calculation import calculate


def test_a_calculation_counts_the_firings_between_two_times() -> None:
    assert calculate('len(firings("rate(1 hour)", "2026-11-23T00:00", "2026-11-24T00:30"))') == 24


def test_a_firing_at_the_end_is_not_counted() -> None:
    assert calculate('firings("cron(0 8 * * ? *)", "2026-11-23T00:00", "2026-11-23T08:00")') == []


def test_a_time_zone_makes_the_schedule_one_of_scheduler() -> None:
    berlin = 'firings("cron(30 2 * * ? *)", "2027-03-27T12:00", "2027-03-28T12:00", timezone="Europe/Berlin")'
    assert calculate(berlin) == []


def test_a_calculation_matches_an_event() -> None:
    pattern = '{"source": ["club.orders"]}'
    assert calculate(f"""matches('{pattern}', '{{"source": "club.orders"}}')""") is True
    assert calculate(f"""matches('{pattern}', '{{"source": "club.photos"}}')""") is False


def test_runs_of_an_event_end_with_its_retries_or_its_age() -> None:
    assert calculate("asynchronous_runs(maximum_retry_attempts=1)") == [0, 60]
    assert calculate("asynchronous_runs(maximum_event_age_s=60)") == [0, 60]


def test_what_aws_refuses_is_refused_in_one_line() -> None:
    with pytest.raises(BadInput, match=r"Try rate\(1 minute\)"):
        calculate('firings("rate(1 minutes)", "2026-11-23", "2026-11-24")')
