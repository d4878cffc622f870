"""The child process from its start to its end, where a part of the start takes long or fails."""

from __future__ import annotations

import subprocess
import sys
import threading
import tracemalloc
from pathlib import Path

import psutil
import pytest
from engine_services import Deployer, gone, wait_for

from lambda_study.engine import LambdaService, execution_environment
from lambda_study.engine.execution_environment import Stopped
from lambda_study.engine.runtimes.python import PythonLauncher
from lambda_study.engine.system import marked

posix = pytest.importorskip("lambda_study.engine.posix", reason="needs the POSIX extras")
WELL = "def handler(event, context): return 'well'"


class Slow(posix.PosixSystem):
    """A machine that is so busy that a child asks for its first event before its start has returned."""

    service = None

    def start(self, command, environment, folder):
        process = super().start(command, environment, folder)
        wait_for(self.service._host.freezer._wake.is_set)
        return process


class Full(posix.PosixSystem):
    """A machine that has no file descriptor left, once."""

    full = False

    def prepare_log(self, descriptor):
        if self.full:
            self.full = False
            raise OSError(24, "Too many open files")
        super().prepare_log(descriptor)


class Held(posix.PosixSystem):
    """A machine on which a start waits for a permission."""

    def __init__(self):
        self.starting, self.permitted = threading.Event(), threading.Event()

    def start(self, command, environment, folder):
        self.starting.set()
        assert self.permitted.wait(10)
        return super().start(command, environment, folder)


def test_a_child_that_is_ready_before_its_start_has_returned_is_frozen(tmp_path):
    system = Slow()
    with LambdaService(system=system) as service:
        system.service = service
        function = Deployer(service, tmp_path)(WELL)
        assert function.invoke().ok
        pid = service._functions[function.name].environments()[0].pid
        wait_for(lambda: psutil.Process(pid).status() == psutil.STATUS_STOPPED)


def test_a_start_that_fails_leaves_no_child_thread_or_file(tmp_path):
    system = Full()
    with LambdaService(system=system) as service:
        function = Deployer(service, tmp_path)(WELL)
        me = psutil.Process()
        threads, files = threading.active_count(), me.num_fds()
        system.full = True
        with pytest.raises(OSError, match="Too many open files"):
            function.invoke()
        assert marked(service._host.marker) == []
        wait_for(lambda: threading.active_count() <= threads and me.num_fds() <= files)
        assert function.invoke().payload == "well"


@pytest.mark.parametrize("end", ["function", "service"])
def test_what_is_deleted_while_it_starts_is_told_in_one_line(tmp_path, end):
    system, errors = Held(), []
    with LambdaService(system=system) as service:
        function = Deployer(service, tmp_path)(WELL)

        def call():
            try:
                function.invoke()
            except Stopped as error:
                errors.append(error)

        caller = threading.Thread(target=call)
        caller.start()
        assert system.starting.wait(10)
        (function if end == "function" else service).close()
        system.permitted.set()
        caller.join()
        assert errors[0]._render_traceback_() == [f"Stopped: {errors[0]}"] and "\n" not in str(errors[0])
        assert marked(service._host.marker) == []
    assert not service._folder.exists()


FLOOD = """
import os, socket
def handler(event, context):
    if event is None:
        return "well"
    host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
    for descriptor in range(3, 99):  # the connection over which this runtime got the event
        try:
            connection = socket.socket(fileno=descriptor)
            if connection.getpeername() == (host, int(port)):
                break
        except OSError:
            pass
    path = f"/2018-06-01/runtime/invocation/{context.aws_request_id}/response"
    connection.sendall(f"POST {path} HTTP/1.1\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n".encode())
    connection.setblocking(True)
    piece = b"10000\\r\\n" + bytes(1 << 16) + b"\\r\\n"
    while True:
        connection.sendall(piece)
"""


