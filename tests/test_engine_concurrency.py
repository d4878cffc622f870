"""How many invocations run at the same time, over all functions, and what becomes of idle environments."""

from __future__ import annotations

import threading
from datetime import timedelta

import psutil
import pytest
from engine_services import Deployer, gone, wait_for

from lambda_study.engine import LambdaService, ManualClock, ServiceError
from lambda_study.engine.host import Host
from lambda_study.errors import BadInput
from lambda_study.model.pricing import bill
from lambda_study.model.shares import Share
from lambda_study.show.timeline import timeline

HELD = """
    import pathlib, time
    def handler(event, context):
        here = pathlib.Path(event["folder"])
        (here / "begun").touch()
        while not (here / "go").exists():
            time.sleep(0.001)
"""
PID = "import os\ndef handler(event, context): return os.getpid()"


@pytest.fixture
def service():
    with LambdaService(clock=ManualClock(), concurrency_limit=1) as service:
        yield service


@pytest.fixture
def deployed(service, tmp_path):
    return Deployer(service, tmp_path)


@pytest.fixture
def held(deployed, tmp_path):
    """A function that is running, and goes on running until the test is over."""
    function = deployed(HELD, timeout_s=60)
    caller = threading.Thread(target=function.invoke, args=({"folder": str(tmp_path)},))
    caller.start()
    wait_for((tmp_path / "begun").exists)
    yield function
    (tmp_path / "go").touch()
    caller.join()


def test_the_account_limit_holds_over_all_functions(held, deployed, tmp_path):
    other = deployed(PID)
    with pytest.raises(ServiceError) as caught:
        other.invoke()
    assert (caught.value.status, caught.value.code, caught.value.message, caught.value.reason) == (
        429,
        "TooManyRequestsException",
        "Rate Exceeded.",
        "ConcurrentInvocationLimitExceeded",
    )
    (tmp_path / "go").touch()
    wait_for(lambda: "idle" in held.environments[0])
    assert other.invoke().ok


def test_a_throttled_invocation_leaves_no_report_and_no_environment(held, deployed):
    other = deployed(PID)
    with pytest.raises(ServiceError):
        other.invoke()
    assert (other.reports, other.environments) == ((), ())


def test_of_several_at_once_those_above_the_limit_are_throttled_and_the_others_run(tmp_path):
    with LambdaService(concurrency_limit=2) as service:
        function = Deployer(service, tmp_path)(PID)
        for _ in range(2):
            results = function.invoke_all([{}] * 3)
            assert [result.status for result in results] == [200, 200, 429]
            assert [result.ok for result in results] == [True, True, False]
        assert len(function.environments) == 2
        assert len(function.reports) == 4


def test_a_throttled_one_of_several_is_told_in_one_line_and_has_the_answer_of_the_api(tmp_path):
    with LambdaService() as service:
        function = Deployer(service, tmp_path)(PID, reserved_concurrency=0)
        (throttled,) = function.invoke_all([{}])
    reason = "ReservedFunctionConcurrentInvocationLimitExceeded"
    assert repr(throttled) == f"-> 429 TooManyRequestsException: Rate Exceeded. ({reason})"
    assert throttled.payload == {"Reason": reason, "Type": "User", "message": "Rate Exceeded."}
    assert (throttled.function_error, throttled.report, throttled.logs) == (None, None, ())


def test_synchronous_requests_come_at_most_ten_times_a_second_for_each_unit_of_concurrency(service, deployed):
    function = deployed(PID)
    assert all(function.invoke().ok for _ in range(10))
    with pytest.raises(ServiceError) as caught:
        function.invoke()
    assert (caught.value.status, caught.value.reason) == (429, "FunctionInvocationRateLimitExceeded")
    service.clock.advance(0.2)
    assert function.invoke().ok


def test_asynchronous_events_have_no_rate_of_their_own(service, deployed):
    function = deployed(PID)
    for _ in range(11):
        function.invoke_async()
        service.clock.settle()
    assert len(function.reports) == 11


def test_a_function_with_a_reservation_has_a_rate_of_its_own(tmp_path):
    with LambdaService(clock=ManualClock()) as service:
        function = Deployer(service, tmp_path)(PID, reserved_concurrency=2)
        statuses = [result.status for _ in range(11) for result in function.invoke_all([{}] * 2)]
        function.update(reserved_concurrency=None)
        assert function.invoke().ok
    assert statuses == [200] * 20 + [429] * 2


def test_what_is_refused_for_another_reason_than_a_throttle_is_raised_and_nothing_runs(service, deployed):
    function = deployed(PID)
    with pytest.raises(ServiceError, match="ResourceNotFoundException"):
        function.invoke_all([{}] * 2, qualifier="7")
    assert function.reports == ()


def test_a_timeline_and_a_bill_leave_out_what_was_throttled(tmp_path):
    with LambdaService(concurrency_limit=2) as service:
        results = Deployer(service, tmp_path)(PID).invoke_all([{}] * 3)
    assert timeline(results).alt.startswith("Timeline of 2 invocations")
    assert bill(result.report for result in results).lines[0].quantity == 2
    with pytest.raises(BadInput, match="none ran"):
        timeline(results[2:])


