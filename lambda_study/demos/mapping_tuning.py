"""Tuning of an event source mapping: the same messages with several batch sizes and windows, for real."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3

from lambda_study.cloud import Cloud
from lambda_study.demos.sending import map_queue, send_all
from lambda_study.demos.small_account import HANDLERS
from lambda_study.engine.clock import ManualClock
from lambda_study.errors import BadInput
from lambda_study.model.mapping_tuning import MappingRun, MappingTuning
from lambda_study.model.pricing import bill
from lambda_study.model.trace_event import TraceEvent

SETTINGS = ((1, 0), (10, 0), (10, 5), (100, 10))
_MESSAGES = 20
_EVERY_S = 0.5


def tune_mapping(cloud: Cloud, settings: Iterable[tuple[int, int]] = SETTINGS) -> MappingTuning:
    """Work off two orders a second with each of SETTINGS, pairs of a batch size and a window in seconds.

    CLOUD needs a clock that is moved by hand. The handler takes 20 ms for a batch and 2 ms for each order.
    20 orders really run, and invocations are told for 1,000 of them. Costs are Lambda's: the calls of SQS
    come on top.

    >>> with Cloud(clock="manual") as cloud:
    ...     tune_mapping(cloud, [(10, 5), (100, 10)])  # doctest: +ELLIPSIS
    batch size  window  invocations  longest wait  USD per million messages
            10     5 s          100         4.5 s ... USD
           100    10 s           50          10 s ... USD
    """
    clock = cloud.clock
    if not isinstance(clock, ManualClock):
        raise BadInput('tune_mapping() moves the clock. Open the cloud by Cloud(clock="manual").')
    try:
        with tempfile.TemporaryDirectory() as folder:
            return MappingTuning(tuple(_run(cloud, clock, Path(folder), *setting) for setting in settings))
    except KeyboardInterrupt:
        raise BadInput("tune_mapping() was interrupted. Run it again for its table.") from None


def _run(cloud: Cloud, clock: ManualClock, folder: Path, batch_size: int, window_s: int) -> MappingRun:
    name = f"tuned-{batch_size}-{window_s}"
    notes = folder / name
    handler = f"{HANDLERS / 'prints_orders'}.py:handler"
    with cloud.deploy(handler, name=name, environment={"NOTES": str(notes)}) as function:
        function.invoke({"Records": []})  # the cold start would hide what batches save
        begun = len(cloud.trace)
        _work_off(clock, name, batch_size, window_s)
        triggers = [each.at.timestamp() for each in cloud.trace[begun:] if _is_trigger(each, name)]
        reports = function.reports[1:]
    first_sent = [min(json.loads(line)) / 1000 for line in notes.read_text().splitlines()[1:]]
    waits = [round(at - sent, 3) for at, sent in zip(triggers, first_sent, strict=True)]
    return MappingRun(batch_size, window_s, _MESSAGES, len(reports), max(waits), bill(reports).total_usd)


def _is_trigger(event: TraceEvent, function: str) -> bool:
    return event.kind == "trigger" and event.target == function


def _work_off(clock: ManualClock, name: str, batch_size: int, window_s: int) -> None:
    """Send orders to a queue that the function NAME reads, until all of them are done."""
    with _mapped_queue(name, BatchSize=batch_size, MaximumBatchingWindowInSeconds=window_s) as queue:
        for number in range(_MESSAGES):
            send_all(queue, [str(number)])
            clock.advance(seconds=_EVERY_S)
        clock.advance(seconds=window_s)


@contextmanager
def _mapped_queue(name: str, **settings: int) -> Iterator[str]:
    """A queue that the function NAME reads with SETTINGS; both are gone afterwards, whatever happens."""
    sqs = boto3.client("sqs")
    queue = sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "120"})["QueueUrl"]
    try:
        mapping = map_queue(queue, name, **settings)
        try:
            yield queue
        finally:
            boto3.client("lambda").delete_event_source_mapping(UUID=mapping["UUID"])
    finally:
        sqs.delete_queue(QueueUrl=queue)
