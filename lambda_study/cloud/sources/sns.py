"""SNS: messages of topics, delivered to functions and queues, tried again, and given up to a queue."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import ExitStack
from functools import partial
from typing import Any

from lambda_study.cloud.seam import sns as seam
from lambda_study.cloud.seam.sns import Publication, Subscription
from lambda_study.cloud.seam.sqs_sending import send
from lambda_study.cloud.sources.errands import Errands
from lambda_study.cloud.sources.sns_fifo import FifoMemory
from lambda_study.cloud.sources.sns_filter import ATTRIBUTES, BODY, read_policy
from lambda_study.cloud.sources.sns_message import Message, check, envelope, invalid, lambda_event
from lambda_study.cloud.sources.sns_retries import is_tried_again, retry_wait_s
from lambda_study.cloud.wiring import Wiring
from lambda_study.engine import ServiceError

_FIFO_PROTOCOLS = ("sqs",)
_RAW_PROTOCOLS = ("sqs", "http", "https", "firehose")
_MOST_RAW_ATTRIBUTES = 10
_MANAGED = ("lambda", "sqs")


class SNS:
    """Topics at work. moto keeps them, and tells of what is published; here it is delivered.

    Unlike AWS: it is delivered at once and once; on AWS now and then a message of a standard topic comes
    twice. Endpoints outside of AWS (email, sms, http) are in the trace and get nothing. The policy of a queue
    is not asked.
    """

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._errands = Errands(wiring.clock)
        self._fifo = FifoMemory()
        self._stack = ExitStack()
        self._stack.callback(self._errands.close)
        self._stack.enter_context(seam.told_to(self))

    def close(self) -> None:
        """Deliver nothing any more."""
        self._stack.close()

    # -- asked and told by the seam

    def check_message(
        self,
        text: str,
        subject: str | None,
        attributes: Mapping[str, Mapping[str, str]],
        structure: str | None,
        most: int,
    ) -> None:
        """Raise AWS's error for a message that SNS does not take."""
        check(text, subject, attributes, structure, most)

    def check_batch(self, texts: list[str], most: int) -> None:
        """Raise AWS's error for messages that are too long together."""
        if sum(len(text.encode()) for text in texts) > most:
            text = "The length of all the messages put together is more than the limit."
            raise ServiceError(400, "BatchRequestTooLong", text)

    def check_subscription(self, protocol: str, endpoint: str, fifo: bool) -> None:
        """Raise AWS's error for a subscription that SNS does not make."""
        if fifo and protocol not in _FIFO_PROTOCOLS:
            raise invalid(f"Invalid protocol type: {protocol}")
        if protocol == "lambda" and not endpoint.startswith("arn:aws:lambda:"):
            raise invalid("Lambda endpoint ARN")

    def check_attribute(self, protocol: str, name: str, value: Any, scope: str) -> None:
        """Raise AWS's error for an attribute of a subscription that SNS does not take."""
        if name == "FilterPolicyScope" and value not in (ATTRIBUTES, BODY):
            text = f"Invalid value [{value}]. Please use either MessageBody or MessageAttributes"
            raise invalid(f"FilterPolicyScope: {text}")
        if name == "FilterPolicy" and value:
            read_policy(value, scope)
        if name == "RawMessageDelivery" and protocol not in _RAW_PROTOCOLS and str(value).lower() == "true":
            raise invalid(f"Delivery protocol [{protocol}] does not support raw message delivery.")
        if name == "RedrivePolicy" and value:
            _check_redrive(value)

    def published(self, publication: Publication) -> str:
        """Take a message, and return its id."""
        message = Message(
            publication.topic,
            publication.text,
            self._wiring.ids(),
            self._wiring.clock.now(),
            publication.subject,
            publication.attributes,
            publication.structure,
            publication.group,
            publication.deduplication,
        )
        if message.topic.endswith(".fifo"):
            taken = self._fifo.take(message)
            if taken.id != message.id:
                return taken.id
            message = taken
        for subscription in publication.subscriptions:
            if not subscription.policy or read_policy(subscription.policy, subscription.scope).takes(message):
                self._errands.call_in(0, partial(self._deliver, message, subscription, 0))
        return message.id

    def sequence_number(self, message_id: str) -> str | None:
        """Return the sequence number of a message that was published; None for one of a standard topic."""
        return self._fifo.sequence_number(message_id)

    # -- on the clock

    def _deliver(self, message: Message, subscription: Subscription, tried: int) -> None:
        error = self._send(message, subscription)
        if error is None:
            return
        if is_tried_again(error) and (wait_s := retry_wait_s(tried)) is not None:
            self._trace("retry", message, subscription, f"try {tried + 2} in {wait_s:g} s")
            self._errands.call_in(wait_s, partial(self._deliver, message, subscription, tried + 1))
        elif subscription.dead_letter:
            self._give_up(message, subscription)

    def _send(self, message: Message, subscription: Subscription) -> ServiceError | None:
        if subscription.protocol == "lambda":
            event = lambda_event(message, subscription.arn)
            return self._wiring.invoke_async(
                subscription.endpoint, event, source="sns", source_arn=message.topic, detail=message.title
            )
        try:
            if subscription.protocol == "sqs":
                self._send_to_queue(message, subscription)
        except ServiceError as error:
            self._trace("failure", message, subscription, message.title, str(error))
            return error
        outside = "" if subscription.protocol in _MANAGED else f" (not sent: {subscription.protocol})"
        self._trace("delivery", message, subscription, f"{message.title}{outside}")
        return None

    def _send_to_queue(self, message: Message, subscription: Subscription) -> None:
        queue, group, deduplication = subscription.endpoint, message.group, message.deduplication
        if not subscription.raw:
            send(queue, _text(message, subscription), None, group, deduplication)
        elif len(message.sent_attributes) > _MOST_RAW_ATTRIBUTES:
            text = "A raw message has at most 10 message attributes."
            raise ServiceError(400, "InvalidParameterValue", text)
        else:
            send(queue, message.text_for("sqs"), message.sent_attributes, group, deduplication)

    def _give_up(self, message: Message, subscription: Subscription) -> None:
        """Send a message that could not be delivered to the dead-letter queue of its subscription."""
        queue = subscription.dead_letter
        detail = f"{message.title} (given up)"
        try:
            send(queue, _text(message, subscription), None, message.group, message.deduplication)
        except ServiceError as error:
            self._wiring.trace.add("failure", source=message.topic, target=queue, error=str(error))
        else:
            self._wiring.trace.add("delivery", source=message.topic, target=queue, detail=detail)

    def _trace(
        self, kind: Any, message: Message, subscription: Subscription, detail: str, error: str = ""
    ) -> None:
        target = subscription.endpoint
        self._wiring.trace.add(kind, source=message.topic, target=target, detail=detail, error=error)


def _text(message: Message, subscription: Subscription) -> str:
    return json.dumps(envelope(message, subscription.arn), indent=2)


def _check_redrive(text: str) -> None:
    try:
        arn = json.loads(text).get("deadLetterTargetArn", "")
    except (ValueError, AttributeError):
        raise invalid("RedrivePolicy: failed to parse JSON.") from None
    if not isinstance(arn, str) or not arn.startswith("arn:aws:sqs:"):
        raise invalid("RedrivePolicy: deadLetterTargetArn is an invalid arn")
