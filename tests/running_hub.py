"""A JupyterHub that a test starts for a class: sign in, start a server, run cells in its kernel."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import requests
import websocket
from conftest import MARKER, ROOT
from running_lab import free_port

PASSWORD = "cold start"
END = "--- end of what was printed ---"
# The shipped configuration, with what a test has instead of accounts on the machine.
CONFIGURATION = """
c = get_config()
load_subconfig("jupyterhub_config.py", path={shipped!r})
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = {password!r}
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {homes!r}
c.Spawner.env_keep = ["PATH", "TMPDIR", {marker!r}]
c.Spawner.args += ["--allow-root"]
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {hub_port}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy_port}"
c.ConfigurableHTTPProxy.command = [{proxy!r}]
"""


@contextmanager
def running_hub(python: Path, proxy: Path, folder: Path) -> Iterator[RunningHub]:
    """Start the hub in FOLDER, where its users' homes are made; Ctrl-C must end it and every server."""
    port, hub_port, proxy_port = (free_port() for _ in range(3))
    words = {"shipped": str(ROOT / "docs" / "hub"), "password": PASSWORD, "marker": MARKER}
    words |= {"homes": str(folder / "homes" / "{username}"), "proxy": str(proxy)}
    (folder / "homes").mkdir()
    configuration = folder / "configuration.py"
    configuration.write_text(
        CONFIGURATION.format(port=port, hub_port=hub_port, proxy_port=proxy_port, **words), encoding="utf-8"
    )
    with (folder / "hub.log").open("wb") as log:
        hub = subprocess.Popen(
            [python, "-m", "jupyterhub", "-f", configuration], cwd=folder, stdout=log, stderr=log
        )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(lambda: is_up(f"{address}/hub/api"), "the hub", folder / "hub.log")
        yield RunningHub(address, hub.pid)
        started = psutil.Process(hub.pid).children()  # the proxy, and a server for each user
        assert len(started) > 1
        hub.send_signal(signal.SIGINT)
        assert hub.wait(timeout=60) == 0
        assert psutil.wait_procs(started, timeout=10)[1] == []
    finally:
        hub.kill()
        hub.wait()


@dataclass(frozen=True)
class RunningHub:
    """Its address, and the process that all of its servers come from."""

    address: str
    pid: int

    def sign_in(self, name: str, password: str = PASSWORD) -> HubUser:
        """The user after the sign-in page; a refusal raises requests.HTTPError."""
        session = requests.Session()
        session.get(f"{self.address}/hub/login").raise_for_status()
        form = {"username": name, "password": password, "_xsrf": session.cookies["_xsrf"]}
        session.post(f"{self.address}/hub/login", data=form, allow_redirects=False).raise_for_status()
        page = f"{self.address}/hub/api/users/{name}/tokens"
        session.get(f"{self.address}/hub/home").raise_for_status()
        answer = session.post(page, headers={"X-XSRFToken": session.cookies["_xsrf"]}, json={})
        answer.raise_for_status()
        return HubUser(self.address, name, answer.json()["token"])


@dataclass(frozen=True)
class HubUser:
    """Somebody who has signed in."""

    address: str
    name: str
    token: str

    def ask(self, method: str, path: str) -> requests.Response:
        """Ask the hub, or a server behind it, as this user."""
        headers = {"Authorization": f"token {self.token}"}
        return requests.request(method, self.address + path, headers=headers, timeout=180)

    def start_server(self) -> float:
        """Start the user's server; the seconds until it answers."""
        began = time.monotonic()
        self.ask("POST", f"/hub/api/users/{self.name}/server").raise_for_status()
        wait_for(lambda: self.ask("GET", f"/user/{self.name}/api/status").ok, f"the server of {self.name}")
        return time.monotonic() - began

    @contextmanager
    def kernel(self) -> Iterator[HubKernel]:
        """A kernel of the user's server, through the hub, as a notebook has one."""
        answer = self.ask("POST", f"/user/{self.name}/api/kernels")
        answer.raise_for_status()
        path = f"/user/{self.name}/api/kernels/{answer.json()['id']}"
        socket = websocket.create_connection(
            f"{self.address.replace('http', 'ws')}{path}/channels",
            header={"Authorization": f"token {self.token}"},
            timeout=120,
        )
        try:
            yield HubKernel(socket)
        finally:
            socket.close()
            self.ask("DELETE", path)

    def processes(self) -> list[psutil.Process]:
        """The user's server and all below it: kernels and the functions that run."""
        server = next(each for each in psutil.process_iter() if is_server_of(each, self.name, self.address))
        return [server, *server.children(recursive=True)]


