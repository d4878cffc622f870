"""How many requests a second the simulator places, from the workload to the counts.

SimFaaS stands beside it where it is installed: in this environment, or in that of SIMFAAS_PYTHON, since it
brings pandas and scipy (`python -m venv simfaas && simfaas/bin/pip install simfaas "setuptools<80"`).
"""

from __future__ import annotations

import os
import subprocess
import sys
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
TIMES_SIMFAAS = {"20 busy": 15, "200 busy": 100}
SIMFAAS = """
import sys, time
from simfaas.ServerlessSimulator import ServerlessSimulator
rate, requests, busy_s = map(float, sys.argv[1:])
simulator = ServerlessSimulator(arrival_rate=rate, warm_service_rate=1 / busy_s, cold_service_rate=1 / busy_s,
                                expiration_threshold=600, max_time=requests / rate)
began = time.process_time()
simulator.generate_trace(debug_print=False, progress=False)
print(simulator.total_req_count / (time.process_time() - began))
"""


def run() -> list[Row]:
    simulate(Workload(arrivals=[0], duration_ms=1))  # numpy is imported
    return [row(name, settings) for name, settings in WORKLOADS.items()]


def row(name: str, settings: dict[str, object]) -> Row:
    peer = simfaas_per_second(settings) if name in TIMES_SIMFAAS else None
    return Row(
        f"simulator: {name}",
        per_second(settings),
        "requests/s",
        bar=BARS.get(name),
        peer=peer,
        peer_name="SimFaaS" if peer else "",
        max_ratio=TIMES_SIMFAAS[name] if peer else None,
        higher_is_better=True,
    )


def simfaas_per_second(settings: dict[str, object]) -> float | None:
    """What SimFaaS places in a second of CPU time, None where it is not installed."""
    python = os.environ.get("SIMFAAS_PYTHON", sys.executable)
    command = [python, "-W", "ignore", "-c", SIMFAAS, str(settings["arrivals_per_s"]), "20000", str(BUSY_S)]
    done = subprocess.run(command, capture_output=True, text=True)
    return float(done.stdout) if done.returncode == 0 else None


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
