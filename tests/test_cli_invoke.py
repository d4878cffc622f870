from __future__ import annotations

import json

import pytest

from lambda_study.cli import main

APP = """
import sys
calls = 0
def handler(event, context):
    global calls
    calls += 1
    print("hello", event["name"])
    return {"calls": calls}
"""


@pytest.fixture
def app(tmp_path):
    (tmp_path / "app.py").write_text(APP)
    return f"{tmp_path}/app.py:handler"


@pytest.fixture
def run(capsys):
    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(["invoke", *arguments])
        return ended.value.code, *capsys.readouterr()

    return run


def test_the_log_the_payload_and_the_report_are_shown(run, app):
    status, out, err = run(app, "--event", '{"name": "Ada"}')
    lines = out.splitlines()
    assert (status, err) == (0, "")
    assert "hello Ada" in lines and lines[-1] == "-> {'calls': 1}"
    assert lines[-2].startswith("REPORT RequestId: ") and "Init Duration: " in lines[-2]


def test_json_is_one_object_and_the_log_goes_to_standard_error(run, app):
    status, out, err = run(app, "--event", '{"name": "Ada"}', "--memory", "256", "--json")
    value = json.loads(out)
    assert status == 0 and "hello Ada" in err.splitlines()
    assert list(value) == ["status", "payload", "function_error", "logs", "report"]
    assert (value["status"], value["payload"], value["function_error"]) == (200, {"calls": 1}, None)
    assert "hello Ada" in value["logs"]
    figures = ["request_id", "duration_ms", "billed_ms", "memory_mb", "max_memory_mb", "init_ms"]
    assert list(value["report"]) == figures and value["report"]["memory_mb"] == 256


def test_repeat_shows_the_cold_and_the_warm_invocations(run, app):
    status, out, _ = run(app, "--event", '{"name": "Ada"}', "--repeat", "3", "--json")
    invocations = json.loads(out)["invocations"]
    assert status == 0 and [one["payload"]["calls"] for one in invocations] == [1, 2, 3]
    assert [one["report"]["init_ms"] is None for one in invocations] == [False, True, True]


def test_an_event_may_come_from_a_file(run, app, tmp_path):
    (tmp_path / "event.json").write_text('{"name": "Grüße"}', encoding="utf-8")
    status, out, _ = run(app, "--event", f"@{tmp_path}/event.json")
    assert status == 0 and "hello Grüße" in out


def test_a_function_that_fails_exits_with_one(run, app):
    status, out, _ = run(app, "--event", "{}", "--json")
    value = json.loads(out)
    assert status == 1 and value["function_error"] == "Unhandled"
    assert value["payload"]["errorType"] == "KeyError"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["{app}", "--event", "one"], "--event is not JSON: Expecting value, line 1, column 1."),
        (["{app}", "--event", "@nowhere.json"], '--event: the file "nowhere.json" cannot be read.'),
        (["nowhere.py:handler"], 'There is no file "nowhere.py".'),
        (["{app}r"], 'app.py defines no "handlerr". Did you mean "handler"?'),
        (["{app}", "--memory", "64"], "memory_mb=64 is below the minimum of 128 MB. Choose 128 to 10,240."),
        (["{app}", "--timeout", "901"], "timeout_s=901 is above the maximum of 900 s."),
        (["{app}", "--repeat", "0"], "Invalid value for '--repeat'"),
        ([], "Missing argument 'FILE.py:HANDLER'"),
    ],
)
def test_bad_input_exits_with_two_and_one_line(run, app, arguments, said):
    status, out, err = run(*(argument.format(app=app) for argument in arguments))
    assert (status, out) == (2, "") and said in err and err.count("\n") == 1
