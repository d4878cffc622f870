"""The messages that SNS delivers: to a function, to a queue, and to a queue without an envelope."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from lambda_study.cloud.sources.s3_event import iso_ms
from lambda_study.engine.errors import ServiceError
from lambda_study.engine.function import REGION

_MOST_OF_SUBJECT = 100
_MOST_OF_TITLE = 40
_CERTIFICATE = f"https://sns.{REGION}.amazonaws.com/SimpleNotificationService-lambdastudy.pem"
_NONE: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it was published to `topic`, an ARN.

    `attributes` are {"name": {"Type": "String", "Value": "..."}}, a binary value in base64. With `structure`
    "json" the text is an object with one text for each protocol. `deduplication` and `sequence_number` belong
    to FIFO topics.
    """

    topic: str
    text: str
    id: str
    at: datetime
    subject: str | None = None
    attributes: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: _NONE)
    structure: str | None = None
    group: str | None = None
    deduplication: str | None = None
    sequence_number: str | None = None

    def text_for(self, protocol: str) -> str:
        """Return the text that subscribers of PROTOCOL get.

        >>> text = '{"default": "a", "lambda": "b"}'
        >>> message = Message("arn:aws:sns:...", text, "1", datetime(2026, 11, 23), structure="json")
        >>> message.text_for("lambda"), message.text_for("sqs")
        ('b', 'a')
        """
        if self.structure != "json":
            return self.text
        texts = json.loads(self.text)
        return str(texts.get(protocol, texts["default"]))

    @property
    def title(self) -> str:
        """What a reader knows it by: its subject, or how its text begins."""
        text = self.subject or " ".join(self.text.split())
        return text if len(text) <= _MOST_OF_TITLE else f"{text[: _MOST_OF_TITLE - 3]}..."

    @property
    def sent_attributes(self) -> Mapping[str, Mapping[str, str]]:
        """The attributes that are sent along: none with a text for each protocol."""
        return _NONE if self.structure == "json" else self.attributes


def size(text: str, attributes: Mapping[str, Mapping[str, str]]) -> int:
    """Return the bytes that count towards SNS's limit: the text, and each attribute's name, type and value.

    >>> size("ü", {"n": {"Type": "Number", "Value": "1"}})
    10
    """
    return len(text.encode()) + sum(
        len(name.encode()) + len(each["Type"]) + _value_size(each) for name, each in attributes.items()
    )


def check(
    text: str,
    subject: str | None,
    attributes: Mapping[str, Mapping[str, str]],
    structure: str | None,
    most: int,
) -> None:
    """Raise AWS's error for a message that SNS does not take; MOST are the bytes that the topic allows.

    Source: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html (read 2026-11-23).
    """
    if not text:
        raise invalid("Empty message")
    if subject is not None and not (0 < len(subject) <= _MOST_OF_SUBJECT and subject.isprintable()):
        raise invalid("Subject")
    if size(text, attributes) > most:
        raise invalid("Message too long")
    if structure == "json":
        _check_structure(text)


def invalid(text: str) -> ServiceError:
    """Return SNS's InvalidParameter."""
    return ServiceError(400, "InvalidParameter", f"Invalid parameter: {text}")


def lambda_event(message: Message, subscription: str) -> dict[str, Any]:
    """Return what a function gets that subscribes by SUBSCRIPTION, an ARN: always one record.

    Types of attributes other than Binary arrive as String.
    Source: https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html and
    https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html (read 2026-11-23).
    """
    attributes = {
        name: {"Type": "Binary" if each["Type"].startswith("Binary") else "String", "Value": each["Value"]}
        for name, each in message.sent_attributes.items()
    }
    return {
        "Records": [
            {
                "EventSource": "aws:sns",
                "EventVersion": "1.0",
                "EventSubscriptionArn": subscription,
                "Sns": {
                    "Type": "Notification",
                    "MessageId": message.id,
                    "TopicArn": message.topic,
                    "Subject": message.subject,
                    "Message": message.text_for("lambda"),
                    "Timestamp": iso_ms(message.at),
                    "SignatureVersion": "1",
                    "Signature": _signature(message),
                    "SigningCertUrl": _CERTIFICATE,
                    "UnsubscribeUrl": _unsubscribe(subscription),
                    "MessageAttributes": attributes,
                },
            }
        ]
    }


def envelope(message: Message, subscription: str) -> dict[str, Any]:
    """Return the body that a queue gets, as an object; without a subject or attributes it has no such key.

    Source: https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html (read 2026-11-23).
    """
    body: dict[str, Any] = {"Type": "Notification", "MessageId": message.id}
    if message.sequence_number is not None:
        body["SequenceNumber"] = message.sequence_number
    body["TopicArn"] = message.topic
    if message.subject is not None:
        body["Subject"] = message.subject
    body |= {
        "Message": message.text_for("sqs"),
        "Timestamp": iso_ms(message.at),
        "SignatureVersion": "1",
        "Signature": _signature(message),
        "SigningCertURL": _CERTIFICATE,
        "UnsubscribeURL": _unsubscribe(subscription),
    }
    if message.sent_attributes:
        body["MessageAttributes"] = {name: dict(each) for name, each in message.sent_attributes.items()}
    return body


def _check_structure(text: str) -> None:
    try:
        texts = json.loads(text)
    except ValueError:
        raise invalid("Message Structure - JSON message body failed to parse") from None
    if not isinstance(texts, dict) or "default" not in texts:
        raise invalid("Message Structure - No default entry in JSON message body")


def _value_size(attribute: Mapping[str, str]) -> int:
    value = attribute["Value"]
    return len(base64.b64decode(value)) if attribute["Type"].startswith("Binary") else len(value.encode())


def _signature(message: Message) -> str:
    """Unlike AWS: the signature is made up, and no certificate proves it."""
    digest = hashlib.sha256(f"{message.topic} {message.id}".encode()).digest()
    return base64.b64encode(digest * 8).decode()


def _unsubscribe(subscription: str) -> str:
    return f"https://sns.{REGION}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn={subscription}"
