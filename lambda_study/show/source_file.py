"""A source file of the lessons, shown in the colours of its language."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import lambda_study
from lambda_study.errors import BadInput

_PACKAGE = Path(lambda_study.__file__).resolve().parent
_FOLDERS = (
    _PACKAGE / "demos" / "handlers",
    _PACKAGE / "demos" / "handlers" / "programs",
    _PACKAGE / "engine" / "runtimes" / "bootstraps",
)
_LANGUAGES = {
    ".mjs": "javascript",
    ".sh": "bash",
    ".rb": "ruby",
    ".java": "java",
    ".cs": "csharp",
    ".go": "go",
    ".py": "python",
}


@dataclass(frozen=True)
class SourceFile:
    """A file with its text. `path` is what `deploy` and `check_runtime` take."""

    path: str
    text: str

    def __repr__(self) -> str:
        return self.text.rstrip()

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        language = _LANGUAGES.get(Path(self.path).suffix, "")
        return {"text/plain": repr(self), "text/markdown": f"```{language}\n{self!r}\n```"}


def show_file(name: str) -> SourceFile:
    """The file NAME of the lessons: a handler in some language, or a runtime.

    >>> show_file("welcome.rb")
    def handler(event:, context:)
      puts "somebody is at the door"
      "Welcome to the club, #{event["name"]}!"
    end

    Raises `BadInput` for a name that no file has.
    """
    for folder in _FOLDERS:
        path = folder / name
        if Path(name).name == name and path.is_file():
            return SourceFile(_from_here(path), path.read_text(encoding="utf-8"))
    names = sorted(path.name for path in _FOLDERS[0].glob("[wW]elcome.*"))
    raise BadInput(f'There is no file "{name}". There are {", ".join(names)} and others.')


def _from_here(path: Path) -> str:
    """PATH as seen from the folder of a lesson, so that what a program says of it is the same everywhere."""
    kit, here = _PACKAGE.parent, Path.cwd().resolve()
    return Path(os.path.relpath(path, here)).as_posix() if here.is_relative_to(kit) else str(path)
