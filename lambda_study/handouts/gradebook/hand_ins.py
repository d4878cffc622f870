"""The files of a folder: which are results, and why the others are not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lambda_study.errors import BadInput
from lambda_study.quiz.results import Results, read_results

LARGEST_BYTES = 10_000_000
Progress = Callable[[Sequence[Path]], Iterable[Path]]


@dataclass(frozen=True)
class HandIn:
    """A results file that could be read, by its name below the folder."""

    file: str
    results: Results
    remarks: tuple[str, ...] = ()

    @property
    def learner(self) -> str:
        """Who handed it in; a file that names nobody goes by its own name."""
        return self.results.learner.strip() or Path(self.file).stem

    @property
    def last_at(self) -> str:
        """The time of the last answer as it was written, or nothing."""
        return max((str(answer.at) for answer in self.results.answers if answer.at), default="")


@dataclass(frozen=True)
class SetAside:
    """A file that counts for nobody, and why."""

    file: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}: {self.reason}"


def read_folder(
    folder: str | Path, progress: Progress = iter
) -> tuple[tuple[HandIn, ...], tuple[SetAside, ...]]:
    """The results files (*.json) in FOLDER and below it, in the order of their names, and those set aside.

    A file that cannot be read, is cut off or holds something else is set aside with its reason; the others
    are read all the same. PROGRESS goes through the files and may show how far it is. A folder that is not
    there, or holds no *.json at all, raises BadInput.
    """
    place = Path(folder)
    if not str(folder) or not place.is_dir():
        raise BadInput(f'"{folder}" is no folder. Give the folder that holds the results files.')
    files = sorted(path for path in place.rglob("*.json") if path.is_file())
    if not files:
        raise BadInput(f"{folder} holds no results file. Put the learners' *.json files there.")
    found = [_read(path, path.relative_to(place).as_posix()) for path in progress(files)]
    hand_ins = tuple(each for each in found if isinstance(each, HandIn))
    return hand_ins, tuple(each for each in found if isinstance(each, SetAside))


def _read(path: Path, name: str) -> HandIn | SetAside:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            return SetAside(name, "larger than 10 MB, which no results file is")
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        return SetAside(name, "not UTF-8 text: no results file, or damaged on its way")
    except OSError as error:
        return SetAside(name, f"cannot be read: {error.strerror}")
    try:
        results = read_results(text)
    except BadInput as error:
        return SetAside(name, _why_not(text, error))
    return HandIn(name, results, tuple(_remarks(text, results)))


def _why_not(text: str, error: BadInput) -> str:
    if not text.strip():
        return "empty"
    try:
        json.loads(text)
    except json.JSONDecodeError as fault:
        ends_early = fault.pos >= len(text.rstrip()) - 1 or fault.msg.startswith("Unterminated")
        return "cut off: it ends in the middle" if ends_early else f"not JSON: {fault}"
    except RecursionError:
        return "not a results file: nested without an end"
    except ValueError as fault:  # a number of thousands of digits
        return f"not a results file: {fault}"
    return f"not a results file: {error}"


def _remarks(text: str, results: Results) -> Iterable[str]:
    """What somebody who looks into the file should see. None of it changes the grade."""
    given = json.loads(text)
    names = [answer.question for answer in results.answers]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        yield f"answers {', '.join(repeated)} more than once; the last answer counts"
    times = [answer.at for answer in results.answers if isinstance(answer.at, str)]
    if times != sorted(times):
        yield "its times run backwards: perhaps edited"
    if any(isinstance(each.seconds, int | float) and each.seconds < 0 for each in results.answers):
        yield "has an answer in less than no time: perhaps edited"
    if {"score", "correct", "grade"} & given.keys():
        yield "brings a score of its own, which is not looked at"
