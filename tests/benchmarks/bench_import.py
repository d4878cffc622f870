"""How long a fresh Python takes to import the light wings, beside one that imports nothing."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from row import Row

RUNS = 15


def run() -> list[Row]:
    nothing, light, command = (
        median_ms(code)
        for code in (
            "pass",
            "from lambda_study.facts import fact; from lambda_study.model.pricing import price; "
            "from lambda_study.quiz import grade, load_bank",
            "import lambda_study.cli",
        )
    )
    return [
        Row(
            "import facts, model, quiz",
            light - nothing,
            "ms",
            bar=100,
            peer=nothing,
            peer_name="python -c pass",
        ),
        Row("import the command", command - nothing, "ms", bar=150, peer=nothing, peer_name="python -c pass"),
    ]


def median_ms(code: str) -> float:
    """The median wall time of a Python that runs CODE; the first run, which compiles, does not count."""
    return statistics.median([once_ms(code) for _ in range(RUNS + 1)][1:])


def once_ms(code: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return 1000 * (time.perf_counter() - began)
