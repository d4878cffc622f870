"""Every lesson as a page and every hand-out, in light and dark: axe finds nothing that is ours to mend.

A lesson is what its committed outputs show, as nbconvert's page with JupyterLab's themes. `pytest -s`
prints what is left out, and why.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nbformat
import pytest
import widget_page
from axe_playwright_python.sync_playwright import Axe
from nbconvert import HTMLExporter
from playwright.sync_api import Page
from test_handout_pages import BANK, PAPERS, lesson
from widget_page import THEMES

from lambda_study.handouts.html import html_page
from lambda_study.handouts.page import paper_of
from lambda_study.handouts.ticket import ticket_questions

browser = widget_page.browser

pytestmark = [pytest.mark.browser, pytest.mark.more]

LESSONS = sorted((Path(__file__).resolve().parent.parent.parent / "notebooks").glob("*.ipynb"))
SHEETS_WITH_TABLES = ("14-configuration-and-secrets", "50-pricing", "70-clinic")
# Kinds and tables that `test_handout_pages` does not look at.
OTHER_HANDOUTS = {
    "ticket's key": paper_of(ticket_questions("s3", BANK), True, title="Exit ticket", digest="d"),
    **{f"teacher's copy {name[:2]}": lesson(name, True) for name in SHEETS_WITH_TABLES},
}
HANDOUTS = {**PAPERS, **OTHER_HANDOUTS}

# Scripts that nbconvert's page asks for, for widgets and formulas. Our pages have neither.
SKIPPED = {
    "https://cdnjs.cloudflare.com/ajax/libs/require.js/2.1.10/require.min.js",
    "https://cdnjs.cloudflare.com/ajax/libs/mathjax/2.7.7/latest.js?config=TeX-AMS_CHTML-full,Safe",
}
ALSO = {"duplicate-id": {"enabled": True}, "td-has-header": {"enabled": True}}
CONTRAST = ["color-contrast", "link-in-text-block"]
MEANINGLESS = {"here", "click here", "link", "this", "this page", "more", "read more"}


@dataclass(frozen=True)
class TemplateFault:
    """What axe finds on any page of nbconvert: RULE, on elements that match SELECTOR."""

    rule: str
    selector: str
    reason: str


TEMPLATE_FAULTS = (
    TemplateFault("color-contrast", ".jp-InputPrompt, .jp-OutputPrompt", "JupyterLab prints In [1] in grey"),
    TemplateFault(
        "color-contrast", ".highlight span", "JupyterLab's colours of comments and numbers in code"
    ),
    TemplateFault(
        "link-in-text-block",
        ".jp-RenderedMarkdown a",
        "JupyterLab underlines a link of a text under the pointer",
    ),
)
# All that needs no eye on colour is the same in both themes, so dark looks at the colours alone.
OPTIONS = {"light": {"rules": ALSO}, "dark": {"runOnly": {"type": "rule", "values": CONTRAST}}}
# A page opened: every answer unfolded, since axe passes over what is hidden.
UNFOLD = "() => document.querySelectorAll('details').forEach((each) => { each.open = true })"
MATCHES = "([target, selector]) => document.querySelector(target)?.matches(selector) ?? false"
IN_PLAIN_SIGHT = """() => ({
  headings: document.querySelectorAll("h1").length,
  bare: [...document.querySelectorAll("table")].filter((each) => !each.querySelector("th")).length,
  links: [...document.querySelectorAll("main a")].map((each) => each.textContent.trim().toLowerCase()),
  silent: [...document.images].filter((each) => !each.alt.trim() || each.alt.startsWith(UNDESCRIBED)).length,
})""".replace(
    "UNDESCRIBED", repr("No description has been provided")
)  # what nbconvert writes where we did not


class Pages:
    """One page of a browser, used again and again; nothing that it asks for is fetched."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.asked: set[str] = set()
        page.route("**/*", self._refuse)

    def _refuse(self, route) -> None:
        self.asked.add(route.request.url)
        route.abort()

    def open(self, html: str, theme: str = "light", width: int = 1000, forced: str = "none") -> Page:
        self.page.emulate_media(color_scheme=theme, forced_colors=forced)
        self.page.set_viewport_size({"width": width, "height": 1000})
        self.page.set_content(html)
        self.page.evaluate(UNFOLD)
        return self.page

    def faults(self, options: dict) -> list[str]:
        """What axe finds on the page, but for what is the template's."""
        found = Axe().run(self.page, options=options).response["violations"]
        nodes = [(rule["id"], node) for rule in found for node in rule["nodes"]]
        return [f"{rule}: {node['html'][:300]}" for rule, node in nodes if not self._of_template(rule, node)]

    def _of_template(self, rule: str, node: dict) -> bool:
        known = [fault.selector for fault in TEMPLATE_FAULTS if fault.rule == rule]
        return any(self.page.evaluate(MATCHES, [node["target"][0], each]) for each in known)


