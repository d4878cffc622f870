"""Fifty questions, an exam and a kernel that dies, in JupyterLab, by keyboard alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
import widget_page
from axe_playwright_python.sync_playwright import Axe
from lab_page import KERNEL_READY, lab_page, lab_server, run_all
from notebook_form import KERNEL
from playwright.sync_api import Browser, Page, expect

from lambda_study.quiz.attempt import unfinished
from lambda_study.quiz.review import recalls
from lambda_study.quiz.store import Store

browser = widget_page.browser
pytestmark = [pytest.mark.browser, pytest.mark.more]

FIFTY = """\
from lambda_study.quiz import load_bank
from lambda_study.quiz.store import Store
from lambda_study.show.quiz_view import QuizView

single = [question for question in load_bank().questions if question.kind == "single"]
QuizView(single[:50], title="Fifty", store=Store())"""
EXAM = """\
from lambda_study.lesson import exam

exam("DVA-C03-10", seed=1)"""


@pytest.fixture
def open_notebook(browser: Browser, tmp_path: Path, root: Path):
    """What opens a notebook of one cell in a JupyterLab of its own."""

    def opened(code: str) -> Iterator[Page]:
        home = tmp_path / "home"
        home.mkdir()
        shutil.copytree(root / "quizzes", home / "quizzes")
        cells = [nbformat.v4.new_code_cell(code, id="only"), nbformat.v4.new_markdown_cell("End", id="end")]
        nbformat.write(
            nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL}), home / "one.ipynb"
        )
        with lab_server(home, tmp_path) as server, lab_page(browser, server, "one.ipynb") as page:
            run_all(page)
            yield page

    return opened


@pytest.fixture
def fifty(open_notebook) -> Iterator[Page]:
    yield from open_notebook(FIFTY)


@pytest.fixture
def exam(open_notebook) -> Iterator[Page]:
    yield from open_notebook(EXAM)


def cells(page: Page) -> int:
    return page.locator(".jp-Notebook .jp-Cell").count()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_fifty_questions_are_answered_by_keyboard_alone(fifty, tmp_path):
    quiz, before = fifty.locator(".ls-quiz"), cells(fifty)
    expect(fifty.locator(".jp-OutputArea-output")).to_have_count(1)
    quiz.locator("legend").focus()
    for number in range(1, 51):
        press(fifty, "Tab", "Space", "ArrowDown", "ArrowUp", "Enter")
        expect(quiz.get_by_role("status")).to_contain_text("The answer is")
        expect(quiz.get_by_role("status")).to_be_focused()
        quiz.get_by_role("button", name="Next").or_(quiz.get_by_role("button", name="Result")).focus()
        press(fifty, "Enter")
        if number < 50:
            expect(quiz.get_by_text(f"Question {number + 1} of 50", exact=True)).to_be_focused()
    expect(quiz.locator(".ls-result")).to_be_focused()
    press(fifty, "a", "b", "d", "d", "x", "ArrowDown")
    assert cells(fifty) == before
    assert len(recalls(Store(tmp_path / "progress.sqlite3"))) == 50
    assert Axe().run(fifty, context=".ls-quiz").violations_count == 0


def test_an_exam_goes_on_after_its_kernel_was_killed(exam, tmp_path):
    before, view = cells(exam), exam.locator(".ls-quiz")
    view.get_by_role("button", name="Begin").press("Enter")
    for number in (1, 2, 3):
        expect(view.get_by_text(f"Question {number} of 10", exact=True)).to_be_focused()
        press(exam, "Tab", "Space", "Enter")
    expect(view.get_by_text("Question 4 of 10", exact=True)).to_be_focused()
    assert Axe().run(exam, context=".ls-quiz").violations_count == 0
    assert len(unfinished(Store(tmp_path / "progress.sqlite3")).answers) == 3

    exam.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    exam.wait_for_function(KERNEL_READY)
    run_all(exam)
    again = exam.locator(".ls-quiz")
    again.get_by_role("button", name="Go on: 3 of 10 answered").press("Enter")
    expect(again.get_by_text("Question 4 of 10", exact=True)).to_be_focused()
    again.get_by_role("button", name="All questions").press("Enter")
    again.get_by_role("button", name="Hand in", exact=True).press("Enter")
    press(exam, "Enter")
    expect(again.get_by_role("img")).to_be_visible()
    expect(again.get_by_text("Not answered, and so wrong: 7.")).to_be_visible()
    assert Axe().run(exam, context=".ls-quiz").violations_count == 0
    assert cells(exam) == before
