"""A usage file: the function's keys, and one object for each further part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lambda_study.model.bill import Bill
from lambda_study.model.given import check_keys, keys_of
from lambda_study.model.price_features import LargeEvents, Provisioned, SnapStart, Streaming, TenantIsolation
from lambda_study.model.price_modes import Durable, Edge, ManagedInstances, Pollers
from lambda_study.model.price_neighbours import (
    S3,
    ApiGateway,
    DynamoDB,
    EventBridge,
    Logs,
    Scheduler,
    Sns,
    Sqs,
)
from lambda_study.model.price_parts import Part
from lambda_study.model.pricing import price
from lambda_study.model.usage import USAGE_KEYS, Usage

PARTS: Mapping[str, type[Part]] = {
    part.key: part
    for part in (
        *(LargeEvents, Provisioned, SnapStart, Streaming, TenantIsolation),
        *(Pollers, Durable, ManagedInstances, Edge),
        *(ApiGateway, S3, Sqs, Sns, EventBridge, Scheduler, DynamoDB, Logs),
    )
}
"""Each further part by its key in a usage file."""


def price_plan(given: Mapping[str, Any]) -> Bill:
    """Return the bill of a usage file's content.

    >>> price_plan({"requests": 1_000_000, "duration_ms": 200, "memory_mb": 512,
    ...             "api_gateway": {"http_requests": 1_000_000}, "s3": {"puts": 1_000_000}})
    item                  quantity  unit      rate USD  amount USD
    Requests, free tier  1,000,000  requests  0         0
    Duration, free tier    100,000  GB-s      0         0
    HTTP API             1,000,000  requests  0.000001  1
    S3 PUT               1,000,000  requests  0.000005  5
    Total                                               6.00

    Errors: BadInput names what is wrong, as in "s3.put" or "provisioned.hours".
    """
    usage, parts = read_plan(given)
    return price(usage, *parts)


def read_plan(given: Mapping[str, Any]) -> tuple[Usage, tuple[Part, ...]]:
    """Return the function's Usage and the further parts of a usage file's content.

    >>> read_plan({"requests": 10, "duration_ms": 5, "memory_mb": 128, "sns": {"publishes": 3}})[1]
    (Sns(publishes=3, free_tier=None),)
    """
    check_keys(given, (*USAGE_KEYS, *PARTS), "a usage")
    usage = Usage.from_json({key: value for key, value in given.items() if key in USAGE_KEYS})
    return usage, tuple(_read(PARTS[key], value) for key, value in given.items() if key in PARTS)


def _read(part: type[Part], given: Mapping[str, Any]) -> Part:
    """The PART that the object GIVEN describes."""
    known, needed = keys_of(part)
    check_keys(given, known, f'"{part.key}"', needed)
    return part(**given)
