"""A temporary folder that was given a size is full at that size, where Linux lets a mount be made."""

from __future__ import annotations

import os
from pathlib import Path

import engine_services
import pytest

from lambda_study.engine import LambdaService, deploy
from lambda_study.engine.sized_mount import NotHere, SizedMount
from lambda_study.engine.system import PortableSystem

HANDLER = """
import os, pathlib, tempfile, time

def handler(event, context):
    here = pathlib.Path(tempfile.gettempdir())
    with (here / event["name"]).open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, event["mb"] * 1024 * 1024)
    time.sleep(event.get("sleep_s", 0))
    return {"files": sorted(os.listdir(here)), "folder": os.getcwd(), "user": os.getuid()}
"""


@pytest.fixture
def mounts(tmp_path: Path) -> None:
    (tmp_path / "probe").mkdir()
    try:
        SizedMount(tmp_path / "probe", 1).close()
    except NotHere:
        pytest.skip("nobody may mount a file system here without being asked")


@pytest.fixture
def service():
    with LambdaService() as service:
        yield service


def deployed(tmp_path: Path, service: LambdaService, **settings):
    (tmp_path / "app.py").write_text(HANDLER)
    return deploy(f"{tmp_path / 'app.py'}:handler", name="unpack", service=service, **settings)


def holders(folder: Path = Path("/proc")) -> set[str]:
    """The processes that hold a file system for this process."""
    told = {}
    for each in folder.iterdir():
        if each.name.isdigit():
            try:
                told[each.name] = (each / "cmdline").read_text(), (each / "stat").read_text()
            except OSError:
                continue
    mine = {pid for pid, (_, stat) in told.items() if int(stat.rsplit(")", 1)[1].split()[1]) == os.getpid()}
    return {pid for pid in mine if "mount -t tmpfs" in told[pid][0]}


def test_a_write_beyond_the_size_fails_as_on_lambda(mounts, tmp_path, service):
    done = deployed(tmp_path, service, ephemeral_mb=513).invoke({"name": "album", "mb": 514})
    assert done.payload["errorType"] == "OSError"
    assert done.payload["errorMessage"] == "[Errno 28] No space left on device"
    assert not done.hints


def test_what_fits_is_there_in_the_next_invocation_and_the_handler_is_where_it_was(mounts, tmp_path, service):
    function = deployed(tmp_path, service, ephemeral_mb=600)
    function.invoke({"name": "a", "mb": 1})
    told = function.invoke({"name": "b", "mb": 1}).payload
    assert told["files"] == ["a", "b"] and told["user"] == os.getuid()
    assert Path(told["folder"]).is_dir()


def test_it_outlives_a_time_out(mounts, tmp_path, service):
    function = deployed(tmp_path, service, ephemeral_mb=600, timeout_s=1)
    assert function.invoke({"name": "a", "mb": 1, "sleep_s": 9}).function_error
    assert function.invoke({"name": "b", "mb": 1}).payload["files"] == ["a", "b"]


def test_nothing_of_it_is_left_behind(mounts, tmp_path, service):
    before = holders()
    function = deployed(tmp_path, service, ephemeral_mb=600)
    function.invoke({"name": "a", "mb": 1})
    [holder] = holders() - before
    service.close()
    assert engine_services.gone(int(holder)) and holders() == before


def test_a_holder_ends_with_its_engine(mounts, tmp_path):
    mount = SizedMount(tmp_path, 1)
    mount._holder.stdin.close()  # what the end of the engine does, however it ends
    mount._holder.wait(timeout=10)
    mount.close()


def test_a_function_that_asks_for_nothing_starts_no_holder(mounts, tmp_path, service):
    before = holders()
    deployed(tmp_path, service).invoke({"name": "a", "mb": 1})
    assert holders() == before


def test_where_nothing_can_be_mounted_a_hint_says_so_afterwards(tmp_path):
    with LambdaService(system=PortableSystem()) as service:
        done = deployed(tmp_path, service, ephemeral_mb=513).invoke({"name": "album", "mb": 514})
    assert done.ok and "No space left on device" in done.hints[0]
