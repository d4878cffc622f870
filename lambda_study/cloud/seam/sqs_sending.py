"""Sending to moto's queues as AWS's own services do it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from moto.sqs import models as moto_sqs
from moto.sqs.exceptions import SQSException

from lambda_study.cloud import seam
from lambda_study.engine import ServiceError
from lambda_study.engine.function import ACCOUNT, REGION


def send(
    queue_arn: str,
    body: str,
    attributes: Mapping[str, Mapping[str, str]] | None = None,
    group: str | None = None,
    deduplication: str | None = None,
) -> None:
    """Send BODY to the queue; ServiceError if it is not there, or takes no such message.

    ATTRIBUTES are {"name": {"Type": "String", "Value": "..."}}, a binary value in base64. GROUP and
    DEDUPLICATION are for FIFO queues; a standard queue is sent neither.
    """
    fifo = queue_arn.endswith(".fifo")
    with seam.lock:
        try:
            moto_sqs.sqs_backends[ACCOUNT][REGION].send_message(
                queue_arn.rpartition(":")[2],
                body,
                message_attributes={name: _typed(each) for name, each in (attributes or {}).items()},
                group_id=group if fifo else None,
                deduplication_id=deduplication if fifo else None,
            )
        except SQSException as error:
            raise ServiceError(400, error.code, error.message) from None


def _typed(attribute: Mapping[str, str]) -> dict[str, Any]:
    kind, value = attribute["Type"], attribute["Value"]
    if kind.startswith("Binary"):
        return {"DataType": kind, "BinaryValue": base64.b64decode(value)}
    return {"DataType": kind, "StringValue": value}
