"""A folder for a class: what the students get, what the teacher keeps, and files for a learning platform."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lambda_study.errors import BadInput
from lambda_study.handouts.classroom_nbgrader import nbgrader_lesson, nbgrader_topic
from lambda_study.handouts.classroom_notebooks import quiz_of, recording_lesson, topic_notebook
from lambda_study.handouts.classroom_notes import NBGRADER, for_students, for_the_teacher
from lambda_study.handouts.export import FORMATS, export
from lambda_study.handouts.files import named, write_file, write_handout, write_page
from lambda_study.handouts.worksheet import read_notebook, worksheet
from lambda_study.quiz.bank import Bank
from lambda_study.quiz.keyless import without_keys

# Lessons that students do not get: they ask from the public bank, or show its keys.
WITHHELD = {
    "00": "it is the map of the whole kit",
    "90": "it asks from the public bank and shows its keys",
    "91": "it asks from the public bank and shows its keys",
    "99": "it shows every key",
}
Done = Callable[[str], object]


@dataclass(frozen=True)
class Classroom:
    """What was written: the folder, lessons and topics, and what was left out and why."""

    folder: Path
    lessons: tuple[str, ...]
    topics: tuple[str, ...]
    left_out: tuple[str, ...]
    bank_digest: str


def for_class(lessons: Iterable[Path]) -> list[Path]:
    """Return those of LESSONS that a class may have.

    >>> [path.stem for path in for_class([Path("21-concurrency.ipynb"), Path("99-how-we-know.ipynb")])]
    ['21-concurrency']
    """
    return [path for path in lessons if path.stem.split("-")[0] not in WITHHELD]


def write_classroom(
    out: str | Path,
    bank: Bank,
    lessons: Sequence[Path],
    *,
    topics: Sequence[str] = (),
    now: datetime,
    done: Done = lambda name: None,
) -> Classroom:
    """Write `student/`, `teacher/` and `lms/` for LESSONS and TOPICS (all of BANK without any) into OUT.

    Nothing under `student/` holds a key or a reason of BANK. A lesson's quiz asks questions of BANK if the
    topic is among TOPICS. Files of the same names are replaced; NOW is for Anki. DONE hears the name of each
    part. A lesson that no class may have, an unknown topic and a place that cannot be written to raise
    BadInput.
    """
    for path in lessons:
        if reason := WITHHELD.get(path.stem.split("-")[0]):
            raise BadInput(f"{path.stem} is not for a class: {reason}. Leave it out.")
    chosen = tuple(topics) or bank.names
    for topic in chosen:
        bank.topic(topic)
    made = _Folder(named(out), bank, chosen)
    for path in lessons:
        made.add_lesson(path)
        done(path.stem)
    for topic in chosen:
        made.add_topic(topic)
        done(topic)
    made.add_rest(now)
    names = tuple(path.stem for path in lessons)
    return Classroom(Path(out), names, chosen, tuple(made.left_out), bank.digest)


class _Folder:
    """The folder as it fills."""

    def __init__(self, out: Path, bank: Bank, topics: tuple[str, ...]) -> None:
        self._student, self._teacher, self._lms = out / "student", out / "teacher", out / "lms"
        self._bank, self._topics = bank, topics
        self._formats = ["html", "pdf"] if find_spec("typst") else ["html"]
        self.left_out: list[str] = []

    def add_lesson(self, path: Path) -> None:
        """Write the lesson in the file PATH: a notebook and a worksheet, for the students and the teacher."""
        name, lesson = path.stem, read_notebook(path)
        _write_notebook(
            self._student / "notebooks" / path.name, recording_lesson(lesson, self._bank, self._topics)
        )
        _write_notebook(self._source(name), nbgrader_lesson(lesson, self._bank))
        for format in self._formats:
            for folder, tag, teacher in ((self._student, "", False), (self._teacher, "-teacher", True)):
                page = worksheet(self._with_known_quiz(lesson), teacher, self._bank)
                write_page(page, folder / "worksheets" / f"{name}{tag}.{format}", format)
        asked = [quiz[0] for cell in lesson["cells"] if (quiz := quiz_of(cell, self._bank))]
        self.left_out += [f"{name}: its quiz on {topic}" for topic in asked if topic not in self._topics]

    def add_topic(self, topic: str) -> None:
        """Write the questions of TOPIC: a notebook that records, one for nbgrader, a sheet and its key."""
        name = f"quiz-{topic}"
        _write_notebook(self._student / "notebooks" / f"{name}.ipynb", topic_notebook(topic, self._bank))
        _write_notebook(self._source(name), nbgrader_topic(topic, self._bank))
        for format in self._formats:
            write_handout(topic, self._teacher / "quizzes", self._bank, format=format)

    def add_rest(self, now: datetime) -> None:
        """Write the questions without keys, the files for a learning platform, and what to do with it."""
        questions = without_keys(self._bank, self._topics)
        write_file(self._student / "notebooks" / "questions.json", questions.encode())
        write_file(self._student / "README.md", for_students().encode())
        write_file(self._teacher / "README.md", for_the_teacher(self._bank.path).encode())
        write_file(self._teacher / "nbgrader" / "nbgrader_config.py", NBGRADER.encode())
        if "pdf" not in self._formats:
            self.left_out.append('PDFs, which need Typst: python -m pip install "typst>=0.15,<0.16"')
        for format in FORMATS:
            try:
                export(format, self._lms, self._bank, topics=self._topics, now=now)
            except BadInput as error:  # a library that is missing costs its own format
                self.left_out.append(str(error))

    def _source(self, name: str) -> Path:
        return self._teacher / "nbgrader" / "source" / name / f"{name}.ipynb"

    def _with_known_quiz(self, lesson: Mapping[str, Any]) -> dict[str, Any]:
        """LESSON without a quiz that is not of the chosen topics, which its worksheet would not find."""
        quizzes = [quiz_of(cell, self._bank) for cell in lesson["cells"]]
        cells = [
            cell
            for cell, quiz in zip(lesson["cells"], quizzes, strict=True)
            if quiz is None or quiz[0] in self._topics
        ]
        return {**lesson, "cells": cells}


def _write_notebook(path: Path, notebook: Mapping[str, Any]) -> None:
    write_file(path, (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode())
