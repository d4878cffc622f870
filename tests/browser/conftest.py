"""What the tests of widgets share: a browser, and a page that asks for nothing from outside."""

from __future__ import annotations

import comm
import pytest
from lab_page import FLAGS
from playwright.sync_api import sync_playwright
from widget_page import CHROMIUM, Notebook, Wire


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def notebook(browser, monkeypatch):
    monkeypatch.setattr(comm, "create_comm", Wire)
    page = browser.new_page(viewport={"width": 900, "height": 1000})
    page.set_default_timeout(5000)
    notebook = Notebook(page)
    notebook.open()
    yield notebook
    page.close()
    assert notebook.errors == []
    assert [url for url in notebook.requests if not url.startswith(("blob:", "about:", "data:"))] == []
