"""A topic on one page, and all topics on two for the eve of an exam, with numbers drawn from facts."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from lambda_study.errors import BadInput
from lambda_study.facts import fact, facts
from lambda_study.facts.rows import Fact, value_text
from lambda_study.handouts.document import Block, Document, Figures, Heading, Text
from lambda_study.handouts.lesson_code import lesson_code
from lambda_study.handouts.lesson_text import text_blocks
from lambda_study.handouts.worksheet import Notebook, read_notebook
from lambda_study.nearest import did_you_mean

ROWS_ON_THE_EVE = 4
_PLACE = re.compile(r"\{([^}]+)\}")
_FROM_THE_LESSON = ("Exam traps", "Recap")

Rows = tuple[tuple[str, str], ...]


@cache
def figures() -> Mapping[str, Rows]:
    """Return the rows of each topic, the values of the facts in their places.

    >>> figures()["limits"][1]
    ('Memory', '128 to 10,240 MB')
    """
    return {
        topic: tuple((name, _PLACE.sub(lambda place: _shown(place[1]), told)) for name, told in rows.items())
        for topic, rows in _written().items()
    }


def facts_named(topic: str) -> tuple[Fact, ...]:
    """Return the facts that stand on the sheet of TOPIC."""
    told = " ".join(_written()[topic].values())
    return tuple(_found(name)[0] for name in _PLACE.findall(told))


@cache
def _written() -> dict[str, dict[str, str]]:
    return tomllib.loads((files("lambda_study.handouts") / "cheat_sheets.toml").read_text("utf-8"))


def cheat_sheet(topic: str, title: str, notebooks: Path | None = None, large: bool = False) -> Document:
    """Return the page of TOPIC: its numbers, and traps and recap of its lesson in the folder NOTEBOOKS.

    A topic without a sheet raises BadInput.
    """
    if topic not in figures():
        near = did_you_mean(topic, figures())
        raise BadInput(f'There is no cheat sheet of "{topic}".{near} Topics: {", ".join(figures())}.')
    blocks = (Heading("Numbers"), Figures(figures()[topic]), *_of_the_lesson(topic, notebooks))
    return Document(f"{title}: cheat sheet", (), blocks, remark=_read(topic), large=large)


def exams_eve(exam: str, titles: Mapping[str, str], large: bool = False) -> Document:
    """Return two pages for the eve of EXAM: the first rows of each topic of TITLES that has a sheet.

    What an earlier topic has said is left out.
    """
    blocks: list[Block] = []
    said = set[str]()
    for topic in (each for each in figures() if each in titles):
        new = tuple(row for row in figures()[topic] if row[1] not in said)[:ROWS_ON_THE_EVE]
        said.update(value for _, value in new)
        blocks += [Heading(titles[topic], 2), Figures(new)]
    lead = (Text(_about(exam)),)
    title = f"{exam}: the eve of the exam"
    return Document(title, lead, tuple(blocks), remark=_read(), large=large, paper="dense")


def _about(exam: str) -> str:
    given = {
        name: value_text(fact(f"exam.{exam}.{name}").value) for name in ("questions", "unscored", "pass")
    }
    highest = value_text(fact("exam.scaled_score.highest").value)
    return (
        f"{given['questions']} questions, {given['unscored']} of them not scored; "
        f"{given['pass']} of {highest} pass. Answer each one: {fact('exam.guessing').value}."
    )


def _of_the_lesson(topic: str, notebooks: Path | None) -> Iterator[Block]:
    """The sections of the lesson whose quiz is about TOPIC."""
    lesson = next((each for each in _lessons(notebooks) if _asks_about(each, topic)), None)
    wanted = False
    for cell in lesson["cells"] if lesson else ():
        if cell["cell_type"] == "markdown":
            for block in text_blocks("".join(cell["source"]), teacher=False):
                if isinstance(block, Heading):
                    wanted = block.text in _FROM_THE_LESSON
                if wanted:
                    yield block


def _lessons(notebooks: Path | None) -> Iterator[Notebook]:
    return map(read_notebook, sorted(notebooks.glob("*.ipynb")) if notebooks else ())


def _asks_about(lesson: Notebook, topic: str) -> bool:
    code = (cell for cell in lesson["cells"] if cell["cell_type"] == "code")
    quizzes = (lesson_code("".join(cell["source"])).quiz for cell in code)
    return any(quiz and quiz[0] == topic for quiz in quizzes)


def _read(topic: str = "") -> str:
    days = sorted(
        each.date.split("..")[-1] for name in ([topic] if topic else figures()) for each in facts_named(name)
    )
    return f"AWS's pages read until {days[-1]}."


def _shown(name: str) -> str:
    found, value = _found(name)
    if found.confidence != "high":
        raise BadInput(f'The fact "{found.id}" has {found.confidence} confidence. A cheat sheet needs high.')
    return ", ".join(map(value_text, value)) if isinstance(value, tuple) else value_text(value)


@cache
def _found(name: str) -> tuple[Fact, Any]:
    """The fact of that NAME and its value; after the fact's id, NAME may lead on into it: `id.0.usd`."""
    parts = name.split(".")
    ids = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    found = next((_rows()[each] for each in ids if each in _rows()), None) or fact(name)
    value = found.value
    for part in parts[found.id.count(".") + 1 :]:
        value = value[int(part)] if isinstance(value, tuple) else value[part]
    return found, value


@cache
def _rows() -> dict[str, Fact]:
    return {each.id: each for each in facts()}
