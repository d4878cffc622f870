"""Asynchronous invocation on a clock that the test moves."""

from __future__ import annotations

import base64
import os
import shutil
import signal
import threading
from datetime import timedelta

import pytest
from engine_services import Deployer, counting_ids, wait_for

from lambda_study.engine import LambdaService, ManualClock, ServiceError, make_clock
from lambda_study.errors import BadInput
from lambda_study.model.asynchronous import AsyncConfig, after_error, after_throttle

ARN = "arn:aws:{}:us-east-1:123456789012:{}"
FAILED, DONE, DEAD = ARN.format("sqs", "failed"), ARN.format("sns", "done"), ARN.format("sqs", "dead")
FAILS = "def handler(event, context): raise ValueError('no')"
ECHO = "def handler(event, context): return event"
FAILS_ONCE = """
    calls = 0
    def handler(event, context):
        global calls
        calls += 1
        if calls == 1:
            raise ValueError("not yet")
        return calls
"""


@pytest.fixture
def service():
    with LambdaService(clock=ManualClock(), ids=counting_ids()) as service:
        yield service


@pytest.fixture
def clock(service):
    return service.clock


@pytest.fixture
def deployed(service, tmp_path):
    return Deployer(service, tmp_path)


def minutes_of(function, clock):
    """The minutes after the start of the clock at which the function ran."""
    begun = ManualClock().now()
    return [(report.started_at - begun) / timedelta(minutes=1) for report in function.reports]


def test_an_event_is_accepted_at_once_and_run_by_the_clock(deployed, clock):
    function = deployed(ECHO)
    accepted = function.invoke_async({"n": 1})
    assert (accepted.status, accepted.condition, function.reports) == (202, None, ())
    clock.settle()
    assert (accepted.condition, accepted.attempts[0].payload) == ("Success", {"n": 1})


def test_a_failing_function_runs_three_times_at_0_1_and_3_minutes(deployed, clock):
    function = deployed(FAILS)
    accepted = function.invoke_async()
    clock.advance(minutes=3)
    assert minutes_of(function, clock) == [0, 1, 3]
    assert accepted.condition == "RetriesExhausted"
    assert {report.request_id for report in function.reports} == {accepted.request_id}


def test_a_retry_runs_warm_and_may_succeed(deployed, clock):
    function = deployed(FAILS_ONCE)
    accepted = function.invoke_async()
    clock.advance(minutes=1)
    assert (accepted.condition, accepted.attempts[1].payload) == ("Success", 2)
    assert not accepted.attempts[1].report.cold


@pytest.mark.parametrize("retries", [0, 1, 2])
def test_the_number_of_retries_can_be_set(deployed, clock, retries):
    function = deployed(FAILS)
    function.configure_async(maximum_retry_attempts=retries)
    function.invoke_async()
    clock.advance(hours=1)
    assert len(function.reports) == 1 + retries


def test_a_retry_that_would_come_too_late_is_not_made(deployed, clock, service):
    function = deployed(FAILS)
    function.configure_async(maximum_event_age_s=100, on_failure=FAILED)
    accepted = function.invoke_async()
    clock.advance(minutes=1)
    assert accepted.condition is None
    clock.advance(40)
    assert (accepted.runs, accepted.condition) == (2, "EventAgeExceeded")
    assert service.sink.at("failed")[0].at == clock.now()


def test_the_record_of_a_failure_has_the_event_and_the_error(deployed, clock, service):
    function = deployed(FAILS)
    function.configure_async(on_failure=FAILED, on_success=DONE)
    accepted = function.invoke_async({"n": 1})
    clock.advance(minutes=3)
    (delivery,) = service.sink.deliveries
    body = delivery.body
    assert (delivery.destination, delivery.kind) == (FAILED, "failure")
    assert body["requestContext"] == {
        "requestId": accepted.request_id,
        "functionArn": f"{function.configuration.arn}:$LATEST",
        "condition": "RetriesExhausted",
        "approximateInvokeCount": 3,
    }
    assert body["requestPayload"] == {"n": 1} and body["timestamp"] == "2026-11-23T00:03:00.000Z"
    assert body["responseContext"] == {
        "statusCode": 200,
        "executedVersion": "$LATEST",
        "functionError": "Unhandled",
    }
    assert body["responsePayload"]["errorType"] == "ValueError"