class HubKernel:
    """Runs cells and hands back what they print."""

    def __init__(self, socket: websocket.WebSocket) -> None:
        self._socket = socket

    def run(self, cell: str) -> str:
        """What CELL prints; an error in it raises AssertionError with its name."""
        printed = self._until(self._send(cell), is_idle)
        # What is printed may come after the word that the cell is done, but not after what is printed later.
        printed += self._until(self._send(f"print({END!r})"), lambda told: END in text_of(told))
        return printed.replace(f"{END}\n", "")

    def _send(self, cell: str) -> str:
        header = {"msg_id": secrets.token_hex(8), "msg_type": "execute_request", "session": "test"}
        header |= {"username": "", "version": "5.3", "date": ""}
        content = {"code": cell, "silent": False, "store_history": True, "allow_stdin": False}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        self._socket.send(json.dumps({**message, "channel": "shell", "buffers": []}))
        return header["msg_id"]

    def _until(self, request: str, is_last: Callable[[Mapping[str, Any]], bool]) -> str:
        """What is printed up to the message about REQUEST that is the last."""
        printed = ""
        while True:
            told = self._receive()
            printed += text_of(told)
            if told["parent_header"].get("msg_id") != request:
                continue
            content = told["content"]
            assert told["msg_type"] != "error", f"{content.get('ename')}: {content.get('evalue')}"
            if is_last(told):
                return printed

    def _receive(self) -> Mapping[str, Any]:
        told: Mapping[str, Any] = json.loads(self._socket.recv())
        return told


def is_idle(told: Mapping[str, Any]) -> bool:
    """Whether the message TOLD says that the kernel has done what it was asked."""
    return bool(told["msg_type"] == "status" and told["content"]["execution_state"] == "idle")


def text_of(told: Mapping[str, Any]) -> str:
    """What the message TOLD brings to standard output."""
    is_printed = told["msg_type"] == "stream" and told["content"]["name"] == "stdout"
    return str(told["content"]["text"]) if is_printed else ""


def pss_mb(processes: list[psutil.Process]) -> float:
    """What PROCESSES hold together, memory that several share counted in parts, in MB."""
    return sum(process.memory_full_info().pss for process in processes) / 1e6


def cpu_s(processes: list[psutil.Process]) -> float:
    """The seconds of processor that PROCESSES have had."""
    return sum(sum(process.cpu_times()[:2]) for process in processes)


def is_server_of(process: psutil.Process, name: str, address: str) -> bool:
    """Whether PROCESS is the server that JupyterHub at ADDRESS started for user NAME."""
    try:
        given, words = process.environ(), process.cmdline()
    except psutil.Error:
        return False
    ours = given.get(MARKER) == os.environ.get(MARKER)
    return ours and given.get("JUPYTERHUB_USER") == name and "jupyterhub.singleuser" in words


def is_up(address: str) -> bool:
    """Whether ADDRESS answers."""
    try:
        return requests.get(address, timeout=10).ok
    except requests.ConnectionError:
        return False


def wait_for(is_so: Any, what: str, log: Path | None = None, patience_s: float = 120) -> None:
    """Return as soon as IS_SO() holds."""
    end = time.monotonic() + patience_s
    while not is_so():
        told = log.read_text(encoding="utf-8", errors="replace")[-2000:] if log else ""
        assert time.monotonic() < end, f"{what} is not up after {patience_s:.0f} s. {told}"
        threading.Event().wait(0.1)
