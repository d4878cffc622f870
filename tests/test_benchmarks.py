"""The table of `make bench`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import sys
sys.argv = ["run.py"]
sys.path.insert(0, "tests/benchmarks")
import run
from run import Row
print(run.table([
    Row("cold start", 31.42, "ms", bar=35, peer=15.0, peer_name="python -c pass", max_ratio=4),
    Row("invocations", 4321.0, "a second", bar=5000, higher_is_better=True),
]))
"""


def test_a_missed_bar_is_marked(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=root, capture_output=True, text=True, check=True
    )
    head, held, missed = [line.split() for line in done.stdout.splitlines()]
    assert head == ["figure", "value", "unit", "peer", "ratio", "bar", "ok"]
    assert held[-7:] == ["2.09x", "<=", "35", "and", "<=", "4x", "ok"]
    assert missed == ["invocations", "4,320", "a", "second", "-", "-", ">=", "5,000", "MISSED"]


def test_an_unknown_benchmark_is_one_line_that_names_the_known(root: Path) -> None:
    command = [sys.executable, "tests/benchmarks/run.py", "imports"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert done.returncode == 2
    assert "No benchmark of that name. There are: " in done.stderr and "import" in done.stderr
