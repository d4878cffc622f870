"""Tuning of an event source mapping: the same messages with several batch sizes and windows, for real."""

from __future__ import annotations

from collections.abc import Iterable

from lambda_study.demos.sending import send_all
from lambda_study.demos.small_account import SmallAccount
from lambda_study.model.mapping_tuning import MappingRun, MappingTuning
from lambda_study.model.pricing import bill

SETTINGS = ((1, 0), (10, 0), (10, 5), (100, 10))
_MESSAGES = 20
_EVERY_S = 0.5


def tune_mapping(settings: Iterable[tuple[int, int]] = SETTINGS) -> MappingTuning:
    """Work off two orders a second with each of SETTINGS, pairs of a batch size and a window in seconds.

    The handler takes 20 ms for a batch and 2 ms for each order. 20 orders really run, and invocations are
    told for 1,000 of them. Costs are Lambda's: the calls of SQS come on top.

    >>> tune_mapping([(1, 0), (100, 10)])  # doctest: +ELLIPSIS
    batch size  window  invocations  longest wait  USD per million messages
             1     0 s        1,000           0 s ... USD
           100    10 s           50          10 s ... USD
    """
    with SmallAccount() as account:
        return MappingTuning(tuple(_run(account, *setting) for setting in settings))


def _run(account: SmallAccount, batch_size: int, window_s: int) -> MappingRun:
    name = f"printer-{batch_size}-{window_s}"
    function, orders = account.function(name, "prints_orders"), account.queue(name, VisibilityTimeout="120")
    function.invoke({"Records": []})  # the cold start would hide what batches save
    account.read(function, orders, BatchSize=batch_size, MaximumBatchingWindowInSeconds=window_s)
    for number in range(_MESSAGES):
        send_all(orders, [str(number)])
        account.clock.advance(seconds=_EVERY_S)
    account.clock.advance(seconds=window_s)
    reports = function.reports[1:]
    return MappingRun(
        batch_size, window_s, _MESSAGES, len(reports), _longest_wait_s(account, name), bill(reports).total_usd
    )


def _longest_wait_s(account: SmallAccount, name: str) -> float:
    """How long the first order of a batch waited, at most."""
    begun = [each.at.timestamp() for each in account.cloud.trace.of("trigger") if each.target == name]
    sent = [min(batch) / 1000 for batch in account.events_of(name) if batch]
    return max(round(at - first, 3) for at, first in zip(begun, sent, strict=True))
