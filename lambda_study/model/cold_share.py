"""How many requests start cold: the formula, beside which simulations and measurements are held."""

from __future__ import annotations

from decimal import Decimal
from math import ceil, exp, lgamma, log, sqrt

from lambda_study.errors import BadInput
from lambda_study.model.usage import Number, check_number

_MOST_BUSY = 100


def cold_share(
    arrivals_per_s: Number, duration_s: Number, idle_expiry_s: Number = 600, limit: int | None = None
) -> float:
    """Return the share of requests that start cold, of those that run.

    Requests come by chance, durations are exponential with the mean DURATION_S, an environment goes when it
    has been idle for IDLE_EXPIRY_S, and the environment that was used last is taken first. LIMIT is the
    concurrency limit, None for none.

    >>> f"{cold_share(arrivals_per_s=0.9, duration_s=1.991):.4%}"
    '0.1329%'
    >>> f"{cold_share(arrivals_per_s=0.001, duration_s=2):.0%}"
    '55%'

    Idle environments lie on a stack. The one on level L is idle from when L-1 requests run until L run again.
    So a request that finds L-1 running is cold if L have not run for the expiry.

    Errors: `BadInput` for numbers that cannot be, and above a mean of 40 running at a time without a limit.
    Unlike AWS: AWS publishes neither how long it keeps an environment nor which one it takes.
    """
    rate = float(check_number("arrivals_per_s", arrivals_per_s, Decimal("1e-9"), 10**6))
    duration = float(check_number("duration_s", duration_s, Decimal("1e-6"), 900))
    expiry = float(check_number("idle_expiry_s", idle_expiry_s, 0, 10**7))
    load = rate * duration
    if limit is None and load > 40:
        raise BadInput(f"{load:g} run at a time on average; the formula goes to 40. Simulate it instead.")
    most = _levels(load)
    if limit is not None:
        most = min(most, int(check_number("limit", limit, 1, _MOST_BUSY, whole=True)))
    running = _running(load, most)
    cold = sum(
        running[level - 1] * _not_reached(load, level, expiry / duration) for level in range(1, most + 1)
    )
    return float(cold / (1 if limit is None else 1 - running[most]))


def _levels(load: float) -> int:
    """How many may run at a time before more are too rare to count."""
    return ceil(load + 8 * sqrt(load) + 6)


def _running(load: float, most: int) -> list[float]:
    """The shares of time in which 0, 1, ... MOST requests run."""
    logs = [n * log(load) - lgamma(n + 1) for n in range(most + 1)]  # a power of a large load is no float
    weights = [exp(each - max(logs)) for each in logs]
    return [weight / sum(weights) for weight in weights]


def _not_reached(load: float, level: int, durations: float) -> float:
    """The chance that LEVEL requests do not run within so many DURATIONS, if now one fewer run.

    How many run goes up and down by one, so the matrix of these rates is made symmetric, and its exponential
    follows from its eigenvalues.
    """
    import numpy as np

    below = np.arange(level)
    beside = np.sqrt(load * below[1:])
    rates, states = np.linalg.eigh(np.diag(-(load + below)) + np.diag(beside, 1) + np.diag(beside, -1))
    weights = np.sqrt(_running(load, level - 1))
    stays = (states[-1] * np.exp(rates * durations)) @ states.T
    return float(stays @ weights / weights[-1])