def test_the_record_of_a_success_has_the_result(deployed, clock, service):
    function = deployed(ECHO)
    function.configure_async(on_success=DONE)
    function.invoke_async([1, 2])
    clock.settle()
    body = service.sink.at("done")[0].body
    assert body["requestContext"]["condition"] == "Success"
    assert body["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST"}
    assert body["responsePayload"] == [1, 2]


def test_a_dead_letter_queue_gets_the_event_alone_with_three_attributes(deployed, clock, service):
    function = deployed(FAILS, dead_letter=DEAD)
    accepted = function.invoke_async({"n": 1})
    clock.advance(minutes=3)
    (delivery,) = service.sink.deliveries
    assert (delivery.kind, delivery.body) == ("dead-letter", {"n": 1})
    assert delivery.attributes == {
        "RequestID": accepted.request_id,
        "ErrorCode": "200",
        "ErrorMessage": "no",
    }


def test_an_event_of_a_function_that_reserves_zero_goes_to_the_failure_side_at_once(deployed, clock, service):
    function = deployed(ECHO, reserved_concurrency=0, dead_letter=DEAD)
    function.configure_async(on_failure=FAILED)
    accepted = function.invoke_async({"n": 1})
    clock.settle()
    record, letter = service.sink.deliveries
    assert accepted.condition == "ZeroReservedConcurrency"
    assert record.body["requestContext"]["approximateInvokeCount"] == 0
    assert not {"responseContext", "responsePayload"} & set(record.body)
    assert set(letter.attributes) == {"RequestID", "ErrorMessage"}


def test_events_of_one_time_run_at_the_same_time(deployed, clock):
    function = deployed(ECHO)
    for n in range(3):
        function.invoke_async(n)
    clock.settle()
    assert sorted(report.environment for report in function.reports) == [
        f"environment {n}" for n in (1, 2, 3)
    ]


def test_throttled_events_wait_and_are_run_when_there_is_room(deployed, clock):
    function = deployed(ECHO, reserved_concurrency=1)
    accepted = [function.invoke_async(n) for n in range(3)]
    clock.settle()
    assert [event.condition for event in accepted] == ["Success", None, None]
    clock.advance(10)
    assert [event.condition for event in accepted] == ["Success"] * 3
    seconds = [(report.started_at - ManualClock().now()).total_seconds() for report in function.reports]
    assert seconds == [0, 1, 3]


def test_after_a_run_an_event_waits_for_room_from_the_shortest_wait_again(deployed, clock):
    function = deployed(FAILS, reserved_concurrency=1)
    accepted = [function.invoke_async(n) for n in range(2)]
    clock.settle()
    assert [event.throttles for event in accepted] == [0, 1]
    clock.advance(1)
    assert [(event.runs, event.throttles) for event in accepted] == [(1, 0), (1, 0)]


def test_a_throttled_event_is_given_up_when_its_time_is_over(deployed, clock, service, tmp_path):
    function = deployed(
        """
        import pathlib, time
        def handler(event, context):
            if event:
                pathlib.Path(event, "begun").touch()
                while not pathlib.Path(event, "go").exists():
                    time.sleep(0.001)
    """,
        reserved_concurrency=1,
        timeout_s=60,
        dead_letter=DEAD,
    )
    function.configure_async(on_failure=FAILED, maximum_event_age_s=60)
    caller = threading.Thread(target=function.invoke, args=(str(tmp_path),))
    caller.start()
    wait_for((tmp_path / "begun").exists)
    accepted = function.invoke_async()
    clock.advance(60)
    (tmp_path / "go").touch()
    caller.join()
    assert (accepted.condition, accepted.runs) == ("EventAgeExceeded", 0)
    record, letter = service.sink.deliveries
    assert record.body["responseContext"] == {"statusCode": 429}
    assert letter.attributes["ErrorCode"] == "429"


