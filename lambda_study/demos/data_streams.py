"""What Lambda does with the records of a Kinesis data stream, shown by streams on this machine."""

from __future__ import annotations

import json
from typing import Any

from lambda_study.demos.findings import only
from lambda_study.demos.small_account import SmallAccount
from lambda_study.demos.stream_account import make_stream, put_all, read_all, read_stream

_BATCH = ["a", "b", "bad", "c", "d"]
_REPORTING = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}


def looks_that_a_function_wrote_on() -> list[str]:
    """What three looks become in a second stream when a function transforms them on the fly.

    >>> looks_that_a_function_wrote_on()
    ['swan.jpg from DE', 'owl.jpg from FR', 'swan.jpg from IT']
    """
    with SmallAccount() as account:
        raw = make_stream("raw")
        make_stream("clean")
        cleaner = account.function("cleaner", "cleans_records", environment={"TARGET": "clean"})
        read_stream(cleaner, raw)
        put_all("raw", ["swan.jpg DE", "owl.jpg FR", "swan.jpg IT"])
        account.cloud.settle()
        looks = map(json.loads, read_all("clean"))
        return [f"{look['photo']} from {look['country']}" for look in looks]


def invocations_for_250_waiting_records() -> dict[str, int]:
    """How many invocations work off 250 records that wait in one shard, by the settings of the mapping.

    >>> invocations_for_250_waiting_records()
    {'default': 3, 'batch size 10': 25, 'batch size 1,000': 1}
    """
    tried: dict[str, dict[str, Any]] = {
        "default": {},
        "batch size 10": {"BatchSize": 10},
        "batch size 1,000": {"BatchSize": 1_000},
    }
    with SmallAccount() as account:
        stream = make_stream("views")
        put_all("views", map(str, range(250)))
        functions = []
        for number, settings in enumerate(tried.values()):
            functions.append(account.function(f"counter-{number}", "reads_records"))
            read_stream(functions[-1], stream, **settings)
        account.cloud.clock.advance(seconds=10)
        return {name: len(each.reports) for name, each in zip(tried, functions, strict=True)}


def invocations_for_a_default_mapping() -> int:
    """How many invocations work off 250 records that wait in one shard, if nothing is set.

    >>> invocations_for_a_default_mapping()
    3
    """
    return invocations_for_250_waiting_records()["default"]


def way_past_a_poison_record() -> str:
    """Which settings let all good records of a batch through within an hour, and the bad one alone go.

    >>> way_past_a_poison_record()
    'bisect and retries'
    """
    tried: dict[str, dict[str, Any]] = {
        "retries": {"MaximumRetryAttempts": 2},
        "bisect": {"BisectBatchOnFunctionError": True},
        "factor": {"ParallelizationFactor": 10, "MaximumRetryAttempts": 2},
        "bisect and retries": {"BisectBatchOnFunctionError": True, "MaximumRetryAttempts": 2},
    }
    return only(name for name, settings in tried.items() if _good_after_an_hour(settings) == 5)


def good_records_an_hour_after_a_poison_record() -> int:
    """How many of the records of its shard are processed in the hour after a bad one, if nothing is set.

    >>> good_records_an_hour_after_a_poison_record()
    0
    """
    return _good_after_an_hour({})


def records_of_the_second_try() -> int:
    """How many of five records a function gets again when it names the third as failed.

    >>> records_of_the_second_try()
    3
    """
    with SmallAccount() as account:
        stream = make_stream("views")
        function = account.function("counter", "reads_records", environment={"HOW": "report"})
        read_stream(function, stream, MaximumRetryAttempts=1, **_REPORTING)
        put_all("views", _BATCH, key="k")
        account.cloud.clock.advance(seconds=5)
        return len(account.events_of("counter")[1])


def source_that_gives_each_record_to_both() -> str:
    """Which source gives each of its records to both functions that are mapped to it.

    >>> source_that_gives_each_record_to_both()
    'stream'
    """
    with SmallAccount() as account:
        stream, queue = make_stream("views"), account.queue("views")
        streamed = [account.function(f"stream-{number}") for number in range(2)]
        queued = [account.function(f"queue-{number}") for number in range(2)]
        for one, other in zip(streamed, queued, strict=True):
            read_stream(one, stream)
            account.read(other, queue)
        put_all("views", ["swan.jpg"])
        account.sqs.send_message(QueueUrl=queue, MessageBody="swan.jpg")
        account.cloud.settle()
        found = {"stream": streamed, "queue": queued}
        return only(name for name, each in found.items() if all(len(one.reports) == 1 for one in each))


def position_that_leaves_out_the_backlog() -> str:
    """Which starting position gives a new function nothing of what was written before.

    >>> position_that_leaves_out_the_backlog()
    'LATEST'
    """
    with SmallAccount() as account:
        stream = make_stream("views")
        put_all("views", ["before"])
        functions = {}
        for position in ("TRIM_HORIZON", "LATEST"):
            functions[position] = account.function(position)
            read_stream(functions[position], stream, StartingPosition=position)
        account.cloud.settle()
        return only(position for position, each in functions.items() if not each.reports)


def what_a_queue_learns_of_records_that_were_given_up() -> list[str]:
    """Which of five things the record in an on-failure queue holds.

    >>> what_a_queue_learns_of_records_that_were_given_up()
    ['stream', 'sequence numbers']
    """
    with SmallAccount() as account:
        stream, queue = make_stream("views"), account.queue("failed")
        destination = {"OnFailure": {"Destination": account.arn_of(queue)}}
        function = account.function("counter", "reads_records")
        read_stream(function, stream, MaximumRetryAttempts=0, DestinationConfig=destination)
        put_all("views", ["bad"], key="swan")
        account.cloud.settle()
        (message,) = account.sqs.receive_message(QueueUrl=queue)["Messages"]
    told = json.loads(message["Body"])["KinesisBatchInfo"]
    asked = {
        "stream": "streamArn",
        "sequence numbers": "startSequenceNumber",
        "data": "data",
        "partition keys": "partitionKey",
        "stack trace": "stackTrace",
    }
    return [name for name, key in asked.items() if key in told]


def failed_of_1100_records() -> int:
    """How many of 1,100 small records that PutRecords writes into one shard in one second fail.

    >>> failed_of_1100_records()
    100
    """
    with SmallAccount():
        make_stream("views")
        return put_all("views", map(str, range(1_100)))


def _good_after_an_hour(settings: dict[str, Any]) -> int:
    """How many good records are through: those of batches without the bad one."""
    with SmallAccount() as account:
        stream = make_stream("views")
        read_stream(account.function("counter", "reads_records"), stream, BatchSize=5, **settings)
        put_all("views", [*_BATCH, "later"], key="k")
        account.cloud.clock.advance(hours=1)
        batches = account.events_of("counter")
        return len({text for batch in batches if "bad" not in batch for text in batch})
