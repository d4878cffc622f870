"""The quiz and the prediction in a real browser, by keyboard alone, with Python grading behind them."""

from __future__ import annotations

import pytest
import widget_page
from playwright.sync_api import expect
from quiz_questions import QUESTIONS, SECRETS
from widget_page import THEMES, violations

from lambda_study.handouts import render
from lambda_study.quiz.review import recalls
from lambda_study.quiz.store import Store
from lambda_study.show.predict import predict
from lambda_study.show.quiz_view import QuizView

browser, notebook = widget_page.browser, widget_page.notebook

pytestmark = [pytest.mark.browser, pytest.mark.more]


@pytest.fixture
def quiz(notebook):
    quiz = QuizView(QUESTIONS, title="Concurrency")
    notebook.show(quiz)
    return quiz


def focus_first(notebook, role):
    notebook.page.get_by_role(role).first.focus()


def answer_all(notebook):
    """One wrong, one right and one numeric answer, by keyboard."""
    focus_first(notebook, "radio")
    notebook.press("Space", "Enter")
    expect(notebook.page.get_by_role("status")).to_contain_text("The answer is B.")
    notebook.page.get_by_role("button", name="Next").press("Enter")
    focus_first(notebook, "checkbox")
    notebook.press("Space", "Tab", "Space", "Enter")
    expect(notebook.page.get_by_role("status")).to_contain_text("Right.")


def test_a_single_answer_is_chosen_and_explained_by_keyboard(notebook, quiz):
    focus_first(notebook, "radio")
    notebook.press("Space", "ArrowDown", "Enter")
    expect(notebook.page.get_by_role("status")).to_have_text("Right. The answer is B.")
    assert notebook.focused() == "Right. The answer is B."
    expect(notebook.page.get_by_text("✓ Correct, your choice")).to_be_visible()
    expect(notebook.page.get_by_text("A synchronous caller sees one run")).to_be_visible()
    assert [attempt.chosen for attempt in quiz.answers] == [("B",)]


def test_arrows_choose_without_submitting(notebook, quiz):
    focus_first(notebook, "radio")
    notebook.press("Space", "ArrowDown", "ArrowDown")
    expect(notebook.page.get_by_role("radio", name="C. Until it expires")).to_be_checked()
    assert quiz.answers == ()


def test_select_two_counts_and_says_why_submit_waits(notebook, quiz):
    notebook.page.get_by_role("button", name="Next").press("Enter")
    assert notebook.focused() == "Question 2 of 3"
    focus_first(notebook, "checkbox")
    notebook.press("Space")
    expect(notebook.page.get_by_text("1 of 2 selected", exact=True)).to_be_visible()
    notebook.press("Enter")
    expect(notebook.page.get_by_role("status")).to_have_text("Select 2 options. 1 of 2 selected.")
    assert quiz.answers == ()
    notebook.press("Tab", "Space", "Enter")
    expect(notebook.page.get_by_role("status")).to_have_text("Right. The answer is A and B.")


def test_a_number_is_typed_and_a_text_that_is_none_is_explained(notebook, quiz):
    notebook.page.get_by_role("button", name="Question 3, open").click()
    notebook.page.get_by_role("textbox", name="Your answer environments").focus()
    notebook.page.keyboard.type("ten")
    notebook.press("Enter")
    expect(notebook.page.get_by_role("status")).to_contain_text('"ten" is not a number.')
    notebook.press("Control+A")
    notebook.page.keyboard.type("12")
    notebook.press("Enter")
    expect(notebook.page.get_by_role("status")).to_have_text(
        "Not right. You wrote 12. The answer is 10 environments."
    )
    expect(notebook.page.get_by_text("20 requests/s times 0.5 s.")).to_be_visible()


def test_a_wrong_answer_can_be_tried_again_and_the_score_tells(notebook, quiz):
    focus_first(notebook, "radio")
    notebook.press("Space", "Enter")
    expect(notebook.page.get_by_role("status")).to_have_text("Not right. You chose A. The answer is B.")
    notebook.page.get_by_role("button", name="Try again").press("Enter")
    assert notebook.focused() == "Question 1 of 3"
    focus_first(notebook, "radio")
    notebook.press("ArrowDown", "Enter")
    score = "1 of 1 right so far, 0 at the first try. 3 questions."
    expect(notebook.page.get_by_text(score)).to_be_visible()
    assert repr(quiz.score) == score


def test_the_rail_is_one_tab_stop_with_arrows_inside_and_says_each_state(notebook, quiz):
    answer_all(notebook)
    rail = notebook.page.get_by_role("toolbar")
    assert rail.get_by_role("button").all_inner_texts() == ["1✗", "2✓", "3"]
    rail.get_by_role("button", name="Question 2, right").focus()
    notebook.press("ArrowRight")
    assert notebook.focused() == "3"
    notebook.press("Enter")
    assert notebook.focused() == "Question 3 of 3"
    assert rail.locator("[tabindex='0']").count() == 1


