"""Read and check the TOML files. A malformed row is named with its file, line and id."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

from lambda_study.errors import BadInput
from lambda_study.facts.rows import CONFIDENCES, VERDICTS, CourseNote, Fact

FOLDER = Path(__file__).parent

_DAY = r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?"
_DATE = re.compile(rf"{_DAY}(\.\.{_DAY})?")
_SOURCE = re.compile(r"https://\S+\.\S+|[a-z][\w-]* \d+(\.\d+)+( .+)?")
_FACT_KEYS = ("id", "value", "unit", "adjustable", "source", "date", "confidence", "note")
_NOTE_KEYS = ("number", "claim", "verdict", "truth", "source", "date", "fact_ids")


def read_topics(folder: Path) -> dict[str, tuple[Fact, ...]]:
    """Return the facts of every topic in FOLDER; course_notes.toml is no topic."""
    files = sorted(path for path in folder.glob("*.toml") if path.stem != "course_notes")
    return {path.stem: read_facts(path) for path in files}


def read_facts(path: Path) -> tuple[Fact, ...]:
    """Return the facts of one file, each checked."""
    return tuple(_fact(row) for row in _rows(path, "fact"))


def read_course_notes(path: Path, known_ids: Collection[str]) -> tuple[CourseNote, ...]:
    """Return the claims of one file, each checked; KNOWN_IDS are the facts they may name."""
    return tuple(_course_note(row, known_ids) for row in _rows(path, "note"))


def index(topics: Mapping[str, tuple[Fact, ...]]) -> dict[str, Fact]:
    """Return every fact by its id, and every named value of a table by `id.name`."""
    found: dict[str, Fact] = {}
    for row in (row for rows in topics.values() for row in rows):
        for fact in (row, *_parts(row)):
            if fact.id in found:
                other = found[fact.id].topic
                raise BadInput(
                    f'facts/{row.topic}.toml: the id "{fact.id}" is there twice, also in {other}.toml.'
                )
            found[fact.id] = fact
    return found


def _parts(row: Fact) -> Iterator[Fact]:
    if isinstance(row.value, Mapping):
        for name, value in row.value.items():
            part = replace(row, id=f"{row.id}.{name}", value=value)
            yield from (part, *_parts(part))


class _Row:
    """A row of a file: its values, and where it stands when something is wrong with it."""

    def __init__(self, path: Path, kind: str, number: int, values: dict[str, Any]) -> None:
        self.path, self.kind, self.number, self.values = path, kind, number, values

    def refuse(self, problem: str) -> NoReturn:
        lines = self.path.read_text(encoding="utf-8").splitlines()
        heads = [at for at, line in enumerate(lines, start=1) if line.startswith(f"[[{self.kind}]]")]
        name = self.values.get("id", self.values.get("number", "a row"))
        place = f"{self.path.parent.name}/{self.path.name}:{heads[self.number]}"
        raise BadInput(f'{place}: "{name}" {problem}')

    def check_keys(self, allowed: tuple[str, ...]) -> None:
        for key in self.values:
            if key not in allowed:
                self.refuse(f'has an unknown key "{key}". Allowed: {", ".join(allowed)}.')

    def get(self, key: str, hint: str) -> Any:
        if key not in self.values:
            self.refuse(f"has no {key}. {hint}")
        return self.values[key]

    def text(self, key: str, hint: str) -> str:
        value = self.get(key, hint)
        if not isinstance(value, str) or not value.strip():
            self.refuse(f"has an empty {key} or one that is no text: {value!r}. {hint}")
        return value

    def matching(self, key: str, pattern: re.Pattern[str], hint: str) -> str:
        value = self.text(key, hint)
        if not pattern.fullmatch(value):
            self.refuse(f'has the {key} "{value}". {hint}')
        return value

    def one_of(self, key: str, allowed: tuple[str, ...]) -> str:
        hint = f"Choose one of: {'; '.join(allowed)}."
        value = self.text(key, hint)
        if value not in allowed:
            self.refuse(f'has the {key} "{value}". {hint}')
        return value

    def source(self) -> str:
        return self.matching(
            "source", _SOURCE, "Give the https address of the AWS page, or a package and its version."
        )

    def date(self) -> str:
        return self.matching(
            "date", _DATE, 'Write the day read, "2026-11-23", or a span, "2026-08..2026-10".'
        )


def _rows(path: Path, kind: str) -> Iterator[_Row]:
    try:
        with path.open("rb") as file:
            rows = tomllib.load(file, parse_float=Decimal).get(kind, [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path.parent.name}/{path.name} is not valid TOML: {error}") from error
    for number, values in enumerate(rows):
        yield _Row(path, kind, number, values)


def _fact(row: _Row) -> Fact:
    row.check_keys(_FACT_KEYS)
    adjustable = row.values.get("adjustable")
    if adjustable is not None and not isinstance(adjustable, bool):
        row.refuse(f"has adjustable = {adjustable!r}. Write true or false, or leave it out.")
    return Fact(
        id=row.text("id", "Give it a name such as memory.max."),
        value=_frozen(row.get("value", "Give what AWS states.")),
        unit=row.text("unit", 'Name the unit, or what kind of text it is, such as "rule".'),
        adjustable=adjustable,
        source=row.source(),
        date=row.date(),
        confidence=row.one_of("confidence", CONFIDENCES),
        note=row.text("note", "Leave it out if there is nothing to say.") if "note" in row.values else "",
        topic=row.path.stem,
    )


def _course_note(row: _Row, known_ids: Collection[str]) -> CourseNote:
    row.check_keys(_NOTE_KEYS)
    if row.get("number", "Number the claims from 1.") != row.number + 1:
        row.refuse(f"is out of order. Number it {row.number + 1}.")
    fact_ids = tuple(row.get("fact_ids", "List the facts it rests on; the list may be empty."))
    for fact_id in fact_ids:
        if fact_id not in known_ids:
            row.refuse(f'names the fact "{fact_id}", which does not exist.')
    return CourseNote(
        number=row.number + 1,
        claim=row.text("claim", "State the claim."),
        verdict=row.one_of("verdict", VERDICTS),
        truth=row.text("truth", "State what is true today."),
        source=row.source(),
        date=row.date(),
        fact_ids=fact_ids,
    )


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_frozen(part) for part in value)
    if isinstance(value, dict):
        return MappingProxyType({name: _frozen(part) for name, part in value.items()})
    return value
