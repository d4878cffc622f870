"""The same failing handler behind four callers: who tries again, how often, and where the event ends up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any

import boto3

from lambda_study.cloud import Cloud
from lambda_study.cloud.trace import Trace
from lambda_study.demos.sending import arn_of, map_queue, send_all
from lambda_study.demos.small_account import HANDLERS
from lambda_study.demos.stream_account import make_stream, put_all, read_stream
from lambda_study.engine import Function, ManualClock
from lambda_study.errors import BadInput
from lambda_study.model.failing_ways import GONE, FailingWay, FailingWays

_RECEIVES, _RETRIES = 5, 2
# Function: who calls it, who tries again, where its event stays, where it is kept.
_WAYS = {
    "failing-called": ("a caller", "nobody", "the caller has the error", "the caller has the error"),
    "failing-pushed": ("S3, SNS, a rule", "Lambda, twice", GONE, "in the destination"),
    "failing-queued": ("a queue", "the queue", "still in the queue", "in the dead-letter queue"),
    "failing-streamed": ("a stream", "the mapping", "still in the stream", "noted in the destination"),
}


def failing_ways(cloud: Cloud, hours: float = 1, kept: bool = False) -> FailingWays:
    """Let a handler fail that is called in four ways, and tell what became of the events HOURS later.

    Nothing is set, unless they shall be KEPT: then the function has an on-failure destination, the queue a
    redrive policy with a `maxReceiveCount` of 5, and the mapping of the stream two retries and a destination.
    CLOUD needs a clock that is moved by hand. What is made here is gone afterwards.

    >>> with Cloud(clock="manual") as cloud:
    ...     failing_ways(cloud, kept=True)
    called by        tries again    runs  last run  the event
    a caller         nobody            1   at once  the caller has the error
    S3, SNS, a rule  Lambda, twice     3     3 min  in the destination
    a queue          the queue         5     2 min  in the dead-letter queue
    a stream         the mapping       3       3 s  noted in the destination

    Unlike AWS: AWS names no pauses between the tries of a stream. Here they double from one second to a
    minute.
    """
    if not isinstance(cloud.clock, ManualClock):
        raise BadInput('failing_ways() moves the clock. Open the cloud by Cloud(clock="manual").')
    if not 0 < hours < 24:
        raise BadInput(f"hours={hours:g} is not within a day. Choose more than 0 and less than 24.")
    begun, since = cloud.clock.now(), len(cloud.trace)
    with ExitStack() as made:
        functions = _begin(cloud, made, kept)
        cloud.clock.advance(hours=hours)
        happened = cloud.trace[since:]
        return FailingWays([_way(function, happened, begun) for function in functions])


def _begin(cloud: Cloud, made: ExitStack, kept: bool) -> list[Function]:
    """Four functions that fail, each called once in its own way."""
    handler = f"{HANDLERS / 'raises'}.py:handler"
    functions = [made.enter_context(cloud.deploy(handler, name=name)) for name in _WAYS]
    called, pushed, queued, streamed = functions
    letters = {name: made.enter_context(_queue(f"{name}-letters")) for name in _WAYS} if kept else {}
    called.invoke({})
    if kept:
        pushed.configure_async(on_failure=arn_of(letters[pushed.name]))
    pushed.invoke_async({})
    orders = made.enter_context(_queue("failing-orders", letters.get(queued.name, "")))
    made.enter_context(_mapped(map_queue(orders, queued.name)["UUID"]))
    send_all(orders, ["an order"])
    made.enter_context(_read_stream(streamed, letters.get(streamed.name, "")))
    put_all("failing-looks", ["a look"])
    cloud.settle()
    return functions


def _way(function: Function, happened: Trace, begun: datetime) -> FailingWay:
    """What became of the event that FUNCTION got."""
    caller, tries_again, left, kept = _WAYS[function.name]
    runs = tuple((report.started_at - begun).total_seconds() for report in function.reports)
    letters = f"sqs:{function.name}-letters"
    reached = any(event.target == letters for event in happened.of("delivery"))
    return FailingWay(caller, tries_again, runs, kept if reached else left)


@contextmanager
def _queue(name: str, letters: str = "") -> Iterator[str]:
    """The URL of a queue, whose messages go to LETTERS after some receives; it is deleted in the end."""
    sqs = boto3.client("sqs")
    policy = {"deadLetterTargetArn": arn_of(letters), "maxReceiveCount": _RECEIVES} if letters else None
    url = sqs.create_queue(
        QueueName=name, Attributes={"RedrivePolicy": json.dumps(policy)} if policy else {}
    )["QueueUrl"]
    try:
        yield url
    finally:
        sqs.delete_queue(QueueUrl=url)


@contextmanager
def _read_stream(function: Function, letters: str) -> Iterator[None]:
    """A stream that FUNCTION reads; with LETTERS, a queue as its destination, it is tried again twice."""
    given_up: dict[str, Any] = {}
    if letters:
        destination = {"OnFailure": {"Destination": arn_of(letters)}}
        given_up = {"MaximumRetryAttempts": _RETRIES, "DestinationConfig": destination}
    stream = make_stream("failing-looks")
    try:
        with _mapped(read_stream(function, stream, **given_up)):
            yield
    finally:
        boto3.client("kinesis").delete_stream(StreamName="failing-looks")


@contextmanager
def _mapped(uuid: str) -> Iterator[None]:
    """An event source mapping, which is deleted in the end."""
    try:
        yield
    finally:
        boto3.client("lambda").delete_event_source_mapping(UUID=uuid)