@pytest.fixture(scope="module")
def pages(browser):
    for fault in TEMPLATE_FAULTS:
        print(f"\nleft out: {fault.rule} of {fault.selector}: {fault.reason}", end="")
    pages = Pages(browser.new_page())
    yield pages
    print("\nskipped scripts of nbconvert:", *sorted(pages.asked), sep="\n  ")
    pages.page.close()


@cache
def lesson_page(path: Path, theme: str) -> str:
    return page_of(nbformat.read(path, 4), theme)


def page_of(notebook: nbformat.NotebookNode, theme: str) -> str:
    return HTMLExporter(theme=theme).from_notebook_node(notebook)[0]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_has_no_accessibility_violation(pages, path, theme):
    pages.open(lesson_page(path, theme), theme)
    assert pages.faults(OPTIONS[theme]) == []
    assert pages.asked <= SKIPPED


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_has_one_title_named_columns_and_links_that_say_where_they_lead(pages, path):
    seen = pages.open(lesson_page(path, "light")).evaluate(IN_PLAIN_SIGHT)
    assert MEANINGLESS.isdisjoint(seen.pop("links"))
    assert seen == {"headings": 1, "bare": 0, "silent": 0}


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_left_out_is_on_a_page_without_anything_of_ours(pages, theme):
    code = nbformat.v4.new_code_cell("# A comment\nx = 1 if not 2 else 3", execution_count=1)
    text = nbformat.v4.new_markdown_cell("# Title\n\nA text with a [link](https://example.com) in it.")
    pages.open(page_of(nbformat.v4.new_notebook(cells=[text, code]), theme), theme)
    found = {rule["id"] for rule in Axe().run(pages.page).response["violations"]}
    assert found == {fault.rule for fault in TEMPLATE_FAULTS}
    assert pages.faults({}) == []


OURS = (
    '<p style="color: #999; background: #fff">faint</p><img src="data:,"><table><tr><td>1</td></tr></table>'
)


def test_a_fault_of_ours_is_found(pages):
    output = nbformat.v4.new_output("display_data", {"text/html": OURS + '<a href="x">here</a>'})
    cells = [nbformat.v4.new_markdown_cell("# Title"), nbformat.v4.new_code_cell("x", outputs=[output])]
    page = pages.open(page_of(nbformat.v4.new_notebook(cells=cells), "light"))
    assert "faint" in " ".join(pages.faults(OPTIONS["light"]))
    seen = page.evaluate(IN_PLAIN_SIGHT)
    assert not MEANINGLESS.isdisjoint(seen.pop("links"))
    assert seen == {"headings": 1, "bare": 1, "silent": 1}


@pytest.mark.parametrize("name", HANDOUTS)
def test_a_handout_reflows_and_keeps_its_marks_in_the_readers_own_colours(pages, name):
    page = pages.open(html_page(HANDOUTS[name]), width=320, forced="active")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert pages.faults({"rules": ALSO}) == []


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", OTHER_HANDOUTS)
def test_a_handout_has_no_accessibility_violation(pages, name, theme):
    pages.open(html_page(OTHER_HANDOUTS[name]), theme)
    assert pages.faults(OPTIONS[theme]) == []
