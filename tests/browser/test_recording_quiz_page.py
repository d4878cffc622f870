"""A test that records, in a real browser, by keyboard alone: no verdict, and a file for the teacher."""

from __future__ import annotations

import pytest
import widget_page
from exported_bank import small_bank
from playwright.sync_api import expect
from widget_page import THEMES, violations

from lambda_study.handouts.gradebook import gradebook, read_folder
from lambda_study.quiz.keyless import without_keys
from lambda_study.show.recording_quiz import recording_quiz

browser, notebook = widget_page.browser, widget_page.notebook

pytestmark = [pytest.mark.browser, pytest.mark.more]


@pytest.fixture
def bank(tmp_path):
    (tmp_path / "bank").mkdir()
    return small_bank(tmp_path / "bank")


@pytest.fixture
def ask(notebook, bank, tmp_path):
    """Shows the test of a learner, as a cell does."""
    questions = tmp_path / "questions.json"
    questions.write_text(without_keys(bank, ["retries"]), encoding="utf-8")

    def show(learner):
        notebook.show(recording_quiz("retries", None, learner, questions, tmp_path / "results"))

    return show


def test_three_answers_by_keyboard_become_a_file_that_collect_grades(notebook, ask, bank, tmp_path) -> None:
    ask("Ana")
    page = notebook.page
    page.get_by_role("button", name="Begin").press("Enter")
    expect(page.get_by_text("Question 1 of 3", exact=True)).to_be_focused()
    page.get_by_role("radio").first.focus()
    notebook.press("Space", "ArrowDown", "Enter")
    for letter in range(3):
        page.get_by_role("checkbox").nth(letter).press("Space")
    page.get_by_role("button", name="Next").press("Enter")
    page.get_by_role("textbox").fill("0.5")
    expect(
        page.locator(".ls-mark, .ls-reason:not(:empty), .ls-wrong, .ls-right, .ls-clock:visible")
    ).to_have_count(0)
    page.get_by_role("button", name="Review and hand in").press("Enter")
    page.get_by_role("button", name="Hand in", exact=True).press("Enter")
    expect(page.get_by_text("3 of 3 questions answered.")).to_be_visible()
    (row,) = gradebook(*read_folder(tmp_path / "results"), bank).rows
    assert (row.learner, row.right) == ("Ana", (True, True, True))


def test_without_a_name_it_says_what_to_do(notebook, ask) -> None:
    ask("")
    notebook.page.get_by_role("button", name="Begin").press("Enter")
    expect(notebook.page.get_by_role("status")).to_contain_text("Write your name between the quotes")


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing(notebook, ask, theme) -> None:
    notebook.open(theme)
    ask("Ana")
    notebook.page.get_by_role("button", name="Begin").press("Enter")
    expect(notebook.page.get_by_text("Question 1 of 3", exact=True)).to_be_focused()
    assert violations(notebook.page) == []
