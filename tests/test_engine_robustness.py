"""Handlers that do what they should not: the service answers as AWS does, lives on, and leaves nothing."""

from __future__ import annotations

import contextlib
import math
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil
import pytest
from engine_services import Deployer, wait_for

from lambda_study.engine import LambdaService, ManualClock, ServiceError, deploy
from lambda_study.engine.execution_environment import FilesGone, Stopped
from lambda_study.engine.system import kill_quietly, marked

RUNTIME_EXIT = "Runtime.ExitError"
TIMED_OUT = "Sandbox.Timedout"
# name: the body of the handler, the error type, and the end of the error's text
BREAKS = {
    "exit": ("exit()", RUNTIME_EXIT, "Runtime exited without providing a reason"),
    "exit_3": ("import sys; sys.exit(3)", RUNTIME_EXIT, "Runtime exited with error: exit status 3"),
    "_exit": ("os._exit(0)", RUNTIME_EXIT, "Runtime exited without providing a reason"),
    "thread_exit": (
        "import threading; threading.Thread(target=os._exit, args=(5,)).start(); time.sleep(9)",
        RUNTIME_EXIT,
        "Runtime exited with error: exit status 5",
    ),
    "interrupt": ("raise KeyboardInterrupt", RUNTIME_EXIT, "signal: interrupt"),
    "segfault": (
        "import ctypes; ctypes.string_at(0)",
        RUNTIME_EXIT,
        "Runtime exited with error: signal: segmentation fault",
    ),
    "abort": ("os.abort()", RUNTIME_EXIT, "Runtime exited with error: signal: aborted"),
    "kill_group": ("os.killpg(0, signal.SIGKILL)", RUNTIME_EXIT, "signal: killed"),
    "fork": (
        "[os.fork() for _ in range(3)]; time.sleep(60)",
        TIMED_OUT,
        "Task timed out after 1.00 seconds",
    ),
    "setsid": (
        "subprocess.Popen(['sleep', '600'], start_new_session=True); time.sleep(60)",
        TIMED_OUT,
        "Task timed out after 1.00 seconds",
    ),
    "orphan": (
        "subprocess.run('setsid sleep 600 & setsid sleep 600 &', shell=True); os._exit(1)",
        RUNTIME_EXIT,
        "exit status 1",
    ),
    "ignores_sigterm": (
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n    while True: pass",
        TIMED_OUT,
        "Task timed out after 1.00 seconds",
    ),
    "stops_itself": ("os.kill(os.getpid(), signal.SIGSTOP)", TIMED_OUT, "after 1.00 seconds"),
    "object": ("return object()", "Runtime.MarshalError", "Object of type object is not JSON serializable"),
    "set": ("return {1}", "Runtime.MarshalError", "Object of type set is not JSON serializable"),
    "large": (
        "return 'x' * 7_000_000",
        "Function.ResponseSizeTooLarge",
        "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    ),
    "recursion": ("return handler(event, context)", "RecursionError", "maximum recursion depth exceeded"),
    "memory": ("return len(bytearray(300_000_000))", "Runtime.OutOfMemory", "signal: killed"),
}
WORKS = {
    "closed_stdout": ("os.close(1); os.close(2); return 1", 1),
    "closed_streams": ("import sys; sys.stdout.close(); sys.stderr.close(); return 1", 1),
    "bytes": ("return b'bytes'", None),
    "none": ("return None", None),
    "zombie": ("subprocess.Popen(['true']); return 1", 1),
    "child_lives": ("subprocess.Popen(['sleep', '600'], start_new_session=True); return 1", 1),
    "folder": ("os.makedirs(os.environ['TMPDIR'] + '/a/b'); return 1", 1),
    "prints_on": ("subprocess.Popen(['yes']); return 1", 1),
    "surrogate": ("print('\\udc80'); return 1", 1),
    "binary_log": ("os.write(1, bytes(range(256)) * 100); return 1", 1),
    "frame_like_log": (
        "os.write(1, b'\\xa5\\x5a\\x00\\x03' + (2 ** 31).to_bytes(4, 'big') + bytes(8)); return 1",
        1,
    ),
}
SOURCE = """
import os, signal, subprocess, time
def handler(event, context):
    if event:
        return "well"
    {}
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with own_temporary_folder(tmp_path_factory.mktemp("tmp")), LambdaService() as service:
        yield service


@pytest.fixture
def run(service, tmp_path):
    """Run a handler's body, see that the function works afterwards, and that nothing stays of it."""
    before = held_by(service)

    def run(body, timeout_s=1):
        function = Deployer(service, tmp_path)(SOURCE.format(body), timeout_s=timeout_s)
        result = function.invoke()
        assert function.invoke(1).payload == "well"
        function.close()
        return result

    yield run
    assert_nothing_stays(service, before)


@pytest.mark.parametrize("name", BREAKS)
def test_a_handler_that_breaks_its_environment_gets_the_error_of_lambda(run, name):
    body, error_type, text = BREAKS[name]
    result = run(body)
    assert (result.status, result.function_error) == (200, "Unhandled")
    assert result.payload["errorType"] == error_type
    assert text in result.payload["errorMessage"]


@pytest.mark.parametrize("name", WORKS)
def test_an_odd_handler_that_returns_has_returned(run, name):
    body, payload = WORKS[name]
    result = run(body)
    assert result.function_error is None
    assert payload is None or result.payload == payload


def test_not_a_number_comes_back_as_pythons_client_writes_it(run):
    assert math.isnan(run("return {'a': float('nan')}").payload["a"])


def test_ten_megabytes_of_log_arrive_whole(run):
    result = run("print('x' * 10_000_000); return 1", timeout_s=30)
    assert sum(line.count("x") for line in result.logs if line.startswith("xx")) == 10_000_000


def test_ten_megabytes_in_lines_arrive_in_order(run):
    result = run("[print(n, 'x' * 90) for n in range(100_000)]; return 1", timeout_s=60)
    numbers = [int(line.split()[0]) for line in result.logs if line.endswith("xxx")]
    assert numbers == list(range(100_000)) and result.payload == 1


def test_a_service_survives_many_failures_at_the_same_time(service, tmp_path):
    before = held_by(service)
    function = Deployer(service, tmp_path)(
        "import os\ndef handler(event, context):\n    os._exit(event) if event else None\n    return 'well'"
    )
    results = function.invoke_all([n % 3 for n in range(12)])
    assert [result.ok for result in results] == [n % 3 == 0 for n in range(12)]
    function.close()
    assert_nothing_stays(service, before)


def test_a_handler_that_deletes_its_package_is_told_of_in_one_line(service, tmp_path):
    before = held_by(service)
    function = Deployer(service, tmp_path)(
        "import os, shutil\n"
        "def handler(event, context): shutil.rmtree(os.environ['LAMBDA_TASK_ROOT']); os._exit(1)"
    )
    assert not function.invoke().ok
    with pytest.raises(FilesGone, match=r"are gone\. Did its handler delete them\? Deploy it again\.$"):
        function.invoke()
    function.close()
    assert_nothing_stays(service, before)


@pytest.mark.parametrize("change", ["update", "delete"])
def test_what_eight_callers_run_while_a_function_changes_is_whole_or_refused_and_leaves_nothing(
    service, tmp_path, change
):
    (tmp_path / "app.py").write_text("def handler(event, context): return event")
    before, over, wrong = held_by(service), threading.Event(), []

    def deployed():
        return deploy(f"{tmp_path}/app.py:handler", name="app", service=service)

    def call(caller):
        while not over.is_set():
            try:
                result = function.invoke(caller)
            except (Stopped, ServiceError):
                over.wait(0.001)  # a moment for who deploys it again
            else:
                wrong.extend([result] * (result.payload != caller))

    function = deployed()
    callers = [threading.Thread(target=call, args=(caller,)) for caller in range(8)]
    for caller in callers:
        caller.start()
    for turn in range(5):
        wait_for(lambda: function.reports)
        if change == "delete":
            function.close()
            deployed()
        else:
            function.update(memory_mb=256 + turn)
    over.set()
    for caller in callers:
        caller.join()
    assert wrong == [] and (service.account.running, service.account.provisioned) == (0, 0)
    function.close()
    assert_nothing_stays(service, before)


def test_an_owner_that_is_killed_with_events_queued_leaves_nothing(tmp_path):
    (tmp_path / "app.py").write_text(
        "import pathlib, time\n"
        "def handler(event, context):\n    pathlib.Path(event, 'begun').touch()\n    time.sleep(900)"
    )
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    folder = Path(owner.stdout.readline().strip())
    wait_for((tmp_path / "begun").exists)
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    owner.stdout.close()
    wait_for(lambda: not marked(folder.name) and not folder.exists())


@pytest.mark.more
def test_two_hundred_kills_at_random_moments_leave_nothing(tmp_path):
    dice = random.Random(20261123)
    with (
        own_temporary_folder(tmp_path),
        LambdaService(clock=ManualClock(), cpu_share=True) as service,
    ):
        rounds(service, tmp_path, dice, 5)  # threads and modules that come with the first use
        before, me = held_by(service), psutil.Process()
        threads, files = threading.active_count(), me.num_fds()
        rounds(service, tmp_path, dice, 200)
        assert_nothing_stays(service, before)
        wait_for(lambda: threading.active_count() <= threads)
        assert me.num_fds() <= files
    assert not list(tmp_path.glob("lambda-study-*"))


OWNER = """
import sys, time
from lambda_study.engine import LambdaService, deploy
service = LambdaService()
function = deploy(sys.argv[1] + "/app.py:handler", service=service, timeout_s=900)
print(service._folder, flush=True)
function.invoke_async(sys.argv[1])
time.sleep(900)
"""
BUSY = """
import os, random, subprocess, time
def handler(event, context):
    dice = random.Random(event)
    if dice.random() < 0.3:
        subprocess.Popen(["sleep", "600"], start_new_session=dice.random() < 0.5)
    deadline = time.perf_counter() + dice.random() * 0.05
    while time.perf_counter() < deadline:
        if dice.random() < 0.01:
            print("line")
    return event
"""


def rounds(service, folder, dice, number):
    """Kill something at a random moment, NUMBER times, while a caller invokes a function."""
    deployed = Deployer(service, folder)
    for _ in range(number):
        function = deployed(BUSY, timeout_s=5)
        caller = threading.Thread(target=invoke, args=(function, dice.randrange(1000)))
        caller.start()
        time.sleep(dice.random() * 0.1)
        dice.choice(KILLS)(service, function)
        caller.join()
        function.close()


def invoke(function, event):
    try:
        function.invoke_all([event, event + 1])
    except (ServiceError, Stopped, OSError):
        return


def kill_a_child(service, function):
    for pid in marked(service._host.marker)[:1]:
        kill_quietly(pid)


def stop_an_environment(service, function):
    for environment in service._functions[function.name].environments()[:1]:
        environment.stop()


def update(service, function):
    function.update(memory_mb=256)


def close(service, function):
    function.close()


def kill_the_guard(service, function):
    kill_quietly(service._guard.pid)


KILLS = (kill_a_child, stop_an_environment, update, close, kill_the_guard)


def held_by(service):
    """What exists because of SERVICE: open files, processes, folders."""
    return {
        "files": psutil.Process().num_fds(),
        "processes": sorted(marked(service._host.marker)),
        "folders": folders(service),
    }


def folders(service):
    """The folders of environments, and of services beside this one; packages stay until it is closed."""
    mine = [path.name for path in service._folder.iterdir() if "-task-" not in path.name]
    return sorted([*mine, *(path.name for path in service._folder.parent.glob("lambda-study-*"))])


@contextlib.contextmanager
def own_temporary_folder(folder):
    """Let services keep their files below FOLDER, where no other test does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(folder))
        yield


def assert_nothing_stays(service, before):
    wait_for(lambda: sorted(marked(service._host.marker)) == before["processes"])
    wait_for(lambda: psutil.Process().num_fds() <= before["files"])
    assert set(folders(service)) <= set(before["folders"])
    assert not any(name.startswith("core") for name in os.listdir(service._folder))  # noqa: PTH208
