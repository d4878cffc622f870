"""Where a tool is missing, a lesson shows what it showed where it was recorded, and says so."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import run
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from lambda_study import recorded
from lambda_study.errors import BadInput

NOTEBOOKS = Path(recorded.NOTEBOOKS)
CELL = """\
from lambda_study.lesson import needs, recorded
with recorded():
    needs("node")
    display("live")
"the last line"
"""
RECORDED_OUTPUTS = [
    {"output_type": "display_data", "data": {"text/plain": ["from node"], "text/html": ["<b>from node</b>"]}},
    {"output_type": "execute_result", "data": {"text/plain": ["'the last line'"]}},
]


@pytest.fixture
def lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A committed notebook with CELL and what it displayed, and a machine on which no tool is installed."""
    cell = {"cell_type": "code", "source": CELL.splitlines(keepends=True), "outputs": RECORDED_OUTPUTS}
    (tmp_path / "12-runtimes.ipynb").write_text(json.dumps({"cells": [cell]}))
    monkeypatch.setattr(recorded, "NOTEBOOKS", tmp_path)
    monkeypatch.setenv("PATH", "")


def displayed(source: str) -> list[dict[str, str]]:
    """What a cell displays, its last line left out; its error is raised."""
    shell = InteractiveShell.instance()
    with capture_output() as captured:
        result = shell.run_cell(source)
    result.raise_error()
    return [output.data for output in captured.outputs if "the last line" not in output.data["text/plain"]]


def test_a_missing_tool_shows_what_the_cell_showed_and_says_so(lesson) -> None:
    [output] = displayed(CELL)
    mark = re.escape("Recorded on another computer: node is not installed here. Install Node.js: ")
    assert re.fullmatch(rf"{mark}.+\nfrom node", output["text/plain"])
    assert re.fullmatch(rf"<p[^>]*>{mark}.+</p>\n<b>from node</b>", output["text/html"])


def test_a_cell_that_was_changed_is_refused_as_it_was_never_recorded(lesson) -> None:
    with pytest.raises(BadInput, match="node is not installed here"):
        displayed(CELL.replace("live", "something else"))


def test_another_mistake_in_the_cell_is_told_and_not_hidden(lesson) -> None:
    with pytest.raises(BadInput, match='"perl" is no tool'):
        displayed(CELL.replace("node", "perl"))


def test_where_the_tool_is_there_the_block_runs(lesson, monkeypatch, tmp_path) -> None:
    node = tmp_path / "node"
    node.write_text("#!/bin/sh\n")
    node.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert displayed(CELL) == [{"text/plain": "'live'"}]


def blocks(name: str) -> list[ast.With]:
    """The `with recorded():` blocks of a lesson."""
    cells = json.loads((NOTEBOOKS / name).read_text(encoding="utf-8"))["cells"]
    trees = [ast.parse("".join(cell["source"])) for cell in cells if cell["cell_type"] == "code"]
    found = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.With)]
    return [node for node in found if ast.unparse(node.items[0]) == "recorded()"]


@pytest.mark.parametrize("name", ["12-runtimes.ipynb", "13-container-images.ipynb"])
def test_a_recorded_block_displays_and_prints_nothing(name: str) -> None:
    code = [ast.unparse(block) for block in blocks(name)]
    assert code
    assert all("display(" in block and "print(" not in block for block in code)


@pytest.mark.more
@pytest.mark.parametrize("name", ["12-runtimes.ipynb", "13-container-images.ipynb"])
def test_the_lesson_passes_where_no_tool_is_installed(name: str, tmp_path: Path, root: Path) -> None:
    options = [*run.NOTEBOOK_OPTIONS, "--nbval-sanitize-with", "tests/nbval.cfg"]
    command = [sys.executable, "-m", "pytest", "-q", "--color=no", *options, f"notebooks/{name}"]
    environment = {**os.environ, "PATH": str(tmp_path)}
    done = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 0, done.stdout
