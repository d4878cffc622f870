"""Widgets on a page in a real browser, each with its Python side, as a notebook shows them."""

from __future__ import annotations

import json

import comm
import pytest
from anywidget import AnyWidget
from axe_playwright_python.sync_playwright import Axe
from comm.base_comm import BaseComm
from lab_page import FLAGS
from playwright.sync_api import Page, sync_playwright

from lambda_study.doctor import find_chromium

CHROMIUM = find_chromium()
THEMES = {"light": "#ffffff; color: #212121", "dark": "#111111; color: #e0e0e0"}
SHELL = """<!doctype html><html lang="en"><title>Quiz</title>
<style>body {{ background: {theme}; font-family: sans-serif }}</style>
<main><h1>A page with widgets</h1></main></html>"""

# What anywidget does in a notebook: load the script and the style, and give `render` a model.
SHOW = """async ({key, state}) => {
  const style = document.createElement("style");
  style.textContent = state._css;
  document.head.append(style);
  const script = URL.createObjectURL(new Blob([state._esm], {type: "text/javascript"}));
  const handlers = {};
  const model = {
    get: (name) => state[name],
    on: (name, handler) => (handlers[name] ||= []).push(handler),
    off: (name, handler) => { handlers[name] = handlers[name].filter((other) => other !== handler); },
    send: async (content) => { for (const message of await window.toPython(key, content)) deliver(message); },
  };
  const deliver = (message) => {
    const custom = message.method === "custom" ? handlers["msg:custom"] || [] : [];
    for (const handler of custom) handler(message.content);
    for (const [name, value] of Object.entries(message.state || {})) {
      state[name] = value;
      for (const handler of handlers[`change:${name}`] || []) handler();
    }
  };
  (window.widgets ||= []).push((messages) => messages.forEach(deliver));
  const el = document.querySelector("main").appendChild(document.createElement("div"));
  (await import(script)).default.render({model, el});
}"""


class Wire(BaseComm):
    """A comm that keeps what the kernel publishes until the page fetches it."""

    def __init__(self, *arguments: object, **keywords: object) -> None:
        self.published: list[str] = []
        super().__init__(*arguments, **keywords)

    def publish_msg(self, msg_type: str, data: object = None, **rest: object) -> None:
        self.published.append(json.dumps(data))

    def fetch(self) -> list[dict]:
        messages, self.published = self.published, []
        return [json.loads(message) for message in messages]


class Notebook:
    """A page of widgets, each with its Python side."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.errors: list[str] = []
        self._comms: list[Wire] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.expose_function("toPython", self._to_python)

    def open(self, theme: str = "light") -> None:
        self.page.set_content(SHELL.format(theme=THEMES[theme]))

    def show(self, widget: AnyWidget) -> None:
        widget.comm.fetch()
        state = {name: value for name, value in widget.get_state().items() if name != "layout"}
        self._comms.append(widget.comm)
        self.page.evaluate(SHOW, {"key": len(self._comms) - 1, "state": json.loads(json.dumps(state))})

    def fetch(self, key: int) -> None:
        """Bring to the page what Python sent of its own accord."""
        self.page.evaluate("([key, messages]) => widgets[key](messages)", [key, self._comms[key].fetch()])

    def _to_python(self, key: int, content: object) -> list[dict]:
        wire = self._comms[key]
        wire.handle_msg({"content": {"data": {"method": "custom", "content": content}}, "buffers": []})
        return wire.fetch()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def focused(self) -> str:
        return self.page.evaluate("document.activeElement.textContent || document.activeElement.value")


def violations(page: Page) -> list[str]:
    """What axe finds on the page."""
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {node['html']}" for rule in found for node in rule["nodes"]]


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