def test_a_body_that_never_ends_ends_at_the_timeout_and_fills_no_memory(tmp_path):
    with LambdaService() as service:
        function = Deployer(service, tmp_path)(FLOOD, timeout_s=1)
        assert function.invoke(None).payload == "well"
        tracemalloc.start()
        result = function.invoke()
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert result.payload["errorType"] == "Sandbox.Timedout"
        assert result.report.duration_ms == 1000 and most < 30_000_000
        assert function.invoke(None).payload == "well"


RUNTIME = """
import http.client, json, os, time
API, PATH = os.environ["AWS_LAMBDA_RUNTIME_API"], "/2018-06-01/runtime/invocation/"
while True:
    connection = http.client.HTTPConnection(API)
    connection.request("GET", PATH + "next")
    response = connection.getresponse()
    if int(response.headers["Content-Length"]) > 1_000_000:
        time.sleep(600)  # with the event unread
    event = json.loads(response.read())
    path = PATH + response.headers["Lambda-Runtime-Aws-Request-Id"] + "/response"
    connection.request("POST", path, str(os.getpid()))
    connection.getresponse().read()
    if event == "stay away":
        time.sleep(600)
"""


class OwnRuntime(PythonLauncher):
    """Starts a runtime that does not read a large event, and that does not come back when told so."""

    def command(self, memory_mb=128, mark_logs=False):
        return [sys.executable, "-I", "-S", "-c", RUNTIME]


@pytest.fixture
def odd(tmp_path):
    with LambdaService(launcher=OwnRuntime()) as service:
        yield Deployer(service, tmp_path)(WELL, timeout_s=1)


def test_a_runtime_that_does_not_read_its_event_times_out(odd):
    before = odd.invoke().payload
    result = odd.invoke("x" * 6_000_000)
    assert result.payload["errorType"] == "Sandbox.Timedout" and gone(before)
    assert odd.invoke().payload != before


def test_a_runtime_that_does_not_come_back_after_its_answer_is_killed_in_time(odd, monkeypatch):
    assert execution_environment.RETURN_LIMIT_S == 2
    monkeypatch.setattr(execution_environment, "RETURN_LIMIT_S", 0.05)
    result = odd.invoke("stay away")
    assert result.ok and gone(result.payload)
    assert odd.invoke().payload != result.payload


def test_a_child_that_waits_for_an_event_is_neither_stopped_nor_continued_by_its_share(tmp_path):
    with LambdaService() as service:
        function = Deployer(service, tmp_path)(WELL)
        function.invoke()
        process = service._functions[function.name].environments()[0]._process
        assert not process.pause()
        wait_for(lambda: process._frozen)
        process.resume()
        assert process._frozen and psutil.Process(process.pid).status() == psutil.STATUS_STOPPED
        assert function.invoke().payload == "well"


OWNER = """
import os, sys, time
from lambda_study.engine import LambdaService
service = LambdaService()
child = os.fork()
if child == 0:
    time.sleep(900)
print(child, service._folder, flush=True)
time.sleep(900)
"""


def test_a_forked_child_that_lives_on_does_not_keep_the_guard_waiting():
    owner = subprocess.Popen([sys.executable, "-c", OWNER], stdout=subprocess.PIPE, text=True)
    child, folder = owner.stdout.readline().split()
    owner.kill()
    owner.wait()
    owner.stdout.close()
    try:
        wait_for(lambda: not Path(folder).exists())
        assert not gone(int(child))
    finally:
        psutil.Process(int(child)).kill()


def test_many_connections_of_a_handler_are_taken_at_once(tmp_path):
    """A connection that nobody queues is tried again by the kernel, after a second at the earliest."""
    many = (
        "import os, socket\n"
        "def handler(event, context):\n"
        "    host, port = os.environ['AWS_LAMBDA_RUNTIME_API'].split(':')\n"
        "    held = [socket.create_connection((host, int(port))) for _ in range(400)]\n"
        "    return len(held)\n"
    )
    with LambdaService() as service:
        done = Deployer(service, tmp_path)(many).invoke()
    assert done.payload == 400 and done.report.duration_ms < 900
