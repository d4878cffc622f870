"""The teacher's guides: what they name is there, what they tell to type is a command, minutes add up."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import click
import pytest

from lambda_study.cli import cli
from lambda_study.quiz import load_bank
from lambda_study.quiz.blueprint import load_blueprints

GUIDES = ("docs/teaching.md", "docs/hub/README.md")
PLACES = {"FOLDER", "NAME", "ADDRESS"}
LESSON_COMMANDS = ("handout", "quiz", "exam")


@pytest.fixture(params=GUIDES)
def guide(request, root: Path) -> Path:
    return root / request.param


def typed(guide: Path, program: str) -> list[str]:
    """What the GUIDE tells to type that begins with PROGRAM, without explanations after it."""
    text = guide.read_text(encoding="utf-8")
    lines = [
        line.strip() for block in re.findall(r"```\n(.*?)```", text, re.DOTALL) for line in block.splitlines()
    ]
    lines += re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    commands = [re.split(r" {3,}", line)[0] for line in lines]
    return [each for each in commands if each.startswith(f"{program} ")]


def demand_command(words: list[str]) -> None:
    """Parse WORDS as the command line does; a word that is no command or option raises a click error."""
    command: click.Command | None = cli
    with click.Context(cli) as context:
        while isinstance(command, click.Group):
            command = command.get_command(context, words[0])
            assert command, words
            name, *words = words
        command.make_context(name, words).close()


def test_every_command_of_a_guide_is_one(guide: Path) -> None:
    commands = typed(guide, "lambda-study")
    for command in commands:
        demand_command(shlex.split(command)[1:])
    assert commands or "hub" in str(guide)


@pytest.mark.parametrize("wrong", ["handuot pricing paper", "handout pricing paper --larger", "bank lnit"])
def test_what_is_no_command_is_noticed(wrong: str) -> None:
    with pytest.raises((click.ClickException, AssertionError)):
        demand_command(wrong.split())


def test_every_topic_exam_and_lesson_in_a_command_is_there(root: Path) -> None:
    known = {*load_bank().names, *(plan.name for plan in load_blueprints()), *PLACES}
    known |= {path.name[:2] for path in (root / "notebooks").glob("*.ipynb")}
    for command in typed(root / "docs" / "teaching.md", "lambda-study"):
        words = shlex.split(command)
        if words[1] in LESSON_COMMANDS:
            assert words[2] in known, command


def test_every_command_of_bootstrap_is_one(guide: Path, root: Path) -> None:
    bootstrap = loaded(root / "bootstrap.py")
    for command in typed(guide, "python3 bootstrap.py"):
        words = [word for word in shlex.split(command)[2:] if word != "--help"]
        options, rest = bootstrap.read(words)
        assert options.command in (*bootstrap.COMMANDS, "download") and rest == []


def loaded(path: Path) -> ModuleType:
    """The module in the file PATH."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_link_and_every_lesson_of_a_guide_is_there(guide: Path, root: Path) -> None:
    text = guide.read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)]+)\)", text):
        assert link.startswith("https://") or (guide.parent / link).exists(), link
    for lesson in re.findall(r"`(\d\d-[a-z0-9-]+)`", text):
        assert (root / "notebooks" / f"{lesson}.ipynb").is_file(), lesson
    for file in re.findall(r"docs/[\w/]+\.\w+", text):
        assert (root / file).is_file(), file


def test_every_question_for_the_room_stands_in_a_lesson_with_these_options(root: Path) -> None:
    asked = set()
    for path in (root / "notebooks").glob("*.ipynb"):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            told = [output.get("data", {}).get("text/plain", "") for output in cell.get("outputs", ())]
            asked |= {"".join(each) for each in told}
    guide = " ".join((root / "docs" / "teaching.md").read_text(encoding="utf-8").split())
    moments = re.findall(r"- \*([^*]+\?)\* \(([^()]*(?:\([^()]*\)[^()]*)*)\)", guide)
    assert len(moments) == 16
    for question, options in moments:
        (found,) = {each for each in asked if each.startswith(f"Predict: {question}\n")}
        words = [line.removeprefix("- ") for line in found.splitlines()[1:]]
        assert ", ".join(words) == options, question


def test_the_minutes_of_each_plan_add_up_to_ninety(root: Path) -> None:
    text = (root / "docs" / "teaching.md").read_text(encoding="utf-8")
    plans = text.split("\n## Plan ")[1:]
    assert len(plans) == 4
    for plan in plans:
        spans = [(int(a), int(b)) for a, b in re.findall(r"^\| (\d+)-(\d+) \|", plan, re.MULTILINE)]
        assert [begin for begin, _ in spans] == [0, *(end for _, end in spans[:-1])]
        assert spans[-1][1] == 90


@pytest.mark.more
def test_what_a_teacher_is_told_to_type_before_class_works(root: Path, tmp_path: Path) -> None:
    commands = [
        command
        for command in typed(root / "docs" / "teaching.md", "lambda-study")
        if command.split()[1] in ("handout", "plan", "progress") and "--delete" not in command
    ]
    assert len(commands) > 10
    environment = {**os.environ, "LAMBDA_STUDY_STORE": str(tmp_path / "progress.sqlite3")}
    for command in commands:
        words = [sys.executable, "-m", "lambda_study", *shlex.split(command)[1:]]
        done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, (command, done.stderr)
