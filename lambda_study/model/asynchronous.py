"""Asynchronous invocation: when a failed event is tried again, and what is told at its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from lambda_study.facts import fact

SUCCESS = "Success"
RETRIES_EXHAUSTED = "RetriesExhausted"
EVENT_AGE_EXCEEDED = "EventAgeExceeded"
ZERO_RESERVED_CONCURRENCY = "ZeroReservedConcurrency"
RECURSIVE_INVOCATION = "RecursiveInvocation"
"""Unlike AWS: what the record of a stopped loop has as its condition is not documented; this is our word."""
ZERO_RESERVED_TEXT = "Function not invoked: it is configured with zero reserved concurrent executions"


@dataclass(frozen=True, slots=True)
class AsyncConfig:
    """How events of asynchronous invocations are retried, and where the records of their ends go.

    Destinations are ARNs; without one nothing is sent.

    >>> AsyncConfig().maximum_retry_attempts, AsyncConfig().maximum_event_age_s
    (2, 21600)

    Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html (read 2026-11-23).
    """

    maximum_retry_attempts: int = 2
    maximum_event_age_s: int = 21_600
    on_success: str = ""
    on_failure: str = ""


class Next(NamedTuple):
    """What happens to an event: after `wait_s` it is tried again, or given up for `condition`."""

    wait_s: float
    condition: str | None = None


def after_error(config: AsyncConfig, runs: int, age_s: float) -> Next:
    """Return what follows when the function has failed RUNS times on an event AGE_S old.

    AWS waits one minute before the first retry and two before the second. A retry that would come after the
    event's time is not made.

    >>> [after_error(AsyncConfig(), runs, 0) for runs in (1, 2)]
    [Next(wait_s=60.0, condition=None), Next(wait_s=120.0, condition=None)]
    >>> after_error(AsyncConfig(), 3, 180).condition
    'RetriesExhausted'

    Unlike AWS: the waits are exact; AWS's are approximate.
    Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
    (read 2026-11-23).
    """
    if runs > config.maximum_retry_attempts:
        return Next(0.0, RETRIES_EXHAUSTED)
    return _within_age(config, age_s, float(fact("async.retry_waits").value[runs - 1]))


def after_throttle(config: AsyncConfig, throttles: int, age_s: float) -> Next:
    """Return what follows when an event AGE_S old has been throttled THROTTLES times in a row.

    Throttles are no retries: the event is tried until its time is over, first after one second, then after
    twice as long each time, at most after five minutes.

    >>> [after_throttle(AsyncConfig(), throttles, 0).wait_s for throttles in (1, 2, 3, 9, 10, 99)]
    [1.0, 2.0, 4.0, 256.0, 300.0, 300.0]

    Unlike AWS: AWS says that the wait grows exponentially, not by how much; here it doubles.
    Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
    (read 2026-11-23).
    """
    first, longest = (int(fact(f"async.throttle_wait_{name}").value) for name in ("first", "longest"))
    doublings = min(throttles - 1, longest.bit_length())
    return _within_age(config, age_s, float(min(longest, first << doublings)))


def invocation_record(
    *,
    request_id: str,
    function_arn: str,
    condition: str,
    runs: int,
    at: datetime,
    event: Any,
    response: Mapping[str, Any] | None = None,
    payload: Any = None,
) -> dict[str, Any]:
    """Return the record that a destination gets. RESPONSE is what `response_context` returns.

    Without a response nothing ran, and the record says nothing of one. FUNCTION_ARN ends in a version or an
    alias.

    >>> record = invocation_record(
    ...     request_id="r-1", function_arn="arn:...:resize:1", condition="Success", runs=1,
    ...     at=datetime(2026, 11, 23, tzinfo=UTC), event={}, response=response_context("1"), payload=7)
    >>> record["timestamp"], record["responsePayload"], record["requestContext"]["approximateInvokeCount"]
    ('2026-11-23T00:00:00.000Z', 7, 1)

    Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    (read 2026-11-23).
    """
    record = {
        "version": "1.0",
        "timestamp": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z",
        "requestContext": {
            "requestId": request_id,
            "functionArn": function_arn,
            "condition": condition,
            "approximateInvokeCount": runs,
        },
        "requestPayload": event,
    }
    if response is not None:
        record["responseContext"] = dict(response)
        if "executedVersion" in response:
            record["responsePayload"] = payload
    return record


def response_context(version: str, function_error: str | None = None) -> dict[str, Any]:
    """Return the `responseContext` of a record: the function ran, and its VERSION answered.

    >>> response_context("$LATEST", "Unhandled")
    {'statusCode': 200, 'executedVersion': '$LATEST', 'functionError': 'Unhandled'}
    """
    context = {"statusCode": 200, "executedVersion": version}
    return context if function_error is None else {**context, "functionError": function_error}


def dead_letter_attributes(request_id: str, status: int | None, message: str) -> dict[str, str]:
    """Return the attributes of a message in a dead-letter queue, whose body is the event alone.

    STATUS is 200 after an error of the function, 429 after a throttle, 500 after a fault of the service, None
    when nothing was tried.

    >>> dead_letter_attributes("r-1", 200, "division by zero")
    {'RequestID': 'r-1', 'ErrorCode': '200', 'ErrorMessage': 'division by zero'}

    Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    (read 2026-11-23).
    """
    code = {} if status is None else {"ErrorCode": str(status)}
    return {
        "RequestID": request_id,
        **code,
        "ErrorMessage": message.encode()[:1024].decode("utf-8", "ignore"),
    }


def _within_age(config: AsyncConfig, age_s: float, wait_s: float) -> Next:
    left_s = config.maximum_event_age_s - age_s
    return Next(wait_s) if wait_s <= left_s else Next(max(0.0, left_s), EVENT_AGE_EXCEEDED)
