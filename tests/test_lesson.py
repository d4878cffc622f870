"""The learner's copies of the lessons."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import lambda_study
from lambda_study.cli import lesson
from lambda_study.cli.lesson import find, home, lessons, make_copies
from lambda_study.errors import BadInput


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of Lambda Study with two lessons whose outputs are stored."""
    (tmp_path / "notebooks").mkdir()
    for name in ("00-start-here", "11-first-function"):
        ship(tmp_path, name, "print(6 * 7)")
    monkeypatch.setattr(lambda_study, "__file__", str(tmp_path / "lambda_study" / "__init__.py"))
    return tmp_path


def ship(school: Path, name: str, source: str) -> None:
    """Put a lesson with one cell, run once, into notebooks/."""
    output = {"output_type": "stream", "name": "stdout", "text": ["42\n"]}
    cell = {"cell_type": "code", "id": "answer", "metadata": {"tags": ["keep"]}, "source": source}
    cell |= {"execution_count": 7, "outputs": [output]}
    notebook = {"cells": [cell], "metadata": {"widgets": {"state": 1}}, "nbformat": 4, "nbformat_minor": 5}
    (school / "notebooks" / f"{name}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


def read(school: Path, name: str) -> dict:
    """The learner's copy."""
    return json.loads((school / "my-lessons" / f"{name}.ipynb").read_text(encoding="utf-8"))


def run_a_cell(wanted: lesson.Lesson) -> None:
    """What JupyterLab writes when a learner has run a cell."""
    copy = json.loads(wanted.copy.read_text())
    copy["cells"][0] |= {"execution_count": 1, "outputs": []}
    wanted.copy.write_text(json.dumps(copy))


def test_a_copy_holds_no_output_and_keeps_ids_and_tags(school: Path) -> None:
    make_copies(school)
    copy = read(school, "11-first-function")
    cell = {"cell_type": "code", "id": "answer", "metadata": {"tags": ["keep"]}, "source": "print(6 * 7)"}
    assert copy["cells"] == [cell | {"execution_count": None, "outputs": []}]
    assert "widgets" not in copy["metadata"]


def test_a_copy_is_never_overwritten(school: Path) -> None:
    make_copies(school)
    mine = school / "my-lessons" / "11-first-function.ipynb"
    mine.write_text(mine.read_text(encoding="utf-8").replace("6 * 7", "my own work"), encoding="utf-8")
    assert make_copies(school) == []
    assert "my own work" in mine.read_text()


def test_a_lesson_that_changed_since_is_told_in_one_line(school: Path) -> None:
    make_copies(school)
    ship(school, "11-first-function", "print('better')")
    assert make_copies(school) == [
        "11-first-function has changed since you began. Your copy stays. "
        "For the new one: lambda-study lesson reset 11-first-function"
    ]


def test_a_lesson_that_was_only_run_again_has_not_changed(school: Path) -> None:
    make_copies(school)
    shipped = school / "notebooks" / "00-start-here.ipynb"
    notebook = json.loads(shipped.read_text())
    notebook["cells"][0] |= {"execution_count": 8, "outputs": [], "source": ["print(", "6 * 7)"]}
    shipped.write_text(json.dumps(notebook))
    assert make_copies(school) == []


def test_reset_keeps_the_old_copies_as_backups(school: Path) -> None:
    make_copies(school)
    wanted = find("11", school)
    wanted.copy.write_text('{"cells": [], "metadata": {}}')
    first = wanted.reset()
    run_a_cell(wanted)
    second = wanted.reset()
    assert (first.name, second.name) == (
        "11-first-function.backup-1.ipynb",
        "11-first-function.backup-2.ipynb",
    )
    assert first.read_text() == '{"cells": [], "metadata": {}}'
    assert wanted.state == "yours"


def test_reset_of_an_untouched_copy_leaves_no_backup(school: Path) -> None:
    make_copies(school)
    wanted = find("11", school)
    assert wanted.untouched
    assert wanted.reset() is None
    assert [path.name for path in sorted(wanted.copy.parent.iterdir())] == [
        "00-start-here.ipynb",
        "11-first-function.ipynb",
    ]
    wanted.copy.write_text(wanted.copy.read_text().replace("6 * 7", "6 * 8"))
    assert not wanted.untouched


def test_a_backup_is_no_lesson(school: Path) -> None:
    make_copies(school)
    run_a_cell(find("11", school))
    find("11", school).reset()
    assert [one.name for one in lessons(school)] == ["00-start-here", "11-first-function"]


def test_an_unknown_name_is_answered_with_the_nearest(school: Path) -> None:
    with pytest.raises(BadInput, match=r"There is no lesson '12-first'. The nearest is 11-first-function"):
        find("12-first", school)


def test_a_copy_that_is_no_notebook_is_named_and_stays(school: Path) -> None:
    make_copies(school)
    broken = school / "my-lessons" / "00-start-here.ipynb"
    broken.write_text("half a noteb")
    with pytest.raises(BadInput, match=r"00-start-here[.]ipynb is not a notebook"):
        make_copies(school)
    assert broken.read_text() == "half a noteb"


def test_lessons_are_found_from_any_folder(school: Path, tmp_path_factory, monkeypatch) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "notebooks").mkdir()
    monkeypatch.chdir(elsewhere)
    assert home() == school


def test_a_package_without_lessons_takes_those_of_the_working_folder(school: Path, monkeypatch) -> None:
    monkeypatch.setattr(lambda_study, "__file__", "/no/such/lambda_study/__init__.py")
    monkeypatch.chdir(school)
    assert home() == school
    (school / "notebooks" / "00-start-here.ipynb").unlink()
    with pytest.raises(BadInput, match=r"has no notebooks/00-start-here[.]ipynb. Run the command in"):
        home()


def test_the_list_tells_which_copies_are_there(school: Path) -> None:
    find("11", school).make_copy()
    result = CliRunner().invoke(lesson.command, ["list", "--json"])
    assert json.loads(result.output) == {
        "lessons": [
            {"name": "00-start-here", "state": "new"},
            {"name": "11-first-function", "state": "yours"},
        ]
    }


def test_reset_on_the_command_line_says_where_the_old_copy_is(school: Path) -> None:
    make_copies(school)
    run_a_cell(find("00", school))
    result = CliRunner().invoke(lesson.command, ["reset", "00"])
    assert result.output == (
        "my-lessons/00-start-here.ipynb is new. Your old copy is my-lessons/00-start-here.backup-1.ipynb.\n"
    )


def test_every_shipped_lesson_can_be_copied(root: Path, tmp_path: Path) -> None:
    (tmp_path / "notebooks").symlink_to(root / "notebooks")
    make_copies(tmp_path)
    copied = {path.name for path in (tmp_path / "my-lessons").iterdir()}
    assert copied == {path.name for path in (root / "notebooks").glob("*.ipynb")}
