"""What Lambda costs, shown by running functions and pricing what they used."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import combinations
from math import ceil
from pathlib import Path

from lambda_study.engine import LambdaService, deploy
from lambda_study.model.pricing import Usage, price

_HANDLERS = Path(__file__).parent / "handlers"
_TIMEOUT_S = 60


def what_a_cold_invocation_is_billed_for() -> list[str]:
    """The parts of a cold invocation that its Billed Duration contains.

    Duration and Init Duration, rounded up together, are the whole of it. So neither the rest of the timeout
    nor the time between two invocations is in it.

    >>> what_a_cold_invocation_is_billed_for()
    ['handler', 'init']
    """
    with LambdaService() as service:
        handler = f"{_HANDLERS / 'takes_time.py'}:handler"
        report = deploy(handler, timeout_s=_TIMEOUT_S, service=service).invoke().report
    duration, init = (Decimal(f"{ms or 0:.2f}") for ms in (report.duration_ms, report.init_ms))
    parts = {"handler": duration, "init": init, "rest of the timeout": _TIMEOUT_S * 1000 - duration}
    choices = [list(names) for count in (1, 2, 3) for names in combinations(parts, count)]
    [billed] = [names for names in choices if ceil(sum(parts[name] for name in names)) == report.billed_ms]
    return billed


def changes_that_lower_the_duration_charge() -> list[str]:
    """The changes that make a month of a waiting function cheaper, when its duration stays the same.

    The timeout, the kind of invocation and reserved concurrency are no part of a bill: a usage has no field
    for them, and the price stays.

    >>> changes_that_lower_the_duration_charge()
    ['memory', 'architecture']
    """
    usage = Usage(requests=1_000_000, duration_ms=2000, memory_mb=1024)
    changes = {
        "timeout": usage,
        "memory": replace(usage, memory_mb=256),
        "asynchronous": usage,
        "reserved concurrency": usage,
        "architecture": replace(usage, architecture="arm64"),
    }
    return [name for name, changed in changes.items() if price(changed).total_usd < price(usage).total_usd]
