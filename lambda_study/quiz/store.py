"""What a learner did, kept on this machine: one SQLite file to which events are added and nothing else.

`append` returns when the event is on disk; a program killed after that, or a power cut, loses nothing. All
else (attempts, cards, progress) is worked out from the events. Nothing here leaves the machine.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from lambda_study.errors import BadInput
from lambda_study.quiz.now import Now, utc_now
from lambda_study.quiz.store_file import is_corrupt, open_file, remove_files, set_aside

ENVIRONMENT_VARIABLE = "LAMBDA_STUDY_STORE"
FILE_NAME = "progress.sqlite3"
_Row = tuple[int, str, str, str, str, str]


def say(line: str) -> None:
    """Print LINE on standard error."""
    print(line, file=sys.stderr)


@dataclass(frozen=True)
class Event:
    """One thing that happened. `id` is its own on all machines; `subject` says to what it happened."""

    number: int
    id: str
    at: datetime
    kind: str
    subject: str
    data: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """The event as a line of the export."""
        at = self.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return {"id": self.id, "at": at, "kind": self.kind, "subject": self.subject, "data": dict(self.data)}


def store_path(path: str | Path | None = None) -> Path:
    """Where the store is: PATH, else the file that LAMBDA_STUDY_STORE names, else the user's data folder."""
    given = path or os.environ.get(ENVIRONMENT_VARIABLE)
    if given:
        return Path(given).expanduser().absolute()
    from platformdirs import user_data_path

    return user_data_path("lambda-study", appauthor=False) / FILE_NAME


class Store:
    """The store in a file that is made when the first event is added. Several programs may use it at once.

    PATH is as for `store_path`. A file that SQLite cannot read is set aside under a new name, TELL gets one
    line that names it, and a new file is begun. A file of a later edition raises BadInput and stays as it is.
    """

    def __init__(
        self, path: str | Path | None = None, clock: Now = utc_now, tell: Callable[[str], None] = say
    ) -> None:
        self.path = store_path(path)
        self.clock = clock
        self._tell = tell
        self._opened: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None

    def append(self, kind: str, subject: str = "", **data: Any) -> Event:
        """Add one event, now, and return it once it is on disk."""
        return self.append_all([(kind, subject, data)])[0]

    def append_all(self, events: Iterable[tuple[str, str, Mapping[str, Any]]]) -> tuple[Event, ...]:
        """Add events (kind, subject, data) at once: after a power cut all of them are there, or none."""
        at = self.clock().astimezone(UTC)
        new = [
            (uuid4().hex, _written_time(at), kind, subject, _written(data)) for kind, subject, data in events
        ]
        connection = self._connection(create=True)
        assert connection is not None
        with _told(self.path), connection:
            connection.execute("BEGIN IMMEDIATE")
            numbers = [connection.execute(_INSERT, values).lastrowid or 0 for values in new]
        return tuple(_event((number, *values)) for number, values in zip(numbers, new, strict=True))

    def events(self, kind: str = "", subject: str = "") -> tuple[Event, ...]:
        """The events, oldest first: of KIND (`exam.` for all kinds that begin so), of SUBJECT, or all."""
        connection = self._connection(create=False)
        if connection is None:
            return ()
        with _told(self.path):
            rows = connection.execute(_SELECT, (kind, subject)).fetchall()
        return tuple(self._readable(rows))

    def export(self) -> Iterator[str]:
        """Every event as one line of JSON, the oldest first."""
        return (json.dumps(event.to_json(), ensure_ascii=False) for event in self.events())

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        if self._opened is not None:
            self._opened.close()
        self._opened = self._file = None

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Store {self.path}"

    def _readable(self, rows: Iterable[_Row]) -> Iterator[Event]:
        """The events of ROWS; those that a damaged disk changed are left out, and told."""
        left_out = 0
        for row in rows:
            try:
                yield _event(row)
            except ValueError:
                left_out += 1
        if left_out:
            self._tell(f"{left_out} events in {self.path} cannot be read and are left out.")

    def _connection(self, create: bool) -> sqlite3.Connection | None:
        """The open file; None if there is none and it is not to be made."""
        if self._opened is not None and self._file != _identity(self.path):
            self.close()  # deleted or set aside by another program: what we added there would be lost
        if self._opened is None and (create or self.path.exists()):
            with _told(self.path):
                self._opened = self._open()
            self._file = _identity(self.path)
        return self._opened

    def _open(self) -> sqlite3.Connection:
        try:
            return open_file(self.path)
        except sqlite3.DatabaseError as error:
            if not is_corrupt(error):
                raise
        aside = set_aside(self.path, self.clock())
        if aside is not None:
            self._tell(f"{self.path} cannot be read. It is kept as {aside.name}; a new file is begun.")
        return open_file(self.path)


def delete_store(path: str | Path | None = None) -> bool:
    """Delete the store's file and what belongs to it; whether there was one. PATH is as for `store_path`."""
    path = store_path(path)
    with _told(path):
        return remove_files(path)


_INSERT = "INSERT INTO event (id, at, kind, subject, data) VALUES (?, ?, ?, ?, ?)"


_SELECT = """
SELECT number, id, at, kind, subject, data FROM event
WHERE (?1 = '' OR kind = ?1 OR (?1 GLOB '*.' AND substr(kind, 1, length(?1)) = ?1))
AND (?2 = '' OR subject = ?2) ORDER BY number
"""


def _event(row: _Row) -> Event:
    number, id, at, kind, subject, data = row
    return Event(number, id, datetime.fromisoformat(at), kind, subject, json.loads(data))


def _written_time(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")


def _written(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, allow_nan=False)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Tell what SQLite or the file system refuses in one line that names the file."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise BadInput(
            f"Your progress in {path} cannot be used: {error}. "
            f"Free the file, or name another with {ENVIRONMENT_VARIABLE}."
        ) from error
