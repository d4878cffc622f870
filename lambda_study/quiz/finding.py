"""What is wrong in a bank: the place, the question, the fault and what to do."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Finding:
    """One fault of a bank, found by the loader or by a lint rule.

    >>> print(Finding("quizzes/concurrency.md", 41, "async-retry-default", "key-count", "error",
    ...               "has no correct option. Mark one with [x]."))
    quizzes/concurrency.md:41: "async-retry-default" has no correct option. Mark one with [x].
    """

    path: str
    line: int
    id: str
    rule: str
    severity: Severity
    message: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}:" if self.line else f"{self.path}:"
        return f'{place} "{self.id}" {self.message}' if self.id else f"{place} {self.message}"

    def to_json(self) -> dict[str, Any]:
        """The finding as `--json` prints it; a fault of the file or the bank has an empty id."""
        found = asdict(self)
        return {name: found[name] for name in ("rule", "severity", "path", "line", "id", "message")}


def shown_path(path: Path) -> str:
    """PATH as a reader would type it: below the current folder, else below the repository, else whole."""
    path = path.resolve()
    for folder in (Path.cwd(), REPOSITORY):
        if path.is_relative_to(folder):
            return path.relative_to(folder).as_posix()
    return str(path)


REPOSITORY = Path(__file__).resolve().parents[2]
