"""A class on one machine: JupyterHub with the shipped configuration, three users at the same time.

That everything ends with the hub is held by `running_hub`, at the end of the last test.
"""

from __future__ import annotations

import json
import subprocess
import sysconfig
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
import requests
from own_environment import own_environment
from running_hub import HubUser, RunningHub, cpu_s, pss_mb, running_hub

pytestmark = pytest.mark.more
NAMES = ("ana", "ben", "cem")

HANDLER = """
import os
def handler(event, context):
    return {"user": event["user"], "pid": os.getpid()}
"""
# Everybody's cloud is open and everybody's function deployed before the first is invoked.
MEET = """
import json, os, time
from pathlib import Path
import boto3
from lambda_study.lesson import *
from lambda_study.quiz.store import store_path
cloud = Cloud()
cloud.deploy(handler, name="who-am-i")
Path({folder!r}, {name!r}).write_text(cloud.endpoint_url)
while len(list(Path({folder!r}).iterdir())) < {users}: time.sleep(0.01)
answer = boto3.client("lambda").invoke(FunctionName="who-am-i", Payload=json.dumps(dict(user={name!r})))
told = json.loads(answer["Payload"].read())
told.update(endpoint=cloud.endpoint_url, store=str(store_path()), folder=os.getcwd())
told.update(functions=[each["FunctionName"] for each in boto3.client("lambda").list_functions()["Functions"]])
print(json.dumps(told))
"""


@dataclass(frozen=True)
class Seen:
    """What one user's cell told, and what the machine gave for it."""

    told: dict
    start_s: float
    start_cpu_s: float
    server_mb: float
    in_use_mb: float
    processes: list[psutil.Process]


@pytest.fixture(scope="module")
def proxy(tmp_path_factory) -> Path:
    """JupyterHub's proxy, from npm."""
    folder = tmp_path_factory.mktemp("proxy")
    words = ["npm", "install", "--no-fund", "--no-audit", "--prefix", str(folder)]
    try:
        done = subprocess.run(
            [*words, "configurable-http-proxy@5.3.0"], capture_output=True, text=True, timeout=300
        )
    except FileNotFoundError:
        pytest.skip("npm is not installed here, which brings JupyterHub's proxy")
    if done.returncode:
        pytest.skip(f"npm cannot bring configurable-http-proxy: {done.stderr.strip().splitlines()[-1:]}")
    return folder / "node_modules" / ".bin" / "configurable-http-proxy"


@pytest.fixture(scope="module")
def python(tmp_path_factory) -> Path:
    """A Python that has JupyterHub and, behind it, all that this one has."""
    python = own_environment(tmp_path_factory.mktemp("hub"), "jupyterhub==6.1.1") / "python"
    told = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    )
    ours = f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n"
    Path(told.stdout.strip(), "lambda_study_and_all.pth").write_text(ours, encoding="utf-8")
    return python


@pytest.fixture(scope="module")
def hub(python, proxy, tmp_path_factory) -> Iterator[RunningHub]:
    with running_hub(python, proxy, tmp_path_factory.mktemp("class")) as hub:
        yield hub


@pytest.fixture(scope="module")
def users(hub) -> list[HubUser]:
    return [hub.sign_in(name) for name in NAMES]


@pytest.fixture(scope="module")
def seen(users, tmp_path_factory) -> list[Seen]:
    """All three start a server and run the same cells at the same time."""
    meeting = tmp_path_factory.mktemp("meeting")
    with ThreadPoolExecutor(len(users)) as pool:
        return list(pool.map(lambda user: work(user, meeting, len(users)), users))


def work(user: HubUser, meeting: Path, users: int) -> Seen:
    start_s = user.start_server()
    server = user.processes()
    start_cpu_s, server_mb = cpu_s(server), pss_mb(server)
    with user.kernel() as kernel:
        kernel.run(HANDLER)
        told = json.loads(kernel.run(MEET.format(folder=str(meeting), name=user.name, users=users)))
        processes = user.processes()
        in_use_mb = pss_mb(processes)
        kernel.run("cloud.close()")
    return Seen(told, start_s, start_cpu_s, server_mb, in_use_mb, processes)


def test_three_users_run_a_function_at_the_same_time_each_in_their_own_cloud(seen) -> None:
    assert [each.told["user"] for each in seen] == list(NAMES)
    assert all(each.told["functions"] == ["who-am-i"] for each in seen)
    for own in ("endpoint", "store", "folder", "pid"):
        assert len({each.told[own] for each in seen}) == len(NAMES), own


def test_each_has_copies_of_the_lessons_and_nobody_elses(seen, root) -> None:
    shipped = {path.name for path in (root / "notebooks").glob("*.ipynb")}
    for each in seen:
        lessons = Path(each.told["folder"], "my-lessons")
        assert {path.name for path in lessons.glob("*.ipynb")} == shipped
        assert (lessons.parent / "notebooks").resolve() == root / "notebooks"


def test_a_user_is_refused_on_the_server_of_another(users, seen) -> None:
    ana, ben, _cem = users
    assert ana.ask("GET", "/user/ana/api/kernels").status_code == 200
    assert ana.ask("GET", "/user/ben/api/kernels").status_code == 403
    assert ben.ask("POST", "/user/ana/api/kernels").status_code == 403


def test_a_wrong_password_is_refused(hub) -> None:
    with pytest.raises(requests.HTTPError, match="403"):
        hub.sign_in("ana", "warm start")


def test_a_cell_that_asks_for_too_much_memory_harms_nobody(users, seen) -> None:
    ana, ben, _cem = users
    with ana.kernel() as kernel:
        with pytest.raises(AssertionError, match="MemoryError"):
            kernel.run("hoard = bytearray(2 * 2**30)")
        assert kernel.run("print('still here')") == "still here\n"
    assert ben.ask("GET", "/user/ben/api/kernels").ok


def test_nobody_has_a_terminal(users, seen) -> None:
    assert users[0].ask("POST", "/user/ana/api/terminals").status_code in (404, 405)


def test_what_a_user_needs_is_within_what_the_guide_says(seen, hub, capsys) -> None:
    """The sums in docs/hub/README.md begin with 110 MB for a server and 120 MB for a kernel with a cloud."""
    with capsys.disabled():
        print()
        for name, each in zip(NAMES, seen, strict=True):
            print(
                f"{name}: server up in {each.start_s:.1f} s "
                f"({each.start_cpu_s:.1f} s of processor), {each.server_mb:.0f} MB; "
                f"with a kernel, a cloud and a function {each.in_use_mb:.0f} MB (PSS)"
            )
        print(f"hub and proxy: {pss_mb(own_processes(hub)):.0f} MB (PSS)")
    assert max(each.server_mb for each in seen) < 110 * 1.2
    assert max(each.in_use_mb for each in seen) < 230 * 1.2


def own_processes(hub: RunningHub) -> list[psutil.Process]:
    """The hub and its proxy, without the users' servers."""
    process = psutil.Process(hub.pid)
    return [process, *[each for each in process.children() if "node" in each.name()]]
