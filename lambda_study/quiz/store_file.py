"""The store's SQLite file: opened, made, checked, set aside, removed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from lambda_study.errors import BadInput

VERSION = 1
# How long a program waits while another writes.
PATIENCE_S = 10.0
COMPANIONS = ("-journal", "-wal", "-shm")
SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS event (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    data TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS event_subject ON event (subject, kind);
CREATE TRIGGER IF NOT EXISTS event_stays BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, 'events are added, never changed'); END;
CREATE TRIGGER IF NOT EXISTS event_remains BEFORE DELETE ON event
    BEGIN SELECT RAISE(ABORT, 'events are added, never deleted'); END;
PRAGMA user_version = {VERSION};
COMMIT;
"""


def open_file(path: Path) -> sqlite3.Connection:
    """The database in PATH, made if need be. A file that is damaged raises sqlite3.DatabaseError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=PATIENCE_S, isolation_level=None)
    try:
        _prepare(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.text_factory = lambda written: written.decode(errors="replace")
    # A journal that is cut to nothing and synced ends a transaction for good. One that is deleted, SQLite's
    # own way, may come back after a power cut and take the last event with it.
    connection.execute("PRAGMA journal_mode = TRUNCATE").fetchall()
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA fullfsync = ON")  # macOS: past the disk's own cache
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise BadInput(f"{path} was written by a later edition of Lambda Study. Update this one.")
    found = connection.execute("PRAGMA integrity_check(1)").fetchall()
    if found != [("ok",)]:
        raise DamagedError(str(found[0][0]))
    if version < VERSION:
        connection.executescript(SCHEMA)
    # A table of another shape is no store of ours, whatever its number says.
    connection.execute("SELECT number, id, at, kind, subject, data FROM event LIMIT 0")


class DamagedError(sqlite3.DatabaseError):
    """SQLite reads the file, and finds it broken inside."""


def is_corrupt(error: sqlite3.DatabaseError) -> bool:
    """Whether ERROR means that the file is broken, and not that it is busy, full or not ours to write."""
    code = getattr(error, "sqlite_errorcode", None)
    broken = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
    return isinstance(error, DamagedError) or (code is not None and code & 0xFF in broken)


def set_aside(path: Path, at: datetime) -> Path | None:
    """Rename a damaged PATH and return its new name; None if another program did so meanwhile."""
    with _alone(path):
        if not _is_damaged(path):
            return None
        aside = _free_name(path, at)
        # The journal belongs to the damaged file; left behind, SQLite would roll it into the new one.
        for companion in COMPANIONS:
            beside = Path(f"{path}{companion}")
            if beside.exists():
                beside.replace(f"{aside}{companion}")
        path.replace(aside)
        return aside


def remove_files(path: Path) -> bool:
    """Remove PATH and its companions; whether PATH was there."""
    if not path.exists():
        return False
    with _alone(path):
        for name in (f"{path}", *(f"{path}{companion}" for companion in COMPANIONS)):
            Path(name).unlink(missing_ok=True)
    _lock_of(path).unlink(missing_ok=True)
    return True


def _is_damaged(path: Path) -> bool:
    try:
        open_file(path).close()
    except sqlite3.DatabaseError as error:
        return is_corrupt(error)
    return False


def _free_name(path: Path, at: datetime) -> Path:
    stem, number = f"{path.stem}-damaged-{at:%Y-%m-%d}", 1
    while (name := path.with_name(f"{stem}-{number}{path.suffix}")).exists():
        number += 1
    return name


def _lock_of(path: Path) -> Path:
    return path.with_name(path.name + ".lock")


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let one program at a time in. SQLite's own lock on an empty file: it falls with the program."""
    lock = sqlite3.connect(_lock_of(path), timeout=PATIENCE_S, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
        yield
    finally:
        lock.close()
