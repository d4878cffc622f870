"""What is kept of an event that failed, and what is not, shown by services that run on this machine."""

from __future__ import annotations

import json
from typing import Any

from lambda_study.demos.findings import only
from lambda_study.demos.sending import send_all
from lambda_study.demos.small_account import SmallAccount
from lambda_study.demos.stream_account import make_stream, put_all, read_stream

_REPORTING = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}


def parts_of_a_dead_letter() -> list[str]:
    """Which of five things the message in a function's dead-letter queue holds.

    >>> parts_of_a_dead_letter()
    ['event', 'request id']
    """
    with SmallAccount() as account:
        message = _letter(account)
    told = message["Body"] + json.dumps(message["MessageAttributes"])
    asked = {
        "event": '"member"',
        "request id": '"RequestID"',
        "stack trace": "stackTrace",
        "runs": "approximateInvokeCount",
        "response": "responsePayload",
    }
    return [name for name, text in asked.items() if text in told]


def callers_whose_failures_reach_a_destination() -> list[str]:
    """Which of five callers of a failing function leave a record in the function's on-failure destination.

    >>> callers_whose_failures_reach_a_destination()
    ['bucket', 'topic']
    """
    callers = ("caller that waits", "bucket", "topic", "queue", "stream")
    with SmallAccount() as account:
        kept = {name: account.queue(f"failed-{number}") for number, name in enumerate(callers)}
        functions = {}
        for name, url in kept.items():
            functions[name] = account.function(name.replace(" ", "-"), environment={"FAIL": "1"})
            account.destination(functions[name], OnFailure=account.arn_of(url))
        functions["caller that waits"].invoke({})
        account.bucket("photos", functions["bucket"])
        account.put("photos", "a.jpg")
        account.sns.publish(TopicArn=account.topic("news", functions["topic"]), Message="news")
        orders = account.queue("orders")
        account.read(functions["queue"], orders)
        send_all(orders, ["an order"])
        read_stream(functions["stream"], make_stream("looks"))
        put_all("looks", ["a look"])
        account.clock.advance(minutes=10)
        return [name for name, url in kept.items() if account.waiting_in(url)]


def place_of_a_message_that_was_named_as_failed(told: bool = False) -> str:
    """Where a message is that the handler named as failed; TOLD is whether the mapping listens to that.

    >>> place_of_a_message_that_was_named_as_failed()
    'deleted'
    >>> place_of_a_message_that_was_named_as_failed(told=True)
    'dead-letter queue'
    """
    with SmallAccount() as account:
        dead = account.queue("dead")
        policy = {"deadLetterTargetArn": account.arn_of(dead), "maxReceiveCount": 3}
        orders = account.queue("orders", RedrivePolicy=policy)
        worker = account.function("worker", "processes_messages", environment={"HOW": "report"})
        account.read(worker, orders, **(_REPORTING if told else {}))
        send_all(orders, ["1", "bad", "2"])
        account.clock.advance(minutes=3)
        if account.waiting_in(dead):
            return "dead-letter queue"
        return "queue" if account.waiting_in(orders) else "deleted"


def way_to_keep_the_order_of_a_group() -> str:
    """Which of four answers of a handler keeps the order of a message group, and processes each order once.

    The second of three orders can be processed from its third receive on.

    >>> way_to_keep_the_order_of_a_group()
    'stop'
    """
    with SmallAccount() as account:
        done = {how: _processed(account, how) for how in ("report", "raise", "swallow", "stop")}
        return only(how for how, orders in done.items() if orders == ["1", "bad", "2"])


def destination_that_keeps_a_record() -> str:
    """Which destination of a mapping still has the data of a record that was given up.

    >>> destination_that_keeps_a_record()
    's3'
    """
    with SmallAccount() as account:
        account.s3.create_bucket(Bucket="failed")
        queue, topic_queue = account.queue("failed"), account.queue("told")
        topic = account.topic("failed")
        account.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=account.arn_of(topic_queue))
        arns = {"sqs": account.arn_of(queue), "sns": topic, "s3": "arn:aws:s3:::failed", "dlq": ""}
        stream = make_stream("looks")
        for name, arn in arns.items():
            function = account.function(name, "reads_records")
            if not arn:
                account.dead_letter(function, account.arn_of(account.queue("dead")))
            given = {"DestinationConfig": {"OnFailure": {"Destination": arn}}} if arn else {}
            read_stream(function, stream, MaximumRetryAttempts=0, **given)
        put_all("looks", ["bad"])
        account.clock.advance(minutes=1)
        kept = {
            "sqs": _bodies(account, queue),
            "sns": _bodies(account, topic_queue),
            "s3": _objects(account, "failed"),
            "dlq": _bodies(account, account.queue("dead")),
        }
        return only(name for name, texts in kept.items() if '"data": "YmFk"' in texts.replace('":"', '": "'))


