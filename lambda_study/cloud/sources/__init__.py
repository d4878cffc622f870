"""The services that invoke functions: one file each.

SOURCES is what a cloud makes when it opens, in order: each gets the Wiring and has `close`. POLLERS makes the
poller of an event source mapping, by the service in the ARN of its source.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from lambda_study.cloud.metrics import Metrics
from lambda_study.cloud.sources.alarms import Alarms
from lambda_study.cloud.sources.dynamodb import DynamoDB, dynamodb_poller
from lambda_study.cloud.sources.eventbridge import EventBridge
from lambda_study.cloud.sources.kinesis import Kinesis, kinesis_poller
from lambda_study.cloud.sources.logs import Logs
from lambda_study.cloud.sources.s3 import S3
from lambda_study.cloud.sources.scheduler import Scheduler
from lambda_study.cloud.sources.sns import SNS
from lambda_study.cloud.sources.sqs import SQS, SQSPoller
from lambda_study.cloud.wiring import Wiring


class Source(Protocol):
    """A service that pushes events to functions."""

    def close(self) -> None:
        """Undo what making it did."""


SOURCES: tuple[Callable[[Wiring], Source], ...] = (
    SQS,
    SNS,
    S3,
    EventBridge,
    Scheduler,
    Kinesis,
    DynamoDB,
    Logs,
    Metrics,
    Alarms,
)
POLLERS: dict[str, Callable[[Wiring, Any], Any]] = {
    "sqs": SQSPoller,
    "kinesis": kinesis_poller,
    "dynamodb": dynamodb_poller,
}