def test_what_follows_from_events_of_one_time_follows_in_their_order(deployed, clock, service):
    function = deployed("""
        import time
        def handler(event, context):
            time.sleep(0.02 if event == 0 else 0)
            raise ValueError
    """)
    function.configure_async(maximum_retry_attempts=0, on_failure=FAILED)
    for n in range(4):
        function.invoke_async(n)
    clock.settle()
    assert [delivery.body["requestPayload"] for delivery in service.sink.deliveries] == [0, 1, 2, 3]


def test_the_settings_of_a_version_are_its_own(deployed, clock):
    function = deployed(FAILS)
    version = function.publish_version()
    function.configure_async(version, maximum_retry_attempts=0)
    function.invoke_async(qualifier=version)
    clock.advance(minutes=3)
    assert [report.version for report in function.reports] == ["1"]


def test_a_deleted_function_forgets_its_events(deployed, clock, service):
    function = deployed(FAILS)
    function.configure_async(on_failure=FAILED)
    accepted = function.invoke_async()
    clock.settle()
    function.close()
    clock.advance(hours=1)
    assert (accepted.condition, service.sink.deliveries) == ("FunctionDeleted", ())


def test_an_environment_that_cannot_be_made_is_tried_again_until_the_event_is_too_old(
    deployed, clock, service, capsys
):
    function = deployed(ECHO, dead_letter=DEAD)
    function.configure_async(on_failure=FAILED, maximum_event_age_s=60)
    shutil.rmtree(service.new_folder("any").parent)
    accepted = function.invoke_async()
    clock.settle()
    assert (accepted.condition, accepted.throttles) == (None, 1)
    clock.advance(hours=1)
    assert accepted.condition == "EventAgeExceeded" and accepted.throttles > 1
    record, letter = service.sink.deliveries
    assert record.body["responseContext"] == {"statusCode": 500}
    assert letter.attributes["ErrorCode"] == "500"
    assert capsys.readouterr().err.count("FileNotFoundError:") == 1


def test_a_version_keeps_the_dead_letter_queue_that_it_was_published_with(deployed, clock, service):
    function = deployed(FAILS, dead_letter=DEAD)
    version = function.publish_version()
    function.update(dead_letter=FAILED)
    function.invoke_async(1, qualifier=version)
    function.invoke_async(2)
    clock.advance(minutes=3)
    assert [(each.destination, each.body) for each in service.sink.deliveries] == [(DEAD, 1), (FAILED, 2)]


def test_events_run_by_themselves_on_a_clock_that_runs(tmp_path):
    with LambdaService(clock=make_clock("x600")) as service:
        function = Deployer(service, tmp_path)(FAILS)
        accepted = function.invoke_async()
        wait_for(lambda: accepted.condition is not None)
        assert (accepted.condition, accepted.runs) == ("RetriesExhausted", 3)


def test_settling_a_clock_that_runs_waits_for_what_is_due(tmp_path):
    with LambdaService() as service:
        accepted = Deployer(service, tmp_path)(ECHO).invoke_async(7)
        service.clock.settle()
        assert accepted.attempts[0].payload == 7


