"""The form of a committed notebook. Without it a green nbval run can mean nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lambda_study.recorded import MARK

ROOT = Path(__file__).resolve().parent.parent
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE = {"name": "python"}
NOT_COMPARED = {"nbval-ignore-output", "nbval-skip"}
MARKERS = re.compile(r"#\s*(NBVAL_IGNORE_OUTPUT|NBVAL_SKIP|PYTEST_VALIDATE_IGNORE_OUTPUT)", re.I)
GIVEN_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*$")
RANDOM_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){0,4}")
ADDRESS = re.compile(r"\bat 0x[0-9a-f]{6,}")
WIDGET = "application/vnd.jupyter.widget-view+json"


def committed() -> list[Path]:
    """Every notebook whose outputs are compared."""
    return sorted([*(ROOT / "notebooks").glob("*.ipynb"), *(ROOT / "tests" / "notebooks").glob("*.ipynb")])


def faults(notebook: dict[str, Any]) -> list[str]:
    """What keeps the notebook from being compared, or from being the same on every machine."""
    found = [*_faults_of_metadata(notebook["metadata"]), *_faults_of_ids(notebook["cells"])]
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    if code and not any(cell["outputs"] for cell in code):
        found.append("no cell has an output: it was stripped")
    for number, cell in enumerate(code, start=1):
        found += [f"cell {cell.get('id')}: {fault}" for fault in _faults_of_cell(cell, number)]
    return found


def not_compared(notebook: dict[str, Any]) -> set[str]:
    """The ids of the cells that nbval runs without comparing, or leaves out."""
    return {
        cell["id"]
        for cell in notebook["cells"]
        if NOT_COMPARED & set(cell["metadata"].get("tags", [])) or MARKERS.search("".join(cell["source"]))
    }


def _faults_of_metadata(metadata: dict[str, Any]) -> Iterator[str]:
    if metadata.get("kernelspec") != KERNEL:
        yield f"kernelspec is not {KERNEL}"
    if metadata.get("language_info") != LANGUAGE:
        yield f"language_info is not {LANGUAGE}"
    if set(metadata) - {"kernelspec", "language_info"}:
        yield f"metadata beyond the kernel: {sorted(set(metadata) - {'kernelspec', 'language_info'})}"


def _faults_of_ids(cells: list[dict[str, Any]]) -> Iterator[str]:
    ids = [cell.get("id", "") for cell in cells]
    if len(set(ids)) < len(ids):
        yield "two cells have the same id"
    for each in ids:
        if not GIVEN_ID.match(each) or RANDOM_ID.fullmatch(each):
            yield f'cell id "{each}" was not given by hand'


def _faults_of_cell(cell: dict[str, Any], number: int) -> Iterator[str]:
    if cell["execution_count"] != number:
        yield f"execution count {cell['execution_count']}, not {number}"
    if "execution" in cell["metadata"]:
        yield "the time of its run is stored"
    expected_error = "raises-exception" in cell["metadata"].get("tags", [])
    for output in cell["outputs"]:
        kind = output.get("name", output["output_type"])
        if kind in ("stderr", "error") and not expected_error:
            yield f"its output has {kind}"
        if WIDGET in output.get("data", {}):
            yield "the id of a widget is stored"
        yield from _faults_of_text(text_of(output))


def _faults_of_text(text: str) -> Iterator[str]:
    if MARK in text:
        yield "it was itself a recorded output: record it where the tool is installed"
    if ADDRESS.search(text):
        yield "its output has the address of an object"
    for place in (ROOT, Path.home()):
        if f"{place}/" in text:
            yield f"its output names a place on one machine, {place}"


def text_of(output: dict[str, Any]) -> str:
    """All the text of one output."""
    parts = [output.get("text", ""), *output.get("data", {}).values()]
    return "\n".join("".join(part) for part in parts if isinstance(part, (str, list)))
