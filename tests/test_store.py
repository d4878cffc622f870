"""The store: what is acknowledged stays, whoever writes beside it and whatever happens to the program."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from lambda_study.errors import BadInput
from lambda_study.quiz.store import ENVIRONMENT_VARIABLE, Store, delete_store, store_path

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
WRITER = """
import sys
from lambda_study.quiz.store import Store
store = Store(sys.argv[1])
for number in range(int(sys.argv[2]), int(sys.argv[3])):
    store.append("count", sys.argv[4], number=number)
    print(number, flush=True)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "progress.sqlite3"


def store_at(path: Path) -> Store:
    told: list[str] = []
    store = Store(path, clock=lambda: NOON, tell=told.append)
    store.told = told  # type: ignore[attr-defined]
    return store


def writer(path: Path, *words: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(path), *map(str, words)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_an_event_comes_back_as_it_was_added(path: Path) -> None:
    with store_at(path) as store:
        added = store.append("answer", "async-retry", chosen=["B"], note="schön")
    with store_at(path) as store:
        assert store.events() == (added,)
        assert added.to_json() == {
            "id": added.id,
            "at": "2026-11-23T12:00:00.000Z",
            "kind": "answer",
            "subject": "async-retry",
            "data": {"chosen": ["B"], "note": "schön"},
        }


def test_events_are_found_by_kind_family_and_subject(path: Path) -> None:
    with store_at(path) as store:
        for kind, subject in [
            ("exam.started", "a"),
            ("exam.answered", "a"),
            ("examine", "a"),
            ("answer", "b"),
        ]:
            store.append(kind, subject)
        assert [event.kind for event in store.events("exam.")] == ["exam.started", "exam.answered"]
        assert [event.kind for event in store.events("answer")] == ["answer"]
        assert [event.kind for event in store.events(subject="a")] == [
            "exam.started",
            "exam.answered",
            "examine",
        ]
        assert store.events("exam.", "b") == ()


def test_looking_at_an_empty_store_makes_no_file(path: Path) -> None:
    with store_at(path) as store:
        assert (store.events(), list(store.export()), path.exists()) == ((), [], False)


def test_events_of_one_call_are_added_together_or_not_at_all(path: Path) -> None:
    with store_at(path) as store:
        store.append("first")
        with pytest.raises(TypeError):
            store.append_all([("second", "", {}), ("third", "", {"no": object()})])
        with pytest.raises(BadInput, match="NOT NULL"):
            store.append_all([("second", "", {}), (None, "", {})])  # type: ignore[list-item]
        assert [event.kind for event in store.events()] == ["first"]


def test_events_cannot_be_changed_or_taken_out(path: Path) -> None:
    with store_at(path) as store:
        store.append("answer")
    connection = sqlite3.connect(path)
    for statement in ("UPDATE event SET kind = 'x'", "DELETE FROM event"):
        with pytest.raises(sqlite3.IntegrityError, match="events are added, never"):
            connection.execute(statement)
    connection.close()


def test_the_file_is_written_for_power_cuts_and_has_a_version(path: Path) -> None:
    with store_at(path) as store:
        store.append("answer")
        open_file = store._connection(create=False)
        assert open_file is not None
        found = [
            open_file.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("synchronous", "journal_mode", "user_version")
        ]
    assert found == [2, "truncate", 1]


def test_the_export_is_one_object_a_line(path: Path) -> None:
    with store_at(path) as store:
        for number in (1, 2):
            store.append("count", number=number)
        lines = [json.loads(line) for line in store.export()]
    assert [line["data"] for line in lines] == [{"number": 1}, {"number": 2}]
    assert len({line["id"] for line in lines}) == 2


def test_the_path_is_the_argument_or_the_variable_or_the_data_folder(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, "elsewhere.sqlite3")
    assert store_path(path) == path
    assert store_path() == Path.cwd() / "elsewhere.sqlite3"
    monkeypatch.delenv(ENVIRONMENT_VARIABLE)
    monkeypatch.setenv("XDG_DATA_HOME", str(path.parent))
    assert store_path().parts[-2:] == ("lambda-study", "progress.sqlite3")


def test_two_programs_add_at_the_same_time(path: Path) -> None:
    writers = [writer(path, 0, 60, name) for name in ("one", "two")]
    assert [len(each.communicate()[0].split()) for each in writers] == [60, 60]
    with store_at(path) as store:
        for name in ("one", "two"):
            assert [event.data["number"] for event in store.events(subject=name)] == list(range(60))


def kills_lose_nothing(path: Path, kills: int) -> None:
    draw, acknowledged = Random(5), 0
    for _ in range(kills):
        child = writer(path, acknowledged, 10**6, "killed")
        assert child.stdout is not None
        for _ in range(draw.randint(1, 12)):
            child.stdout.readline()
        child.kill()
        told = child.communicate()[0].split()
        with store_at(path) as store:
            numbers = [event.data["number"] for event in store.events()]
            assert store.told == []  # type: ignore[attr-defined]
        # What was acknowledged is there; one more may be, whose acknowledgement was on its way.
        acknowledged = max(acknowledged, int(told[-1]) + 1 if told else 0)
        assert numbers == list(range(len(numbers)))
        assert len(numbers) >= acknowledged
        acknowledged = len(numbers)


def test_kills_while_writing_lose_nothing_that_was_acknowledged(path: Path) -> None:
    kills_lose_nothing(path, 4)


@pytest.mark.more
def test_two_hundred_kills_while_writing_lose_nothing(path: Path) -> None:
    kills_lose_nothing(path, 200)


def test_an_interrupted_write_is_rolled_back(path: Path) -> None:
    with store_at(path) as store:
        store.append("kept")
    program = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "c.execute('PRAGMA cache_size=1'); c.execute('BEGIN IMMEDIATE');"
        "[c.execute(\"INSERT INTO event (id, at, kind, subject, data) VALUES (?, '', '', '', ?)\","
        "(n, 'x' * 9000)) for n in range(50)]; os._exit(1)"
    )
    subprocess.run([sys.executable, "-c", program, str(path)])
    assert Path(f"{path}-journal").stat().st_size > 0
    with store_at(path) as store:
        assert [event.kind for event in store.events()] == ["kept"]


