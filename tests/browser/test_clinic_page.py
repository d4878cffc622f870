"""The clinic in JupyterLab: each case is opened, is ill, is given its reference repair, and is well."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import widget_page
from axe_playwright_python.sync_playwright import Axe
from lab_page import lab_page, lab_server, outputs
from playwright.sync_api import Browser, Locator, Page, expect

from lambda_study.cli.lesson import Lesson
from lambda_study.demos.clinic import CASES

browser = widget_page.browser
pytestmark = [pytest.mark.browser, pytest.mark.more]

CLINIC = "70-clinic"
PATIENCE_MS = 60_000
STEPS = ("open", "evidence", "guess", "cause", "repair", "check")


class Ward:
    """The learner's copy of the clinic in the browser; its cells are found by their ids."""

    def __init__(self, page: Page, notebook: Path) -> None:
        self.page = page
        self._cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        self._numbers = {cell["id"]: number for number, cell in enumerate(self._cells)}

    def cell(self, id: str) -> Locator:
        return self.page.locator(".jp-Notebook .jp-Cell").nth(self._numbers[id])

    def source(self, id: str) -> str:
        return "".join(self._cells[self._numbers[id]]["source"])

    def write(self, id: str, text: str) -> None:
        """Put TEXT in place of what stands in the cell."""
        self.cell(id).locator(".cm-content").click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)

    def run(self, id: str) -> Locator:
        """Run the cell, wait until it is done, and return its outputs."""
        cell = self.cell(id)
        before = cell.locator(".jp-InputPrompt").inner_text()
        cell.locator(".cm-content").click()
        self.page.keyboard.press("ControlOrMeta+Enter")
        prompt = cell.locator(".jp-InputPrompt")
        expect(prompt).not_to_have_text(before, timeout=PATIENCE_MS)
        expect(prompt).to_have_text(re.compile(r"\[\d+\]"), timeout=PATIENCE_MS)
        return cell.locator(".jp-OutputArea")

    def repair(self, name: str) -> None:
        """Type the reference repair into the cell that was made for it, and what follows before the check."""
        first, *more = re.findall(r"```python\n(.*?)```", self.source(f"{name}-reference"), re.S)
        self.write(f"{name}-repair", first)
        if more:
            *deploy, check = self.source(f"{name}-check").splitlines()
            self.write(f"{name}-check", "\n".join([*deploy, *more, check]))


@pytest.fixture
def ward(browser: Browser, tmp_path: Path, root: Path) -> Iterator[Ward]:
    home = tmp_path / "home"
    home.mkdir()
    lesson = Lesson(CLINIC, root / "notebooks" / f"{CLINIC}.ipynb", home / "my-lessons" / f"{CLINIC}.ipynb")
    lesson.make_copy()
    with (
        lab_server(home, tmp_path) as server,
        lab_page(browser, server, f"my-lessons/{CLINIC}.ipynb") as page,
    ):
        yield Ward(page, lesson.copy)


def test_each_case_is_opened_found_ill_and_repaired(ward):
    ward.run("setup")
    for name, case in CASES.items():
        for step in STEPS:
            shown = ward.run(f"{name}-{step}")
        expect(shown).to_contain_text("not well yet")
        ward.repair(name)
        ward.run(f"{name}-repair")
        expect(ward.run(f"{name}-check")).to_contain_text(f"{case.title}: all is well")
    assert outputs(ward.page, "error") == outputs(ward.page, "stderr") == []
    well = ward.run("ward-again").get_by_role("cell", name="well again")
    expect(well).to_have_count(len(CASES))
    assert Axe().run(ward.page, context=".jp-OutputArea-output table").violations_count == 0
