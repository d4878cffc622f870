"""The playground in a real browser: by keyboard, without a queue, without flicker, in light and dark."""

from __future__ import annotations

import pytest
import widget_page
from playwright.sync_api import expect
from widget_page import violations

from lambda_study.model.pricing import Usage, price
from lambda_study.show.bill_figure import bill_figure
from lambda_study.show.cost_playground import cost_playground
from lambda_study.show.playground import playground

browser, notebook = widget_page.browser, widget_page.notebook

pytestmark = [pytest.mark.browser, pytest.mark.more]

# The page's fake model with a kernel that answers when the test lets it.
HOLD = """() => {
  window.held = [];
  const answer = window.toPython;
  window.toPython = (key, content) => new Promise((resolve) => {
    window.held.push(async () => resolve(await answer(key, content)));
  });
}"""
DRAG = """() => {
  const slider = document.querySelector("input[type=range]");
  for (let position = 1; position <= 100; position += 1) {
    slider.value = String(position);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  }
}"""
WATCH_PICTURE = """() => {
  window.blank = 0;
  const picture = document.querySelector(".ls-picture");
  const look = () => { if (!picture.firstChild) window.blank += 1; };
  new MutationObserver(look).observe(picture, { childList: true });
}"""


@pytest.fixture
def lab(notebook):
    notebook.page.set_viewport_size({"width": 700, "height": 900})
    return notebook


def answer(lab):
    return lab.page.locator(".ls-answer")


def test_a_slider_is_moved_by_keyboard_and_python_answers(lab):
    shown = cost_playground()
    lab.show(shown)
    slider = lab.page.get_by_role("slider", name="memory")
    slider.focus()
    lab.press("ArrowRight", "ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "640 MB")
    expect(answer(lab)).to_contain_text("187,500 GB-s")
    assert shown.values["memory_mb"] == 640
    expect(answer(lab)).to_have_attribute("aria-live", "polite")


def test_a_choice_and_a_switch_are_moved_by_keyboard(lab):
    shown = cost_playground()
    lab.show(shown)
    lab.page.get_by_label("architecture").focus()
    lab.press("ArrowDown")
    lab.page.get_by_label("free tier").focus()
    lab.press("Space")
    expect(answer(lab)).to_contain_text("Duration arm64")
    assert shown.values["architecture"] == "arm64"
    assert shown.values["free_tier"] is False


def test_no_key_leaves_the_playground_and_each_control_says_so_to_jupyterlab(lab):
    lab.show(cost_playground())
    lab.page.evaluate(
        "window.keys = []; document.addEventListener('keydown', (e) => window.keys.push(e.key))"
    )
    controls = lab.page.locator("input, select")
    for number in range(controls.count()):
        assert controls.nth(number).get_attribute("data-lm-suppress-shortcuts") == "true"
        controls.nth(number).focus()
        lab.press("ArrowDown", "b", "d")
    assert lab.page.evaluate("window.keys") == []


def test_dragging_never_queues_up_and_the_last_position_wins(lab):
    shown = playground(lambda n=0: f"at {n}", n=(0, 200))
    lab.page.evaluate(HOLD)
    lab.show(shown)
    lab.page.evaluate(DRAG)
    assert lab.page.evaluate("window.held.length") == 1
    expect(lab.page.locator("output")).to_have_text("100")
    lab.page.evaluate("window.held[0]()")
    lab.page.wait_for_function("window.held.length === 2")
    lab.page.evaluate("window.held[1]()")
    expect(answer(lab)).to_have_text("at 100")
    assert lab.page.evaluate("window.held.length") == 2


def test_work_that_takes_a_while_is_said_to_be_running(lab):
    lab.page.evaluate(HOLD)
    lab.show(playground(lambda n=0: f"at {n}", n=(0, 9)))
    lab.page.get_by_role("slider").press("ArrowRight")
    expect(lab.page.get_by_text("running…")).to_be_visible()
    lab.page.evaluate("window.held[0]()")
    expect(answer(lab)).to_have_text("at 1")
    expect(lab.page.get_by_text("running…")).to_have_count(0)


def test_a_picture_is_replaced_without_a_moment_without_one(lab):
    def bars(requests=2_000_000):
        return bill_figure(price(Usage(requests, 120, 512)))

    lab.show(playground(bars, requests=(1_000_000, 9_000_000, 1_000_000)))
    picture = lab.page.get_by_role("img")
    lab.page.evaluate(WATCH_PICTURE)
    before = picture.get_attribute("alt")
    lab.page.get_by_role("slider").press("ArrowRight")
    expect(picture).not_to_have_attribute("alt", before)
    assert lab.page.evaluate("window.blank") == 0


def test_a_second_view_stands_where_the_first_was_left(lab):
    shown = playground(lambda n=0: f"at {n}", n=(0, 9))
    lab.show(shown)
    lab.page.get_by_role("slider").press("ArrowRight")
    expect(answer(lab)).to_have_text("at 1")
    lab.show(shown)
    expect(lab.page.locator(".ls-answer").nth(1)).to_have_text("at 1")
    expect(lab.page.locator("output").nth(1)).to_have_text("1")


@pytest.mark.parametrize("width", [320, 600])
def test_no_label_is_clipped_on_a_narrow_page(lab, width):
    lab.page.set_viewport_size({"width": width, "height": 900})
    lab.show(cost_playground())
    wide = lab.page.evaluate(
        "[...document.querySelectorAll('.ls-playground label, .ls-playground output, .ls-controls')]"
        ".filter((e) => e.scrollWidth > e.clientWidth + 1 && e.clientWidth).map((e) => e.textContent)"
    )
    assert wide == []
    assert lab.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_playground_has_no_accessibility_violation(lab, theme):
    lab.open(theme)
    lab.show(cost_playground())
    assert violations(lab.page) == []
