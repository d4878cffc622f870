"""A JupyterLab that a test starts as a learner does, in a terminal, and ends by Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class RunningLab:
    """What the lab said up to its address, the address, and the page that it serves there."""

    said: str
    address: str
    page: str


@contextmanager
def running_lab(command: list[str], folder: Path, **variables: str) -> Iterator[RunningLab]:
    """Start COMMAND in FOLDER and wait for its page; Ctrl-C must end it, and does so at the end."""
    terminal, stdin = os.openpty()  # JupyterLab minds Ctrl-C where it has a terminal
    environment = {**os.environ, **variables}
    lab = subprocess.Popen(
        [*command, "--no-browser", "--port", str(free_port())],
        cwd=folder,
        env=environment,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        said, address = _wait_for_address(lab)
        yield RunningLab(said, address, _page(address))
        lab.send_signal(signal.SIGINT)
        assert lab.wait(timeout=30) == 0
    finally:
        lab.kill()
        lab.communicate()
        os.close(terminal)
        os.close(stdin)


def free_port() -> int:
    """A port that no server holds now, so that two tests at the same time do not want the same one."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def _page(address: str, attempts: int = 100) -> str:
    """The page at ADDRESS; JupyterLab prints its address a moment before it listens there."""
    for _attempt in range(attempts):
        try:
            page: str = urllib.request.urlopen(address, timeout=30).read().decode()
            return page
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError):
                raise
            threading.Event().wait(0.05)
    raise AssertionError(f"nobody listens at {address}")


def _wait_for_address(lab: subprocess.Popen[bytes]) -> tuple[str, str]:
    said = ""
    for line in lab.stdout or ():
        said += line.decode()
        if found := re.search(r"http://127\S+token=\w+", said):
            return said, found.group()
    raise AssertionError(f"the lab ended before it gave its address: {said}")
