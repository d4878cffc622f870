"""Notebooks for a class: lessons whose quizzes record, and a notebook with the questions of a topic."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from lambda_study.cleared import cleared
from lambda_study.handouts.lesson_code import lesson_code
from lambda_study.quiz.bank import Bank

Cell = dict[str, Any]
Notebook = dict[str, Any]
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def recording_lesson(lesson: Mapping[str, Any], bank: Bank, topics: Collection[str]) -> Notebook:
    """Return LESSON without outputs, its quiz as one that records; a quiz on none of TOPICS is left out."""
    copy = cleared(lesson)
    cells = [each for cell in copy["cells"] for each in _recording(cell, bank, topics)]
    return {**copy, "cells": cells}


def topic_notebook(topic: str, bank: Bank) -> Notebook:
    """Return a notebook that asks all questions of TOPIC and records the answers."""
    return notebook_of(
        markdown("title", f"# {bank.title(topic)}\n\nWrite your name between the quotes and run the cell."),
        code("quiz", recording_call(topic)),
    )


def notebook_of(*cells: Cell) -> Notebook:
    """Return a notebook of CELLS."""
    return {"cells": list(cells), "metadata": {"kernelspec": KERNEL}, "nbformat": 4, "nbformat_minor": 5}


def markdown(id: str, text: str, **metadata: Any) -> Cell:
    """Return a cell of text."""
    return {"cell_type": "markdown", "id": id, "metadata": metadata, "source": text}


def code(id: str, text: str, **metadata: Any) -> Cell:
    """Return a cell of code that was not run yet."""
    cell: Cell = {"cell_type": "code", "id": id, "metadata": metadata, "source": text}
    return {**cell, "outputs": [], "execution_count": None}


def recording_call(topic: str, count: int | None = None) -> str:
    """Return the cell that asks the first COUNT questions of TOPIC.

    >>> print(recording_call("pricing", 5))
    from lambda_study.lesson import recording_quiz
    <BLANKLINE>
    recording_quiz("pricing", count=5, learner="")
    """
    asked = f'"{topic}"' if count is None else f'"{topic}", count={count}'
    return f'from lambda_study.lesson import recording_quiz\n\nrecording_quiz({asked}, learner="")'


def quiz_of(cell: Mapping[str, Any], bank: Bank) -> tuple[str, int | None] | None:
    """Return the topic that CELL asks about, and how many questions, no more than BANK has."""
    quiz = lesson_code("".join(cell["source"])).quiz if cell["cell_type"] == "code" else None
    if quiz is None or quiz[0] not in bank.names or quiz[1] is None:
        return quiz
    return quiz[0], min(quiz[1], len(bank.topic(quiz[0])))


def cell_id(*parts: object) -> str:
    """Return an id that is a notebook's: the same for the same PARTS, and another for others."""
    return hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()[:12]


def _recording(cell: Cell, bank: Bank, topics: Collection[str]) -> Iterator[Cell]:
    quiz = quiz_of(cell, bank)
    if quiz is None:
        yield cell
    elif quiz[0] in topics:
        yield {**cell, "source": recording_call(*quiz)}
