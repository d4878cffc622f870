"""What a queue in front of a function does, shown by queues, mappings and functions that really run.

The clock is moved by hand, so that time-outs take no time; one demo needs real seconds.
"""

from __future__ import annotations

import json
import tempfile
import threading
from pathlib import Path
from typing import Any

import boto3

from lambda_study.cloud import Cloud
from lambda_study.demos.sending import send_all
from lambda_study.demos.small_account import HANDLERS, SmallAccount
from lambda_study.engine import Function

_REPORTING = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}
_RECEIVES = 3


def invocations_for_25_orders() -> dict[str, int]:
    """How many invocations work off 25 orders that wait in a queue, by the settings of the mapping.

    >>> invocations_for_25_orders()
    {'batch size 1': 25, 'batch size 10': 3, 'batch size 100, window 1 s': 1}
    """
    tried = {
        "batch size 1": {"BatchSize": 1},
        "batch size 10": {"BatchSize": 10},
        "batch size 100, window 1 s": {"BatchSize": 100, "MaximumBatchingWindowInSeconds": 1},
    }
    with SmallAccount() as account:
        found = {}
        for number, (name, settings) in enumerate(tried.items()):
            function, orders = account.function(f"printer-{number}"), account.queue(f"orders-{number}")
            send_all(orders, map(str, range(25)))
            account.read(function, orders, **settings)
            account.cloud.clock.advance(seconds=1)
            found[name] = len(function.reports)
    return found


def prints_of_two_orders_beside_a_bad_one() -> dict[str, int]:
    """How often two good orders are printed that came in one batch with a bad one, received three times.

    >>> prints_of_two_orders_beside_a_bad_one()
    {'the handler raises': 6, 'the handler names the bad one': 2}
    """
    with SmallAccount() as account:
        return {
            "the handler raises": _good_prints(account, "raise", {}),
            "the handler names the bad one": _good_prints(account, "report", _REPORTING),
        }


def way_of_a_poison_order() -> list[str]:
    """When an order that always fails is received, and when it goes to the dead-letter queue.

    >>> way_of_a_poison_order()
    ['00:00:00 received', '00:00:30 received', '00:01:00 received', '00:01:30 dead']
    """
    with SmallAccount() as account:
        orders, _ = _redriven(account, "orders")
        account.read(account.function(environment={"FAIL": "1"}), orders)
        send_all(orders, ["poison"])
        account.cloud.clock.advance(minutes=2)
        words = {"trigger": "received", "delivery": "dead"}
        return [
            f"{each.at:%H:%M:%S} {words[each.kind]}" for each in account.cloud.trace if each.kind in words
        ]


def prints_with_a_visibility_time_out_that_is_too_short() -> int:
    """How often one order is printed when printing takes 1.5 s, and it becomes visible again after 1 s.

    Lambda refuses a mapping like this; here the time-out is shortened afterwards. It takes real time.

    >>> prints_with_a_visibility_time_out_that_is_too_short()
    2
    """
    with tempfile.TemporaryDirectory() as folder, Cloud(clock="real") as cloud:
        notes = Path(folder, "notes")
        function = cloud.deploy(
            f"{HANDLERS / 'takes_longer'}.py:handler", environment={"NOTES": str(notes), "TAKES_S": "1.5"}
        )
        function.invoke_all([{"Records": []}] * 2)  # so that no start takes time
        sqs, lambda_ = boto3.client("sqs"), boto3.client("lambda")
        orders = sqs.create_queue(QueueName="orders")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=orders, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        lambda_.create_event_source_mapping(FunctionName=function.name, EventSourceArn=arn)
        sqs.set_queue_attributes(QueueUrl=orders, Attributes={"VisibilityTimeout": "1"})
        send_all(orders, ["a"])
        cloud.settle()
        return len(notes.read_text().splitlines())


