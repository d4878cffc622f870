"""Who calls a function, who tries again and who is allowed to, shown by services that run on this machine."""

from __future__ import annotations

import json
from collections.abc import Callable

import boto3

from lambda_study.demos.findings import is_taken, names_of
from lambda_study.demos.small_account import SmallAccount, policy
from lambda_study.facts import fact


def sources_that_lambda_polls() -> list[str]:
    """Which of five sources Lambda reads by an event source mapping.

    >>> sources_that_lambda_polls()
    ['sqs', 'dynamodb_streams']
    """
    models = fact("model.of_service").value
    tried = ["s3", "sqs", "sns", "dynamodb_streams", "eventbridge_rule"]
    return [name for name in tried if models[name] == "event source mapping"]


def runs_of_a_failing_handler_by_invocation_model() -> list[int]:
    """How often a handler that always fails runs: invoked synchronously, by S3, from a queue (four receives).

    >>> runs_of_a_failing_handler_by_invocation_model()
    [1, 3, 4]
    """
    with SmallAccount() as account:
        waited, pushed, polled = (
            account.function(name, environment={"FAIL": "1"}) for name in ("waited", "pushed", "polled")
        )
        waited.invoke({})
        account.bucket("photos", pushed)
        account.put("photos", "a.jpg")
        dead = account.arn_of(account.queue("dead"))
        orders = account.queue("orders", RedrivePolicy={"deadLetterTargetArn": dead, "maxReceiveCount": 4})
        account.read(polled, orders)
        account.sqs.send_message(QueueUrl=orders, MessageBody="an order")
        account.clock.advance(hours=1)
        return [len(account.events_of(name)) for name in ("waited", "pushed", "polled")]


def answer_to_an_asynchronous_invocation_that_will_fail() -> int:
    """The status with which Lambda answers an invocation of type Event whose handler is going to fail.

    >>> answer_to_an_asynchronous_invocation_that_will_fail()
    202
    """
    with SmallAccount() as account:
        function = account.function(environment={"FAIL": "1"})
        answer = account.lambda_.invoke(FunctionName=function.name, InvocationType="Event")
        assert "FunctionError" not in answer
        return int(answer["StatusCode"])


def setting_that_keeps_event_and_error_in_a_bucket() -> str:
    """Which of four settings leaves an object with event and error of a failed asynchronous invocation.

    >>> setting_that_keeps_event_and_error_in_a_bucket()
    'on failure to S3'
    """
    with SmallAccount() as account:
        account.s3.create_bucket(Bucket="failures")
        bucket, queue = "arn:aws:s3:::failures", account.arn_of(account.queue("dead"))
        function = account.function(environment={"FAIL": "1"})
        settings: dict[str, Callable[[], object]] = {
            "dead-letter queue in S3": lambda: account.dead_letter(function, bucket),
            "dead-letter queue in SQS": lambda: account.dead_letter(function, queue),
            "on success to S3": lambda: account.destination(function, OnSuccess=bucket),
            "on failure to S3": lambda: account.destination(function, OnFailure=bucket),
        }
        return names_of(
            name for name, take in settings.items() if is_taken(take) and _kept(account, function.name)
        )


def end_of_an_event_at_reserved_concurrency_zero() -> str:
    """Where the notification of a bucket ends whose function has a reserved concurrency of 0.

    >>> end_of_an_event_at_reserved_concurrency_zero()
    'destination at once'
    """
    with SmallAccount() as account:
        function = account.function(reserved_concurrency=0)
        kept = account.queue("failed")
        account.destination(function, OnFailure=account.arn_of(kept))
        account.bucket("photos", function)
        account.put("photos", "a.jpg")
        if account.waiting_in(kept):
            return "destination at once"
        account.clock.advance(hours=7)
        return "destination after retries" if account.waiting_in(kept) else "run later"


