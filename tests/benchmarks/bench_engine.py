"""What an invocation costs: warm, cold and from eight callers, beside what no engine can beat."""

from __future__ import annotations

import json
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from row import Row

from lambda_study.engine import Function, LambdaService, ManualClock, deploy
from lambda_study.engine.runtimes.python import PythonLauncher

EVENT = {"k": "v", "n": 1}
HANDLER = "def handler(event, context):\n    return event\n"
# Answers JSON text for JSON text over the socket that it inherits: a process of its own, and no protocol.
PONG = """
import json, socket, sys
with socket.socket(fileno=int(sys.argv[1])) as connection:
    while event := connection.recv(65536):
        connection.sendall(json.dumps(json.loads(event)).encode())
"""
WARM_ROUNDS, WARM_RUNS = 20, 100
COLD_RUNS = 15
CALLERS, SECONDS = 8, 2.0
MANY = 10_000  # environments in the account: its default of 1,000 allows 10,000 invocations a second
DAY_RUNS = 288  # one every five minutes


def run() -> list[Row]:
    with deployed() as ours, deployed(pure=False) as native, pong() as ping:
        warm_ms, native_ms, floor_ms = warm_medians_ms(ours, native, ping)
        cold_ms, python_ms = cold_medians_ms(ours)
        per_s = throughput(ours)
    cron_s = day_of_cron_s()
    floor, python = "JSON over a socketpair", "python -c pass"
    return [
        Row("warm invoke", warm_ms, "ms", bar=0.20, peer=floor_ms, peer_name=floor),
        Row("warm invoke, AWS's native part", native_ms, "ms", peer=floor_ms, peer_name=floor),
        Row("cold start", cold_ms, "ms", bar=35, peer=python_ms, peer_name=python, max_ratio=4),
        Row("8 callers", per_s, "/s", bar=5000, peer=1000 / floor_ms, peer_name=floor, higher_is_better=True),
        Row("a day of cron", cron_s, "s", bar=0.5, peer=DAY_RUNS * warm_ms / 1000, peer_name="warm invokes"),
    ]


@contextmanager
def deployed(pure: bool = True) -> Iterator[Function]:
    """A function that returns its event, in a service of its own."""
    launcher = PythonLauncher(pure)
    with (
        tempfile.TemporaryDirectory() as folder,
        LambdaService(launcher=launcher, concurrency_limit=MANY) as service,
    ):
        (Path(folder) / "app.py").write_text(HANDLER)
        yield deploy(f"{folder}/app.py:handler", service=service)


@contextmanager
def pong() -> Iterator[Callable[[], None]]:
    """A call that sends the event to another process and reads it back."""
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-c", PONG, str(theirs.fileno())]
    process = subprocess.Popen(command, pass_fds=[theirs.fileno()])
    theirs.close()

    def ping() -> None:
        ours.sendall(json.dumps(EVENT).encode())
        json.loads(ours.recv(65536))

    yield ping
    ours.close()
    process.wait()


def warm_medians_ms(ours: Function, native: Function, ping: Callable[[], None]) -> list[float]:
    """The medians of the three calls, measured in turns, so that a busy moment hits all of them."""
    calls: list[Callable[[], object]] = [lambda: ours.invoke(EVENT), lambda: native.invoke(EVENT), ping]
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(WARM_ROUNDS):
        for call, found in zip(calls, times, strict=True):
            call()
            found.extend(timed_ms(call) for _ in range(WARM_RUNS))
    return [statistics.median(found) for found in times]


def cold_medians_ms(function: Function) -> tuple[float, float]:
    """The medians of a cold invocation and of a bare interpreter, measured in turns."""
    cold, bare = [], []
    for _ in range(COLD_RUNS):
        function.update()
        cold.append(timed_ms(lambda: function.invoke(EVENT)))
        bare.append(timed_ms(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True)))
    return statistics.median(cold), statistics.median(bare)


def throughput(function: Function) -> float:
    """Invocations a second of eight callers, each with an environment of its own that is warm."""
    function.invoke_all([EVENT] * CALLERS)
    counts, stop = [0] * CALLERS, threading.Event()

    def call(caller: int) -> None:
        while not stop.is_set():
            function.invoke(EVENT)
            counts[caller] += 1

    threads = [threading.Thread(target=call, args=(caller,)) for caller in range(CALLERS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    time.sleep(SECONDS)
    stop.set()
    elapsed = time.perf_counter() - began
    for thread in threads:
        thread.join()
    return sum(counts) / elapsed


def day_of_cron_s() -> float:
    """How long a day takes in which an event comes every five minutes, with a clock that is moved by hand."""
    with tempfile.TemporaryDirectory() as folder, LambdaService(clock=ManualClock()) as service:
        (Path(folder) / "app.py").write_text(HANDLER)
        function, start = deploy(f"{folder}/app.py:handler", service=service), service.clock.now()
        for run in range(DAY_RUNS):
            service.clock.call_at(start + timedelta(minutes=5 * run), lambda: function.invoke_async(EVENT))
        began = time.perf_counter()
        service.clock.settle()
        assert isinstance(service.clock, ManualClock)
        service.clock.advance(days=1)
        elapsed = time.perf_counter() - began
        assert len(function.reports) == DAY_RUNS
    return elapsed


def timed_ms(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - began)
