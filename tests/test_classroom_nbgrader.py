"""The assignments for nbgrader: it takes every solution out, and grades what students hand in."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from exported_bank import small_bank
from own_environment import own_environment
from secrets_in_files import secrets_in, secrets_of

from lambda_study.handouts.classroom import write_classroom
from lambda_study.handouts.classroom_nbgrader import nbgrader_lesson, nbgrader_topic
from lambda_study.handouts.worksheet import read_notebook
from lambda_study.quiz import load_bank

NOW = datetime(2026, 11, 23, tzinfo=UTC)
QUIZ = "quiz-retries"


def cells(notebook: dict, name: str) -> list[str]:
    """The sources of those cells of NOTEBOOK whose nbgrader id ends in NAME."""
    marked = [cell for cell in notebook["cells"] if "nbgrader" in cell["metadata"]]
    return [cell["source"] for cell in marked if cell["metadata"]["nbgrader"]["grade_id"].endswith(name)]


def test_a_key_stands_between_markers_and_its_test_is_hidden(tmp_path) -> None:
    notebook = nbgrader_topic("retries", small_bank(tmp_path))
    answers, tests = cells(notebook, "-answer"), cells(notebook, "-test")
    assert [each.splitlines()[2] for each in answers] == [
        'answer_1 = "B"',
        'answer_2 = "ABC"',
        'answer_3 = "0.5"',
    ]
    for each in answers:
        assert each.splitlines()[1] == "### BEGIN SOLUTION" and each.endswith("### END SOLUTION")
    for each in tests:
        assert each.startswith("### BEGIN HIDDEN TESTS") and each.endswith("### END HIDDEN TESTS")


@pytest.mark.parametrize("answer, passes", [("0.5", True), (" 0.50", True), ("0.505", True), ("0.52", False)])
def test_a_hidden_test_takes_a_number_within_the_tolerance(answer, passes, tmp_path) -> None:
    *_, test = cells(nbgrader_topic("retries", small_bank(tmp_path)), "-test")
    if passes:
        exec(test, {"answer_3": answer})
        return
    with pytest.raises(AssertionError):
        exec(test, {"answer_3": answer})


def test_an_exercise_of_a_lesson_has_its_solution_in_a_cell_that_is_read_by_the_teacher(root) -> None:
    lesson = read_notebook(root / "notebooks" / "21-concurrency.ipynb")
    notebook = nbgrader_lesson(lesson, load_bank())
    first, second, third = (cells(notebook, f"exercise-{number}")[0] for number in (1, 2, 3))
    assert first == "### BEGIN SOLUTION\n40 × 1.2 = 48 environments; 40 × 0.3 = 12.\n### END SOLUTION"
    assert "clock.advance(hours=6)" in third and "import of the SDK" in second
    assert "Solutions" not in json.dumps(notebook["cells"])


@pytest.mark.parametrize("number", ["11", "15", "22", "36", "50"])
def test_every_task_of_a_lesson_has_a_solution_and_every_cell_an_id_of_its_own(root, number) -> None:
    (path,) = (root / "notebooks").glob(f"{number}-*.ipynb")
    notebook = nbgrader_lesson(read_notebook(path), load_bank())
    marked = [cell for cell in notebook["cells"] if "nbgrader" in cell["metadata"]]
    assert len({cell["id"] for cell in notebook["cells"]}) == len(notebook["cells"])
    assert len({cell["metadata"]["nbgrader"]["grade_id"] for cell in marked}) == len(marked)
    solved = [cell["source"] for cell in marked if cell["metadata"]["nbgrader"]["solution"]]
    assert solved and not any("BEGIN SOLUTION\n\n### END" in each for each in solved)


@pytest.fixture(scope="module")
def nbgrader(tmp_path_factory):
    """Runs nbgrader in a folder."""
    tool = own_environment(tmp_path_factory.mktemp("nbgrader"), "nbgrader==0.9.6", "ipykernel") / "nbgrader"

    path = os.pathsep.join([str(tool.parent), os.environ["PATH"]])  # nbgrader calls alembic by its name

    def run(folder: Path, *words: str) -> None:
        done = subprocess.run(
            [tool, *words],
            cwd=folder,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr[-3000:]

    return run


@pytest.mark.more
def test_nbgrader_takes_every_solution_out_of_a_lesson_and_a_topic(nbgrader, root, tmp_path) -> None:
    bank = load_bank()
    lesson = root / "notebooks" / "21-concurrency.ipynb"
    write_classroom(tmp_path, bank, [lesson], topics=["concurrency"], now=NOW)
    course = tmp_path / "teacher" / "nbgrader"
    names = ["21-concurrency", "quiz-concurrency"]
    for name in names:
        nbgrader(course, "generate_assignment", name, "--create")
    released = {path.stem: path.read_text(encoding="utf-8") for path in course.glob("release/*/*.ipynb")}
    assert sorted(released) == names
    for text in released.values():
        assert "BEGIN SOLUTION" not in text and "HIDDEN TESTS" not in text
        assert "YOUR ANSWER HERE" in text or "YOUR CODE HERE" in text
    assert secrets_in(course / "release", secrets_of(bank)) == set()


@pytest.mark.more
def test_nbgrader_gives_a_point_for_each_right_answer(nbgrader, tmp_path) -> None:
    (tmp_path / "bank").mkdir()
    write_classroom(tmp_path / "out", small_bank(tmp_path / "bank"), [], now=NOW)
    course = tmp_path / "out" / "teacher" / "nbgrader"
    nbgrader(course, "generate_assignment", QUIZ, "--create")
    hand_in(course, "ana", 'answer_1 = "b"', 'answer_2 = "A, C, B"', 'answer_3 = "0.5"')
    hand_in(course, "ben", 'answer_1 = "A"', 'answer_2 = "AC"', 'answer_3 = "0.505"')
    nbgrader(course, "autograde", QUIZ)
    assert scores(course / "gradebook.db") == {"ana": 3.0, "ben": 1.0}


def hand_in(course: Path, student: str, *answers: str) -> None:
    """STUDENT writes ANSWERS into the released notebook, in their order."""
    notebook = json.loads((course / "release" / QUIZ / f"{QUIZ}.ipynb").read_text(encoding="utf-8"))
    places = [cell for cell in notebook["cells"] if "YOUR CODE HERE" in "".join(cell["source"])]
    for cell, answer in zip(places, answers, strict=True):
        cell["source"] = answer
    folder = course / "submitted" / student / QUIZ
    folder.mkdir(parents=True)
    (folder / f"{QUIZ}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


def scores(database: Path) -> dict[str, float]:
    """The points of each student in nbgrader's gradebook."""
    asked = """
        SELECT submitted_assignment.student_id, SUM(grade.auto_score) FROM grade
        JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
        JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
        GROUP BY submitted_assignment.student_id"""
    with sqlite3.connect(database) as connection:
        return dict(connection.execute(asked).fetchall())
