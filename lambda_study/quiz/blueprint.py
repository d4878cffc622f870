"""Blueprints: what each form of an exam is made of. One TOML file an exam, below the bank's blueprints/."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lambda_study.errors import BadInput
from lambda_study.nearest import did_you_mean
from lambda_study.quiz.bank import DEFAULT_FOLDER
from lambda_study.quiz.domains import DOMAINS
from lambda_study.quiz.finding import shown_path


@dataclass(frozen=True)
class Blueprint:
    """What a form is made of: so many questions, the domains by their weights in percent.

    `minutes` is the time for it, `minutes_note` where that comes from. `full` marks a form of the exam's own
    length, the only one for which a scaled score is estimated; `passing` is the exam's scaled score to pass.
    """

    name: str
    exam: str
    title: str
    questions: int
    minutes: int
    minutes_note: str
    weights: Mapping[int, int]
    levels: tuple[str, ...]
    full: bool
    passing: int
    source: str
    read: datetime.date

    @property
    def places(self) -> dict[int, int]:
        """How many questions each domain has: in proportion, the largest remainders rounded up.

        >>> blueprint("DVA-C03").places
        {1: 20, 2: 17, 3: 14, 4: 14}
        """
        shares = {domain: self.questions * weight for domain, weight in self.weights.items()}
        places = {domain: share // 100 for domain, share in shares.items()}
        left = self.questions - sum(places.values())
        for domain in sorted(shares, key=lambda each: (-(shares[each] % 100), each))[:left]:
            places[domain] += 1
        return places

    def __repr__(self) -> str:
        return f"{self.name}: {self.questions} questions in {self.minutes} minutes ({self.title})"


def load_blueprints(folder: str | Path | None = None) -> tuple[Blueprint, ...]:
    """All blueprints of the bank in FOLDER, or, where it has none, those that come with Lambda Study."""
    files = sorted(Path(folder, "blueprints").glob("*.toml")) if folder is not None else []
    files = files or sorted((DEFAULT_FOLDER / "blueprints").glob("*.toml"))
    return tuple(each for file in files for each in read_blueprints(file))


def blueprint(name: str, folder: str | Path | None = None) -> Blueprint:
    """The blueprint of the form NAME, in upper or lower case; an unknown one raises BadInput."""
    known = {each.name: each for each in load_blueprints(folder)}
    found = known.get(str(name).upper())
    if found is None:
        near = did_you_mean(str(name).upper(), known)
        raise BadInput(f'No exam "{name}".{near} Exams: {", ".join(known)}.')
    return found


def longest_form(exam: str, folder: str | Path | None = None) -> Blueprint:
    """The form of EXAM with the most questions, in upper or lower case; an unknown exam raises BadInput.

    >>> longest_form("dva-c03")
    DVA-C03: 65 questions in 130 minutes (Developer - Associate)
    """
    forms = [each for each in load_blueprints(folder) if each.exam == str(exam).upper()]
    if not forms:
        known = sorted({each.exam for each in load_blueprints(folder)})
        near = did_you_mean(str(exam).upper(), known)
        raise BadInput(f'No exam "{exam}".{near} Exams: {", ".join(known)}.')
    return max(forms, key=lambda form: form.questions)


def read_blueprints(file: Path) -> tuple[Blueprint, ...]:
    """The blueprints in FILE; what is missing or wrong raises BadInput that names it."""
    try:
        given = tomllib.loads(file.read_text("utf-8"))
        found = tuple(_blueprint(given, form) for form in given["form"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        fault = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise BadInput(f"{shown_path(file)}: {fault}.") from error
    return found


def _blueprint(exam: Mapping[str, Any], form: Mapping[str, Any]) -> Blueprint:
    weights = {int(domain): weight for domain, weight in exam["weights"].items()}
    known = DOMAINS.get(exam["exam"], ())
    if sum(weights.values()) != 100:
        raise ValueError(f"the weights sum to {sum(weights.values())}. Make it 100")
    if sorted(weights) != list(range(1, len(known) + 1)):
        raise ValueError(f"the weights do not name the {len(known)} domains of {exam['exam']}, 1 2 3")
    return Blueprint(
        name=form["name"],
        exam=exam["exam"],
        title=exam["title"],
        questions=form["questions"],
        minutes=form["minutes"],
        minutes_note=form["minutes_note"],
        weights=weights,
        levels=tuple(form["levels"]),
        full=form.get("full", False),
        passing=exam["pass"],
        source=exam["source"],
        read=exam["read"],
    )