def damage(path: Path, how: str) -> None:
    if how == "no database":
        path.write_bytes(b"these are not the bytes you are looking for\n" * 99)
    else:
        written = bytearray(path.read_bytes())
        written[4096 : 3 * 4096] = os.urandom(2 * 4096)
        path.write_bytes(written)


@pytest.mark.parametrize("how", ["no database", "pages overwritten"])
def test_a_damaged_file_is_set_aside_and_named_in_one_line(path: Path, how: str) -> None:
    neighbour = path.parent / "notes.txt"
    with store_at(path) as store:
        store.append("before")
    neighbour.write_text("mine")
    damage(path, how)
    broken = path.read_bytes()
    with store_at(path) as store:
        store.append("after")
        assert [event.kind for event in store.events()] == ["after"]
        (line,) = store.told  # type: ignore[attr-defined]
    aside = path.with_name("progress-damaged-2026-11-23-1.sqlite3")
    assert line == f"{path} cannot be read. It is kept as {aside.name}; a new file is begun."
    assert (aside.read_bytes(), neighbour.read_text()) == (broken, "mine")


def test_the_journal_of_a_damaged_file_is_set_aside_with_it(path: Path) -> None:
    with store_at(path) as store:
        store.append("before")
    assert Path(f"{path}-journal").exists()
    damage(path, "no database")
    with store_at(path) as store:
        assert store.events() == ()
    assert path.with_name("progress-damaged-2026-11-23-1.sqlite3-journal").exists()


def test_a_second_damaged_file_does_not_replace_the_first(path: Path) -> None:
    path.parent.mkdir()
    for _ in range(2):
        damage(path, "no database")
        with store_at(path) as store:
            store.append("after")
    assert len(list(path.parent.glob("*-damaged-*.sqlite3"))) == 2


def test_an_event_that_cannot_be_read_costs_no_other(path: Path) -> None:
    with store_at(path) as store:
        for number in range(3):
            store.append("count", number=number)
        written = path.read_bytes()
        path.write_bytes(written.replace(b'{"number": 1}', b'{"number: 1}}'))
    with store_at(path) as store:
        assert [event.data["number"] for event in store.events()] == [0, 2]
        assert store.told == [f"1 events in {path} cannot be read and are left out."]  # type: ignore[attr-defined]


def test_a_file_of_a_later_edition_is_left_alone(path: Path) -> None:
    with store_at(path) as store:
        store.append("answer")
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 2")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(BadInput, match="later edition of Lambda Study"):
        store_at(path).append("answer")
    assert path.read_bytes() == before


def test_a_place_where_nothing_can_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match=r"cannot be used: .*LAMBDA_STUDY_STORE"):
        store_at(tmp_path / "file" / "progress.sqlite3").append("answer")


def test_deleting_takes_the_file_and_an_open_store_begins_anew(path: Path) -> None:
    with store_at(path) as store:
        store.append("before")
        assert delete_store(path)
        assert list(path.parent.iterdir()) == []
        assert store.events() == ()
        store.append("after")
        assert [event.kind for event in store.events()] == ["after"]
    assert delete_store(path)
    assert not delete_store(path)
