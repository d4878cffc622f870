"""What every test shares: folders, what is left out unless asked for, the check that nothing stays."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parent.parent
MARKER = "LAMBDA_STUDY_RUN"
DEMOS = ROOT / "lambda_study" / "demos"
ON_REQUEST = {"more": "slower", "browser": "needs Chromium"}


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the project."""
    return ROOT


@pytest.fixture(scope="session")
def vectors() -> Path:
    """The folder of recorded AWS behaviour beside the project."""
    folder = ROOT.parent / "shared" / "vectors"
    if not folder.is_dir():
        pytest.skip(f"no recorded vectors at {folder}")
    return folder


def pytest_configure(config: pytest.Config) -> None:
    """Give this run a marker of its own, which everything it starts inherits."""
    if not is_worker(config):
        os.environ[MARKER] = f"{os.environ.get(MARKER, 'pytest')}/{os.getpid()}"


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave programs and shared pieces alone: under tests/ only test_*.py holds tests."""
    is_test = collection_path.name.startswith("test_")
    return True if collection_path.suffix == ".py" and not is_test else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what the -m expression does not ask for by name.

    The examples of demos are for `make test-more`: the proofs of the questions run the same demos.
    """
    for item in items:
        if isinstance(item, pytest.DoctestItem) and DEMOS in item.path.parents:
            item.add_marker(pytest.mark.more)
    unasked = [mark for mark in ON_REQUEST if mark not in config.option.markexpr]
    left_out = [item for item in items if any(item.get_closest_marker(mark) for mark in unasked)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what was left out, and how to ask for it."""
    for mark, reason in ON_REQUEST.items():
        if mark not in config.option.markexpr:
            terminalreporter.write_line(f"left out: tests marked {mark} ({reason}); ask with -m {mark}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run if a process that it started is still alive."""
    if is_worker(session.config):
        return
    close_default_service()
    left = survivors(os.environ[MARKER])
    for process in left:
        print(f"\nstill alive after the tests: {process.pid} {command_line(process)}", file=sys.stderr)
    if left and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def is_worker(config: pytest.Config) -> bool:
    """Whether this is a worker of pytest-xdist."""
    return hasattr(config, "workerinput")


def close_default_service() -> None:
    """Close what would close by itself only when Python exits."""
    engine = sys.modules.get("lambda_study.engine")
    if engine is not None and hasattr(engine, "default_service"):
        engine.default_service().close()


def survivors(marker: str, patience_s: float = 5.0) -> list[psutil.Process]:
    """The processes, this one apart, that carry MARKER and do not end within PATIENCE_S."""
    found = [process for process in psutil.process_iter() if carries(process, marker)]
    _gone, alive = psutil.wait_procs(found, timeout=patience_s)
    return [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]


def carries(process: psutil.Process, marker: str) -> bool:
    """Whether PROCESS was started with MARKER, or a marker below it, in its environment."""
    try:
        value = process.environ().get(MARKER, "")
    except (psutil.Error, OSError):
        return False
    return process.pid != os.getpid() and (value == marker or value.startswith(f"{marker}/"))


def command_line(process: psutil.Process) -> str:
    """What PROCESS runs, for the eye."""
    try:
        return " ".join(process.cmdline())[:200]
    except psutil.Error:
        return "(ended meanwhile)"
