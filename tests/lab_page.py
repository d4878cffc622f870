"""A JupyterLab of its own for a browser test, and what is done in it: start, open, run all cells."""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from lambda_study.cli.lab import jupyterlab
from lambda_study.quiz.store import ENVIRONMENT_VARIABLE

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


@contextmanager
def lab_server(home: Path, state: Path) -> Iterator[str]:
    """The address of a JupyterLab on the folder HOME; all that it keeps is in STATE."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    words = jupyterlab(home, port, no_browser=True)
    words += ["--IdentityProvider.token=learner", "--LabApp.expose_app_in_browser=True"]
    with (state / "server.log").open("wb") as log:
        process = subprocess.Popen(words, env=isolated(state), stdout=log, stderr=log)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
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
    return {**os.environ, **paths, ENVIRONMENT_VARIABLE: str(folder / "progress.sqlite3")}


@contextmanager
def lab_page(browser: Browser, server: str, notebook: str) -> Iterator[Page]:
    """NOTEBOOK, a path below the server's folder, open in the browser with a kernel that is ready."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(20_000)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    wait_for_answer(server)
    page.goto(f"{server}/lab/tree/{notebook}?reset&token=learner")
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