def test_the_share_of_a_function_changes_only_under_the_lock_of_its_placements(tmp_path, monkeypatch):
    with LambdaService() as service:
        locked, enter = [], Share._enter

        def watched(share, sign):
            locked.append(service._pool_lock.locked())
            enter(share, sign)

        monkeypatch.setattr(Share, "_enter", watched)
        function = Deployer(service, tmp_path)(PID)
        function.update(reserved_concurrency=5)
        function.update(reserved_concurrency=6, memory_mb=256)
        function.close()
    assert len(locked) == 7 and all(locked)


def test_what_starts_a_language_is_made_while_other_functions_may_run(tmp_path, monkeypatch):
    with LambdaService() as service:
        locked, make = [], Host.launcher_for

        def watched(host, runtime):
            locked.append(service._pool_lock.locked())
            return make(host, runtime)

        monkeypatch.setattr(Host, "launcher_for", watched)
        Deployer(service, tmp_path)(PID).invoke()
    assert locked == [False]


def test_a_function_that_is_deleted_while_its_environment_is_made_starts_nothing(tmp_path, monkeypatch):
    with LambdaService() as service:
        function, make = Deployer(service, tmp_path)(PID), Host.launcher_for

        def deleting(host, runtime):
            function.close()
            return make(host, runtime)

        monkeypatch.setattr(Host, "launcher_for", deleting)
        with pytest.raises(ServiceError, match="ResourceNotFoundException"):
            function.invoke()
        assert list(service._folder.iterdir()) == []


def test_reservations_of_all_functions_leave_a_hundred(tmp_path):
    with LambdaService() as service:
        deployed = Deployer(service, tmp_path)
        deployed(PID, reserved_concurrency=600)
        with pytest.raises(BadInput, match=r"Choose 0 to 300\.") as caught:
            deployed(PID, reserved_concurrency=301)
        assert caught.value.error.message == (
            "Specified ReservedConcurrentExecutions for function decreases account's "
            "UnreservedConcurrentExecution below its minimum value of [100]."
        )
        deployed(PID, reserved_concurrency=300).update(reserved_concurrency=200)


def test_a_function_that_is_deleted_gives_its_reservation_back(tmp_path):
    with LambdaService() as service:
        deployed = Deployer(service, tmp_path)
        deployed(PID, reserved_concurrency=900).close()
        assert deployed(PID, reserved_concurrency=900).invoke().ok


def test_environments_that_are_idle_for_ten_minutes_are_stopped(service, deployed):
    function = deployed(PID)
    pid = function.invoke().payload
    service.clock.advance(minutes=9)
    assert not function.invoke().report.cold
    service.clock.advance(minutes=9)
    assert psutil.pid_exists(pid)
    service.clock.advance(minutes=1)
    assert gone(pid) and function.environments == ()
    assert function.invoke().report.cold


def test_environments_expire_one_after_the_other(tmp_path):
    with LambdaService(clock=ManualClock(), idle_expiry_s=60) as service:
        function = Deployer(service, tmp_path)(PID)
        function.invoke_all([{}] * 3)
        for _ in range(3):
            service.clock.advance(30)
            function.invoke()
        assert len(function.environments) == 1
        service.clock.advance(60)
        assert function.environments == ()


def test_nothing_expires_if_asked_so(tmp_path):
    with LambdaService(clock=ManualClock(), idle_expiry_s=None) as service:
        function = Deployer(service, tmp_path)(PID)
        function.invoke()
        service.clock.advance(days=1)
        assert len(function.environments) == 1


def test_a_caller_that_is_throttled_for_the_scaling_rate_is_told_so(service, deployed):
    function = deployed(PID)
    function.invoke()
    allowance = service._functions[function.name].share.scaling
    while allowance.take(service.clock.now().timestamp()):
        pass
    assert not function.invoke().report.cold
    function.update(memory_mb=256)
    with pytest.raises(ServiceError) as caught:
        function.invoke()
    assert caught.value.reason == "FunctionInvocationRateLimitExceeded"
    service.clock.advance(1)
    assert function.invoke().ok


def test_a_function_that_was_deleted_meanwhile_starts_nothing(tmp_path):
    with LambdaService() as service:
        function = Deployer(service, tmp_path)(PID)
        pool = service._functions[function.name].target().pool
        function.close()
        with pytest.raises(ServiceError, match="ResourceNotFoundException"):
            pool.acquire()
        assert pool.environments() == ()


def test_an_environment_that_cannot_start_gives_its_place_back(tmp_path):
    with LambdaService(concurrency_limit=1) as service:
        function = Deployer(service, tmp_path)(PID)
        aside = service._folder.rename(tmp_path / "aside")
        with pytest.raises(FileNotFoundError):
            function.invoke()
        aside.rename(service._folder)
        assert function.invoke().ok


def test_an_environment_that_expires_as_an_event_comes_is_stopped_and_not_reused(tmp_path):
    with LambdaService(clock=ManualClock(), idle_expiry_s=60) as service:
        function = Deployer(service, tmp_path)(PID)
        seen = []
        service.clock.call_at(
            service.clock.now() + timedelta(seconds=60), lambda: seen.append((function.invoke(), gone(pid)))
        )
        pid = function.invoke().payload
        service.clock.advance(60)
        (invocation, was_gone), *more = seen
        assert invocation.report.cold and was_gone and not more
