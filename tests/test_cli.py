"""The command line as a whole: which commands there are, and what every one of them prints."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import lambda_study.cli
from lambda_study.cli import COMMANDS, print_json

HALF_AN_EMOJI = "\ud83d"
APP = f"""
def handler(event, context):
    return [float("nan"), float("inf"), {HALF_AN_EMOJI!r}]
"""


def refused(text: str) -> None:
    raise AssertionError(f"{text} is no JSON")


@pytest.fixture
def app(tmp_path: Path) -> str:
    (tmp_path / "app.py").write_text(APP, encoding="utf-8")
    return f"{tmp_path / 'app.py'}:handler"


def invoke(app: str, *words: str, encoding: str = "utf-8") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "lambda_study", "invoke", app, *words]
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    return subprocess.run(command, capture_output=True, encoding=encoding, env=environment)


def test_every_module_of_a_command_is_a_command_and_the_other_way_round() -> None:
    files = Path(lambda_study.cli.__file__).parent.glob("[a-z]*.py")
    names = [path.stem.replace("_", "-") for path in files]
    modules = {name: importlib.import_module(f"lambda_study.cli.{name.replace('-', '_')}") for name in names}
    with_command = {name for name, module in modules.items() if hasattr(module, "command")}
    assert with_command == set(COMMANDS)
    assert len(set(COMMANDS)) == len(COMMANDS)


def test_a_number_that_json_has_not_is_null(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"payload": {"mean": float("nan")}, "all": (float("inf"), -float("inf"), 1.5, True, None)})
    printed = json.loads(capsys.readouterr().out, parse_constant=refused)
    assert printed == {"payload": {"mean": None}, "all": [None, None, 1.5, True, None]}


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_half_a_character_in_a_payload_is_escaped(app: str, encoding: str) -> None:
    done = invoke(app, "--json", encoding=encoding)
    assert "Traceback" not in done.stderr
    assert json.loads(done.stdout, parse_constant=refused)["payload"] == [None, None, HALF_AN_EMOJI]


def test_half_a_character_on_the_terminal_ends_in_no_traceback(app: str) -> None:
    done = invoke(app)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    assert "\\ud83d" in done.stdout.splitlines()[-1]


@pytest.mark.parametrize("words", [["handout", "pricing"], ["export", "gift"], ["template", "cron"]])
def test_a_path_that_the_system_refuses_is_told_in_one_line(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        lambda_study.cli.main([*words, "a" * 300])
    told = capsys.readouterr().err
    assert ended.value.code == 2
    assert told.count("\n") == 1 and "File name too long" in told
