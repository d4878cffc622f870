"""What CONTRIBUTING tells a contributor to write and to run works as it stands there."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest
from quiz_bank import bank_of

from lambda_study.proofs import prove
from lambda_study.quiz import Bank, load_bank
from lambda_study.quiz.bank import DEFAULT_FOLDER
from lambda_study.quiz.lint import lint


@pytest.fixture
def recipe(root: Path) -> str:
    text = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return text.split("## Add a question")[1].split("\n## ")[0]


@pytest.fixture
def example(recipe: str) -> str:
    [block] = re.findall(r"```markdown\n(.*?)```", recipe, re.DOTALL)
    return textwrap.dedent(block.rstrip(" "))


def test_the_example_of_a_question_is_well_formed_and_proven(example: str, tmp_path: Path) -> None:
    bank = bank_of(tmp_path, pricing=f"# Pricing\n\n{example}")
    assert [str(finding) for finding in lint(bank)] == []
    proofs = prove(bank)
    assert (proofs.proven, proofs.sourced, proofs.mismatches) == (1, 1, ())


def test_the_example_may_be_added_to_the_bank_as_it_is(example: str, tmp_path: Path) -> None:
    text = (DEFAULT_FOLDER / "pricing.md").read_text(encoding="utf-8")
    bank: Bank = bank_of(tmp_path, pricing=f"{text}\n{example}")
    assert bank.problems == ()
    ids = [question.id for question in bank.topic("pricing")]
    assert ids[:-1] == [question.id for question in load_bank().topic("pricing")]


def test_the_commands_of_the_recipe_are_there(recipe: str, root: Path) -> None:
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    bootstrap = (root / "bootstrap.py").read_text(encoding="utf-8")
    targets = re.findall(r"`make ([a-z-]+)`", recipe)
    assert "notebooks" in targets
    assert [target for target in targets if f"\n{target}:" not in makefile] == []
    commands = re.findall(r"bootstrap.py ([a-z]+)", recipe)
    assert [command for command in commands if f'"{command}": (' not in bootstrap] == []


def test_links_lead_somewhere(root: Path) -> None:
    text = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    assert targets
    assert [target for target in targets if not (root / target).exists()] == []
