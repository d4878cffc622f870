"""Whether a green nbval run means something: what it compares, what it may not, and the form it needs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import run
from notebook_form import KERNEL, LANGUAGE, committed, faults, not_compared

from lambda_study.recorded import MARK

ROOT = Path(__file__).resolve().parent.parent
# These look at this machine, and at what was learnt on it.
IGNORED = {"00-start-here": {"doctor"}, "91-review": {"standing"}}
REPORT = (
    "REPORT RequestId: {id}\tDuration: {ms} ms\tBilled Duration: {billed} ms\t"
    "Memory Size: {memory} MB\tMax Memory Used: {used} MB\t"
)
ONE_ID, OTHER_ID = "6fa36f18-1dfb-4b64-86a7-7bfb667af078", "c8a0ccf2-e9a5-407a-8c57-55319a2f365b"
ONE = REPORT.format(id=ONE_ID, ms="0.57", billed=32, memory=128, used=15)
OTHER = REPORT.format(id=OTHER_ID, ms="12.01", billed=134, memory=128, used=9)
INIT = "Init Duration: "
RUNTIME = "INIT_START Runtime Version: python:3.{}\tRuntime Version ARN: arn:aws:lambda:us-east-1::runtime:{}"
IMPORT_FRAME = 'File "/var/lang/lib/python3.{}/importlib/__init__.py", line {}, in import_module'
FROZEN_FRAME = 'File "<frozen importlib._bootstrap>", line {}, in _gcd_import'
PICTURE = '<img alt="{}" src="data:image/png;base64,{}">'
PHOTOGRAPH = PICTURE.replace("png", "jpeg")


@dataclass(frozen=True)
class Case:
    """A cell that prints `now` and has `recorded` as its output; `passes` says what nbval must find."""

    name: str
    recorded: str
    now: str
    passes: bool
    count: int | None = 1

    def cell(self) -> dict:
        output = {"name": "stdout", "output_type": "stream", "text": self.recorded + "\n"}
        return {
            "cell_type": "code",
            "id": self.name,
            "metadata": {},
            "execution_count": self.count,
            "source": f"print({self.now!r})",
            "outputs": [output] if self.recorded else [],
        }


def rewritten(name: str, recorded: str, now: str) -> Case:
    return Case(name, recorded, now, passes=True)


def compared(name: str, recorded: str, now: str) -> Case:
    return Case(name, recorded, now, passes=False)


CASES = [
    rewritten("same", "2 environments", "2 environments"),
    compared("changed", "2 environments", "3 environments"),
    rewritten("measured", "took ~41.27 ms, ~0.0000213 USD", "took ~1,039.90 ms, ~2.01 USD"),
    rewritten("measured-in-a-column", "total       ~9.50 USD", "total   ~1,209.50 USD"),
    compared("not-marked", "took 41.27 ms", "took 41.28 ms"),
    compared("unit-of-a-measured-figure", "took ~41.27 ms", "took ~41.27 s"),
    compared("measured-without-unit", "took ~41", "took ~42"),
    rewritten("request-id", f"END RequestId: {ONE_ID}", f"END RequestId: {OTHER_ID}"),
    compared("short-id", "environment 6fa36f18", "environment c8a0ccf2"),
    rewritten("report", ONE, OTHER),
    rewritten("report-of-a-cold-start", f"{ONE}{INIT}30.60 ms\t", f"{OTHER}{INIT}99.00 ms\t"),
    rewritten("report-in-tags", ONE.replace("\t", "</b>\t<b>"), OTHER.replace("\t", "</b>\t<b>")),
    compared("report-cold-or-warm", f"{ONE}{INIT}30.60 ms\t", ONE),
    compared("report-memory-size", ONE, OTHER.replace("128 MB", "256 MB")),
    compared("report-status", ONE, f"{OTHER}Status: timeout\t"),
    compared("duration-outside-a-report", "Duration: 3.00 ms", "Duration: 4.00 ms"),
    rewritten("init-report", "INIT_REPORT Init Duration: 1.00 ms", "INIT_REPORT Init Duration: 2.00 ms"),
    rewritten("runtime-version", RUNTIME.format("11.v7", "42e2"), RUNTIME.format("13.v1", "97cc")),
    compared("a-version-elsewhere", "python:3.11.v7", "python:3.13.v1"),
    rewritten("recorded-elsewhere", "-> 'Ada'", f"{MARK}node is not installed here. Install it.\n-> 'Ada'"),
    compared("a-recorded-answer", "-> 'Ada'", f"{MARK}node is not installed here. Install it.\n-> 'Ben'"),
    rewritten("wall-stamp", "[INFO] 2026-11-23T10:00:00.123Z x", "[INFO] 2027-01-02T03:04:05.678Z x"),
    compared("instant-of-the-manual-clock", "2026-11-24T10:00:00Z", "2026-11-24T11:00:00Z"),
    compared("a-day", "2026-11-24", "2026-11-25"),
    rewritten("frame-of-importlib", IMPORT_FRAME.format(11, 126), IMPORT_FRAME.format(13, 88)),
    rewritten("frozen-frame", FROZEN_FRAME.format(1204), FROZEN_FRAME.format(1331)),
    compared("frame-of-the-handler", '"/var/task/a.py", line 4', '"/var/task/a.py", line 5'),
    rewritten("log-stream", f"2026/11/23/[$LATEST]{'05d4' * 8}", f"2027/01/02/[$LATEST]{'9a1b' * 8}"),
    rewritten("pixels", PICTURE.format("a", "AAAA"), PICTURE.format("a", "BB==")),
    rewritten("pixels-of-a-photograph", PHOTOGRAPH.format("a", "AAAA"), PHOTOGRAPH.format("a", "BB==")),
    compared("alternative-text", PICTURE.format("a", "AAAA"), PICTURE.format("b", "AAAA")),
    compared("output-stripped-count-kept", "", "2 environments"),
    # The trap that the form below guards: without a count nothing is compared.
    Case("output-and-count-stripped", "", "2 environments", passes=True, count=None),
]  # fmt: skip


def verdicts(folder: Path) -> dict[str, bool]:
    """What nbval, started as `make test` starts it but for the workers, says of each case."""
    (folder / "cases.ipynb").write_text(json.dumps(a_notebook([case.cell() for case in CASES])))
    options = [*run.NOTEBOOK_OPTIONS, "--nbval-sanitize-with", str(ROOT / "tests" / "nbval.cfg")]
    command = [sys.executable, "-m", "pytest", "-v", "--color=no", "--tb=no", "-c", "pytest.ini", *options]
    (folder / "pytest.ini").write_text("[pytest]\n")
    done = subprocess.run(
        [*command, "cases.ipynb"], cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    found = dict(re.findall(r"::Cell (\d+) (PASSED|FAILED)", done.stdout))
    assert len(found) == len(CASES), done.stdout + done.stderr
    return {case.name: found[str(number)] == "PASSED" for number, case in enumerate(CASES)}


def a_notebook(cells: list[dict]) -> dict:
    metadata = {"kernelspec": dict(KERNEL), "language_info": dict(LANGUAGE)}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def a_good_notebook() -> dict:
    return a_notebook([rewritten("first", "1", "1").cell()])


def test_nbval_compares_what_it_must_and_rewrites_the_rest(tmp_path):
    assert verdicts(tmp_path) == {case.name: case.passes for case in CASES}


def test_one_notebook_is_one_worker_and_one_kernel():
    assert run.NOTEBOOKS[run.NOTEBOOKS.index("--dist") + 1] == "loadscope"


def test_the_run_is_strict_and_finds_its_kernel_whatever_the_notebook_names():
    assert {"--nbval", "--nbval-current-env"} <= set(run.NOTEBOOKS)
    assert not {"--nbval-lax", "--nbdime"} & set(run.NOTEBOOKS)
    assert not [option for option in run.NOTEBOOKS if option.startswith("--cov")]


def test_every_committed_notebook_is_compared():
    named = [word for step in run.notebooks() for command in step.commands for word in command]
    left_out = [path.name for path in committed() if str(path.relative_to(ROOT)) not in named]
    assert left_out == []
    assert "tests/nbval.cfg" in named


@pytest.mark.parametrize("path", committed(), ids=lambda path: path.stem)
def test_a_committed_notebook_has_the_form_that_is_compared(path):
    assert faults(json.loads(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("path", committed(), ids=lambda path: path.stem)
def test_only_the_listed_cells_are_not_compared(path):
    assert not_compared(json.loads(path.read_text(encoding="utf-8"))) == IGNORED.get(path.stem, set())


def test_the_list_of_cells_that_are_not_compared_names_no_other_notebook():
    assert set(IGNORED) <= {path.stem for path in committed()}


def test_a_good_notebook_has_no_fault():
    assert faults(a_good_notebook()) == []


def stderr(text: str = "a warning") -> list[dict]:
    return [{"output_type": "stream", "name": "stderr", "text": text}]


def stdout(text: str) -> list[dict]:
    return [{"output_type": "stream", "name": "stdout", "text": text}]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"execution_count": None}, "execution count None"),
        ({"execution_count": 3}, "execution count 3"),
        ({"outputs": []}, "stripped"),
        ({"outputs": stderr()}, "stderr"),
        ({"outputs": [{"output_type": "error", "ename": "E", "evalue": "", "traceback": []}]}, "error"),
        ({"outputs": stdout("<Line2D at 0x7f3a2c1b>")}, "address"),
        ({"outputs": stdout(f"{ROOT}/notebooks")}, "one machine"),
        ({"outputs": stdout(f"{MARK}node is not installed here.\n1")}, "itself a recorded output"),
        ({"id": "3f2a9c1e"}, "not given by hand"),
        ({"metadata": {"execution": {}}}, "time of its run"),
    ],
)
def test_a_fault_of_a_cell_is_found(change, fault):
    notebook = a_good_notebook()
    notebook["cells"][0].update(change)
    assert fault in " ".join(faults(notebook))


@pytest.mark.parametrize("change", [{"widgets": {}}, {"kernelspec": {"name": "venv"}}, {"language_info": {}}])
def test_a_fault_of_the_metadata_is_found(change):
    notebook = a_good_notebook()
    notebook["metadata"].update(change)
    assert faults(notebook)


def test_an_expected_error_is_no_fault():
    notebook = a_good_notebook()
    notebook["cells"][0].update(outputs=stderr(), metadata={"tags": ["raises-exception"]})
    assert faults(notebook) == []


@pytest.mark.parametrize(
    "mark", [{"metadata": {"tags": ["nbval-skip"]}}, {"source": ["# NBVAL_IGNORE_OUTPUT\n"]}]
)
def test_a_cell_that_asks_not_to_be_compared_is_found(mark):
    notebook = a_good_notebook()
    notebook["cells"][0].update(mark)
    assert not_compared(notebook) == {"first"}
