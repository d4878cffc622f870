"""How long a playground takes to answer a slider, at the settings that make it work hardest."""

from __future__ import annotations

import time
from collections.abc import Callable

from row import Row

from lambda_study.show.cost_playground import monthly_bill
from lambda_study.show.scale_playgrounds import function_or_server, hour_under_load, tuned_work

REPEATS = 5
BAR_MS = 100


def run() -> list[Row]:
    answers: dict[str, Callable[[], object]] = {
        "bill of a month": lambda: monthly_bill(10**10, 900_000, 10_240, "x86_64", free_tier=True),
        "function or server": lambda: function_or_server(10**9),
        "memory sizes": lambda: tuned_work(10_000, 10_000, 6, "arm64"),
        "hour under load": lambda: hour_under_load(20, 3000, 3000, "none", 20, 3600),
        "hour under load, limited": lambda: hour_under_load(20, 3000, 3000, 10, 5, 60),
    }
    return [Row(f"slider: {name}", best_ms(answer), "ms", bar=BAR_MS) for name, answer in answers.items()]


def best_ms(answer: Callable[[], object]) -> float:
    answer()
    taken = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        answer()
        taken.append(time.perf_counter() - began)
    return 1000 * min(taken)
