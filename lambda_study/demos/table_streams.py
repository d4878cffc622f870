"""What Lambda does with the changes of a DynamoDB table, shown by tables on this machine."""

from __future__ import annotations

import json
from typing import Any

import boto3

from lambda_study.demos.findings import is_taken, only
from lambda_study.demos.small_account import SmallAccount
from lambda_study.demos.stream_account import make_table_with_stream, read_stream

_READS = "GetRecords GetShardIterator DescribeStream ListStreams"


def records_of_four_writes() -> int:
    """How many records a stream gets of a new item, the same item again, a changed one and its deletion.

    >>> records_of_four_writes()
    3
    """
    with SmallAccount() as account:
        return len(_changes(account, "NEW_AND_OLD_IMAGES"))


def parts_of_the_record_of_a_deletion() -> list[str]:
    """Which of five parts the record of a deleted item has, in a stream with new and old images.

    >>> parts_of_the_record_of_a_deletion()
    ['Keys', 'OldImage']
    """
    with SmallAccount() as account:
        change = _changes(account, "NEW_AND_OLD_IMAGES")[-1]["dynamodb"]
        return [part for part in ("Keys", "NewImage", "OldImage", "Indexes", "Item") if part in change]


def view_for_comparing() -> str:
    """Which view of a stream shows an item before and after a change.

    >>> view_for_comparing()
    'NEW_AND_OLD_IMAGES'
    """
    found = []
    for view in ("KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"):
        with SmallAccount() as account:
            change = _changes(account, view)[1]["dynamodb"]
            if {"NewImage", "OldImage"} <= {*change}:
                found.append(view)
    return only(found)


def pattern_for_new_items() -> str:
    """Which of four filter patterns lets the records of new items through, and no others.

    >>> pattern_for_new_items()
    'eventName'
    """
    tried: dict[str, dict[str, Any]] = {
        "inside dynamodb": {"dynamodb": {"eventName": ["INSERT"]}},
        "inside Records": {"Records": {"eventName": ["INSERT"]}},
        "eventName": {"eventName": ["INSERT"]},
        "NewImage": {"dynamodb": {"Keys": {"photo": {"S": ["swan.jpg"]}}}},
    }
    return only(name for name, pattern in tried.items() if _names_through(pattern) == ["INSERT"])


def what_ends_a_loop_through_a_table() -> str:
    """What keeps a function that changes the item it is told of from running on and on.

    >>> what_ends_a_loop_through_a_table()
    'filter'
    """
    inserts = {"Filters": [{"Pattern": json.dumps({"eventName": ["INSERT"]})}]}
    tried: dict[str, dict[str, Any]] = {
        "loop detection": {},
        "no retries": {"MaximumRetryAttempts": 0},
        "batch size": {"BatchSize": 1},
        "filter": {"FilterCriteria": inserts},
    }
    return only(name for name, settings in tried.items() if _runs_in_three_seconds(settings) == 1)


def starting_positions_of_a_table() -> list[str]:
    """Which of five starting positions Lambda takes for the stream of a table.

    >>> starting_positions_of_a_table()
    ['TRIM_HORIZON', 'LATEST']
    """
    with SmallAccount() as account:
        stream = make_table_with_stream("photos")
        found = []
        for number, position in enumerate(
            ("TRIM_HORIZON", "LATEST", "AT_TIMESTAMP", "AFTER_SEQUENCE_NUMBER", "BEGINNING")
        ):
            function = account.function(f"reader-{number}")
            if is_taken(lambda: read_stream(function, stream, StartingPosition=position)):  # noqa: B023
                found.append(position)
        return found


def changes_left_after_an_outage_of_30_hours() -> int:
    """How many of two changes a function gets that could not run for 30 hours: made at once, and at hour 20.

    >>> changes_left_after_an_outage_of_30_hours()
    1
    """
    with SmallAccount() as account:
        stream = make_table_with_stream("photos")
        function = account.function("reader", reserved_concurrency=0)
        read_stream(function, stream)
        _put(account, photo="swan.jpg")
        account.cloud.clock.advance(hours=20)
        _put(account, photo="owl.jpg")
        account.cloud.clock.advance(hours=10)
        account.lambda_.delete_function_concurrency(FunctionName="reader")
        account.cloud.clock.advance(minutes=2)
        return sum(len(event["Records"]) for event in account.events_of("reader"))


def permission_that_lets_lambda_read_a_table() -> str:
    """Which of three permissions lets Lambda read the stream of a table for a function.

    >>> permission_that_lets_lambda_read_a_table()
    'execution role'
    """
    with SmallAccount(enforce_permissions=True) as account:
        stream = make_table_with_stream("photos")
        pushed = account.function("pushed")
        account.allow(pushed, "dynamodb", stream)
        invoking = account.function("invoking", role=account.role("invoking", **{"lambda": "InvokeFunction"}))
        reading = account.function("reading", role=account.role("reading", dynamodb=_READS))
        tried = {"resource policy": pushed, "role that may invoke": invoking, "execution role": reading}
        return only(
            name
            for name, function in tried.items()
            if is_taken(lambda: read_stream(function, stream))  # noqa: B023
        )


def _changes(account: SmallAccount, view: str) -> list[dict[str, Any]]:
    """The records of: a new item, the same again, a change, and its deletion."""
    read_stream(account.function("reader"), make_table_with_stream("photos", view))
    _put(account, photo="swan.jpg", title="Swan")
    _put(account, photo="swan.jpg", title="Swan")
    _put(account, photo="swan.jpg", title="A swan")
    _dynamodb().delete_item(TableName="photos", Key={"photo": {"S": "swan.jpg"}})
    account.cloud.settle()
    return [record for event in account.events_of("reader") for record in event["Records"]]


def _names_through(pattern: dict[str, Any]) -> list[str]:
    with SmallAccount() as account:
        criteria = {"Filters": [{"Pattern": json.dumps(pattern)}]}
        stream = make_table_with_stream("photos")
        read_stream(account.function("reader"), stream, FilterCriteria=criteria)
        _put(account, photo="swan.jpg", title="Swan")
        _put(account, photo="swan.jpg", title="A swan")
        account.cloud.settle()
        return [record["eventName"] for event in account.events_of("reader") for record in event["Records"]]


def _runs_in_three_seconds(settings: dict[str, Any]) -> int:
    with SmallAccount() as account:
        stream = make_table_with_stream("photos")
        function = account.function("loop", "feeds_itself", environment={"TABLE": "photos"})
        read_stream(function, stream, **settings)
        _put(account, photo="swan.jpg")
        account.cloud.clock.advance(seconds=3)
        return len(function.reports)


def _put(account: SmallAccount, **attributes: str) -> None:
    item = {name: {"S": value} for name, value in attributes.items()}
    _dynamodb().put_item(TableName="photos", Item=item)


def _dynamodb() -> Any:
    return boto3.client("dynamodb")
