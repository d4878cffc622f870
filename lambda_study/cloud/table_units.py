"""How many units of a table a request to DynamoDB takes, as far as the request tells it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import ceil
from typing import Any

Parameters = Mapping[str, Any]

_KB = 1024
_WRITES = ("PutItem", "UpdateItem", "DeleteItem")
_READS = ("GetItem", "Query", "Scan")


def write_units(operation: str, parameters: Parameters) -> int:
    """Return the write units of a request: one for each KB of each item, twice that in a transaction.

    >>> write_units("PutItem", {"Item": {"Id": {"N": "1"}}})
    1
    >>> write_units("TransactWriteItems", {"TransactItems": [{"Delete": {"Key": {}}}, {"Put": {"Item": {}}}]})
    4

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
    (read 2026-11-23).
    """
    if operation in _WRITES:
        return _units_of(parameters)
    if operation == "BatchWriteItem":
        tables = parameters.get("RequestItems") or {}
        return sum(_units_of(write) for writes in tables.values() for write in writes)
    if operation == "TransactWriteItems":
        return 2 * sum(map(_units_of, parameters.get("TransactItems") or ()))
    return 0


def half_read_units(operation: str, parameters: Parameters) -> int:
    """Return twice the read units of a request, each item read as one of up to 4 KB.

    An item that may be a little old takes half a unit, a consistent one a whole, one in a transaction two.

    >>> half_read_units("GetItem", {}), half_read_units("GetItem", {"ConsistentRead": True})
    (1, 2)
    """
    if operation in _READS:
        return _halves(parameters)
    if operation == "BatchGetItem":
        tables = parameters.get("RequestItems") or {}
        return sum(_halves(each) * len(each.get("Keys") or ()) for each in tables.values())
    if operation == "TransactGetItems":
        return 4 * len(parameters.get("TransactItems") or ())
    return 0


def _units_of(write: Parameters) -> int:
    return ceil(len(json.dumps(write)) / _KB)


def _halves(read: Parameters) -> int:
    return 2 if read.get("ConsistentRead") else 1