def setting_that_outlasts_a_throttle() -> str:
    """Which change lets a queue's message be processed whose function is throttled for two minutes.

    Before, one receive is enough for the dead-letter queue.

    >>> setting_that_outlasts_a_throttle()
    'maxReceiveCount 10'
    """
    tried: dict[str, tuple[int, dict[str, Any]]] = {
        "batch size 1": (1, {"BatchSize": 1}),
        "report": (1, _REPORTING),
        "maxReceiveCount 10": (10, {}),
        "window": (1, {"MaximumBatchingWindowInSeconds": 10}),
    }
    with SmallAccount() as account:
        return only(name for name, given in tried.items() if _outlasts(account, name, *given))


def setting_with_which_a_function_may_call_itself_40_times() -> str:
    """Which change lets a function that invokes itself, with less to do each time, come to its end.

    >>> setting_with_which_a_function_may_call_itself_40_times()
    'recursive loop: Allow'
    """
    changes = ("no retries", "more memory", "recursive loop: Allow")
    with SmallAccount() as account:
        runs = {}
        for number, change in enumerate(changes):
            function = account.function(f"walk-{number}", "counts_down", timeout_s=30)
            if change == "no retries":
                function.configure_async(maximum_retry_attempts=0)
            elif change == "more memory":
                function.update(memory_mb=1024)
            elif change == "recursive loop: Allow":
                account.lambda_.put_function_recursion_config(
                    FunctionName=function.name, RecursiveLoop="Allow"
                )
            function.invoke_async({"left": 40})
            account.clock.advance(minutes=10)
            runs[change] = len(account.events_of(function.name))
        return only(change for change, count in runs.items() if count == 40)


def _letter(account: SmallAccount) -> Any:
    """The message that a dead-letter queue gets of a failed event."""
    function = account.function(environment={"FAIL": "1"})
    dead = account.queue("dead")
    account.dead_letter(function, account.arn_of(dead))
    function.invoke_async({"member": "Ada"})
    account.clock.advance(minutes=5)
    (message,) = account.sqs.receive_message(QueueUrl=dead, MessageAttributeNames=["All"])["Messages"]
    return message


def _processed(account: SmallAccount, how: str) -> list[Any]:
    """The orders of one message group in the order in which they were processed."""
    fifo = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    orders = account.queue(f"orders-{how}.fifo", **fifo)
    worker = account.function(f"worker-{how}", "keeps_order", environment={"HOW": how})
    send_all(orders, ["1", "bad", "2"], MessageGroupId="ada")
    account.read(worker, orders, **_REPORTING)
    account.clock.advance(minutes=5)
    return account.events_of(worker.name)


def _outlasts(account: SmallAccount, name: str, receives: int, settings: dict[str, Any]) -> bool:
    """Whether an order is processed that came when the function was throttled."""
    short = name.replace(" ", "-")
    dead = account.queue(f"{short}-dead")
    policy = {"deadLetterTargetArn": account.arn_of(dead), "maxReceiveCount": receives}
    orders = account.queue(f"{short}-orders", RedrivePolicy=policy)
    function = account.function(short, reserved_concurrency=0)
    account.read(function, orders, **settings)
    send_all(orders, ["an order"])
    account.clock.advance(minutes=2)
    function.update(reserved_concurrency=None)
    account.clock.advance(minutes=10)
    return bool(account.events_of(short))


def _bodies(account: SmallAccount, url: str) -> str:
    messages = account.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return "".join(message["Body"] for message in messages)


def _objects(account: SmallAccount, bucket: str) -> str:
    found = account.s3.list_objects_v2(Bucket=bucket).get("Contents", [])
    bodies = [account.s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read() for each in found]
    return "".join(body.decode() for body in bodies)
