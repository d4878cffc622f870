"""What an invocation costs in each language that is installed: cold beside `python -c pass`, and warm."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from row import Row

from lambda_study.engine import Function, LambdaService, deploy
from lambda_study.engine.runtimes.languages import TOOLS, missing

SOURCES = Path(__file__).resolve().parent.parent / "languages"
HANDLERS = {
    "node": "index.mjs:handler",
    "ruby": "app.rb:handler",
    "java": "Hello.java:handleRequest",
    "csharp": "Function.cs:Handler",
    "go": "main.go",
    "bash": "function.sh:handler",
}
EVENT = {"k": "v", "n": 1}
COLD_RUNS, WARM_RUNS = 7, 50


def run() -> list[Row]:
    python_ms = statistics.median(timed_ms(start_python) for _ in range(COLD_RUNS))
    rows = []
    with LambdaService() as service:
        for language in TOOLS:
            if missing(language):
                print(f"left out: {missing(language)}", file=sys.stderr)
                continue
            function = deploy(f"{SOURCES}/{HANDLERS[language]}", name=language, service=service)
            cold_ms, warm_ms = cold_median_ms(function), warm_median_ms(function)
            rows.append(Row(f"cold start, {language}", cold_ms, "ms", None, python_ms, "python -c pass"))
            rows.append(Row(f"warm invoke, {language}", warm_ms, "ms"))
    return rows


def cold_median_ms(function: Function) -> float:
    """The init alone, as the REPORT line shows it."""
    found = []
    for run in range(COLD_RUNS):
        function.update(environment={"RUN": str(run)})
        init_ms = function.invoke(EVENT).report.init_ms
        assert init_ms is not None
        found.append(init_ms)
    return statistics.median(found)


def warm_median_ms(function: Function) -> float:
    function.invoke_all([EVENT])
    return statistics.median(timed_ms(lambda: function.invoke(EVENT)) for _ in range(WARM_RUNS))


def start_python() -> None:
    subprocess.run([sys.executable, "-c", "pass"], check=True)


def timed_ms(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - began)
