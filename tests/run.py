"""What `make test` runs: `tests/run.py` the whole of it, `tests/run.py more` the slower rest."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import psutil  # noqa: E402
from conftest import MARKER, command_line, survivors  # noqa: E402

from lambda_study.doctor import find_chromium  # noqa: E402

NOTHING_COLLECTED = 5
LIMIT_S = 1800
PYTEST = ["pytest", "-q", "--color=no"]
# Many tests wait for a process or a time-out: three workers keep two cores busy.
UNIT = [*PYTEST, "-p", "no:nbval", "-n", "3"]
BROWSER = [*PYTEST, "-p", "no:nbval", "tests/browser"]
NOTEBOOK_OPTIONS = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=60"]
# One notebook is one worker and one kernel, or its cells would be dealt out to both workers.
NOTEBOOKS = [*PYTEST, *NOTEBOOK_OPTIONS, "-n", "2", "--dist", "loadscope", "--no-loadscope-reorder"]


@dataclass
class Step:
    """A check: the modules that Python runs one after the other, and what came out."""

    name: str
    commands: list[list[str]]
    passes: tuple[int, ...] = (0,)
    variables: dict[str, str] = field(default_factory=dict)
    output: str = ""
    seconds: float = 0.0
    failed: bool = field(default=False)

    def run(self, environment: dict[str, str]) -> None:
        """Run every command, even after one that failed, and keep what was printed."""
        began = time.monotonic()
        for command in self.commands:
            # A file and not a pipe: a grandchild that stays would hold a pipe open for ever.
            with tempfile.TemporaryFile() as output:
                status = run_within(LIMIT_S, command, {**environment, **self.variables}, output)
                output.seek(0)
                self.output += output.read().decode(errors="replace")
            if status is None:
                self.output += f"\nstopped: not done after {LIMIT_S} s"
            self.failed |= status not in self.passes
        self.seconds = time.monotonic() - began


def run_within(
    limit_s: float, command: list[str], environment: dict[str, str], output: IO[bytes]
) -> int | None:
    """The exit code of a module run by this Python; None if it took longer than LIMIT_S and was killed."""
    words = [sys.executable, "-m", *command]
    streams = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": subprocess.STDOUT}
    with subprocess.Popen(words, cwd=ROOT, env=environment, **streams) as process:
        try:
            return process.wait(limit_s)
        except subprocess.TimeoutExpired:
            for child in [*psutil.Process(process.pid).children(recursive=True), process]:
                child.kill()
            return None


def steps(more: bool) -> list[list[Step]]:
    """The checks in rows; those of one row run side by side."""
    if more:
        unit = Step("slower tests", [[*UNIT, "-m", "more and not browser"]], (0, NOTHING_COLLECTED))
        return [[unit], browser("browser and more")]
    style = Step("style", [["ruff", "check", "."], ["ruff", "format", "--check", "."]])
    types = Step("types", [["mypy"]])
    house = Step("imports", [["importlinter.cli", "lint"]])
    unit = Step("unit tests", [UNIT])
    return [[style, types, house], [unit], [*notebooks(), *browser("browser and not more")]]


def notebooks() -> list[Step]:
    """The lessons' outputs against a run of today."""
    # The last one is the longest, the record of all proofs: begun first, it does not run on alone at the end.
    found = sorted((ROOT / "notebooks").glob("*.ipynb"), reverse=True)
    found += [path for path in [ROOT / "tests" / "notebooks" / "quizzes.ipynb"] if path.exists()]
    if not found:
        print("left out: notebooks, there is none yet")
        return []
    names = [str(path.relative_to(ROOT)) for path in found]
    settings = ["--nbval-sanitize-with", "tests/nbval.cfg"]
    # A lesson looks at what its reader has done. Here nobody has done anything.
    nobody = {"LAMBDA_STUDY_STORE": str(Path(tempfile.gettempdir(), "nobody", "progress.sqlite3"))}
    return [Step("notebooks", [[*NOTEBOOKS, *settings, *names]], variables=nobody)]


def browser(which: str) -> list[Step]:
    """The tests in a real browser, where there is one."""
    if find_chromium() is None:
        print("left out: browser tests, no Chromium or Chrome is installed here")
        return []
    return [Step("browser", [[*BROWSER, "-m", which]], (0, NOTHING_COLLECTED))]


def side_by_side(row: list[Step], environment: dict[str, str]) -> None:
    """Run the steps of one row at the same time and report each in turn."""
    threads = [threading.Thread(target=step.run, args=(environment,)) for step in row]
    for thread in threads:
        thread.start()
    for step, thread in zip(row, threads, strict=True):
        thread.join()
        print(f"--- {step.name}: {'FAILED' if step.failed else 'ok'} ({step.seconds:.1f} s)")
        print(excerpt(step.output), flush=True)
        for command in step.commands if step.failed else []:
            print(f"    to repeat it: {shlex.join([sys.executable, '-m', *command])}", flush=True)


def excerpt(output: str, lines: int = 300, width: int = 240) -> str:
    """OUTPUT with the middle of it and the ends of long lines left out; pictures are printed as text."""
    shown = [line[:width] for line in output.rstrip().splitlines()]
    if len(shown) > lines:
        gap = f"[{len(shown) - lines} lines left out]"
        shown = [*shown[: lines // 2], gap, *shown[-lines // 2 :]]
    return "\n".join(shown)


def leaks(marker: str, scratch: Path) -> Step:
    """Processes and folders that something left behind; SCRATCH was the run's own folder for such."""
    step = Step("nothing left behind", [])
    lines = [f"process {process.pid}: {command_line(process)}" for process in survivors(marker)]
    places = [scratch, Path("/dev/shm")]
    lines += [f"folder {path}" for place in places for path in place.glob("lambda[-_]study*")]
    step.output, step.failed = "\n".join(lines), bool(lines)
    print(f"--- {step.name}: {'FAILED' if lines else 'ok'}")
    print(step.output)
    return step


def main(more: bool) -> int:
    began = time.monotonic()
    marker = f"run-{os.getpid()}"
    scratch = Path(tempfile.mkdtemp(prefix="ls-"))
    environment = {
        **os.environ,
        MARKER: marker,
        "TMPDIR": str(scratch),
        "TEMP": str(scratch),
        "TMP": str(scratch),
    }
    # Dozens of Python processes share the packages: let them keep the compiled form.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done: list[Step] = []
    try:
        for row in steps(more):
            side_by_side(row, environment)
            done += row
        done.append(leaks(marker, scratch))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    for step in done:
        print(f"{'FAILED' if step.failed else 'ok':<7}{step.seconds:6.1f} s  {step.name}")
    failed = sum(step.failed for step in done)
    print(f"{time.monotonic() - began:6.1f} s in all")
    print(f"steps: {len(done) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main("more" in sys.argv[1:]))
