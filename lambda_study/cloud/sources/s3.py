"""S3: what happens to objects, sent to functions, queues, topics and the event bus of the account."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Mapping
from contextlib import ExitStack
from copy import copy
from functools import partial
from random import Random
from typing import Any

from lambda_study.cloud.seam import events as bus
from lambda_study.cloud.seam import s3 as seam
from lambda_study.cloud.seam import sns as topics
from lambda_study.cloud.seam import sqs as queues
from lambda_study.cloud.seam.s3 import Change, Ids
from lambda_study.cloud.seam.sqs_sending import send
from lambda_study.cloud.sources.errands import Errands
from lambda_study.cloud.sources.s3_event import ObjectEvent, bus_event, notification, trial_event
from lambda_study.cloud.sources.s3_notification import Notification, check_overlap, not_validated
from lambda_study.cloud.wiring import Wiring, function_of
from lambda_study.engine import ServiceError

_SUBJECT = "Amazon S3 Notification"
_ORDERED = ("ObjectCreated:", "ObjectRemoved:")


class S3:
    """Notifications of buckets. moto keeps them, and tells of every change; here they are delivered.

    Unlike AWS: they are delivered at once, and once each; on AWS it takes a second or more, and now and then
    one comes twice or out of order. Policies of queues and topics are not asked.
    """

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._numbers = itertools.count(1)
        self._random = Random(copy(wiring.random).getrandbits(64))  # so that a request draws from no other's
        self._errands = Errands(wiring.clock)
        self._stack = ExitStack()
        self._stack.callback(self._errands.close)
        self._stack.enter_context(seam.told_to(self))

    def close(self) -> None:
        """Notify nobody any more."""
        self._stack.close()

    # -- asked and told by the seam

    def ids(self) -> Ids:
        """Return the ids of the next request."""
        request_id = f"{self._random.getrandbits(64):016X}"
        return Ids(request_id, base64.b64encode(self._random.randbytes(48)).decode())

    def check(self, bucket: str, rules: tuple[Mapping[str, Any], ...], skip_targets: bool) -> None:
        """Raise AWS's error for notifications that S3 refuses."""
        notifications = [Notification(**rule) for rule in rules]
        check_overlap(notifications)
        if not skip_targets:
            for each in notifications:
                self._check_target(each, f"arn:aws:s3:::{bucket}")

    def configured(self, bucket: str, rules: tuple[Mapping[str, Any], ...], ids: Ids) -> None:
        """Send the queues and topics of new notifications a message of trial; functions get none."""
        at = self._wiring.clock.now()
        message = json.dumps(trial_event(bucket, at, ids.request_id, ids.host_id))
        for target in dict.fromkeys(rule["target"] for rule in rules):
            if ":lambda:" not in target:
                self._errands.call_in(
                    0, partial(self._send, f"arn:aws:s3:::{bucket}", target, message, "s3:TestEvent")
                )

    def changed(self, change: Change) -> None:
        """Notify whoever wants to know of CHANGE."""
        event = self._event_of(change)
        for rule in (Notification(**each) for each in change.rules):
            if rule.takes(event.name, event.key):
                self._errands.call_in(0, partial(self._notify, rule, event))
        if change.to_bus:
            self._errands.call_in(0, partial(self._tell_bus, event))

    # -- on the clock

    def _notify(self, rule: Notification, event: ObjectEvent) -> None:
        message = notification(event, rule.id)
        detail = f"{event.name} {event.key}"
        if rule.service == "lambda":
            self._wiring.invoke_async(
                rule.target, message, source="s3", source_arn=event.bucket_arn, detail=detail
            )
        else:
            self._send(event.bucket_arn, rule.target, json.dumps(message), detail)

    def _send(self, bucket_arn: str, target: str, message: str, detail: str) -> None:
        try:
            if ":sns:" in target:
                topics.publish(target, message, _SUBJECT)
            else:
                send(target, message)
        except ServiceError as error:
            self._wiring.trace.add(
                "failure", source=bucket_arn, target=target, detail=detail, error=str(error)
            )
        else:
            self._wiring.trace.add("delivery", source=bucket_arn, target=target, detail=detail)

    def _tell_bus(self, event: ObjectEvent) -> None:
        told = bus_event(event, self._wiring.ids())
        if told is not None:
            bus.offer_to_rules(told)

    # -- parts

    def _event_of(self, change: Change) -> ObjectEvent:
        at = self._wiring.clock.now()
        number = f"{int(at.timestamp()):010X}{next(self._numbers):08X}"
        return ObjectEvent(
            change.name,
            change.bucket,
            change.key,
            at,
            change.size,
            change.etag,
            change.version_id,
            number if change.name.startswith(_ORDERED) else None,
            change.ids.request_id,
            change.ids.host_id,
        )

    def _check_target(self, rule: Notification, bucket_arn: str) -> None:
        if rule.service == "lambda":
            if not self._may_invoke(rule.target, bucket_arn):
                raise not_validated(rule.target, f"Not authorized to invoke function [{rule.target}]")
        elif rule.target.endswith(".fifo"):
            raise not_validated(rule.target, "S3 sends to no FIFO queue and to no FIFO topic")
        elif rule.service == "sqs" and not queues.exists(rule.target):
            raise not_validated(rule.target, "The destination queue does not exist")
        elif rule.service == "sns" and not topics.exists(rule.target):
            raise not_validated(rule.target, "The destination topic does not exist")

    def _may_invoke(self, arn: str, bucket_arn: str) -> bool:
        name, qualifier = function_of(arn)
        try:
            self._wiring.service.deployed(name).target(qualifier)
        except ServiceError:
            return False
        return bool(self._wiring.permissions.allows(name, "s3.amazonaws.com", bucket_arn, qualifier))
