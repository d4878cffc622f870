"""The cells of 99-how-we-know: the proofs of every topic of the bank, a cell a topic.

`make notebooks` writes and runs them; alone it is `python3 bootstrap.py notebooks 99-how-we-know`. Under
nbval this notebook is the one place where `make test` proves the whole bank.
"""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from lambda_study.quiz import load_bank

NOTEBOOK = Path(__file__).resolve().parents[2] / "notebooks" / "99-how-we-know.ipynb"
LAST = "how-to-doubt"


def with_all_topics(before: NotebookNode) -> NotebookNode:
    """The notebook BEFORE with a cell for each topic of the bank, and what stands around them as it was."""
    ids = [cell.id for cell in before.cells]
    first = ids.index("set-up") + 1
    cells = [*before.cells[:first]]
    for topic in load_bank().topics:
        cells.append(new_markdown_cell(f"## {topic.title}", id=f"{topic.name}-title"))
        cells.append(new_code_cell(f'prove_topic("{topic.name}")', id=f"{topic.name}-proofs"))
    return nbformat.from_dict({**before, "cells": [*cells, *before.cells[ids.index(LAST) :]]})


def topics_of(notebook: NotebookNode) -> list[str]:
    """The topics that NOTEBOOK proves, in their order."""
    sources = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    return re.findall(r'^prove_topic\("([\w-]+)"\)$', sources, re.M)


if __name__ == "__main__":
    raise SystemExit(
        "This module only says what to write. Run: python tests/notebooks/execute.py 99-how-we-know"
    )
