"""What a month costs in which a day comes again and again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_CEILING, Decimal
from types import MappingProxyType
from typing import Any

from lambda_study.model.bill import Bill
from lambda_study.model.price_plan import price_plan

# Where a usage file has what a line of a bill counts.
_PLACES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "HTTP API": ("api_gateway", "http_requests"),
        "S3 PUT": ("s3", "puts"),
        "S3 GET": ("s3", "gets"),
        "SQS standard": ("sqs", "standard_requests"),
        "SNS publish": ("sns", "publishes"),
        "Scheduler": ("scheduler", "invocations"),
        "DynamoDB writes": ("dynamodb", "write_units"),
        "DynamoDB reads": ("dynamodb", "read_units"),
    }
)
_LOGS = ("logs", "ingested_gb")
_MEMORY_MB = 1024  # of which a GB-second is a second


def club_month(before: Bill, after: Bill, times: int) -> Bill:
    """Return the bill of what was used between two bills, TIMES over, free parts taken off.

    Cold starts are paid as often as they were: in a busier month there are fewer.

    Unlike AWS: neither bill has what the local cloud does not count, such as the hours of a stream's shards,
    what is stored, what an index of a table writes, or what CloudFront sends.

    >>> from lambda_study.model.pricing import bill
    >>> from lambda_study.model.price_neighbours import S3
    >>> f"{club_month(bill([]), bill([], neighbours=[S3(puts=11)]), 3000).total_usd:.3f} USD"
    '0.165 USD'
    """
    used = _used(before, after, times)
    requests = used.pop("Requests", Decimal(0))
    gb_s = used.pop("Duration x86_64", Decimal(0))
    each_ms = (gb_s * 1000 / requests).to_integral_value(ROUND_CEILING) if requests else Decimal(1)
    plan: dict[str, Any] = {"requests": int(requests), "duration_ms": int(each_ms), "memory_mb": _MEMORY_MB}
    for item, quantity in used.items():
        part, key = _LOGS if item == "Logs ingested" else _PLACES[item]
        plan.setdefault(part, {})[key] = quantity if part == "logs" else int(quantity)
    return replace(price_plan(plan), measured=True)


def _used(before: Bill, after: Bill, times: int) -> dict[str, Decimal]:
    """How much more of each item AFTER has than BEFORE, TIMES over."""
    there = {line.item: line.quantity for line in before.lines}
    more = {line.item: line.quantity - there.get(line.item, Decimal(0)) for line in after.lines}
    return {item: quantity * times for item, quantity in more.items() if quantity}
