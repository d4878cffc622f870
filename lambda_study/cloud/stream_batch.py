"""A batch of records of one shard, and what becomes of it when it fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from lambda_study.cloud.streams import StreamRecord
from lambda_study.engine import Invocation

FOREVER = -1


@dataclass(frozen=True)
class Batch:
    """Records of one shard that a function gets together.

    `invocations` is how often a function has got them, `retries` how many of these count against
    MaximumRetryAttempts, `last` the last invocation.
    """

    records: tuple[StreamRecord, ...]
    invocations: int = 0
    retries: int = 0
    last: Invocation | None = None

    def ran(self, invocation: Invocation) -> Batch:
        """Return the batch after one more invocation."""
        return replace(self, invocations=self.invocations + 1, last=invocation)

    def rest(self, done: int) -> Batch:
        """Return what is left when the first DONE records are done."""
        return replace(self, records=self.records[done:])

    def retried(self) -> Batch:
        """Return the batch with one more retry used up."""
        return replace(self, retries=self.retries + 1)

    def is_exhausted(self, maximum_retry_attempts: int) -> bool:
        """Whether no retry is left."""
        return maximum_retry_attempts != FOREVER and self.retries >= maximum_retry_attempts

    def halves(self) -> list[Batch]:
        """Return the batch in two parts, in order; splitting uses up no retry.

        Source: https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
        (read 2026-11-23).
        """
        middle = (len(self.records) + 1) // 2
        return [replace(self, records=self.records[:middle]), replace(self, records=self.records[middle:])]

    def older_than(self, age: timedelta, now: datetime) -> int:
        """Return how many records at the beginning are at least AGE old at NOW."""
        ages = (index for index, record in enumerate(self.records) if now - record.arrived < age)
        return next(ages, len(self.records))

    def __str__(self) -> str:
        count = len(self.records)
        text = "1 record" if count == 1 else f"{count} records"
        return text if self.invocations == 0 else f"{text}, try {self.invocations + 1}"


def failure_record(
    batch: Batch,
    condition: str,
    *,
    request_id: str,
    function_arn: str,
    shard_id: str,
    stream_arn: str,
    batch_info: str,
    at: datetime,
) -> dict[str, Any]:
    """Return what an on-failure destination gets of a BATCH that was given up: where it is, not what it was.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html and
    https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html (read 2026-11-23).
    """
    first, last = batch.records[0], batch.records[-1]
    found: dict[str, Any] = {
        "requestContext": {
            "requestId": batch.last.report.request_id if batch.last else request_id,
            "functionArn": function_arn,
            "condition": condition,
            "approximateInvokeCount": batch.invocations,
        }
    }
    if batch.last is not None:
        found["responseContext"] = _response(batch.last)
    found["version"] = "1.0"
    found["timestamp"] = _iso(at)
    found[batch_info] = {
        "shardId": shard_id,
        "startSequenceNumber": str(first.sequence_number),
        "endSequenceNumber": str(last.sequence_number),
        "approximateArrivalOfFirstRecord": _iso(first.arrived),
        "approximateArrivalOfLastRecord": _iso(last.arrived),
        "batchSize": len(batch.records),
        "streamArn": stream_arn,
    }
    return found


def _response(invocation: Invocation) -> Mapping[str, Any]:
    error = {"functionError": invocation.function_error} if invocation.function_error else {}
    return {"statusCode": invocation.status, "executedVersion": invocation.report.version, **error}


def _iso(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%S}.{when.microsecond // 1000:03d}Z"
