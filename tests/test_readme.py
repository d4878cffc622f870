"""The README names no lesson by itself: 00-start-here is the only list of them."""

from __future__ import annotations

import re
from pathlib import Path

from lambda_study.cli import COMMANDS


def test_the_readme_points_to_the_list_of_lessons_and_keeps_none_of_its_own(root: Path) -> None:
    text = (root / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"notebooks/([\w-]+)[.]ipynb", text))
    assert named == {"00-start-here"}
    assert (root / "notebooks" / "00-start-here.ipynb").is_file()
    numbers = [path.name[:2] for path in (root / "notebooks").glob("*.ipynb")]
    assert [line for line in text.splitlines() if re.match(rf"\| *({'|'.join(numbers)})\b", line)] == []


def test_the_commands_of_the_readme_are_commands(root: Path) -> None:
    text = (root / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^lambda-study ([a-z-]+)", text, re.MULTILINE))
    assert named and named <= set(COMMANDS)
