"""Queues and workers for tests, as a learner makes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import boto3

from lambda_study.cloud import Cloud

ARN = "arn:aws:sqs:us-east-1:123456789012:"
FIFO = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
HANDLERS = Path(__file__).parent / "handlers"


class Queue:
    """A queue as a learner uses it, by boto3."""

    def __init__(self, name: str = "jobs", **attributes: str) -> None:
        self.arn = ARN + name
        self._client = boto3.client("sqs")
        self.url = self._client.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]

    def send(self, *bodies: str, **settings: Any) -> None:
        for body in bodies:
            self._client.send_message(QueueUrl=self.url, MessageBody=body, **settings)

    def receive(self, most: int = 10, **settings: Any) -> list[dict[str, Any]]:
        answer = self._client.receive_message(
            QueueUrl=self.url, MaxNumberOfMessages=most, AttributeNames=["All"], **settings
        )
        return answer.get("Messages", [])

    def bodies(self, most: int = 10, **settings: Any) -> list[str]:
        return [message["Body"] for message in self.receive(most, **settings)]

    def delete(self, message: dict[str, Any]) -> None:
        self._client.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])

    def change_visibility(self, message: dict[str, Any], seconds: int) -> None:
        self._client.change_message_visibility(
            QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=seconds
        )

    def configure(self, **attributes: str) -> None:
        self._client.set_queue_attributes(QueueUrl=self.url, Attributes=attributes)

    def close(self) -> None:
        self._client.delete_queue(QueueUrl=self.url)

    @property
    def counts(self) -> tuple[int, int]:
        """How many messages wait, and how many are in flight."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = self._client.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)
        return tuple(int(answer["Attributes"][name]) for name in names)


def redriven(name: str, receives: int, **attributes: str) -> tuple[Queue, Queue]:
    """A queue NAME and its dead-letter queue."""
    suffix = ".fifo" if "FifoQueue" in attributes else ""
    dead = Queue(f"dead{suffix}", **({"FifoQueue": "true"} if suffix else {}))
    policy = json.dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": receives})
    return Queue(f"{name}{suffix}", RedrivePolicy=policy, **attributes), dead


class Worker:
    """A function that notes the batches it gets in a file, and fails for bodies that begin with "bad"."""

    def __init__(self, cloud: Cloud, folder: Path, name: str = "worker", **settings: Any) -> None:
        self._seen = folder / f"{name}.txt"
        environment = {"SEEN": str(self._seen), **settings.pop("environment", {})}
        handler = f"{HANDLERS / 'works_off.py'}:handler"
        self.function = cloud.deploy(handler, name=name, environment=environment, **settings)

    @property
    def batches(self) -> list[list[str]]:
        """The bodies of each batch; batches of one moment in alphabetical order."""
        text = self._seen.read_text(encoding="utf-8") if self._seen.exists() else ""
        return [json.loads(line) for line in text.splitlines()]

    @property
    def bodies(self) -> list[str]:
        return [body for batch in self.batches for body in batch]


class Role:
    """A role that Lambda may assume; it allows what it was told last."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._client = boto3.client("iam")
        who = {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
        role = self._client.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(who))
        self.arn = role["Role"]["Arn"]

    def allow(self, action: str) -> None:
        what = {"Effect": "Allow", "Action": action, "Resource": "*"}
        self._client.put_role_policy(RoleName=self._name, PolicyName="own", PolicyDocument=_policy(what))


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def connect(worker: Worker, queue: Queue, **settings: Any) -> str:
    """Map QUEUE to the function of WORKER; the UUID of the mapping."""
    client = boto3.client("lambda")
    answer = client.create_event_source_mapping(
        FunctionName=worker.function.name, EventSourceArn=queue.arn, **settings
    )
    return answer["UUID"]