@pytest.fixture
def interruptible():
    """Let SIGINT interrupt, though a shell starts what runs in its background with SIGINT ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_of_the_clock_ends_what_runs(deployed, clock, tmp_path):
    function = deployed(
        "import pathlib, time\n"
        "def handler(event, context):\n    pathlib.Path(event).touch()\n    time.sleep(900)",
        timeout_s=900,
    )
    accepted = function.invoke_async(str(tmp_path / "begun"))

    def interrupt():
        wait_for((tmp_path / "begun").exists)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        clock.settle()
    wait_for(lambda: accepted.condition == "Interrupted")
    clock.advance(hours=1)
    assert function.environments == () and accepted.runs == 0


def test_a_service_that_is_closed_leaves_its_events(tmp_path):
    with LambdaService(clock=ManualClock()) as service:
        accepted = Deployer(service, tmp_path)(ECHO).invoke_async()
    service.clock.advance(minutes=3)
    assert accepted.condition is None


def test_a_service_leaves_the_clock_that_it_was_given_to_the_others(tmp_path):
    clock, seen = ManualClock(), []
    clock.call_at(clock.now() + timedelta(minutes=1), lambda: seen.append("rings"))
    with LambdaService(clock=clock) as service:
        function = Deployer(service, tmp_path)(FAILS)
        function.invoke_async()
        clock.settle()
    assert [timer.cancelled for timer in sorted(clock._timers)] == [False, True, True]
    assert clock._on_interrupt == []
    clock.advance(hours=1)
    assert seen == ["rings"]


def test_a_service_closes_the_clock_that_it_made_itself(tmp_path):
    with LambdaService() as service:
        service.clock.call_at(service.clock.now() + timedelta(days=1), print)
    assert service.clock._timers == []


def test_an_event_above_one_megabyte_is_refused(deployed):
    function = deployed(ECHO)
    function.invoke_async("x" * (1024 * 1024 - 2))
    with pytest.raises(ServiceError) as caught:
        function.invoke_async("x" * (1024 * 1024 - 1))
    assert (caught.value.status, caught.value.code) == (413, "RequestEntityTooLargeException")


def test_a_sink_that_fails_is_told_and_stops_nothing(tmp_path, capsys):
    class Broken:
        def deliver(self, delivery):
            raise RuntimeError("nobody there")

    with LambdaService(clock=ManualClock(), sink=Broken()) as service:
        function = Deployer(service, tmp_path)(ECHO)
        function.configure_async(on_success=DONE)
        accepted = [function.invoke_async(n) for n in range(3)]
        service.clock.settle()
    assert [event.condition for event in accepted] == ["Success"] * 3
    assert capsys.readouterr().err.count("RuntimeError: nobody there") == 3


def test_a_dry_run_runs_nothing(deployed):
    function = deployed(ECHO)
    assert function.dry_run({"n": 1}) == 204
    assert function.reports == ()
    with pytest.raises(ServiceError, match="ResourceNotFoundException"):
        function.dry_run(qualifier="live")


def test_the_log_result_is_the_end_of_the_log_in_base64(deployed):
    result = deployed("def handler(event, context):\n    for n in range(1000): print('line', n)").invoke()
    tail = base64.b64decode(result.log_result).decode()
    assert len(tail) == 4096 and tail.endswith(result.logs[-1] + "\n") and "line 999\n" in tail


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"maximum_retry_attempts": 3}, "maximum_retry_attempts=3 is above the maximum of 2 retries."),
        ({"maximum_event_age_s": 59}, "maximum_event_age_s=59 is below the minimum of 60 s."),
        ({"maximum_event_age_s": 21_601}, "Choose 60 to 21,600."),
        ({"on_success": "done"}, 'on_success="done" is no destination. Give the ARN of one of'),
        ({"on_success": ARN.format("s3", "b")}, "Give the ARN of one of sqs, sns, lambda, events."),
        ({"on_failure": FAILED + ".fifo"}, "is FIFO. Lambda sends to standard queues and topics only."),
        ({"retries": 2}, '"retries" is no setting. Choose from maximum_event_age_s, '),
    ],
)
def test_a_setting_that_lambda_refuses_is_told_in_one_line(deployed, settings, said):
    function = deployed(ECHO)
    with pytest.raises(BadInput) as caught:
        function.configure_async(**settings)
    assert said in str(caught.value)
    assert function.configure_async() == AsyncConfig()


def test_six_hours_of_throttles_never_wait_longer_than_five_minutes():
    age, waits = 0.0, []
    while (step := after_throttle(AsyncConfig(), len(waits) + 1, age)).condition is None:
        waits.append(step.wait_s)
        age += step.wait_s
    assert waits[:9] == [1, 2, 4, 8, 16, 32, 64, 128, 256] and set(waits[9:]) == {300}
    assert age + step.wait_s == 21_600 and step.condition == "EventAgeExceeded"


def test_a_retry_exactly_at_the_end_of_the_events_time_is_made():
    config = AsyncConfig(maximum_event_age_s=60)
    assert after_error(config, 1, age_s=0).condition is None
    assert after_error(config, 1, age_s=0.001) == (59.999, "EventAgeExceeded")
