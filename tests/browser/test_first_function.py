"""A learner's copy of the first lesson in JupyterLab: run all cells, move a slider, answer by keyboard."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import widget_page
from axe_playwright_python.sync_playwright import Axe
from lab_page import lab_page, lab_server, run_all
from playwright.sync_api import Browser, Page, expect

from lambda_study.cli.lesson import Lesson
from lambda_study.quiz.review import recalls
from lambda_study.quiz.store import Store

browser = widget_page.browser
pytestmark = pytest.mark.browser

LESSON = "11-first-function"


@pytest.fixture
def lesson(tmp_path: Path, root: Path) -> Lesson:
    """A learner's copy, as `lambda-study lab` makes it, in a folder of its own."""
    (tmp_path / "home").mkdir()
    copy = Lesson(
        LESSON, root / "notebooks" / f"{LESSON}.ipynb", tmp_path / "home" / "my-lessons" / f"{LESSON}.ipynb"
    )
    copy.make_copy()
    shutil.copytree(root / "quizzes", tmp_path / "home" / "quizzes")
    return copy


@pytest.fixture
def server(tmp_path: Path, lesson: Lesson) -> Iterator[str]:
    """The address of a JupyterLab on the learner's folder; all its state is in a temporary one."""
    with lab_server(lesson.copy.parent.parent, tmp_path) as address:
        yield address


@pytest.fixture
def page(browser: Browser, server: str) -> Iterator[Page]:
    """The learner's copy, open, with a kernel that is ready."""
    with lab_page(browser, server, f"my-lessons/{LESSON}.ipynb") as page:
        yield page


def test_a_learners_copy_gives_nothing_away(lesson):
    copied = [
        cell
        for cell in json.loads(lesson.copy.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "code"
    ]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in copied)


def test_the_lesson_runs_and_is_answered_by_keyboard(page, tmp_path):
    cells = page.locator(".jp-Notebook .jp-Cell").count()
    assert page.locator(".jp-OutputArea-output").count() == 0
    run_all(page)

    slider = page.get_by_role("slider", name="members")
    picture = page.get_by_role("group", name="An afternoon at the club").get_by_role("img")
    expect(picture).to_have_attribute("alt", re.compile("Timeline of 4 invocations"))
    slider.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "5")
    expect(picture).to_have_attribute("alt", re.compile("Timeline of 5 invocations"))

    quiz = page.locator(".ls-quiz").filter(has=page.get_by_role("button", name="Next"))
    quiz.get_by_role("radio").first.focus()
    for key in ("Space", "ArrowDown", "b", "d", "d", "x", "Enter"):
        page.keyboard.press(key)
    expect(quiz.get_by_role("status")).to_contain_text("The answer is")

    assert page.locator(".jp-Notebook .jp-Cell").count() == cells
    assert Axe().run(page, context=".ls-quiz").violations_count == 0
    assert len(recalls(Store(tmp_path / "progress.sqlite3"))) == 1
