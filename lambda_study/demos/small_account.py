"""An account for demos: a cloud whose clock is moved by hand, and the few resources that demos need."""

from __future__ import annotations

import json
import tempfile
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import boto3

from lambda_study.cloud import Cloud
from lambda_study.engine import Function, ManualClock

HANDLERS = Path(__file__).parent / "handlers"


@cache
def shared_session() -> boto3.Session:
    """One session for all accounts: it keeps the service models that it has read."""
    return boto3.Session()


def _client(service: str) -> cached_property[Any]:
    """A client that is made when it is first asked for."""
    return cached_property(lambda account: shared_session().client(service))


class SmallAccount:
    """A cloud with its clients. Its functions write down the events they get: `events_of`.

    `clock` moves it by hand, unless another CLOCK is asked for. It is a context manager; what it made ends
    with the block.
    """

    s3 = _client("s3")
    sns = _client("sns")
    sqs = _client("sqs")
    events = _client("events")
    lambda_ = _client("lambda")
    iam = _client("iam")
    scheduler = _client("scheduler")
    apigateway = _client("apigateway")
    apigatewayv2 = _client("apigatewayv2")
    logs = _client("logs")
    cloudwatch = _client("cloudwatch")
    ssm = _client("ssm")
    secretsmanager = _client("secretsmanager")

    def __init__(self, enforce_permissions: bool = False, clock: str = "manual") -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.clock = ManualClock()
        ticking = self.clock if clock == "manual" else clock
        self.cloud = Cloud(clock=ticking, enforce_permissions=enforce_permissions)

    def __enter__(self) -> SmallAccount:
        return self

    def __exit__(self, *exception: object) -> None:
        self.cloud.close()
        self.clock.close()
        self._folder.cleanup()

    def function(
        self, name: str = "noting", file: str = "notes_events", role: str = "", **settings: Any
    ) -> Function:
        """Deploy demos/handlers/FILE.py under NAME, with a file for its notes; ROLE is its execution role."""
        variables = {"NOTES": str(self._notes(name)), **settings.pop("environment", {})}
        function = self._deployed(name, file, variables, settings)
        if role:
            self.lambda_.update_function_configuration(FunctionName=name, Role=role)
        return function

    def _deployed(
        self, name: str, file: str, variables: dict[str, str], settings: dict[str, Any]
    ) -> Function:
        return self.cloud.deploy(
            f"{HANDLERS / file}.py:handler", name=name, environment=variables, **settings
        )

    def events_of(self, name: str = "noting") -> list[Any]:
        """The events that the function NAME has got so far, in order."""
        notes = self._notes(name)
        return [json.loads(line) for line in notes.read_text().splitlines()] if notes.exists() else []

    def allow(self, function: Function, service: str, source_arn: str, qualifier: str = "") -> None:
        """Let a service such as "s3" invoke FUNCTION, or its QUALIFIER, for what SOURCE_ARN names."""
        more = {"Qualifier": qualifier} if qualifier else {}
        self.lambda_.add_permission(
            FunctionName=function.name,
            StatementId=f"{service}-{source_arn.rsplit(':', 1)[-1].replace('/', '-')}",
            Action="lambda:InvokeFunction",
            Principal=f"{service}.amazonaws.com",
            SourceArn=source_arn,
            **more,
        )

    def destination(self, function: Function, **destinations: str) -> None:
        """Give asynchronous invocations of FUNCTION destinations: OnFailure=ARN, OnSuccess=ARN."""
        named = {name: {"Destination": arn} for name, arn in destinations.items()}
        self.lambda_.put_function_event_invoke_config(FunctionName=function.name, DestinationConfig=named)

    def dead_letter(self, function: Function, arn: str) -> None:
        """Give FUNCTION a dead-letter queue."""
        config = {"TargetArn": arn}
        self.lambda_.update_function_configuration(FunctionName=function.name, DeadLetterConfig=config)

    def rule(
        self, name: str, pattern: dict[str, Any], function: Function, allowed: bool = True, **target: Any
    ) -> str:
        """Create a rule on the default bus with FUNCTION as its target; its ARN."""
        arn = str(self.events.put_rule(Name=name, EventPattern=json.dumps(pattern))["RuleArn"])
        if allowed:
            self.allow(function, "events", arn)
        self.events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": function.configuration.arn, **target}])
        return arn

    def put_event(self, source: str, **detail: Any) -> None:
        """Put an event on the default bus, and wait until all that follows at once is done."""
        entry = {"Source": source, "DetailType": "Ordered", "Detail": json.dumps(detail)}
        self.events.put_events(Entries=[entry])
        self.cloud.settle()

    def bucket(self, name: str, function: Function | None = None, **notification: Any) -> None:
        """Create a bucket; with a FUNCTION it is notified of new objects, as NOTIFICATION changes it."""
        self.s3.create_bucket(Bucket=name)
        if function is not None:
            self.allow(function, "s3", f"arn:aws:s3:::{name}")
            self.notify(name, function, **notification)

    def notify(
        self, bucket: str, *functions: Function, prefix: str = "", suffix: str = "", **more: Any
    ) -> None:
        """Configure BUCKET to notify each of FUNCTIONS."""
        given = {"prefix": prefix, "suffix": suffix}
        rules = [{"Name": name, "Value": value} for name, value in given.items() if value]
        each: dict[str, Any] = {"Events": more.get("events", ["s3:ObjectCreated:*"])}
        if rules:
            each["Filter"] = {"Key": {"FilterRules": rules}}
        configurations = [{"LambdaFunctionArn": function.configuration.arn, **each} for function in functions]
        self.s3.put_bucket_notification_configuration(
            Bucket=bucket, NotificationConfiguration={"LambdaFunctionConfigurations": configurations}
        )

    def put(self, bucket: str, key: str, body: bytes = b"photo") -> None:
        """Put an object, and wait until all that follows at once is done."""
        self.s3.put_object(Bucket=bucket, Key=key, Body=body)
        self.cloud.settle()

    def queue(self, name: str, **attributes: Any) -> str:
        """Create a queue; its URL."""
        text = {
            key: value if isinstance(value, str) else json.dumps(value) for key, value in attributes.items()
        }
        return str(self.sqs.create_queue(QueueName=name, Attributes=text)["QueueUrl"])

    def arn_of(self, queue_url: str) -> str:
        """The ARN of the queue at QUEUE_URL."""
        answer = self.sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
        return str(answer["Attributes"]["QueueArn"])

    def read(self, function: Function, queue_url: str, **settings: Any) -> str:
        """Make an event source mapping from the queue to FUNCTION; its UUID."""
        mapping = self.lambda_.create_event_source_mapping(
            FunctionName=function.name, EventSourceArn=self.arn_of(queue_url), **settings
        )
        return str(mapping["UUID"])

    def waiting_in(self, queue_url: str) -> int:
        """How many messages wait in the queue, visible."""
        names = ["ApproximateNumberOfMessages"]
        answer = self.sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=names)
        return int(answer["Attributes"][names[0]])

    def topic(self, name: str, *functions: Function) -> str:
        """Create a topic to which FUNCTIONS are subscribed; its ARN."""
        arn = str(self.sns.create_topic(Name=name)["TopicArn"])
        for function in functions:
            self.allow(function, "sns", arn)
            self.sns.subscribe(TopicArn=arn, Protocol="lambda", Endpoint=function.configuration.arn)
        return arn

    def role(self, name: str, assumed_by: str = "lambda", **statements: str) -> str:
        """Create a role that a service may assume, with STATEMENTS as service="Action"; its ARN."""
        trust = {
            "Effect": "Allow",
            "Principal": {"Service": f"{assumed_by}.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
        role = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust))
        for service, actions in statements.items():
            document = {
                "Effect": "Allow",
                "Action": [f"{service}:{each}" for each in actions.split()],
                "Resource": "*",
            }
            self.iam.put_role_policy(RoleName=name, PolicyName=service, PolicyDocument=policy(document))
        return str(role["Role"]["Arn"])

    def _notes(self, name: str) -> Path:
        return Path(self._folder.name, f"{name}.json")


def policy(*statements: dict[str, Any]) -> str:
    """The text of a policy with STATEMENTS."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
