"""The first function, shown by running it: what an environment keeps, how errors return, what the log says.

Each demo deploys handlers of `demos/handlers/` in a Lambda service of its own, runs them and returns a small
value. Demos prove keys of the question bank and can be called in a lesson.
"""

from __future__ import annotations

import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from lambda_study.demos.findings import names_of
from lambda_study.engine import Function, LambdaService, deploy

_HANDLERS = Path(__file__).parent / "handlers"
_APP = "def resize(event, context):\n    return 'resized'\n"


@contextmanager
def _function(file: str, **configuration: Any) -> Iterator[Function]:
    """A function of `demos/handlers/FILE.py` in a service that ends with the block."""
    with LambdaService() as service:
        yield deploy(f"{_HANDLERS / file}.py:handler", service=service, **configuration)


def handler_setting_that_finds_the_function() -> str:
    """The handler setting that runs `resize` in `app.py`, of four that people write.

    >>> handler_setting_that_finds_the_function()
    'app.resize'
    """
    settings = ["app.lambda_handler", "app.py.resize", "app.resize", "resize.app"]
    with tempfile.TemporaryDirectory() as folder, LambdaService() as service:
        package = Path(folder, "package.zip")
        with zipfile.ZipFile(package, "w") as archive:
            archive.writestr("app.py", _APP)
        return names_of(s for s in settings if deploy(f"{package}:{s}", service=service).invoke().ok)


def runs_of_module_code_in_three_warm_invocations() -> int:
    """How often the code outside the handler runs while one environment serves three invocations.

    >>> runs_of_module_code_in_three_warm_invocations()
    1
    """
    with _function("module_line") as function:
        logs = [line for _ in range(3) for line in function.invoke().logs]
    return sum("module code runs" in line for line in logs)


def process_between_two_invocations() -> str:
    """What a function's process does while no event is there: "frozen", "running" or "ended".

    Unlike AWS: where the system cannot stop a process, it is "running".

    >>> process_between_two_invocations()
    'frozen'
    """
    with _function("process_id") as function:
        process = psutil.Process(function.invoke().payload)
        patience = time.monotonic() + 1
        while process.is_running() and time.monotonic() < patience:
            if process.status() == psutil.STATUS_STOPPED:
                return "frozen"
            time.sleep(0.002)
        return "running" if process.is_running() else "ended"


def places_that_the_next_invocation_finds() -> list[str]:
    """Where a handler can leave a value for the next invocation of its environment, of five places tried.

    >>> places_that_the_next_invocation_finds()
    ['file in /tmp', 'module variable']
    """
    with _function("places") as function:
        function.invoke()
        return list(function.invoke().payload)


def environments_for_five_events_at_once() -> int:
    """How many environments start when five events arrive at the same time at a function that has none.

    The handlers wait for each other, so all five invocations are certain to overlap.

    >>> environments_for_five_events_at_once()
    5
    """
    with _function("counter", timeout_s=20) as function, _meeting(5) as event:
        return len({invocation.environment for invocation in function.invoke_all([event] * 5)})


def counts_of_two_invocations_at_once_and_one_later() -> list[int]:
    """What a counter in a global variable returns to two invocations at once and to a third one later.

    >>> counts_of_two_invocations_at_once_and_one_later()
    [1, 1, 2]
    """
    with _function("counter", timeout_s=20) as function, _meeting(2) as event:
        counts = [invocation.payload for invocation in function.invoke_all([event] * 2)]
        return [*counts, function.invoke().payload]


def response_when_the_handler_raises() -> str:
    """The status of a synchronous invocation whose handler raises, and whether `FunctionError` is set.

    >>> response_when_the_handler_raises()
    '200 with FunctionError'
    """
    with _function("raises") as function:
        invocation = function.invoke()
    return f"{invocation.status} {'with' if invocation.function_error else 'without'} FunctionError"


def connections_opened_in_five_warm_invocations(file: str = "connect_in_module") -> int:
    """How many database connections one environment has opened after five invocations.

    FILE is "connect_in_module" (opened outside the handler) or "connect_in_handler".

    >>> connections_opened_in_five_warm_invocations()
    1
    >>> connections_opened_in_five_warm_invocations("connect_in_handler")
    5
    """
    with _function(file) as function:
        return int([function.invoke().payload for _ in range(5)][-1])


def change_that_cures_a_killed_runtime() -> str:
    """Which change helps a function with 128 MB that needs 256 MB: timeout, retry, module code or memory.

    >>> change_that_cures_a_killed_runtime()
    'memory'
    """
    photo = {"mb": 256}
    with _function("fill_memory") as function:
        killed, again = function.invoke(photo), function.invoke(photo)
        function.update(timeout_s=60)
        changes = {"none": killed.ok, "retry": again.ok, "timeout": function.invoke(photo).ok}
        function.update(memory_mb=512)
        changes["memory"] = function.invoke(photo).ok
    with _function("fill_memory_in_module") as function:
        changes["module code"] = function.invoke().ok
    return names_of(change for change, ok in changes.items() if ok)


def how_a_handler_learns_the_time_left() -> str:
    """Where a handler finds the time that is left: event, environment variable, exception or context.

    The second invocation runs into its timeout of one second. It would write a file if that raised anything.

    >>> how_a_handler_learns_the_time_left()
    'context'
    """
    with _function("time_left", timeout_s=1) as function, tempfile.TemporaryDirectory() as folder:
        ways = list(function.invoke().payload)
        function.invoke({"note": f"{folder}/raised"})
        return names_of([*ways, *(["exception"] if any(Path(folder).iterdir()) else [])])


def report_field_of_cold_starts() -> str:
    """The field that the REPORT line of a cold start has and the line of a warm invocation has not.

    >>> report_field_of_cold_starts()
    'Init Duration'
    """
    with _function("process_id") as function:
        cold, warm = (_fields(function.invoke().report.line()) for _ in range(2))
    return names_of(field for field in cold if field not in warm)


def what_a_timeout_keeps() -> str:
    """What an invocation finds after a time-out in the same environment: count, file, both or nothing.

    >>> what_a_timeout_keeps()
    'file'
    """
    with _function("keeps", timeout_s=1) as function:
        function.invoke()
        function.invoke({"hang": True})
        return names_of(function.invoke().payload)


@contextmanager
def _meeting(of: int) -> Iterator[dict[str, Any]]:
    """An event with a folder in which OF invocations wait for each other."""
    with tempfile.TemporaryDirectory() as folder:
        yield {"meet": folder, "of": of}


def _fields(report_line: str) -> list[str]:
    return [field.split(":")[0].removeprefix("REPORT ") for field in report_line.split("\t") if field.strip()]
