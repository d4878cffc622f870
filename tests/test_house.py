"""The house: every wing has its place, the light ones stay light, and names and files keep the rules."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

PACKAGE = Path(__file__).resolve().parent.parent / "lambda_study"
HEAVY = ["moto", "matplotlib", "numpy"]
NOT_IN_THE_LIGHT_WINGS = [*HEAVY, "boto3", "IPython", "ipywidgets", "psutil"]
TEXTS = {".py", ".md", ".toml", ".yml", ".cfg", ".lock", ".ipynb", ".json", ".js", ".css", ".html", ""}
REGISTRIES = ["pypi" + ".org", "python" + "hosted", "npm" + "js", "anaconda" + ".org", "index" + "-url"]


def python(wing: str) -> list[Path]:
    """The modules of one wing, or of the whole package."""
    return sorted(path for path in (PACKAGE / wing).rglob("*.py") if path.stem != "__main__")


def loaded_after(code: str, unwanted: list[str]) -> list[str]:
    """Which of the UNWANTED modules a fresh Python holds once it has run CODE."""
    ending = f"\nimport sys, json\njson.dump([m for m in {unwanted} if m in sys.modules], sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code + ending], capture_output=True, text=True, input="")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stderr.splitlines()[-1])


def run_command(*words: str) -> str:
    """Code that runs the command with WORDS and goes on after its exit."""
    ending = "except SystemExit as end: assert end.code != 2"
    return f"from lambda_study.cli import main\ntry: main({list(words)})\n{ending}"


def test_facts_model_and_quiz_import_nothing_heavy() -> None:
    names = [path.relative_to(PACKAGE.parent) for wing in ("facts", "model", "quiz") for path in python(wing)]
    modules = [".".join(name.with_suffix("").parts).removesuffix(".__init__") for name in names]
    assert loaded_after(f"import {', '.join(modules)}", NOT_IN_THE_LIGHT_WINGS) == []


def test_help_loads_nothing_heavy() -> None:
    assert loaded_after(run_command("--help"), HEAVY) == []


def test_price_loads_nothing_heavy(tmp_path: Path) -> None:
    usage = tmp_path / "usage.json"
    usage.write_text('{"requests": 1000, "duration_ms": 120, "memory_mb": 512}', encoding="utf-8")
    assert loaded_after(run_command("price", str(usage)), HEAVY) == []


def test_quiz_loads_nothing_heavy(tmp_path: Path) -> None:
    answers = tmp_path / "answers.json"
    answers.write_text('{"schema": 1, "answers": []}', encoding="utf-8")
    assert loaded_after(run_command("quiz", "pricing", "--answers", str(answers)), HEAVY) == []


def test_a_heavy_import_would_be_noticed() -> None:
    assert loaded_after("import numpy", HEAVY) == ["numpy"]


def test_every_wing_has_its_place_in_the_import_contract(root: Path) -> None:
    contracts = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = " | ".join(contracts["contracts"][0]["layers"]).replace("lambda_study.", "").split(" | ")
    bottom = {"errors", "nearest"}  # everybody may import it
    wings = {
        path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert {wing for wing in wings if not wing.startswith("__")} - bottom == set(layers)


@pytest.mark.parametrize(
    "path", [pytest.param(path, id=str(path.relative_to(PACKAGE))) for path in python("")]
)
def test_a_module_stays_short_and_is_named_for_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 400
    named = [
        node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ClassDef | ast.FunctionDef)
    ]
    assert [
        name for name in [path.stem, *named] if re.search(r"Manager|Helper|[Uu]tils|^Base[A-Z]", name)
    ] == []


def test_no_committed_file_names_a_package_server(root: Path) -> None:
    named = [
        f"{path.relative_to(root)}: {server}"
        for path in committed(root)
        for server in REGISTRIES
        if server in path.read_text(encoding="utf-8", errors="replace")
    ]
    assert named == []


def test_no_file_of_requirements_holds_an_option(root: Path) -> None:
    for lock in (root / "requirements.lock", root / "tests" / "requirements.lock"):
        assert re.findall(r"(?m)^\s*-(?!-hash=)", lock.read_text(encoding="utf-8")) == []


def test_the_locks_hold_what_the_project_asks_for(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    locks = [root / "requirements.lock", root / "tests" / "requirements.lock"]
    pins = [
        pin
        for lock in locks
        for pin in re.findall(r"(?m)^([\w.-]+)==([^ ]+)", lock.read_text(encoding="utf-8"))
    ]
    missing = [
        one
        for one in asked
        if not any(Requirement(one).name == n and v in Requirement(one).specifier for n, v in pins)
    ]
    assert missing == [], "renew them: make lock"


def committed(root: Path) -> Iterator[Path]:
    """The text files of the project: what git knows, or in an unpacked ZIP what is there."""
    if shutil.which("git") and (root / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=True
        )
        paths = [root / name for name in listed.stdout.split("\0") if name]
    else:
        skipped = {".venv", "my-lessons", "__pycache__"}
        paths = [path for path in root.rglob("*") if not skipped & set(path.relative_to(root).parts)]
    return (path for path in paths if path.is_file() and path.suffix in TEXTS)