def test_the_end_tells_the_result_and_leads_back_to_what_was_wrong(notebook, quiz):
    answer_all(notebook)
    notebook.page.get_by_role("button", name="Next").press("Enter")
    notebook.page.get_by_role("button", name="Result").press("Enter")
    result = notebook.page.locator(".ls-result")
    words = " ".join(result.inner_text().split())
    assert words == "1 of 3 right. To look at again: 1 Not answered yet: 3"
    assert notebook.focused().startswith("1 of 3 right.")
    result.get_by_role("button", name="Question 1").press("Enter")
    assert notebook.focused() == "Question 1 of 3"
    expect(result).to_be_empty()


def test_a_flagged_answer_is_kept_as_doubtful_with_its_time(notebook, tmp_path):
    store = Store(tmp_path / "progress.sqlite3")
    notebook.show(QuizView(QUESTIONS, store=store))
    notebook.page.get_by_role("button", name="Flag").press("Enter")
    expect(notebook.page.get_by_role("button", name="Question 1, open, flagged")).to_be_visible()
    focus_first(notebook, "radio")
    notebook.press("Space", "ArrowDown", "Enter")
    expect(notebook.page.get_by_role("status")).to_contain_text("Right.")
    (kept,) = recalls(store)
    assert (kept.correct, kept.doubtful, kept.seconds < 60) == (True, True, True)


def test_the_type_can_be_made_larger(notebook, quiz):
    letters = "document.querySelector('.ls-stem').getBoundingClientRect().height"
    before = notebook.page.evaluate(letters)
    toggle = notebook.page.get_by_role("button", name="Larger type")
    toggle.press("Enter")
    expect(toggle).to_have_attribute("aria-pressed", "true")
    assert notebook.page.evaluate(letters) > 1.3 * before
    toggle.press("Enter")
    assert notebook.page.evaluate(letters) == before


def test_no_key_reaches_a_listener_outside_and_each_control_says_so_to_jupyterlab(notebook, quiz):
    notebook.page.evaluate(
        "window.stolen = []; document.addEventListener('keydown', (e) => stolen.push(e.key))"
    )
    answer_all(notebook)
    notebook.press("ArrowDown", "b", "d", "d", "x", "Escape")
    assert notebook.page.evaluate("stolen") == []
    focusable = ".ls-quiz :is(a, button, input, [tabindex])"
    assert notebook.page.locator(f"{focusable}:not([data-lm-suppress-shortcuts='true'])").count() == 0
    assert notebook.page.locator(focusable).count() > 10


def test_nothing_secret_is_in_the_page_before_submit(notebook, quiz):
    html = notebook.page.content()
    assert "Three times" in html
    assert [secret for secret in SECRETS if secret in html] == []


def test_two_quizzes_on_a_page_keep_to_themselves(notebook, quiz):
    other = QuizView(QUESTIONS, title="Again")
    notebook.show(other)
    first, second = notebook.page.locator(".ls-quiz").all()
    first.get_by_role("radio").nth(0).check()
    second.get_by_role("radio").nth(1).check()
    assert first.get_by_role("radio").nth(0).is_checked()
    second.get_by_role("button", name="Submit").click()
    expect(second.get_by_role("status")).to_have_text("Right. The answer is B.")
    assert (len(quiz.answers), len(other.answers)) == (0, 1)


def test_a_second_view_shows_what_was_answered(notebook, quiz):
    answer_all(notebook)
    notebook.show(quiz)
    expect(notebook.page.get_by_role("status").nth(1)).to_have_text(
        "Not right. You chose A. The answer is B."
    )


def test_a_kernel_that_does_not_answer_is_said_to(notebook, quiz):
    notebook.page.clock.install()
    notebook.page.evaluate("() => { window.toPython = () => new Promise(() => {}) }")
    focus_first(notebook, "radio")
    notebook.press("Space", "Enter")
    expect(notebook.page.get_by_role("status")).to_have_text("Checking…")
    notebook.page.clock.run_for(4000)
    expect(notebook.page.get_by_role("status")).to_contain_text("run this cell again")


def test_a_prediction_is_committed_by_keyboard_and_stays(notebook):
    guess = predict("How many `environments` start?", ["1", "2"])
    notebook.show(guess)
    notebook.page.get_by_role("button", name="Commit").press("Enter")
    expect(notebook.page.get_by_role("status")).to_have_text("Choose an option first.")
    notebook.page.get_by_role("group", name="How many environments start?").get_by_role("radio").first.focus()
    notebook.press("Space", "ArrowDown", "Enter")
    expect(notebook.page.get_by_role("status")).to_have_text("You guessed: 2. Now run the next cell.")
    assert notebook.focused() == "You guessed: 2. Now run the next cell."
    expect(notebook.page.get_by_role("button")).to_have_count(0)
    assert repr(guess.reveal(1)) == "You guessed 2. It is 1."


