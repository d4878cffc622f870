from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from lambda_study.cli import main

PROGRAM = [sys.executable, "-I", "-S", str(Path(__file__).with_name("faulty_runtime.py"))]


@pytest.fixture
def run(capsys):
    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(["runtime-check", *arguments])
        return ended.value.code, *capsys.readouterr()

    return run


def test_each_case_is_a_line_and_a_fault_exits_with_one(run):
    status, out, err = run("--timeout", "5", "--", *PROGRAM, "posts twice")
    lines = out.splitlines()
    assert (status, err, len(lines)) == (1, "", 13)
    assert lines[0].split("  ")[0] == "ok" and lines[-1] == "1 fault found: 11 of 12 cases are ok."
    assert [line for line in lines if line.startswith("FAULT")] == [
        "FAULT      posts its request id, once   it posted 2 times for one event"
    ]


def test_json_is_one_object(run):
    status, out, _ = run("--json", "--", *PROGRAM, "none")
    value = json.loads(out)
    assert (status, value["ok"], value["command"]) == (0, True, [*PROGRAM, "none"])
    assert list(value["cases"][0]) == ["name", "result", "seen"] and len(value["cases"]) == 12


def test_options_after_the_command_belong_to_the_command(run):
    _, out, _ = run("--timeout", "1", sys.executable, "-c", "import sys; sys.exit(sys.argv[1])", "--json")
    assert 'its log ended: "--json"' in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Missing argument '-- COMMAND...'"),
        (["--", "no-such-program"], 'The command "no-such-program" cannot be started'),
        (["--timeout", "0", "--", "true"], "timeout_s=0 is not allowed. Choose more than 0, at most 900 s."),
    ],
)
def test_bad_input_exits_with_two_and_one_line(run, arguments, said):
    status, out, err = run(*arguments)
    assert (status, out) == (2, "") and said in err and err.count("\n") == 1


def test_help_shows_what_the_handler_must_do(run):
    _, out, _ = run("--help")
    assert '{"fail": true}' in out and "return event" in out
