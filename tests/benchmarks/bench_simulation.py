"""How many requests a second the simulator places, from the workload to the counts."""

from __future__ import annotations

import time

from row import Row

from lambda_study.model.simulation import simulate
from lambda_study.model.workload import Workload

REQUESTS, REPEATS = 1_000_000, 3
BUSY_S = 2.0

WORKLOADS = {
    "20 busy": {"arrivals_per_s": 20 / BUSY_S},
    "200 busy": {"arrivals_per_s": 200 / BUSY_S},
    "200 busy, newest created": {"arrivals_per_s": 200 / BUSY_S, "routing": "newest_created"},
    "200 wanted, 100 allowed": {"arrivals_per_s": 200 / BUSY_S, "reserved": 100},
    "a request in 50 s": {"arrivals_per_s": 0.02},
}
BARS = {"20 busy": 1_500_000, "200 busy": 1_500_000}


def run() -> list[Row]:
    simulate(Workload(arrivals=[0], duration_ms=1))  # numpy is imported
    return [
        Row(
            f"simulator: {name}",
            per_second(settings),
            "requests/s",
            bar=BARS.get(name),
            higher_is_better=True,
        )
        for name, settings in WORKLOADS.items()
    ]


def per_second(settings: dict[str, object]) -> float:
    """The best rate of some runs, in CPU time; the machine's other work only adds."""
    seconds = REQUESTS / settings["arrivals_per_s"]  # type: ignore[operator]
    rates = []
    for seed in range(REPEATS):
        workload = Workload(duration_ms=1000 * BUSY_S, seconds=seconds, seed=seed, **settings)  # type: ignore[arg-type]
        began = time.process_time()
        result = simulate(workload)
        rates.append(result.requests / (time.process_time() - began))
    return max(rates)
