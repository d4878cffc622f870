"""An exam in a real browser, by keyboard alone: sat, paused, handed in, resumed by another kernel."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import widget_page
from exam_bank import exam_question, made_bank
from playwright.sync_api import expect
from quiz_questions import MULTIPLE
from widget_page import THEMES, violations

from lambda_study.quiz.attempt import reopened, unfinished
from lambda_study.quiz.blueprint import blueprint
from lambda_study.quiz.exam import draw
from lambda_study.quiz.store import Store
from lambda_study.show.exam_view import ExamView

browser, notebook = widget_page.browser, widget_page.notebook

pytestmark = [pytest.mark.browser, pytest.mark.more]

PLAN = blueprint("DVA-C03-10")
BANK = made_bank(
    [exam_question(f"d{domain}-{n}", domain) for domain, places in PLAN.places.items() for n in range(places)]
)


class Watch:
    """A clock that stands still until it is moved."""

    def __init__(self):
        self.now = datetime(2026, 11, 23, 19, tzinfo=UTC)

    def __call__(self):
        return self.now


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
def store(tmp_path, watch):
    return Store(tmp_path / "progress.sqlite3", watch)


def form():
    return draw(PLAN, BANK, 1)


@pytest.fixture
def exam(notebook, store):
    exam = ExamView(form(), store)
    notebook.show(exam)
    return exam


def begin(notebook):
    notebook.page.get_by_role("button", name="Begin").press("Enter")
    expect(notebook.page.get_by_text("Question 1 of 10", exact=True)).to_be_focused()


def choose(notebook, *keys):
    """Into the options by Tab, then KEYS."""
    notebook.page.get_by_role("radio").first.focus()
    notebook.press("Space", *keys)


def answer_all(notebook):
    """B to all ten, by Enter to the next one."""
    for number in range(1, 11):
        choose(notebook, "ArrowDown", "Enter")
        if number < 10:
            expect(notebook.page.get_by_text(f"Question {number + 1} of 10", exact=True)).to_be_focused()


def hand_in(notebook):
    notebook.page.get_by_role("button", name="Hand in", exact=True).press("Enter")
    expect(notebook.page.get_by_text("right:", exact=False).first).to_be_visible()


def test_a_sprint_is_sat_and_handed_in_by_keyboard(notebook, exam):
    begin(notebook)
    answer_all(notebook)
    expect(notebook.page.get_by_text("Every question is answered.")).to_be_visible()
    hand_in(notebook)
    expect(notebook.page.get_by_text("10 of 10 right: 100%")).to_be_visible()
    expect(notebook.page.get_by_role("img")).to_be_visible()
    assert (exam.result.correct, len(exam.result.marks)) == (10, 10)


def test_nothing_is_told_before_the_end_and_a_choice_may_change(notebook, exam):
    begin(notebook)
    choose(notebook, "ArrowDown", "ArrowDown")
    expect(notebook.page.get_by_role("button", name="Question 1, answered")).to_be_visible()
    expect(notebook.page.locator(".ls-mark, .ls-reason")).to_have_count(0)
    expect(notebook.page.get_by_role("button", name="Submit")).to_have_count(0)


def test_what_is_open_or_flagged_is_listed_before_the_hand_in_and_asked_about(notebook, exam):
    begin(notebook)
    choose(notebook)
    notebook.page.get_by_role("button", name="Flag").press("Enter")
    expect(notebook.page.get_by_role("button", name="Question 1, answered, flagged")).to_be_visible()
    notebook.page.get_by_role("button", name="All questions").press("Enter")
    expect(notebook.page.get_by_text("9 not answered or not complete: they count as wrong.")).to_be_visible()
    notebook.page.get_by_role("button", name="Hand in", exact=True).press("Enter")
    assert notebook.focused() == "Hand in all the same"
    assert exam.result is None
    notebook.press("Enter")
    expect(notebook.page.get_by_text("Not answered, and so wrong: 9.")).to_be_visible()


def test_another_kernel_goes_on_where_the_first_one_ended(notebook, exam, store, watch):
    begin(notebook)
    choose(notebook, "ArrowDown", "Enter")
    expect(notebook.page.get_by_text("Question 2 of 10", exact=True)).to_be_focused()
    watch.now += timedelta(hours=9)
    again = reopened(unfinished(store).id, store, BANK)
    notebook.open()
    notebook.show(ExamView(again.form, store, again))
    notebook.page.get_by_role("button", name="Go on: 1 of 10 answered").press("Enter")
    expect(notebook.page.get_by_text("Question 2 of 10", exact=True)).to_be_focused()
    expect(notebook.page.get_by_role("timer")).to_have_text("20 min left")
    notebook.page.get_by_role("button", name="Previous").press("Enter")
    expect(notebook.page.get_by_role("radio").nth(1)).to_be_checked()


def test_a_pause_hides_the_questions_and_stops_the_timer(notebook, exam, watch):
    begin(notebook)
    notebook.page.get_by_role("button", name="Pause").press("Enter")
    expect(notebook.page.get_by_text("Paused.")).to_be_visible()
    expect(notebook.page.get_by_role("radio").first).to_be_hidden()
    watch.now += timedelta(hours=1)
    notebook.page.locator(".ls-panel").get_by_role("button", name="Go on").press("Enter")
    expect(notebook.page.get_by_text("Question 1 of 10", exact=True)).to_be_focused()
    expect(notebook.page.get_by_role("timer")).to_have_text("20 min left")


def test_the_timer_can_be_switched_off_and_on(notebook, exam):
    begin(notebook)
    notebook.page.get_by_role("button", name="Timer").press("Enter")
    expect(notebook.page.get_by_role("timer")).to_have_text("No timer.")
    notebook.page.get_by_role("button", name="Timer").press("Enter")
    expect(notebook.page.get_by_role("timer")).to_have_text("20 min left")


def test_the_last_minutes_are_announced_and_the_end_leaves_a_choice(notebook, store, watch):
    notebook.page.clock.install()
    notebook.show(ExamView(form(), store))
    begin(notebook)
    said = notebook.page.locator(".ls-said")
    for minutes, words in ((10, "10 minutes left."), (5, "5 minutes left."), (4, "1 minute left.")):
        notebook.page.clock.run_for(minutes * 60_000 + 100)
        expect(said).to_have_text(words)
    watch.now += timedelta(minutes=20)
    notebook.page.clock.run_for(61_000)
    expect(notebook.page.get_by_text("Time is up. Your answers are kept.")).to_be_visible()
    notebook.page.get_by_role("button", name="10 minutes more").press("Enter")
    expect(notebook.page.get_by_role("timer")).to_have_text("10 min left")
    expect(notebook.page.get_by_text("Question 1 of 10", exact=True)).to_be_focused()


def test_study_mode_tells_at_once_and_the_first_answer_counts(notebook, store):
    notebook.show(ExamView(form(), store, mode="study"))
    begin(notebook)
    choose(notebook, "Enter")
    expect(notebook.page.get_by_role("status")).to_have_text("Not right. You chose A. The answer is B.")
    expect(notebook.page.get_by_role("radio").first).to_be_disabled()
    expect(notebook.page.get_by_role("timer")).to_be_hidden()


def test_after_the_end_each_question_has_its_reasons(notebook, exam):
    begin(notebook)
    notebook.page.get_by_role("button", name="All questions").press("Enter")
    notebook.page.get_by_role("button", name="Hand in", exact=True).press("Enter")
    notebook.press("Enter")
    expect(notebook.page.get_by_text("0 of 10 right:")).to_be_visible()
    notebook.page.locator(".ls-panel").get_by_role("button", name="Question 3", exact=True).press("Enter")
    expect(notebook.page.get_by_role("status")).to_have_text("Not answered, and so wrong. The answer is B.")
    notebook.page.get_by_role("button", name="Result").press("Enter")
    expect(notebook.page.get_by_text("0 of 10 right:")).to_be_visible()


def test_a_kernel_that_is_gone_is_said_to_even_to_who_answers_fast(notebook, store):
    notebook.page.clock.install()
    notebook.show(ExamView(form(), store))
    begin(notebook)
    notebook.page.evaluate("() => { window.toPython = () => new Promise(() => {}) }")
    for _ in range(3):
        choose(notebook, "Enter")
        notebook.page.clock.run_for(1500)
    expect(notebook.page.get_by_role("status")).to_contain_text("run this cell again")


def test_no_key_of_the_exam_reaches_a_listener_outside(notebook, exam):
    notebook.page.evaluate(
        "window.stolen = []; document.addEventListener('keydown', (e) => stolen.push(e.key))"
    )
    begin(notebook)
    answer_all(notebook)
    notebook.press("b", "d", "d", "x", "Escape")
    assert notebook.page.evaluate("stolen") == []


@pytest.mark.parametrize("width", [360, 900])
@pytest.mark.parametrize("theme", THEMES)
def test_an_exam_has_no_accessibility_violation_on_any_of_its_pages(notebook, store, theme, width, tmp_path):
    notebook.open(theme)
    notebook.page.set_viewport_size({"width": width, "height": 900})
    plain = form()
    several = plain.__class__(PLAN, 1, "", (MULTIPLE, *plain.questions[1:]), plain.domains)
    notebook.show(ExamView(several, store))
    found = looked_at(notebook, tmp_path, "begin")
    begin(notebook)
    notebook.page.get_by_role("checkbox").first.check()
    notebook.page.get_by_role("button", name="Larger type").click()
    found += looked_at(notebook, tmp_path, "question")
    notebook.page.get_by_role("button", name="Larger type").click()
    notebook.page.get_by_role("button", name="All questions").click()
    found += looked_at(notebook, tmp_path, "all")
    notebook.page.get_by_role("button", name="Hand in", exact=True).click()
    notebook.page.get_by_role("button", name="Hand in all the same").click()
    expect(notebook.page.get_by_role("img")).to_be_visible()
    found += looked_at(notebook, tmp_path, "result")
    assert found == []
    assert notebook.page.evaluate("document.documentElement.scrollWidth") <= width


def test_with_forced_colours_no_state_is_told_by_a_shadow_alone(notebook, exam):
    notebook.page.emulate_media(forced_colors="active")
    begin(notebook)
    choose(notebook)
    chosen, other = (notebook.page.locator(".ls-option").nth(index) for index in (0, 1))
    outline = "(option) => getComputedStyle(option).outlineStyle"
    assert (chosen.evaluate(outline), other.evaluate(outline)) == ("solid", "none")
    assert violations(notebook.page) == []


def looked_at(notebook, folder, name):
    notebook.page.screenshot(path=folder / f"{name}.png", full_page=True)
    return violations(notebook.page)