def order_behind_a_failure() -> dict[str, list[str]]:
    """In which order a FIFO queue hands out two groups, one at a time, when the first order of one fails.

    >>> order_behind_a_failure()
    {'ada': ['bad', 'bad', 'bad', 'ada 2'], 'bob': ['bob 1', 'bob 2']}
    """
    with SmallAccount() as account:
        orders, _ = _redriven(account, "orders.fifo", FifoQueue="true", ContentBasedDeduplication="true")
        account.read(account.function(file="prints_in_order"), orders, BatchSize=1)
        send_all(orders, ["bad", "ada 2"], MessageGroupId="ada")
        send_all(orders, ["bob 1", "bob 2"], MessageGroupId="bob")
        account.cloud.clock.advance(minutes=2)
        groups: dict[str, list[str]] = {"ada": [], "bob": []}
        for group, body in account.events_of():
            groups[group].append(body)
        return groups


def batches_at_a_time() -> dict[str, int]:
    """How many batches of a full queue run at the same moment, at first and with a maximum concurrency.

    >>> batches_at_a_time()
    {'at first': 5, 'maximum concurrency 2': 2}
    """
    return {
        "at first": _running_at_once(),
        "maximum concurrency 2": _running_at_once(ScalingConfig={"MaximumConcurrency": 2}),
    }


def functions_that_get_one_announcement() -> list[str]:
    """Which functions get one message that is published to a topic with three queues, one of them filtered.

    >>> functions_that_get_one_announcement()
    ['printer', 'mailer']
    """
    with SmallAccount() as account:
        topic = account.topic("orders")
        wanted = {"printer": ["print"], "mailer": ["print", "loan"], "librarian": ["loan"]}
        for name, kinds in wanted.items():
            queue = account.queue(name)
            account.read(account.function(name), queue)
            policy = {"FilterPolicy": json.dumps({"kind": kinds}), "RawMessageDelivery": "true"}
            account.sns.subscribe(
                TopicArn=topic, Protocol="sqs", Endpoint=account.arn_of(queue), Attributes=policy
            )
        kind = {"kind": {"DataType": "String", "StringValue": "print"}}
        account.sns.publish(TopicArn=topic, Message="photo 7, A3", MessageAttributes=kind)
        account.cloud.settle()
        return [name for name in wanted if account.events_of(name)]


def _good_prints(account: SmallAccount, how: str, settings: dict[str, Any]) -> int:
    orders, _ = _redriven(account, f"orders-{how}")
    name = f"printer-{how}"
    account.read(account.function(name, "processes_messages", environment={"HOW": how}), orders, **settings)
    send_all(orders, ["1", "2", "bad"])
    account.cloud.clock.advance(minutes=2)
    return len(account.events_of(name))


def _redriven(account: SmallAccount, name: str, **attributes: str) -> tuple[str, str]:
    """The URLs of a queue and of its dead-letter queue, for messages that were received three times."""
    dead = account.queue(f"dead-{name}", **{k: v for k, v in attributes.items() if k == "FifoQueue"})
    policy = {"deadLetterTargetArn": account.arn_of(dead), "maxReceiveCount": _RECEIVES}
    return account.queue(name, RedrivePolicy=json.dumps(policy), **attributes), dead


def _running_at_once(**settings: Any) -> int:
    """How many of eight batches of one message have begun before the first one ends."""
    with tempfile.TemporaryDirectory() as folder, SmallAccount() as account:
        go = Path(folder, "go")
        function = account.function(file="holds_batches", environment={"GO": str(go)}, timeout_s=30)
        orders = account.queue("orders")
        send_all(orders, map(str, range(8)))
        account.read(function, orders, BatchSize=1, **settings)
        settling = threading.Thread(target=account.cloud.settle)
        settling.start()
        _wait_for_the_first(account, function)
        begun = len(account.cloud.trace.of("trigger"))
        go.touch()
        settling.join()
        return begun


def _wait_for_the_first(account: SmallAccount, function: Function) -> None:
    nothing = threading.Event()
    while not account.events_of(function.name):
        nothing.wait(0.01)
