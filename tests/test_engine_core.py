"""The engine's core, four ways: native or pure transport, with the POSIX extras or without."""

from __future__ import annotations

import pytest
from engine_services import WAYS, Deployer, service_for

COUNTER = """
    import os
    calls = 0
    def handler(event, context):
        global calls
        calls += 1
        return {"calls": calls, "pid": os.getpid()}
"""
HELD = """
    import pathlib, time
    def handler(event, context):
        here = pathlib.Path(event["folder"])
        (here / event["name"]).touch()
        while len(list(here.iterdir())) < event["callers"]:
            time.sleep(0.001)
        return event["name"]
"""


@pytest.fixture(scope="module", params=WAYS)
def service(request):
    with service_for(request.param) as service:
        yield service


@pytest.fixture
def deployed(service, tmp_path):
    return Deployer(service, tmp_path)


def test_globals_stay_between_warm_invocations(deployed):
    function = deployed(COUNTER)
    results = [function.invoke().payload for _ in range(3)]
    assert [result["calls"] for result in results] == [1, 2, 3]
    assert len({result["pid"] for result in results}) == 1


def test_only_the_first_invocation_is_cold(deployed):
    function = deployed(COUNTER)
    first, second = function.invoke(), function.invoke()
    assert first.report.cold and not second.report.cold
    assert first.report.billed_ms >= first.report.init_ms
    assert first.logs[0].startswith("INIT_START") and second.logs[0].startswith("START")


def test_a_change_of_the_configuration_makes_the_next_invocation_cold(deployed):
    function = deployed(COUNTER)
    function.invoke()
    function.update(memory_mb=256)
    again = function.invoke()
    assert again.report.cold and again.payload["calls"] == 1
    assert (again.report.memory_mb, again.environment) == (256, "environment 2")


def test_eight_callers_at_a_time_get_eight_environments(deployed, tmp_path):
    meeting = tmp_path / "meeting"
    meeting.mkdir()
    function = deployed(HELD, timeout_s=30)
    events = [{"folder": str(meeting), "name": str(n), "callers": 8} for n in range(8)]
    results = function.invoke_all(events)
    assert [result.payload for result in results] == [str(n) for n in range(8)]
    assert [result.environment for result in results] == [f"environment {n}" for n in range(1, 9)]


def test_what_is_printed_is_logged_in_order_between_start_and_end(deployed):
    function = deployed("""
        import sys
        def handler(event, context):
            print("one"); print("two", file=sys.stderr); sys.stdout.write("three without an end")
    """)
    logs = function.invoke().logs
    assert logs[2:5] == ("one", "two", "three without an end")
    assert [line.split(" ")[0] for line in (logs[1], *logs[5:])] == ["START", "END", "REPORT"]


def test_an_exception_is_the_payload_and_one_log_event_with_paths_as_on_lambda(deployed):
    function = deployed("""
        def handler(event, context):
            return 1 / event["n"]
    """)
    result = function.invoke({"n": 0})
    file = f"/var/task/{function.name}.py"
    frame = f'  File "{file}", line 3, in handler\n    return 1 / event["n"]\n'
    assert result.function_error == "Unhandled" and result.status == 200
    assert result.payload["errorType"] == "ZeroDivisionError"
    assert result.payload["stackTrace"] == [frame]
    event = next(line for line in result.logs if line.startswith("[ERROR]"))
    assert event.replace("\u00a0", " ").startswith(
        f"[ERROR] ZeroDivisionError: division by zero\nTraceback (most recent call last):\n{frame.rstrip()}"
    )


def test_an_exception_leaves_the_environment_warm(deployed):
    function = deployed("""
        def handler(event, context):
            raise ValueError("no")
    """)
    assert not function.invoke().ok
    assert not function.invoke().report.cold


def test_the_context_tells_about_the_function_and_the_time_left(deployed):
    function = deployed("""
        def handler(event, context):
            return [context.function_name, context.memory_limit_in_mb, context.aws_request_id,
                    context.invoked_function_arn, context.get_remaining_time_in_millis()]
    """)
    result = function.invoke()
    name, memory, request_id, arn, remaining = result.payload
    assert (name, memory, request_id) == (function.name, "128", result.report.request_id)
    assert arn.endswith(f":function:{function.name}") and 0 < remaining <= 3000


def test_text_in_all_scripts_comes_back_whole(deployed):
    function = deployed("""
        def handler(event, context):
            print(event["text"])
            return event
    """)
    result = function.invoke({"text": "Grüße, 写真, 🎞"})
    assert result.payload == {"text": "Grüße, 写真, 🎞"}
    assert "Grüße, 写真, 🎞" in result.logs


def test_an_event_of_one_megabyte_goes_there_and_back(deployed):
    function = deployed("def handler(event, context): return event")
    event = {"text": "ä" * 500_000, "more": "x" * 500_000}
    assert function.invoke(event).payload == event


def test_a_megabyte_of_prints_arrives_whole_and_in_order(deployed):
    function = deployed(
        """
        def handler(event, context):
            for n in range(20_000):
                print(f"line {n} " + "." * 40)
    """,
        timeout_s=30,
    )
    lines = [line for line in function.invoke().logs if line.startswith("line ")]
    assert [int(line.split(" ")[1]) for line in lines] == list(range(20_000))


def test_a_time_out_kills_the_process_and_the_next_invocation_runs_a_fresh_one(deployed):
    function = deployed(
        """
        import pathlib, tempfile
        calls = 0
        def handler(event, context):
            global calls
            calls += 1
            kept = pathlib.Path(tempfile.gettempdir(), "kept")
            while event.get("loop"):
                kept.touch()
            return [calls, kept.exists()]
    """,
        timeout_s=1,
    )
    function.invoke()
    late, after = function.invoke({"loop": True}), function.invoke()
    request_id = late.report.request_id
    assert late.payload == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": f"RequestId: {request_id} Error: Task timed out after 1.00 seconds",
    }
    assert (late.report.duration_ms, late.report.status, late.report.error_type) == (1000.0, "timeout", None)
    assert after.payload == [1, True]
    assert (after.environment, after.report.cold) == (late.environment, False)


def test_a_process_that_ends_is_an_exit_error(deployed):
    function = deployed("""
        import os, sys
        def handler(event, context):
            print("before")
            os.kill(os.getpid(), event["signal"]) if "signal" in event else sys.exit(event["status"])
    """)
    texts = [
        function.invoke(event).payload["errorMessage"].partition("Error: ")[2]
        for event in ({"status": 0}, {"status": 3}, {"signal": 11})
    ]
    assert texts == [
        "Runtime exited without providing a reason",
        "Runtime exited with error: exit status 3",
        "Runtime exited with error: signal: segmentation fault",
    ]
    last = function.invoke({"status": 0})
    assert "before" in last.logs and last.report.max_memory_mb > 0
    assert (last.report.status, last.report.error_type) == ("error", "Runtime.ExitError")
