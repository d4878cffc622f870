"""Runs that nobody waits for: each at once, and what follows from them one after the other."""

from __future__ import annotations

import threading

import pytest
from engine_services import Deployer, counting_ids, wait_for

from lambda_study.engine import LambdaService, ManualClock, ServiceError
from lambda_study.engine.clock import RunningClock

WAITS_FOR_FILE = """
    import os, time
    def handler(event, context):
        while not os.path.exists(event["until"]):
            time.sleep(0.002)
        return event["name"]
"""


@pytest.fixture(params=[ManualClock, RunningClock])
def service(request):
    with LambdaService(clock=request.param(), ids=counting_ids()) as service:
        yield service
    service.clock.close()


@pytest.fixture
def begin(service, tmp_path):
    """Begins runs that end when their file is there; what they bring is in the list that it returns."""
    function = Deployer(service, tmp_path)(WAITS_FOR_FILE, timeout_s=20)
    brought = []

    def begin(name, then=lambda outcome: None):
        def note(outcome):
            brought.append(outcome.payload if not isinstance(outcome, ServiceError) else outcome.code)
            then(outcome)

        event = {"name": name, "until": str(tmp_path / name)}
        service.invoke_in_turn(function.name, event, note)
        return brought

    return begin


def test_turns_come_in_the_order_of_the_beginnings_or_with_a_clock_that_runs_of_the_ends(
    service, begin, tmp_path
):
    brought = begin("first")
    begin("second")
    (tmp_path / "second").touch()
    if isinstance(service.clock, RunningClock):
        wait_for(lambda: brought == ["second"])
        (tmp_path / "first").touch()
        wait_for(lambda: brought == ["second", "first"])
    else:
        (tmp_path / "first").touch()
        service.clock.settle()
        assert brought == ["first", "second"]


def test_the_clock_settles_when_all_turns_are_over(service, begin, tmp_path):
    brought = begin("one")
    threading.Timer(0.05, (tmp_path / "one").touch).start()
    service.clock.settle()
    assert brought == ["one"]


def test_a_turn_that_fails_keeps_no_other_from_its_own(service, begin, tmp_path, capsys):
    for name in ("one", "two"):
        (tmp_path / name).touch()
    brought = begin("one", then=lambda outcome: 1 / 0)
    begin("two")
    service.clock.settle()
    assert sorted(brought) == ["one", "two"]
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_never_two_turns_at_a_time(service, begin, tmp_path):
    seen = []

    def let_the_other_end(outcome):
        (tmp_path / "two").touch()
        wait_for(lambda: [each.name for each in threading.enumerate()].count("lambda-study turn") == 1)
        seen.extend(brought)

    brought = begin("one", then=let_the_other_end)
    begin("two")
    (tmp_path / "one").touch()
    service.clock.settle()
    assert (seen, brought) == (["one"], ["one", "two"])


def test_a_refusal_comes_in_its_turn_too(service):
    brought = []
    service.invoke_in_turn("gone", {}, brought.append)
    service.clock.settle()
    assert [outcome.code for outcome in brought] == ["ResourceNotFoundException"]


def test_what_runs_when_the_service_closes_brings_an_error(service, begin):
    brought = begin("never")
    service.close()
    wait_for(lambda: brought == ["ServiceException"])
