"""The learner's copies of the lessons, and the command `lambda-study lesson` that lists and resets them."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

import lambda_study
from lambda_study.cleared import cleared
from lambda_study.cli import print_json
from lambda_study.errors import BadInput
from lambda_study.nearest import nearest

COPIES = "my-lessons"
FIRST = "00-start-here.ipynb"
# Where several people use one installation, it names the folder of the one whose process this is.
HOME = "LAMBDA_STUDY_HOME"


def home() -> Path:
    """The folder of Lambda Study, which holds the first lesson.

    It is the one that LAMBDA_STUDY_HOME names, else the one beside the package, else the current one.
    """
    beside = Path(lambda_study.__file__).absolute().parent.parent
    for folder in (Path(os.environ.get(HOME) or beside), beside, Path.cwd()):
        if (folder / "notebooks" / FIRST).is_file():
            return folder
    raise BadInput(f"{Path.cwd()} has no notebooks/{FIRST}. Run the command in the folder of Lambda Study.")


@dataclass(frozen=True)
class Lesson:
    """A lesson: the notebook as it is shipped, and the place of the learner's copy."""

    name: str
    shipped: Path
    copy: Path

    @property
    def state(self) -> str:
        """`new`, `yours`, or `changed` if the shipped lesson is another since the copy was made."""
        if not self.copy.exists():
            return "new"
        made_from = _read(self.copy).get("metadata", {}).get("lambda_study", {}).get("shipped")
        return "yours" if made_from in (None, _digest(cleared(_read(self.shipped)))) else "changed"

    def make_copy(self) -> None:
        """Write the learner's copy: no outputs and no counts, so that nothing is given away."""
        notebook = cleared(_read(self.shipped))
        notebook["metadata"]["lambda_study"] = {"lesson": self.name, "shipped": _digest(notebook)}
        self.copy.parent.mkdir(exist_ok=True)
        draft = self.copy.with_suffix(".draft")
        draft.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        draft.replace(self.copy)

    @property
    def untouched(self) -> bool:
        """Whether the copy is as it was made: no cell changed, none run."""
        try:
            copy = _read(self.copy)
        except BadInput:
            return False
        made_from = copy["metadata"].get("lambda_study", {}).get("shipped")
        return bool(made_from == _digest(copy) and copy["cells"] == cleared(copy)["cells"])

    def reset(self) -> Path | None:
        """Make the copy anew; an old one that was worked in is kept under the name that comes back."""
        backup = None
        if self.copy.exists() and not self.untouched:
            backup = self._free_backup()
            self.copy.rename(backup)
        self.make_copy()
        return backup

    def _free_backup(self) -> Path:
        number = 1
        while (path := self.copy.with_name(f"{self.name}.backup-{number}.ipynb")).exists():
            number += 1
        return path


def lessons(folder: Path) -> tuple[Lesson, ...]:
    """Every lesson in FOLDER's notebooks/, in the order of their numbers."""
    shipped = sorted((folder / "notebooks").glob("*.ipynb"))
    return tuple(Lesson(path.stem, path, folder / COPIES / path.name) for path in shipped)


def find(name: str, folder: Path) -> Lesson:
    """The lesson of that name: `11-first-function`, or its number `11`."""
    known = {lesson.name: lesson for lesson in lessons(folder)}
    wanted = name.removesuffix(".ipynb")
    matches = [lesson for key, lesson in known.items() if wanted in (key, key.split("-")[0])]
    if matches:
        return matches[0]
    near = nearest(wanted, known)
    hint = f"The nearest is {near}." if near else "The folder notebooks is empty."
    raise BadInput(f"There is no lesson {name!r}. {hint} See all with: lambda-study lesson list")


def make_copies(folder: Path) -> list[str]:
    """Copy every lesson that has no copy yet; one line for each copy that is older than its lesson."""
    news = []
    for lesson in lessons(folder):
        state = lesson.state
        if state == "new":
            lesson.make_copy()
        if state == "changed":
            news.append(
                f"{lesson.name} has changed since you began. Your copy stays. "
                f"For the new one: lambda-study lesson reset {lesson.name}"
            )
    return news


def _read(path: Path) -> dict[str, Any]:
    try:
        notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadInput(f"{path} is not a notebook ({error}). Move it away and run this again.") from None
    return notebook


def _digest(notebook: dict[str, Any]) -> str:
    text = json.dumps(["".join(cell.get("source", "")) for cell in notebook["cells"]])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@click.group()
def command() -> None:
    """List the lessons, or start one afresh."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_lessons(as_json: bool) -> None:
    """Print each lesson and the state of your copy."""
    states = {lesson.name: lesson.state for lesson in lessons(home())}
    if as_json:
        print_json({"lessons": [{"name": name, "state": state} for name, state in states.items()]})
        return
    words = {"new": "not opened yet", "yours": "your copy", "changed": "your copy; the lesson has changed"}
    for name, state in states.items():
        click.echo(f"{name:<32} {words[state]}")


@command.command("reset")
@click.argument("name")
def reset(name: str) -> None:
    """Start lesson NAME afresh; a copy that you worked in is kept beside it as a backup."""
    lesson = find(name, home())
    backup = lesson.reset()
    kept = f" Your old copy is {COPIES}/{backup.name}." if backup else ""
    click.echo(f"{COPIES}/{lesson.copy.name} is new.{kept}")
