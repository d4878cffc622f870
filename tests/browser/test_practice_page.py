"""The practice page in a real browser: it grades as Python does, offline and by keyboard."""

from __future__ import annotations

import pytest
import widget_page
from playwright.sync_api import expect
from quiz_questions import MULTIPLE, NUMERIC, QUESTIONS, SINGLE
from widget_page import violations

from lambda_study.errors import BadInput
from lambda_study.quiz import load_bank
from lambda_study.quiz.grade import grade
from lambda_study.show.quiz_page import practice_page
from lambda_study.show.quiz_session import verdict

browser = widget_page.browser

pytestmark = [pytest.mark.browser, pytest.mark.more]

NUMBERS = ("10", "10.0", "10 environments", "1,0", "1e1", "12", "ten", "10 s", "$10")
GRADED = """([question, chosen]) => {
  const model = new PracticeModel(PRACTICE.state, PRACTICE.answers);
  return model.reply({question, chosen});
}"""


@pytest.fixture
def page(browser):
    page = browser.new_page(viewport={"width": 900, "height": 1000})
    page.set_default_timeout(5000)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    yield page
    page.close()
    assert asked == []


def opened(page, questions):
    """The page, with what is inside its module made known to the test."""
    html = practice_page(questions, title="Practice")
    page.set_content(
        html.replace(
            "\nrender({ model", "\nObject.assign(window, { PracticeModel, PRACTICE });\nrender({ model"
        )
    )
    return page


def test_a_question_is_answered_by_keyboard_and_explained(page):
    opened(page, QUESTIONS)
    page.get_by_role("radio").first.focus()
    for key in ("Space", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("status")).to_have_text("Right. The answer is B.")
    expect(page.get_by_role("status")).to_be_focused()
    expect(page.get_by_text("One run and two retries.")).to_be_visible()
    expect(page.get_by_text("1 of 1 right so far.")).to_be_visible()


@pytest.mark.parametrize(
    ("question", "chosen"),
    [
        (SINGLE, ["A"]), (SINGLE, ["B"]), (MULTIPLE, ["B", "A"]), (MULTIPLE, ["A", "C"]),
        *((NUMERIC, [typed]) for typed in NUMBERS),
    ],
)  # fmt: skip
def test_the_page_grades_as_python_does(page, question, chosen):
    opened(page, QUESTIONS)
    reply = page.evaluate(GRADED, [question.id, chosen])
    try:
        graded = grade(question, chosen)
    except BadInput:
        assert reply["kind"] == "refused"
        return
    assert (reply["correct"], reply["verdict"]) == (graded.correct, verdict(question, graded))


def test_the_page_of_the_whole_bank_knows_every_key(page):
    bank = load_bank().questions
    opened(page, bank)
    for question in bank:
        chosen = [str(question.answer.value)] if question.answer else list(question.key)
        assert page.evaluate(GRADED, [question.id, chosen])["correct"], question.id


@pytest.mark.parametrize(
    "look", [{"color_scheme": "light"}, {"color_scheme": "dark"}, {"forced_colors": "active"}]
)
@pytest.mark.parametrize("width", [320, 900])
def test_the_page_has_no_accessibility_violation(page, look, width, tmp_path):
    page.emulate_media(**look)
    page.set_viewport_size({"width": width, "height": 900})
    opened(page, QUESTIONS)
    found = violations(page)
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_role("status")).to_contain_text("Not right.")
    page.screenshot(path=tmp_path / "page.png", full_page=True)
    assert found + violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
