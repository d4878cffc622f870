"""A learner's copy of the first lesson in JupyterLab: run all cells, move a slider, answer by keyboard."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from lambda_study.cli.lab import jupyterlab
from lambda_study.cli.lesson import Lesson
from lambda_study.doctor import find_chromium

pytestmark = pytest.mark.browser

LESSON = "11-first-function"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "notebook-extension/tracker": {"windowingMode": "none"},
    "docmanager-extension/plugin": {"autosave": False},
}
# An indicator reads "idle" before a kernel exists, so the kernel itself is asked.
KERNEL_READY = """() => {
  const kernel = window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel;
  return kernel && kernel.connectionStatus === "connected" && kernel.status === "idle";
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def lesson(tmp_path: Path, root: Path) -> Lesson:
    """A learner's copy, as `lambda-study lab` makes it, in a folder of its own."""
    (tmp_path / "home").mkdir()
    copy = Lesson(
        LESSON, root / "notebooks" / f"{LESSON}.ipynb", tmp_path / "home" / "my-lessons" / f"{LESSON}.ipynb"
    )
    copy.make_copy()
    shutil.copytree(root / "quizzes", tmp_path / "home" / "quizzes")
    return copy


@pytest.fixture
def server(tmp_path: Path, lesson: Lesson) -> Iterator[str]:
    """The address of a JupyterLab on the learner's folder; all its state is in a temporary one."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    words = jupyterlab(lesson.copy.parent.parent, port, no_browser=True)
    words += ["--IdentityProvider.token=learner", "--LabApp.expose_app_in_browser=True"]
    with (tmp_path / "server.log").open("wb") as log:
        process = subprocess.Popen(words, env=isolated(tmp_path), stdout=log, stderr=log)
        yield f"http://127.0.0.1:{port}"
        process.terminate()
        process.wait(20)


def isolated(folder: Path) -> dict[str, str]:
    """The environment of a JupyterLab that sees and leaves nothing of this user's."""
    places = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    lab = ("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")
    paths = {name: str(folder / name.lower()) for name in (*places, *lab)}
    for plugin, settings in SETTINGS.items():
        path = Path(paths["JUPYTERLAB_SETTINGS_DIR"], "@jupyterlab", f"{plugin}.jupyterlab-settings")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings))
    return {**os.environ, **paths}


@pytest.fixture
def page(browser: Browser, server: str) -> Iterator[Page]:
    """The learner's copy, open, with a kernel that is ready."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(20_000)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    wait_for_answer(server)
    page.goto(f"{server}/lab/tree/my-lessons/{LESSON}.ipynb?reset&token=learner")
    page.wait_for_function(KERNEL_READY)
    yield page
    page.evaluate("() => jupyterapp.serviceManager.sessions.shutdownAll()")
    page.close()
    assert [url for url in asked if not url.startswith((server, "blob:", "data:"))] == []


def wait_for_answer(server: str) -> None:
    host, port = server.removeprefix("http://").split(":")
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection((host, int(port))):
            return
        time.sleep(0.05)
    raise AssertionError("JupyterLab did not start in 20 s")


def run_all(page: Page) -> None:
    """Run every cell; the promise of the command never resolves in some versions, so nobody waits for it."""
    page.evaluate("() => { void jupyterapp.commands.execute('notebook:run-all-cells') }")
    waiting = page.locator(".jp-CodeCell .jp-InputPrompt", has_text="[*]")
    expect(waiting).not_to_have_count(0)
    expect(waiting).to_have_count(0, timeout=60_000)
    assert outputs(page, "error") == outputs(page, "stderr") == []
    expect(page.locator(".jp-CodeCell").last.locator(".jp-InputPrompt")).to_have_text(re.compile(r"\[\d+\]"))


def outputs(page: Page, kind: str) -> list[str]:
    """The texts of the outputs of that kind: error or stderr."""
    return page.locator(f"[data-mime-type='application/vnd.jupyter.{kind}']").all_inner_texts()


def test_a_learners_copy_gives_nothing_away(lesson):
    copied = [
        cell
        for cell in json.loads(lesson.copy.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "code"
    ]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in copied)


def test_the_lesson_runs_and_is_answered_by_keyboard(page):
    cells = page.locator(".jp-Notebook .jp-Cell").count()
    assert page.locator(".jp-OutputArea-output").count() == 0
    run_all(page)

    slider = page.get_by_role("slider", name="members")
    picture = page.get_by_role("group", name="An afternoon at the club").get_by_role("img")
    expect(picture).to_have_attribute("alt", re.compile("Timeline of 4 invocations"))
    slider.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "5")
    expect(picture).to_have_attribute("alt", re.compile("Timeline of 5 invocations"))

    quiz = page.locator(".ls-quiz").filter(has=page.get_by_role("button", name="Next"))
    quiz.get_by_role("radio").first.focus()
    for key in ("Space", "ArrowDown", "b", "d", "d", "x", "Enter"):
        page.keyboard.press(key)
    expect(quiz.get_by_role("status")).to_contain_text("The answer is")

    assert page.locator(".jp-Notebook .jp-Cell").count() == cells
    assert Axe().run(page, context=".ls-quiz").violations_count == 0
