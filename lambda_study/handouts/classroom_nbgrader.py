"""Lessons and topics as source notebooks for nbgrader, which takes the solutions out and grades the rest.

The questions of a quiz are graded by nbgrader itself, by tests that it hides. The exercises of a lesson are
for the teacher to read. A solution stands between nbgrader's own markers, so that
`nbgrader generate_assignment` replaces it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

from lambda_study.cleared import cleared
from lambda_study.handouts.classroom_notebooks import (
    Cell,
    Notebook,
    cell_id,
    code,
    markdown,
    notebook_of,
    quiz_of,
)
from lambda_study.quiz.bank import Bank
from lambda_study.quiz.question import Question

SCHEMA = 3
_EXERCISES = re.compile(
    r"(?P<before>.*)^### Exercises\n+(?P<tasks>.*?)"
    r"<details[^>]*>\s*<summary>Solutions?</summary>\n+(?P<solutions>.*?)</details>(?P<after>.*)",
    re.DOTALL | re.MULTILINE,
)
_ITEM = re.compile(r"^\d+\. ", re.MULTILINE)
_ASK = '# {number}: the letter of your answer, such as "B"; of two letters "AC"; of a number "0.5".'


def nbgrader_lesson(lesson: Mapping[str, Any], bank: Bank) -> Notebook:
    """Return LESSON with its quiz and its exercises as cells that nbgrader knows."""
    copy = cleared(lesson)
    return {**copy, "cells": [each for cell in copy["cells"] for each in _cells(cell, bank)]}


def nbgrader_topic(topic: str, bank: Bank) -> Notebook:
    """Return a notebook with the questions of TOPIC, to be graded by nbgrader; it needs no Lambda Study."""
    title = markdown("title", f"# {bank.title(topic)}\n\n{bank.introduction(topic)}".strip())
    return notebook_of(title, *_questions(bank.topic(topic)))


def _cells(cell: Cell, bank: Bank) -> Iterator[Cell]:
    quiz = quiz_of(cell, bank)
    found = _EXERCISES.fullmatch("".join(cell["source"])) if cell["cell_type"] == "markdown" else None
    if quiz is not None and quiz[0] in bank.names:
        yield from _questions(bank.topic(quiz[0])[: quiz[1]])
    elif found:
        yield from _exercises(cell["id"], found)
    elif quiz is None:
        yield cell


def _exercises(id: str, found: re.Match[str]) -> Iterator[Cell]:
    yield markdown(cell_id(id, "before"), f"{found['before']}### Exercises")
    tasks, solutions = (_ITEM.split(found[part])[1:] for part in ("tasks", "solutions"))
    for number, (task, solution) in enumerate(zip_longest(tasks, solutions, fillvalue=""), 1):
        name = f"exercise-{number}"
        yield markdown(cell_id(id, name), f"**Exercise {number}.** {task.strip()}")
        text = f"### BEGIN SOLUTION\n{solution.strip()}\n### END SOLUTION"
        yield markdown(cell_id(id, name, "answer"), text, nbgrader=_metadata(name, solution=True, points=1))
    if found["after"].strip():
        yield markdown(cell_id(id, "after"), found["after"].strip())


def _questions(questions: tuple[Question, ...]) -> Iterator[Cell]:
    for number, question in enumerate(questions, 1):
        yield markdown(cell_id(question.id, "stem"), _asked(number, question))
        name, answer = f"answer_{number}", question.id
        solution = f'### BEGIN SOLUTION\n{name} = "{_right(question)}"\n### END SOLUTION'
        yield code(
            cell_id(answer, "answer"),
            f"{_ASK.format(number=name)}\n{solution}",
            nbgrader=_metadata(f"{question.id}-answer", solution=True),
        )
        yield code(
            cell_id(answer, "test"),
            f"### BEGIN HIDDEN TESTS\n{_test(name, question)}\n### END HIDDEN TESTS",
            nbgrader=_metadata(f"{question.id}-test", points=1),
        )


def _asked(number: int, question: Question) -> str:
    options = [f"- {option.letter}. {option.text}" for option in question.options]
    unit = f"Answer in {question.answer.unit}." if question.answer and question.answer.unit else ""
    parts = [f"**Question {number}.** {question.stem}", "\n".join(options), unit]
    return "\n\n".join(part for part in parts if part)


def _right(question: Question) -> str:
    return f"{question.answer.value:f}" if question.answer else "".join(question.key)


def _test(name: str, question: Question) -> str:
    if question.answer is None:
        return f'assert "".join(sorted(set(str({name}).upper()) - set(" ,"))) == "{_right(question)}"'
    number = f'Decimal(str({name}).replace(",", ""))'
    tolerance = f'Decimal("{question.answer.tolerance:f}")'
    away = f'abs({number} - Decimal("{_right(question)}"))'
    return f"from decimal import Decimal\n\nassert {away} <= {tolerance}"


def _metadata(name: str, *, solution: bool = False, points: int | None = None) -> dict[str, Any]:
    """What nbgrader wants to know of a cell; one with POINTS is graded, one that is no SOLUTION is locked."""
    graded = points is not None
    told: dict[str, Any] = {"schema_version": SCHEMA, "grade_id": name, "task": False}
    told |= {"solution": solution, "grade": graded, "locked": not solution}
    return {**told, "points": points} if graded else told
