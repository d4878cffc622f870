"""CloudWatch Logs: the logs of functions, and subscriptions that send log events to a function."""

from __future__ import annotations

import base64
import gzip
import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain
from typing import Any

from lambda_study.cloud import seam
from lambda_study.cloud.embedded_metrics import embedded
from lambda_study.cloud.seam import cloudwatch, logs
from lambda_study.cloud.seam.logs import LogEvent, Subscribed
from lambda_study.cloud.sources.errands import Errands
from lambda_study.cloud.wiring import Wiring, function_of
from lambda_study.engine import Invocation, ServiceError
from lambda_study.engine.function import ACCOUNT, REGION
from lambda_study.engine.observer import Observer
from lambda_study.facts import fact

LATENCY_S = 1.0
# What stands in an event, in bytes of JSON: gzip may gain nothing, and base64 adds a third
MOST_BYTES = int(fact("payload.async").value) * 1024 * 1024 * 3 // 4 - 4096
_AROUND_BYTES = 120  # the id, the timestamp and the names of one log event
_REFUSED = (
    "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute "
    "your function."
)


class Logs(Observer):
    """The log groups of functions. moto keeps them; what functions log is written when somebody reads it.

    Log events in the embedded metric format become metrics.

    A subscription sends what was logged within a second to its function. A function that logs what it gets,
    and is subscribed to its own log group, calls itself for ever: Lambda does not see this loop.

    Unlike AWS: a retention deletes nothing, and what provisioned environments log at their start is not
    here. Events of one invocation have one time, that of its start. AWS does not tell how long events
    take to a subscription; here it is one second. One that is throttled is Lambda's to try again.
    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
    (read 2026-11-23).
    """

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._errands = Errands(wiring.clock, chained=False)
        self._lock = threading.Lock()  # of what waits; nothing is called while it is held
        self._waiting: deque[Invocation] = deque()
        self._found: list[Subscribed] = []
        self._has_subscriptions = False
        self._is_due = False
        self._stack = ExitStack()
        self._stack.callback(self._errands.close)
        self._stack.enter_context(logs.told_to(self))
        self._stack.enter_context(cloudwatch.written_by(self))
        wiring.observers.add(self)

    def close(self) -> None:
        """Write and send nothing any more."""
        self._stack.close()

    # -- told by the service

    def invoked(self, name: str, invocation: Invocation, source: str) -> None:
        self._waiting.append(invocation)
        if self._has_subscriptions:
            self._deliver_later()

    # -- asked and told by the seam

    def write(self) -> None:
        """Write the logs of the invocations so far into their log groups."""
        if not self._waiting:
            return
        with seam.lock:  # so that who reads meanwhile finds all of it
            while self._waiting:
                invocation = self._waiting.popleft()
                at = _milliseconds(invocation)
                events = [LogEvent(at, message) for message in invocation.logs]
                logs.write(invocation.log_group, invocation.log_stream, events)
                for namespace, sample in chain.from_iterable(map(embedded, invocation.logs)):
                    cloudwatch.put(namespace, [sample])

    def check_function(self, group: str, function_arn: str) -> None:
        """Raise AWS's error for a function that is not there, or that CloudWatch Logs may not invoke."""
        name, qualifier = function_of(function_arn)
        try:
            self._wiring.service.deployed(name).target(qualifier)
        except ServiceError:
            raise ServiceError(400, "InvalidParameterException", _REFUSED) from None
        source_arn = f"{arn_of(group)}:*"
        if not self._wiring.permissions.allows(name, "logs.amazonaws.com", source_arn, qualifier):
            raise ServiceError(400, "InvalidParameterException", _REFUSED)
        self._has_subscriptions = True

    def subscribed(self, found: Subscribed) -> None:
        """Send what a subscription has found, a little later."""
        with self._lock:
            self._found.append(found)
        self._deliver_later()

    # -- parts

    def _deliver_later(self) -> None:
        with self._lock:
            if self._is_due:
                return
            self._is_due = True
        self._errands.call_in(LATENCY_S, self._deliver)

    def _deliver(self) -> None:
        with self._lock:
            self._is_due = False
        self.write()
        with self._lock:
            found, self._found = self._found, []
        for each in _joined(found):
            self._wiring.invoke_async(
                each.destination,
                lambda_event(each),
                source="logs",
                source_arn=f"{arn_of(each.group)}:*",
                detail=f"{len(each.events)} log events",
            )


def lambda_event(found: Subscribed) -> dict[str, Any]:
    """Return the event that a subscribed function gets: JSON, compressed by gzip, in base64.

    >>> found = Subscribed("/aws/lambda/a", "s", "all", "arn", (LogEvent(0, "hello", "7"),))
    >>> data = json.loads(gzip.decompress(base64.b64decode(lambda_event(found)["awslogs"]["data"])))
    >>> data["messageType"], data["logEvents"]
    ('DATA_MESSAGE', [{'id': '7', 'timestamp': 0, 'message': 'hello'}])

    Source: https://docs.aws.amazon.com/lambda/latest/dg/services-cloudwatchlogs.html (read 2026-11-23).
    """
    data = {
        "messageType": "DATA_MESSAGE",
        "owner": ACCOUNT,
        "logGroup": found.group,
        "logStream": found.stream,
        "subscriptionFilters": [found.filter_name],
        "logEvents": [
            {"id": event.id, "timestamp": event.timestamp, "message": event.message} for event in found.events
        ],
    }
    packed = gzip.compress(json.dumps(data, separators=(",", ":")).encode(), mtime=0)
    return {"awslogs": {"data": base64.b64encode(packed).decode("ascii")}}


def arn_of(group: str) -> str:
    """Return the ARN of a log group.

    >>> arn_of("/aws/lambda/resize")
    'arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/resize'
    """
    return f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}"


def _milliseconds(invocation: Invocation) -> int:
    return int(invocation.report.started_at.timestamp() * 1000)


def _joined(found: list[Subscribed]) -> Iterator[Subscribed]:
    """Yield what was found, that of one stream and one filter together as far as it fits into an event."""
    events: dict[tuple[str, str, str, str], list[LogEvent]] = {}
    for each in found:
        place = (each.group, each.stream, each.filter_name, each.destination)
        events.setdefault(place, []).extend(each.events)
    for place, taken in events.items():
        for batch in _batches(taken):
            yield Subscribed(*place, tuple(batch))


def _batches(events: list[LogEvent]) -> Iterator[list[LogEvent]]:
    """Yield EVENTS in batches that Lambda accepts; an event that is too large by itself is one."""
    batch: list[LogEvent] = []
    size = 0
    for event in events:
        added = len(json.dumps(event.message)) + _AROUND_BYTES
        if batch and size + added > MOST_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(event)
        size += added
    yield batch
