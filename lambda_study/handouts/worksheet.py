"""A lesson on paper: the student's worksheet with lines to write on, and the teacher's copy, filled in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lambda_study.errors import BadInput
from lambda_study.handouts.document import (
    Block,
    Choice,
    Choices,
    Code,
    Document,
    Lines,
    NameLine,
    Text,
)
from lambda_study.handouts.key import answered_blocks
from lambda_study.handouts.lesson_code import lesson_code
from lambda_study.handouts.lesson_outputs import Asked, Recorded, Told, recorded_outputs
from lambda_study.handouts.lesson_text import text_blocks
from lambda_study.handouts.sheet import question_blocks
from lambda_study.quiz.bank import Bank
from lambda_study.quiz.question import LETTERS

Notebook = Mapping[str, Any]
_ONLY_THE_ANSWER = "Run this cell for the answer."


def read_notebook(path: str | Path) -> Notebook:
    """Return the notebook in the file PATH; another file raises BadInput."""
    try:
        notebook: Notebook = json.loads(Path(path).read_text("utf-8"))
        notebook["cells"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{path} is no notebook: {error}. Give a lesson's .ipynb file.") from None
    return notebook


def worksheet(notebook: Notebook, teacher: bool, bank: Bank, large: bool = False) -> Document:
    """Return the lesson NOTEBOOK as a worksheet.

    A student's has its text and code, and lines in place of guesses, outputs and folded answers. The code of
    a hidden cell and the key of the quiz stand in the TEACHER's alone. The quiz has the questions of BANK.
    """
    title, *rest = _source(notebook["cells"][0]).partition("\n")
    name = re.sub(r"^#+ ", "", title)
    pages = _Worksheet(bank, teacher)
    blocks = [*text_blocks("".join(rest), teacher), *pages.cells(notebook["cells"][1:])]
    return Document(
        title=f"{name}: teacher's copy" if teacher else name,
        lead=() if teacher else (NameLine(),),
        blocks=tuple(blocks),
        digest=bank.digest if pages.has_quiz else "",
        large=large,
    )


class _Worksheet:
    """Writes the cells of a lesson one after the other."""

    def __init__(self, bank: Bank, teacher: bool) -> None:
        self._bank, self._teacher = bank, teacher
        self.has_quiz = False

    def cells(self, cells: list[Mapping[str, Any]]) -> Iterator[Block]:
        recorded = [list(recorded_outputs(cell.get("outputs", ()))) for cell in cells]
        for number, cell in enumerate(cells):
            if cell["cell_type"] == "markdown":
                yield from text_blocks(_source(cell), self._teacher)
            elif cell["cell_type"] == "code":
                answer = _next_told(recorded[number:])
                yield from self._code_cell(cell, recorded[number], answer)

    def _code_cell(
        self, cell: Mapping[str, Any], recorded: list[Recorded], answer: str | None
    ) -> Iterator[Block]:
        code = lesson_code(_source(cell))
        hidden = bool(cell.get("metadata", {}).get("jupyter", {}).get("source_hidden"))
        if hidden and not self._teacher:
            yield from _said_before_it_runs(_source(cell))
        elif code.shown:
            yield Code(code.shown)
        if code.quiz and code.quiz[0] in self._bank.names:
            yield from self._quiz(*code.quiz)
            return
        for each in recorded:
            yield from self._output(each, answer)

    def _quiz(self, topic: str, count: int | None) -> Iterator[Block]:
        self.has_quiz = True
        questions = self._bank.topic(topic)[:count]
        yield from answered_blocks(questions) if self._teacher else question_blocks(questions)

    def _output(self, recorded: Recorded, answer: str | None) -> Iterator[Block]:
        if isinstance(recorded, Asked):
            yield Text(f"**Predict:** {recorded.question}")
            yield self._guess(recorded, recorded.right(answer) if self._teacher else "")
        elif isinstance(recorded, Told):
            yield Text(f"**✓ {recorded.text}**") if self._teacher else Lines(1, "The answer:")
        elif self._teacher or recorded.listing:
            yield from recorded.blocks
        else:
            yield Lines(recorded.lines, "What you see:")

    def _guess(self, asked: Asked, right: str) -> Choices:
        options = zip(LETTERS, asked.options, strict=False)
        return Choices(tuple(Choice(letter, text, right == text) for letter, text in options))


def _said_before_it_runs(source: str) -> Iterator[Text]:
    """The first line of a hidden cell, which says what it does: `# Run this cell: two bills.`"""
    first = source.splitlines()[0].lstrip("# ") if source.startswith("#") else ""
    if first and first != _ONLY_THE_ANSWER:
        yield Text(f"*{first}*")


def _next_told(recorded: list[list[Recorded]]) -> str | None:
    return next((each.text for outputs in recorded for each in outputs if isinstance(each, Told)), None)


def _source(cell: Mapping[str, Any]) -> str:
    return "".join(cell["source"])
