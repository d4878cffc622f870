"""Any program as a Lambda runtime: each planted fault is found by its case, and none in ours."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import psutil
import pytest

from lambda_study.engine.conformance import Conformance, check_runtime
from lambda_study.engine.conformance_cases import CASES
from lambda_study.engine.runtimes.python import PythonLauncher
from lambda_study.errors import BadInput

ECHO = """
def handler(event, context):
    if event.get("fail"):
        raise ValueError("as asked")
    return event
"""
# The runtime of the well-known tutorial: the result of the handler goes over the command line of curl.
TUTORIAL = """\
set -euo pipefail
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while true
do
  headers="$(mktemp)"
  event="$(curl -sS -LD "$headers" "$api/next")"
  id="$(grep -Fi Lambda-Runtime-Aws-Request-Id "$headers" | tr -d '[:space:]' | cut -d: -f2)"
  rm "$headers"
  curl -sS "$api/$id/response" -d "$event" >/dev/null
done
"""


def check(*command: str, **options: object) -> Conformance:
    return check_runtime(command, **{"timeout_s": 5, "quiet_s": 0.2, **options})  # type: ignore[arg-type]


def check_faulty(fault: str, **options: object) -> Conformance:
    program = Path(__file__).with_name("faulty_runtime.py")
    return check(sys.executable, "-I", "-S", str(program), fault, **options)


def seen(conformance: Conformance, name: str) -> str:
    return next(case.seen for case in conformance.cases if case.name == name)


def test_a_runtime_without_a_fault_passes_every_case() -> None:
    conformance = check_faulty("none")
    assert {case.result for case in conformance.cases} == {"ok"}
    assert [case.name for case in conformance.cases] == [name for name, _ in CASES]


@pytest.mark.parametrize(
    ("fault", "case"),
    [
        ("breaks UTF-8", "keeps UTF-8"),
        ("serves one event", "second event, same process"),
        ("posts a wrong id", "posts its request id, once"),
        ("posts twice", "posts its request id, once"),
        ("dies on a large event", "event of 1 MB"),
        ("runs what is in the event", "shell characters"),
        ("polls again and again", "one long poll"),
        ("errors have no type", "error shape"),
        ("dies after an error", "survives an error"),
        ("no init error", "init error"),
    ],
)
def test_a_planted_fault_is_found_by_its_case_alone(fault: str, case: str) -> None:
    assert check_faulty(fault).faults == (case,)


def test_a_runtime_that_outlives_the_api_is_found_and_killed() -> None:
    assert check_faulty("outlives the API", timeout_s=1).faults == ("ends with the Runtime API",)


@pytest.mark.parametrize(
    ("fault", "why"), [("never asks", "still runs"), ("ends at once", "no bootstrap here")]
)
def test_where_no_event_is_asked_for_the_other_cases_are_not_tried(fault: str, why: str) -> None:
    conformance = check_faulty(fault, timeout_s=0.5)
    assert conformance.faults[0] == "asks for an event" and why in seen(conformance, "asks for an event")
    assert seen(conformance, "event of 1 MB") == "it never asked for an event"


@pytest.mark.skipif(not shutil.which("curl") or not shutil.which("bash"), reason="bash or curl is missing")
def test_the_runtime_of_the_tutorial_dies_on_1_mb(tmp_path: Path) -> None:
    (tmp_path / "bootstrap").write_text(TUTORIAL)
    conformance = check("bash", str(tmp_path / "bootstrap"))
    assert conformance.faults == ("event of 1 MB",)
    assert "Argument list too long" in seen(conformance, "event of 1 MB")
    assert seen(conformance, "error shape") == 'the handler did not fail for {"fail": true}'


@pytest.mark.parametrize("pure", [False, True])
def test_our_python_runtime_has_no_fault(tmp_path: Path, pure: bool) -> None:
    (tmp_path / "echo.py").write_text(ECHO)
    command = PythonLauncher(pure=pure).command(mark_logs=False)
    conformance = check(*command, handler="echo.handler", environment={"LAMBDA_TASK_ROOT": str(tmp_path)})
    assert {case.result for case in conformance.cases} == {"ok"}


def test_nothing_stays_alive_after_a_check() -> None:
    before = psutil.Process().children(recursive=True)
    check_faulty("outlives the API", timeout_s=0.3)
    assert psutil.Process().children(recursive=True) == before


def test_a_runtime_under_check_reaches_no_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "work")
    code = "import os, sys; sys.exit(os.environ.get('AWS_PROFILE') or os.environ['AWS_ACCESS_KEY_ID'])"
    assert 'its log ended: "testing"' in repr(check(sys.executable, "-c", code))


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["no-such-program"], 'The command "no-such-program" cannot be started: no such file or directory.'),
        ([], 'Give the command as a list of words: ["./bootstrap"].'),
        ([1], 'Give the command as a list of words: ["./bootstrap"].'),
        (5, 'Give the command as a list of words: ["./bootstrap"].'),
        ("./bootstrap", 'Give the command as a list of words: ["./bootstrap"].'),
    ],
)
def test_a_command_that_cannot_start_is_told_in_one_line(command: list[str], said: str) -> None:
    with pytest.raises(BadInput) as error:
        check_runtime(command)
    assert str(error.value) == said


def test_a_keyword_that_a_check_does_not_have_names_the_nearest() -> None:
    with pytest.raises(BadInput, match=r'^check_runtime.. has no "timeout". Did you mean "timeout_s".$'):
        check_runtime(["./bootstrap"], timeout=5)


@pytest.mark.parametrize("timeout_s", [0, 901, "x"])
def test_a_wait_that_cannot_be_is_told_in_one_line(timeout_s):
    with pytest.raises(BadInput, match=rf"^timeout_s={timeout_s} is not allowed"):
        check_runtime(["./bootstrap"], timeout_s=timeout_s)