def way_to_book_an_order_once() -> str:
    """Which of four ways books an order once that is delivered twice, to two execution environments.

    >>> way_to_book_an_order_once()
    'order number'
    """
    ways = ["global variable", "request id", "order number", "order number, unconditional"]
    with SmallAccount() as account:
        boto3.client("dynamodb").create_table(
            TableName="orders",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        function = account.function(file="books_orders", timeout_s=30)
        for memory_mb in (256, 512):  # a changed setting makes new environments
            function.update(memory_mb=memory_mb)
            for way in ways:
                function.invoke({"order": f"7, {way}", "way": way})
        booked = account.events_of()
        return names_of(way for way in ways if booked.count(f"7, {way}") == 1)


def permission_that_lets_a_bucket_invoke() -> str:
    """Which of four permissions makes S3 accept a notification to a function, and invoke the function.

    >>> permission_that_lets_a_bucket_invoke()
    'resource policy'
    """
    with SmallAccount(enforce_permissions=True) as account:
        account.s3.create_bucket(Bucket="photos")
        role = account.role("function", s3="PutBucketNotification")
        account.role("script", **{"lambda": "InvokeFunction", "s3": "PutBucketNotification"})
        function = account.function(role=role)
        granted: dict[str, Callable[[], object]] = {
            "execution role": lambda: None,
            "identity policy": lambda: None,
            "bucket policy": lambda: account.s3.put_bucket_policy(Bucket="photos", Policy=_INVOKE_BY_S3),
            "resource policy": lambda: account.allow(function, "s3", "arn:aws:s3:::photos"),
        }
        found = []
        for name, grant in granted.items():
            grant()
            if is_taken(lambda: account.notify("photos", function)):
                account.put("photos", "a.jpg")
                found += [name] * bool(account.events_of())
        return names_of(found)


def target_that_follows_releases() -> str:
    """Which ARN in a notification runs published code, and the next version after a release of it.

    >>> target_that_follows_releases()
    'alias'
    """
    ends = {"function": "", "$LATEST": ":$LATEST", "version": ":1", "alias": ":live"}
    with SmallAccount() as account:
        function = account.function("released")
        function.alias("live", function.publish_version())
        account.s3.create_bucket(Bucket="photos")
        arn, ran = function.configuration.arn, {}
        second = function.update(timeout_s=5).publish_version()
        for name, end in ends.items():
            _notify_arn(account, f"{arn}{end}")
            account.put("photos", "before.jpg")
            function.alias("live", second)
            account.put("photos", "after.jpg")
            function.alias("live", "1")
            ran[name] = [report.version for report in function.reports[-2:]]
        return names_of(name for name, versions in ran.items() if versions == ["1", "2"])


def qualifier_of_a_permission_for_a_trigger_on_an_alias() -> str:
    """Which permission makes S3 accept a notification that names the alias "live" of a function.

    >>> qualifier_of_a_permission_for_a_trigger_on_an_alias()
    'alias'
    """
    with SmallAccount(enforce_permissions=True) as account:
        function = account.function("released")
        function.alias("live", function.publish_version())
        account.s3.create_bucket(Bucket="photos")
        found = []
        for name, qualifier in {"function": "", "version": "1", "alias": "live"}.items():
            account.allow(function, "s3", "arn:aws:s3:::photos", qualifier)
            found += [name] * is_taken(lambda: _notify_arn(account, f"{function.configuration.arn}:live"))
        return names_of(found)


def permission_that_lets_a_rule_invoke() -> str:
    """Which of four permissions lets a rule of EventBridge invoke a function.

    >>> permission_that_lets_a_rule_invoke()
    'resource policy'
    """
    with SmallAccount(enforce_permissions=True) as account:
        role = account.role("function", events="PutEvents")
        account.role("developer", **{"lambda": "InvokeFunction"})
        function = account.function(role=role)
        rule = account.rule("orders", {"source": ["club.orders"]}, function, allowed=False)
        granted: dict[str, Callable[[], object]] = {
            "execution role": lambda: None,
            "identity policy": lambda: None,
            "bus policy": lambda: account.events.put_permission(
                EventBusName="default", Action="events:PutEvents", Principal="*", StatementId="all"
            ),
            "resource policy": lambda: account.allow(function, "events", rule),
        }
        found = []
        for name, grant in granted.items():
            grant()
            account.put_event("club.orders")
            found += [name] * bool(account.events_of())
        return names_of(found)


def permission_that_lets_lambda_read_a_queue() -> str:
    """Which of four permissions makes Lambda accept an event source mapping of a queue.

    >>> permission_that_lets_lambda_read_a_queue()
    'execution role'
    """
    with SmallAccount(enforce_permissions=True) as account:
        orders = account.queue("orders")
        account.role("pipeline", sqs="ReceiveMessage")
        function = account.function(role=account.role("function", logs="PutLogEvents"))
        reading = account.role("reading", sqs="ReceiveMessage DeleteMessage GetQueueAttributes")
        granted: dict[str, Callable[[], object]] = {
            "identity policy": lambda: None,
            "resource policy": lambda: account.allow(function, "sqs", account.arn_of(orders)),
            "queue policy": lambda: account.sqs.set_queue_attributes(
                QueueUrl=orders, Attributes={"Policy": _INVOKE_BY_SQS}
            ),
            "execution role": lambda: account.lambda_.update_function_configuration(
                FunctionName=function.name, Role=reading
            ),
        }
        found = []
        for name, grant in granted.items():
            grant()
            found += [name] * is_taken(lambda: account.read(function, orders))
        return names_of(found)


def _statement(service: str, action: str, resource: str) -> str:
    allowed = {"Effect": "Allow", "Principal": {"Service": service}, "Action": action, "Resource": resource}
    return policy(allowed)


_INVOKE_BY_S3 = _statement("s3.amazonaws.com", "lambda:InvokeFunction", "arn:aws:s3:::photos/*")
_INVOKE_BY_SQS = _statement(
    "sqs.amazonaws.com", "lambda:InvokeFunction", "arn:aws:sqs:us-east-1:123456789012:orders"
)


def _notify_arn(account: SmallAccount, arn: str) -> None:
    """Configure the bucket "photos" to notify the function, version or alias ARN."""
    each = {"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"]}
    account.s3.put_bucket_notification_configuration(
        Bucket="photos", NotificationConfiguration={"LambdaFunctionConfigurations": [each]}
    )


def _kept(account: SmallAccount, function_name: str) -> bool:
    """Whether a failed invocation leaves an object with its event and its error."""
    account.lambda_.invoke(FunctionName=function_name, InvocationType="Event", Payload=b'{"order": 7}')
    account.clock.advance(minutes=10)
    listed = account.s3.list_objects_v2(Bucket="failures").get("Contents", [])
    records = [account.s3.get_object(Bucket="failures", Key=each["Key"])["Body"].read() for each in listed]
    read = [json.loads(record) for record in records]
    return any(
        record["requestPayload"] == {"order": 7} and "errorType" in record["responsePayload"]
        for record in read
    )
