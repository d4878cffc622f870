"""What Lambda costs, shown by running functions and pricing what they used."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations
from math import ceil
from pathlib import Path
from typing import Any

from lambda_study.engine import LambdaService, ManualClock, deploy
from lambda_study.model.pricing import bill
from lambda_study.model.report import Report

_HANDLERS = Path(__file__).parent / "handlers"
_TIMEOUT_S = 60
_IDLE_S = 45
_MS = Decimal(1000)


def what_a_cold_invocation_is_billed_for() -> list[str]:
    """The parts of a cold invocation that its Billed Duration contains.

    An asynchronous event fails and waits in the queue for its second run, which starts cold. Then the
    function is idle until its next event. Of all sums of these times, one is the Billed Duration.

    >>> what_a_cold_invocation_is_billed_for()
    ['handler', 'init']
    """
    parts, billed_ms = _parts_of_a_cold_run()
    choices = [list(names) for count in range(1, 6) for names in combinations(parts, count)]
    [billed] = [names for names in choices if ceil(sum(parts[name] for name in names)) == billed_ms]
    return billed


def _parts_of_a_cold_run() -> tuple[dict[str, Decimal], int]:
    """How long each part of it took in milliseconds, and what it was billed for."""
    handler = f"{_HANDLERS / 'fails_if_told.py'}:handler"
    with LambdaService(clock=(clock := ManualClock())) as service:
        function = deploy(handler, timeout_s=_TIMEOUT_S, environment={"FAIL": "yes"}, service=service)
        event = function.invoke_async()
        clock.settle()
        function.update(environment={})  # the next run is cold, and succeeds
        clock.advance(minutes=1)
        clock.advance(seconds=_IDLE_S)
        first, cold = (attempt.report for attempt in event.attempts)
        later = function.invoke().report
    duration, init = (Decimal(f"{ms or 0:.2f}") for ms in (cold.duration_ms, cold.init_ms))
    return {
        "handler": duration,
        "init": init,
        "rest of the timeout": _TIMEOUT_S * _MS - duration,
        "queue": _between(first, cold),
        "idle time": _between(cold, later),
    }, cold.billed_ms


def _between(earlier: Report, later: Report) -> Decimal:
    """The milliseconds between the starts of two invocations, on the service's clock."""
    return Decimal((later.started_at - earlier.started_at).total_seconds()) * _MS


def changes_that_lower_the_duration_charge() -> list[str]:
    """The changes that make a millisecond of a function that waits cheaper by more than a tenth.

    Each change is made, and the function is invoked and billed. What it costs is divided by the time that its
    handler ran, as no two runs take the same. A tenth is more than rounding up to a millisecond adds.

    >>> changes_that_lower_the_duration_charge()
    ['memory', 'architecture']
    """
    before = _charge_per_ms()
    charges = {
        "timeout": _charge_per_ms(timeout_s=10),
        "memory": _charge_per_ms(memory_mb=256),
        "asynchronous": _charge_per_ms(asynchronous=True),
        "reserved concurrency": _charge_per_ms(reserved_concurrency=10),
        "architecture": _charge_per_ms(architecture="arm64"),
    }
    return [name for name, charge in charges.items() if charge < before * Decimal("0.9")]


def _charge_per_ms(asynchronous: bool = False, **changes: Any) -> Decimal:
    """What a warm invocation's duration is billed at, in USD, for each millisecond of its handler."""
    configuration = {"timeout_s": _TIMEOUT_S, "memory_mb": 1024, **changes}
    handler = f"{_HANDLERS / 'takes_time.py'}:handler"
    with LambdaService(clock=(clock := ManualClock())) as service:
        function = deploy(handler, service=service, **configuration)
        function.invoke()
        (function.invoke_async if asynchronous else function.invoke)()
        clock.settle()
        _, warm = function.reports
    charge = sum(line.amount_usd for line in bill([warm]).lines if line.item.startswith("Duration"))
    return charge / Decimal(warm.duration_ms)
