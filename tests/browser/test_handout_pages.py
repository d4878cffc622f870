"""Hand-outs in a real browser: accessible in light and dark, and as many printed pages as they should be."""

from __future__ import annotations

from pathlib import Path

import pytest
import widget_page
from widget_page import THEMES, violations

from lambda_study.handouts.cheat_sheet import cheat_sheet, exams_eve
from lambda_study.handouts.document import Document
from lambda_study.handouts.forms import paper_forms
from lambda_study.handouts.html import html_page
from lambda_study.handouts.page import paper_of
from lambda_study.handouts.ticket import ticket, ticket_questions
from lambda_study.handouts.worksheet import read_notebook, worksheet
from lambda_study.quiz import load_bank

browser = widget_page.browser

pytestmark = [pytest.mark.browser, pytest.mark.more]

BANK = load_bank()
NOTEBOOKS = Path(__file__).resolve().parent.parent.parent / "notebooks"
TITLES = {topic: BANK.title(topic) for topic in BANK.names}


def of_exam(key: bool, large: bool = False) -> Document:
    (form,) = paper_forms("DVA-C03-20", BANK)
    ground = form.introduction
    return paper_of(form.questions, key, title=form.heading, digest="d", introduction=ground, large=large)


def lesson(name: str, teacher: bool) -> Document:
    return worksheet(read_notebook(NOTEBOOKS / f"{name}.ipynb"), teacher, BANK)


PAPERS = {
    "exam": of_exam(False),
    "exam key": of_exam(True),
    "exam in large print": of_exam(False, large=True),
    "worksheet 11": lesson("11-first-function", False),
    "teacher's copy 11": lesson("11-first-function", True),
    "worksheet 33": lesson("33-sns-and-sqs", False),
    "teacher's copy 33": lesson("33-sns-and-sqs", True),
    "cheat sheet": cheat_sheet("sns-and-sqs", "Topics and queues", NOTEBOOKS),
    "eve": exams_eve("DVA-C03", TITLES),
    "ticket": ticket("s3", BANK, ticket_questions("s3", BANK)),
}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("paper", PAPERS)
def test_a_paper_has_no_accessibility_violation(browser, theme, paper, tmp_path):
    page = browser.new_page(color_scheme=theme, viewport={"width": 900, "height": 1000})
    page.set_content(html_page(PAPERS[paper]))
    assert violations(page) == []
    page.screenshot(path=tmp_path / f"{paper}-{theme}.png", full_page=True)
    page.close()


@pytest.mark.parametrize("paper", PAPERS)
def test_nothing_runs_off_a_narrow_page(browser, paper):
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.set_content(html_page(PAPERS[paper]))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.close()


@pytest.mark.parametrize(("paper", "pages"), [("cheat sheet", 1), ("eve", 2), ("ticket", 1)])
def test_a_paper_that_has_to_fit_fits_when_the_browser_prints_it(browser, paper, pages):
    page = browser.new_page()
    page.set_content(html_page(PAPERS[paper]))
    printed = page.pdf(prefer_css_page_size=True)
    assert printed.count(b"/Type /Page\n") == pages
    page.close()
