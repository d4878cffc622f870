"""The runner of the tests sees what a test leaves behind."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import MARKER, survivors
from run import Step, excerpt, leaks, run_within


@pytest.fixture
def stray() -> Iterator[subprocess.Popen[str]]:
    """A child that stays, under a marker of its own."""
    code = "print('up', flush=True); input()"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    environment = {**os.environ, MARKER: "stray/1"}
    with subprocess.Popen([sys.executable, "-c", code], env=environment, text=True, **pipes) as child:
        assert child.stdout.readline() == "up\n"
        yield child
        child.kill()


def test_a_process_that_stays_is_found_by_its_marker(stray: subprocess.Popen[str]) -> None:
    assert [process.pid for process in survivors("stray", patience_s=0.1)] == [stray.pid]
    assert survivors("str", patience_s=0.1) == []


def test_a_process_that_ends_in_time_is_no_leak(stray: subprocess.Popen[str]) -> None:
    stray.stdin.close()
    assert survivors("stray", patience_s=20) == []


def test_a_folder_that_stays_fails_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "lambda-study-abc").mkdir()
    assert leaks("no such marker", tmp_path).failed
    assert "lambda-study-abc" in capsys.readouterr().out


def test_a_step_fails_if_one_of_its_commands_does() -> None:
    step = Step("two", [["no_such_module"], ["this"]])
    step.run(dict(os.environ))
    assert step.failed
    assert "No module named no_such_module" in step.output
    assert "The Zen of Python" in step.output


def test_of_a_long_output_the_beginning_and_the_end_are_shown() -> None:
    shown = excerpt("\n".join(map(str, range(1000)))).splitlines()
    assert (shown[0], shown[150], shown[-1]) == ("0", "[700 lines left out]", "999")


def test_a_step_that_does_not_end_is_ended(tmp_path: Path) -> None:
    (tmp_path / "waits_for_ever.py").write_text("import threading; threading.Event().wait()")
    variables = {**os.environ, "PYTHONPATH": str(tmp_path)}
    with (tmp_path / "output").open("wb") as output:
        assert run_within(0.2, ["waits_for_ever"], variables, output) is None
