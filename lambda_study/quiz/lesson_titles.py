"""The lessons there are, as their first cells name them."""

from __future__ import annotations

import json
import re
from pathlib import Path

from lambda_study.quiz.plan import Item


def lesson_items(folder: Path) -> tuple[Item, ...]:
    """The lessons in FOLDER in their order, for a plan; a notebook without a lesson's title is none."""
    found = [_lesson(path) for path in sorted(folder.glob("*.ipynb"))]
    return tuple(item for item in found if item is not None)


def _lesson(notebook: Path) -> Item | None:
    """The lesson as its title says it: `# 20 · Limits (30 minutes)`."""
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    text = "".join(cells[0]["source"]) if cells else ""
    title = re.match(r"# (.+?) \((\d+) minutes\)", text)
    if title is None:
        return None
    return Item("lesson", notebook.stem, title[1], int(title[2]), "optional for the exam" in text)
