"""What becomes of messages, shown by topics, queues and functions on this machine."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from lambda_study.demos.findings import names_of
from lambda_study.demos.small_account import SmallAccount
from lambda_study.engine import Function


def way_that_handles_each_good_message_once() -> str:
    """Which of four ways processes nine good messages once, keeps the bad one, and invokes least often.

    >>> way_that_handles_each_good_message_once()
    'report'
    """
    tried: dict[str, tuple[str, dict[str, Any], int]] = {
        "batch size 1": ("raise", {"BatchSize": 1}, 30),
        "report": ("report", {"FunctionResponseTypes": ["ReportBatchItemFailures"]}, 30),
        "swallow": ("swallow", {}, 30),
        "visibility": ("raise", {}, 120),
    }
    right = {}
    with SmallAccount() as account:
        for name, (how, settings, visibility_s) in tried.items():
            done, kept, invocations = _nine_good_one_bad(account, name, how, settings, visibility_s)
            if sorted(done) == sorted(set(done)) and len(done) == 9 and kept == 1:
                right[name] = invocations
    return names_of(name for name, invocations in right.items() if invocations == min(right.values()))


def messages_that_return_after_one_failure() -> int:
    """How many messages of a batch of ten return to the queue when the handler fails at the fourth.

    >>> messages_that_return_after_one_failure()
    10
    """
    with SmallAccount() as account:
        orders = account.queue("orders")
        for number in range(10):
            account.sqs.send_message(QueueUrl=orders, MessageBody="bad" if number == 3 else f"{number}")
        uuid = account.read(account.function("worker", "processes_messages"), orders)
        account.cloud.settle()
        account.lambda_.update_event_source_mapping(UUID=uuid, Enabled=False)
        account.clock.advance(minutes=1)
        return account.waiting_in(orders)


def place_of_a_dead_letter_queue_for_sqs() -> str:
    """Which of four settings keeps an order that a function cannot process, in a queue "dead".

    >>> place_of_a_dead_letter_queue_for_sqs()
    'redrive policy'
    """
    with SmallAccount() as account:
        kept = {}
        for name in ("function", "destination", "second queue", "redrive policy"):
            each = name.replace(" ", "-")
            function = account.function(each, environment={"FAIL": "1"})
            dead, orders = account.queue(f"{each}-dead"), account.queue(f"{each}-orders")
            if name == "function":
                account.dead_letter(function, account.arn_of(dead))
            elif name == "destination":
                account.destination(function, OnFailure=account.arn_of(dead))
            else:
                _redrive(account, *((orders, dead) if name == "redrive policy" else (dead, orders)))
            account.read(function, orders)
            account.sqs.send_message(QueueUrl=orders, MessageBody="an order")
            kept[name] = dead
        account.clock.advance(minutes=10)
        return names_of(name for name, dead in kept.items() if account.waiting_in(dead))


def way_to_be_invoked_for_europe_only() -> str:
    """Which of four ways gives a function each order from Europe, with the fewest messages delivered to it.

    >>> way_to_be_invoked_for_europe_only()
    'filter policy'
    """
    with SmallAccount() as account:
        all_, some = account.function("all"), account.function("some")
        topic = account.topic("orders", all_)
        account.allow(some, "sns", topic)
        policy = {"FilterPolicy": json.dumps({"region": ["Europe"]})}
        account.sns.subscribe(
            TopicArn=topic, Protocol="lambda", Endpoint=some.configuration.arn, Attributes=policy
        )
        for region in ["Europe"] + ["Asia"] * 4:
            attributes = {"region": {"DataType": "String", "StringValue": region}}
            account.sns.publish(TopicArn=topic, Message="an order", MessageAttributes=attributes)
        account.cloud.settle()
        unfiltered = len(account.events_of("all"))
        delivered = dict.fromkeys(["in the handler", "policy of the function", "queue"], unfiltered)
        delivered["filter policy"] = len(account.events_of("some"))
        return names_of(name for name, count in delivered.items() if count == 1)


def design_that_gives_both_consumers_every_order() -> str:
    """Which of two designs gives each of two functions every order, though one of them fails.

    >>> design_that_gives_both_consumers_every_order()
    'topic and two queues'
    """
    designs = {"two mappings": False, "topic and two queues": True}
    return names_of(name for name, topic in designs.items() if _both_get_all(topic))


def settings_of_a_mapping_for_sqs() -> list[str]:
    """Which of five settings Lambda accepts for an event source mapping of a standard queue.

    >>> settings_of_a_mapping_for_sqs()
    ['window', 'filter']
    """
    tried: dict[str, dict[str, Any]] = {
        "window": {"MaximumBatchingWindowInSeconds": 60},
        "starting position": {"StartingPosition": "LATEST"},
        "parallelization factor": {"ParallelizationFactor": 2},
        "filter": {"FilterCriteria": {"Filters": [{"Pattern": '{"body": {"kind": ["order"]}}'}]}},
        "bisect": {"BisectBatchOnFunctionError": True},
    }
    with SmallAccount() as account:
        function = account.function()
        queues = {name: account.queue(name.replace(" ", "-")) for name in tried}
        return [name for name, settings in tried.items() if _reads(account, function, queues[name], settings)]


def _nine_good_one_bad(
    account: SmallAccount, name: str, how: str, settings: dict[str, Any], visibility_s: int
) -> tuple[list[str], int, int]:
    """The good messages that were processed, the messages in the dead-letter queue, and the invocations."""
    name = name.replace(" ", "-")
    orders = account.queue(name, VisibilityTimeout=str(visibility_s))
    dead = account.queue(f"{name}-dead")
    _redrive(account, orders, dead)
    for number in range(10):
        account.sqs.send_message(QueueUrl=orders, MessageBody="bad" if number == 3 else f"{number}")
    function = account.function(name, "processes_messages", environment={"HOW": how})
    account.read(function, orders, **settings)
    account.clock.advance(minutes=15)
    return account.events_of(name), account.waiting_in(dead), len(function.reports)


def _both_get_all(through_a_topic: bool) -> bool:
    """Whether two functions get each of four orders, and one of them still does when the other fails."""
    with SmallAccount() as account:
        functions = [account.function("invoicing"), account.function("shipping", environment={"FAIL": "1"})]
        if through_a_topic:
            topic = account.topic("orders")
            queues = [account.queue(each.name) for each in functions]
            for queue in queues:
                account.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=account.arn_of(queue))
        else:
            queues = [account.queue("orders")] * 2
        for function, queue in zip(functions, queues, strict=True):
            account.read(function, queue, BatchSize=1)
        for number in range(4):
            if through_a_topic:
                account.sns.publish(TopicArn=topic, Message=f"{number}")
            else:
                account.sqs.send_message(QueueUrl=queues[0], MessageBody=f"{number}")
        account.cloud.settle()
        got = [{event["Records"][0]["messageId"] for event in account.events_of(f.name)} for f in functions]
        return [len(each) for each in got] == [4, 4]


def _redrive(account: SmallAccount, source_url: str, dead_url: str) -> None:
    policy = {"deadLetterTargetArn": account.arn_of(dead_url), "maxReceiveCount": 5}
    account.sqs.set_queue_attributes(QueueUrl=source_url, Attributes={"RedrivePolicy": json.dumps(policy)})


def _reads(account: SmallAccount, function: Function, queue_url: str, settings: dict[str, Any]) -> bool:
    try:
        account.read(function, queue_url, **settings)
    except ClientError:
        return False
    return True
