"""What the requests to the services around Lambda are billed as."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from math import ceil

from lambda_study.cloud.exchange import Request
from lambda_study.cloud.requests import operation_of, parameters_of
from lambda_study.cloud.table_units import Parameters, half_read_units, write_units
from lambda_study.engine.logs import EVENT_BYTES
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
from lambda_study.model.price_parts import Neighbour

_STEP = 64 * 1024  # bytes: each part of a message of this size counts once, in SQS, SNS and EventBridge
_GB = 1024**3
_BILLED = ("dynamodb", "events", "logs", "sns", "sqs")


class Usage:
    """Counts requests as the bills of their services do.

    Unlike AWS: what Lambda's pollers ask of queues is not counted, nor what is stored and for how long. What
    is sent counts by the size of its request; what is received counts once, however large it is. An item that
    is read counts as one of up to 4 KB, and so does all that a query or a scan finds. Statements of PartiQL
    do not count.
    """

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def count(self, request: Request, service: str) -> None:
        """Count REQUEST to SERVICE."""
        name, amount = billed_as(request, service)
        with self._lock:
            self._counts[name] += amount

    def count_api(self, kind: str) -> None:
        """Count a request to an API of KIND, "rest" or "http"."""
        with self._lock:
            self._counts[f"api {kind}"] += 1

    def neighbours(self, scheduled: int = 0, logged: int = 0) -> Iterator[Neighbour]:
        """Yield the services with what was used of each.

        SCHEDULED is how often schedules have fired, LOGGED how many bytes functions have logged.
        """
        with self._lock:
            used = Counter(self._counts)
        yield ApiGateway(rest_requests=used["api rest"], http_requests=used["api http"])
        yield S3(puts=used["s3 put"], gets=used["s3 get"])
        yield Sqs(standard_requests=used["sqs"], fifo_requests=used["sqs fifo"])
        yield Sns(publishes=used["sns"])
        yield EventBridge(custom_events=used["events"])
        yield Scheduler(invocations=scheduled)
        yield DynamoDB(write_units=used["dynamodb write"], read_units=ceil(used["dynamodb read"] / 2))
        yield Logs(ingested_gb=Decimal(logged + used["logs"]) / _GB)


def log_bytes(events: Iterable[str]) -> int:
    """Return as how many bytes CloudWatch Logs counts log EVENTS: the text in UTF-8, and 26 for each.

    >>> log_bytes(["caf\u00e9", ""])
    57
    """
    return sum(len(event.encode()) + EVENT_BYTES for event in events)


def billed_as(request: Request, service: str) -> tuple[str, int]:
    """Return under which name REQUEST is on the bill of SERVICE, and how often; ("", 0) for what is free.

    >>> billed_as(Request("PUT", "/photos/a.jpg"), "s3"), billed_as(Request("GET", "/photos"), "s3")
    (('s3 put', 1), ('s3 put', 1))
    >>> billed_as(Request("DELETE", "/photos/a.jpg"), "s3")
    ('', 0)
    """
    operation = operation_of(request, service)
    if service == "s3":
        names = {"PUT": "s3 put", "POST": "s3 put", "LIST": "s3 put", "GET": "s3 get", "HEAD": "s3 get"}
        return (names[operation], 1) if operation in names else ("", 0)
    if service not in _BILLED:
        return "", 0
    parameters = parameters_of(request)
    if (service, operation) == ("logs", "PutLogEvents"):
        return "logs", log_bytes(each["message"] for each in parameters.get("logEvents", ()))
    if service == "sqs":
        queue = str(parameters.get("QueueUrl") or parameters.get("QueueName"))
        return ("sqs fifo" if queue.endswith(".fifo") else "sqs"), _steps(parameters)
    if service == "sns" and operation in ("Publish", "PublishBatch"):
        return "sns", _steps(parameters)
    if (service, operation) == ("events", "PutEvents"):
        return "events", sum(map(_steps, parameters.get("Entries", ())))
    if service == "dynamodb":
        return _table_units(operation, parameters)
    return "", 0


def _table_units(operation: str, parameters: Parameters) -> tuple[str, int]:
    written, read = write_units(operation, parameters), half_read_units(operation, parameters)
    return ("dynamodb write", written) if written else ("dynamodb read" if read else "", read)


def _steps(parameters: Parameters) -> int:
    """How many parts of 64 KB there are in a request: one at least."""
    return ceil(len(json.dumps(parameters, ensure_ascii=False).encode()) / _STEP)
