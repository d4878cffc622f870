"""What all pollers share: the wake-up call, and the answer that names failed items."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lambda_study.cloud.pollers import Alarm, failed_items
from lambda_study.engine import ManualClock

ITEMS = ["a", "b"]


def alarm_and_rings() -> tuple[ManualClock, Alarm, list[str]]:
    clock = ManualClock()
    rings: list[str] = []
    return clock, Alarm(clock, lambda: rings.append(f"{clock.now():%H:%M}")), rings


def test_the_earliest_of_several_times_rings_and_the_others_do_not():
    clock, alarm, rings = alarm_and_rings()
    for hours in (3, 1, 2):
        alarm.ring_at(clock.now() + timedelta(hours=hours))
    clock.advance(hours=4)
    assert rings == ["01:00"]


def test_an_alarm_rings_once_for_all_calls_of_one_moment():
    clock, alarm, rings = alarm_and_rings()
    for _ in range(3):
        alarm.ring_now()
    clock.settle()
    alarm.ring_now()
    clock.settle()
    assert rings == ["00:00", "00:00"]


def test_a_time_that_is_past_rings_now():
    clock, alarm, rings = alarm_and_rings()
    alarm.ring_at(clock.now() - timedelta(hours=1))
    clock.settle()
    assert rings == ["00:00"]


def test_a_closed_alarm_is_silent():
    clock, alarm, rings = alarm_and_rings()
    alarm.ring_at(clock.now() + timedelta(hours=1))
    alarm.close()
    alarm.ring_now()
    clock.advance(hours=2)
    assert rings == []


@pytest.mark.parametrize(
    "response", [None, {}, {"batchItemFailures": []}, {"batchItemFailures": None}, {"other": 1}]
)
def test_an_answer_without_failures_is_a_success(response):
    assert failed_items(response, ITEMS) == frozenset()


def test_the_named_items_failed_and_no_others():
    assert failed_items({"batchItemFailures": [{"itemIdentifier": "b"}]}, ITEMS) == {"b"}


@pytest.mark.parametrize(
    "failures",
    [
        [{"itemIdentifier": ""}],
        [{"itemIdentifier": None}],
        [{"itemIdentifier": ["a"]}],
        [{"foo": "a"}],
        [{"itemIdentifier": "a"}, {"itemIdentifier": "unknown"}],
        ["a"],
        "a",
    ],
)
def test_an_answer_that_cannot_be_understood_fails_the_whole_batch(failures):
    assert failed_items({"batchItemFailures": failures}, ITEMS) == {"a", "b"}


def test_a_text_instead_of_an_object_fails_the_whole_batch():
    assert failed_items("ok", ITEMS) == {"a", "b"}
