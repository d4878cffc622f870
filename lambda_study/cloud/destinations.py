"""Where the records of asynchronous invocations go: destinations and dead-letter queues, for real."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from lambda_study.cloud.targets import Targets
from lambda_study.engine import Delivery, ServiceError

# The page of 2026 says aws.lambda; it said lambda before, and so do the events that are published with it.
EVENT_SOURCE = "lambda"
# What the execution role must allow for each service.
ACTIONS = {
    "sqs": "sqs:SendMessage",
    "sns": "sns:Publish",
    "s3": "s3:PutObject",
    "lambda": "lambda:InvokeFunction",
    "events": "events:PutEvents",
}


class Destinations:
    """The sink of a service whose deliveries reach TARGETS; ServiceError for one that does not.

    ALLOWS tells whether the function of an ARN may, by its role, do an action on a resource.
    Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    (read 2026-11-23).
    """

    def __init__(
        self, targets: Targets, allows: Callable[[str, str, str], bool], ids: Callable[[], str]
    ) -> None:
        self._targets = targets
        self._allows = allows
        self._ids = ids

    def deliver(self, delivery: Delivery) -> None:
        """Send DELIVERY in the envelope that its service has for it."""
        arn = delivery.destination
        service = arn.split(":")[2]
        self._check(delivery, ACTIONS.get(service, ""))
        if delivery.kind == "dead-letter":
            self._targets.deliver(arn, delivery.body, delivery.attributes)
        elif service == "s3":
            self._targets.put_object(arn, self._key(delivery), delivery.body)
        elif service == "events":
            self._targets.put_event(arn, event_entry(delivery))
        else:
            self._targets.deliver(arn, delivery.body)

    def _check(self, delivery: Delivery, action: str) -> None:
        if not self._allows(delivery.function_arn, action, delivery.destination):
            text = f"The role of {delivery.function_arn} is not authorized to perform: {action}"
            raise ServiceError(403, "AccessDeniedException", f"{text} on resource: {delivery.destination}")

    def _key(self, delivery: Delivery) -> str:
        name = delivery.function_arn.split(":")[6]
        return f"aws/lambda/async/{name}/{delivery.at:%Y/%m/%d/%Y-%m-%dT%H.%M.%S}-{self._ids()}"


def event_entry(delivery: Delivery) -> dict[str, Any]:
    """Return the entry of PutEvents for a record."""
    result = "Success" if delivery.kind == "success" else "Failure"
    return {
        "Source": EVENT_SOURCE,
        "DetailType": f"Lambda Function Invocation Result - {result}",
        "Detail": json.dumps(delivery.body),
        "Resources": [delivery.destination, delivery.body["requestContext"]["functionArn"]],
        "Time": delivery.at,
    }