def test_what_is_revealed_is_marked_in_the_box_and_said(notebook):
    guess = predict("How many environments start?", ["1", "2", "3"])
    notebook.show(guess)
    notebook.page.get_by_role("radio").nth(1).check()
    notebook.page.get_by_role("button", name="Commit").click()
    expect(notebook.page.get_by_role("status")).to_contain_text("Now run the next cell.")
    guess.reveal(1)
    notebook.fetch(0)
    expect(notebook.page.get_by_role("status")).to_have_text("You guessed 2. It is 1.")
    assert notebook.page.locator(".ls-mark").all_inner_texts() == ["✓ This is it", "✗ Your guess"]


def test_a_box_without_a_guess_closes_when_the_truth_is_told(notebook):
    guess = predict("How many environments start?", ["1", "2"])
    notebook.show(guess)
    guess.reveal(2)
    notebook.fetch(0)
    expect(notebook.page.get_by_role("status")).to_contain_text("To guess after all, run this cell again.")
    expect(notebook.page.get_by_role("button")).to_have_count(0)
    assert notebook.page.locator(".ls-mark").all_inner_texts() == ["✓ This is it"]


@pytest.mark.parametrize("theme", THEMES)
def test_the_widgets_have_no_accessibility_violation(notebook, theme, tmp_path):
    notebook.open(theme)
    guess = predict("How many `environments` start?", ["1", "2"])
    quiz = QuizView(
        QUESTIONS, title="Concurrency", introduction="For *one* Region.", more='More: `quiz("x")`'
    )
    notebook.show(guess)
    notebook.show(quiz)
    found = violations(notebook.page)
    notebook.page.get_by_role("group", name="Quiz").get_by_role("radio").first.check()
    notebook.page.get_by_role("button", name="Submit").click()
    expect(notebook.page.get_by_text("Not right.")).to_be_visible()
    notebook.page.screenshot(path=tmp_path / f"quiz-{theme}-1.png", full_page=True)
    found += violations(notebook.page)
    notebook.page.get_by_role("button", name="Next").click()
    notebook.page.get_by_role("checkbox").first.check()
    notebook.page.screenshot(path=tmp_path / f"quiz-{theme}-2.png", full_page=True)
    assert found + violations(notebook.page) == []


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("key", [False, True], ids=["sheet", "key"])
def test_a_hand_out_has_no_accessibility_violation(browser, theme, key, tmp_path):
    page = browser.new_page(color_scheme=theme, viewport={"width": 900, "height": 1000})
    page.set_content(render(QUESTIONS, key, title="Concurrency", digest="0123456789abcdef"))
    assert violations(page) == []
    page.screenshot(path=tmp_path / f"{theme}.png", full_page=True)
    page.close()


def test_a_printed_question_stays_on_one_page(browser):
    page = browser.new_page()
    page.emulate_media(media="print")
    page.set_content(render(QUESTIONS))
    rule = "(sections) => sections.map((section) => getComputedStyle(section).breakInside)"
    assert page.locator("section.question").evaluate_all(rule) == ["avoid"] * len(QUESTIONS)
    page.close()


def test_in_large_print_a_question_breaks_between_its_options_alone(browser):
    page = browser.new_page()
    page.emulate_media(media="print")
    page.set_content(render(QUESTIONS, key=True, large=True))
    rule = "(all) => all.map((each) => getComputedStyle(each).breakInside)"
    assert {*page.locator("section.question").evaluate_all(rule)} == {"auto"}
    assert {*page.locator(".question > p, .question > pre, .options li").evaluate_all(rule)} == {"avoid"}
    page.close()


@pytest.mark.parametrize("width", [320, 900])
def test_nothing_runs_off_a_narrow_page(notebook, quiz, width):
    notebook.page.set_viewport_size({"width": width, "height": 900})
    answer_all(notebook)
    assert notebook.page.evaluate("document.documentElement.scrollWidth") <= width
    assert (
        max(notebook.page.locator(".ls-letter").evaluate_all("(all) => all.map((e) => e.offsetHeight)")) < 30
    )


def test_every_target_is_at_least_24_pixels(notebook, quiz):
    answer_all(notebook)
    boxes = [
        target.bounding_box() for target in notebook.page.locator(".ls-quiz :is(a, button, label)").all()
    ]
    assert min(min(box["width"], box["height"]) for box in boxes) >= 24
