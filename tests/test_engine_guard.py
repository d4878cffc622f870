"""Nothing outlives its owner: interrupts, kills, forks and plain ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest
from engine_services import Deployer, gone, wait_for

from lambda_study.engine import LambdaService, guard
from lambda_study.engine.containers import container_client
from lambda_study.engine.system import MARKER, marked

OWNER = """
import json, pathlib, sys, threading
from lambda_study.engine import LambdaService, deploy
folder = pathlib.Path(sys.argv[1])
service = LambdaService()
frozen = deploy(f"{folder}/frozen.py:handler", service=service)
frozen.invoke()
busy = deploy(f"{folder}/busy.py:handler", service=service, timeout_s=900)
threading.Thread(target=busy.invoke, args=({"folder": str(folder)},), daemon=True).start()
while not (folder / "begun").exists():
    pass
pids = [service._functions[name].environments()[0].pid for name in ("frozen", "busy")]
print(json.dumps({"pids": pids, "guard": service._guard.pid, "folder": str(service._folder)}), flush=True)
if sys.argv[2] == "wait":
    sys.stdin.read()
"""
BUSY = """
import pathlib, subprocess, time
def handler(event, context):
    child = subprocess.Popen(["sleep", "900"], start_new_session=True)
    (pathlib.Path(event["folder"]) / "child").write_text(str(child.pid))
    (pathlib.Path(event["folder"]) / "begun").touch()
    while True:
        time.sleep(1)
"""


@pytest.fixture
def owner(tmp_path):
    """Start a process that owns a service with one frozen and one busy environment."""
    (tmp_path / "frozen.py").write_text("def handler(event, context): ...")
    (tmp_path / "busy.py").write_text(BUSY)
    started = []

    def start(mode):
        command = [sys.executable, "-c", OWNER, str(tmp_path), mode]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
        started.append(process)
        told = json.loads(process.stdout.readline())
        told["pids"].append(int((tmp_path / "child").read_text()))
        return process, told

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_is_left_of_a_service_whose_process_group_is_killed(owner, number):
    process, told = owner("wait")
    assert psutil.Process(told["pids"][0]).status() == psutil.STATUS_STOPPED
    os.killpg(process.pid, number)
    process.wait()
    wait_for(lambda: all(gone(pid) for pid in (*told["pids"], told["guard"])))
    wait_for(lambda: not Path(told["folder"]).exists())


def test_nothing_is_left_of_a_service_whose_process_ends_without_closing_it(owner):
    process, told = owner("end")
    process.wait(timeout=10)
    assert all(gone(pid) for pid in (*told["pids"], told["guard"]))
    assert not Path(told["folder"]).exists()


def test_an_interrupt_kills_its_own_invocation_and_nothing_else(tmp_path):
    with LambdaService() as service:
        deployed = Deployer(service, tmp_path)
        other = deployed("import os\ndef handler(event, context): return os.getpid()")
        pid = other.invoke().payload
        busy = deployed(BUSY, timeout_s=60)

        def interrupt():
            wait_for((tmp_path / "begun").exists)
            os.kill(os.getpid(), signal.SIGINT)

        threading.Thread(target=interrupt).start()
        with pytest.raises(KeyboardInterrupt) as caught:
            busy.invoke({"folder": str(tmp_path)})
        assert caught.value._render_traceback_() == ["Interrupted; the environment was stopped."]
        assert busy.environments == ()
        assert gone(int((tmp_path / "child").read_text()))
        assert other.invoke().payload == pid


def test_an_interrupt_of_several_invocations_kills_all_of_them(tmp_path):
    with LambdaService() as service:
        busy = Deployer(service, tmp_path)(BUSY.replace('"begun"', "f\"begun{event['n']}\""), timeout_s=60)

        def interrupt():
            wait_for(lambda: all((tmp_path / f"begun{n}").exists() for n in range(3)))
            os.kill(os.getpid(), signal.SIGINT)

        threading.Thread(target=interrupt).start()
        with pytest.raises(KeyboardInterrupt) as caught:
            busy.invoke_all([{"folder": str(tmp_path), "n": n} for n in range(3)])
        assert caught.value._render_traceback_() == ["Interrupted; the environments were stopped."]
        assert busy.environments == ()
        assert marked(service._host.marker) == []


def test_closing_a_service_removes_its_processes_and_files(tmp_path):
    with LambdaService() as service:
        function = Deployer(service, tmp_path)(
            "import os\ndef handler(event, context): return os.environ['TMPDIR']"
        )
        temporary, guard = Path(function.invoke().payload), service._guard.pid
        assert temporary.is_dir() and temporary.is_relative_to(service._folder)
        assert len(marked(service._host.marker)) == 1
    assert not service._folder.exists() and not psutil.pid_exists(guard)
    assert marked(service._host.marker) == []


def test_closing_a_service_leaves_no_thread_and_no_open_file(tmp_path):
    def use_a_service():
        with LambdaService() as service:
            function = Deployer(service, tmp_path)("def handler(event, context): ...")
            function.invoke_all([{}] * 3)

    use_a_service()
    me, threads = psutil.Process(), threading.active_count()
    files = me.num_fds()
    use_a_service()
    wait_for(lambda: threading.active_count() <= threads)
    assert me.num_fds() <= files


def test_a_guard_that_was_killed_is_started_again(tmp_path):
    with LambdaService() as service:
        deployed = Deployer(service, tmp_path)
        psutil.Process(service._guard.pid).kill()
        wait_for(lambda: gone(service._guard.pid))
        deployed("def handler(event, context): ...").invoke()
        assert psutil.Process(service._guard.pid).is_running() and not gone(service._guard.pid)


def test_a_forked_child_leaves_the_parents_functions_alone(tmp_path):
    with LambdaService() as service:
        function = Deployer(service, tmp_path)("import os\ndef handler(event, context): return os.getpid()")
        pid = function.invoke().payload
        child = os.fork()
        if child == 0:
            service.close()
            os._exit(0)
        os.waitpid(child, 0)
        assert function.invoke().payload == pid


def test_the_engine_runs_where_the_posix_module_cannot_be_imported(tmp_path):
    (tmp_path / "app.py").write_text("def handler(event, context): return 'here'")
    program = """
import sys
sys.modules["lambda_study.engine.posix"] = None
from lambda_study.engine import deploy
from lambda_study.engine.system import PortableSystem, default_system
assert type(default_system()) is PortableSystem
print(deploy(sys.argv[1] + ":handler").invoke().payload)
"""
    command = [sys.executable, "-c", program, str(tmp_path / "app.py")]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "here\n"


@pytest.mark.parametrize("find", [marked, guard._marked, guard._marked_by_psutil])
def test_the_engine_and_its_guard_know_a_process_by_one_marker(find):
    assert container_client.MARKER == MARKER
    command = [sys.executable, "-c", "print(flush=True); input()"]
    environment = {**os.environ, MARKER: f"only-{os.getpid()}/1"}
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        assert find(f"only-{os.getpid()}/") == [process.pid]
        process.kill()
