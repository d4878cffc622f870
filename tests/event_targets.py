"""Targets of rules and schedules for tests: a function and a queue that tell what they got."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import boto3

from lambda_study.cloud import Cloud

ACCOUNT_ARN = "arn:aws:{}:us-east-1:123456789012:{}"
KEEPS_EVENTS = f"{Path(__file__).parent / 'handlers' / 'keep_events.py'}:handler"


class KeptEvents:
    """A function, and the events that it got so far."""

    def __init__(self, cloud: Cloud, file: Path, name: str = "keeps") -> None:
        self._file = file
        self.function = cloud.deploy(KEEPS_EVENTS, name=name, environment={"EVENTS_FILE": str(file)})
        self.arn = ACCOUNT_ARN.format("lambda", f"function:{name}")

    @property
    def events(self) -> list[Any]:
        lines = self._file.read_text().splitlines() if self._file.exists() else []
        return [json.loads(line) for line in lines]


class Queue:
    """A queue that boto3 makes, and the bodies and attributes of the messages in it."""

    def __init__(self, name: str, **attributes: str) -> None:
        self._sqs = boto3.client("sqs")
        self.url = self._sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        self.arn = ACCOUNT_ARN.format("sqs", name)

    def receive(self) -> list[dict[str, Any]]:
        """Receive up to ten messages."""
        answer = self._sqs.receive_message(
            QueueUrl=self.url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], AttributeNames=["All"]
        )
        return answer.get("Messages", [])

    def bodies(self) -> list[str]:
        return [message["Body"] for message in self.receive()]

    def attributes(self) -> dict[str, str]:
        """The attributes of the one message in the queue."""
        (message,) = self.receive()
        return {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
