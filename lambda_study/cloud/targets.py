"""Where messages and records go: queues, topics, buckets, event buses and functions, by ARN."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError

from lambda_study.cloud.clients import Clients
from lambda_study.engine import ServiceError

NO_ATTRIBUTES: Mapping[str, str] = MappingProxyType({})


class Targets:
    """Delivers to what an ARN names, through the same API as any client of that service."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._deliver: dict[str, Callable[[str, str, Mapping[str, str], str | None], None]] = {
            "sqs": self._send_message,
            "sns": self._publish,
            "lambda": self._invoke,
            "events": self._put_event,
        }

    def deliver(
        self,
        arn: str,
        body: Any,
        attributes: Mapping[str, str] | None = None,
        *,
        group_id: str | None = None,
    ) -> None:
        """Send BODY to what ARN names: a text as it is, anything else as JSON.

        A queue and a topic get ATTRIBUTES with it, a FIFO queue GROUP_ID. A function is invoked
        asynchronously; to an event bus BODY goes as an entry of PutEvents. Raises ServiceError if the target
        is not there or takes no such message.
        """
        text = body if isinstance(body, str) else json.dumps(body, separators=(",", ":"))
        deliver = self._deliver.get(arn.split(":")[2] if arn.count(":") > 4 else "")
        if deliver is None:
            raise ServiceError(400, "InvalidParameterValueException", f"{arn} cannot be a target here.")
        deliver(arn, text, attributes or NO_ATTRIBUTES, group_id)

    def put_object(self, bucket_arn: str, key: str, body: Any) -> None:
        """Store BODY as JSON under KEY; ServiceError if there is no such bucket."""
        bucket, text = bucket_arn.rsplit(":", 1)[-1], json.dumps(body, separators=(",", ":"))
        with aws_errors():
            self._clients.of("s3").put_object(Bucket=bucket, Key=key, Body=text.encode())

    def put_event(self, bus_arn: str, entry: Mapping[str, Any]) -> None:
        """Put ENTRY, without its bus, on an event bus; ServiceError if there is no such bus.

        Unlike AWS: EventBridge accepts an event for a bus that is not there, and drops it.
        """
        events = self._clients.of("events")
        with aws_errors():
            events.describe_event_bus(Name=bus_arn)
            answer = events.put_events(Entries=[{**entry, "EventBusName": bus_arn}])
        failed = answer["Entries"][0]
        if "ErrorCode" in failed:
            raise ServiceError(400, failed["ErrorCode"], failed.get("ErrorMessage", ""))

    def call(self, service: str, operation: str, parameters: Mapping[str, Any]) -> None:
        """Call an OPERATION of AWS's API, such as sendMessage of "sqs"; ServiceError if it is refused."""
        with aws_errors():
            client = self._clients.of(service)
            name = xform_name(operation)
            if name not in client.meta.method_to_api_mapping:
                raise ServiceError(400, "ValidationException", f"{service} has no operation {operation}.")
            getattr(client, name)(**parameters)

    def _put_event(self, arn: str, text: str, _attributes: Mapping[str, str], _group: str | None) -> None:
        entry = json.loads(text)
        if not isinstance(entry, dict):
            raise ServiceError(400, "ValidationException", "An entry of PutEvents is a JSON object.")
        self.put_event(arn, entry)

    def _send_message(self, arn: str, text: str, attributes: Mapping[str, str], group_id: str | None) -> None:
        sqs = self._clients.of("sqs")
        extra = {"MessageGroupId": group_id} if group_id else {}
        with aws_errors():
            url = sqs.get_queue_url(QueueName=arn.rsplit(":", 1)[-1])["QueueUrl"]
            sqs.send_message(QueueUrl=url, MessageBody=text, MessageAttributes=_typed(attributes), **extra)

    def _publish(self, arn: str, text: str, attributes: Mapping[str, str], _group_id: str | None) -> None:
        with aws_errors():
            self._clients.of("sns").publish(TopicArn=arn, Message=text, MessageAttributes=_typed(attributes))

    def _invoke(self, arn: str, text: str, _attributes: Mapping[str, str], _group_id: str | None) -> None:
        with aws_errors():
            self._clients.of("lambda").invoke(FunctionName=arn, InvocationType="Event", Payload=text)


@contextmanager
def aws_errors() -> Iterator[None]:
    """Raise an error of a client as the ServiceError that it is."""
    try:
        yield
    except ClientError as error:
        told = error.response["Error"]
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        raise ServiceError(status, told["Code"], told.get("Message", "")) from None
    except BotoCoreError as error:  # parameters that the operation does not have, for example
        raise ServiceError(400, "ValidationException", str(error)) from None


def _typed(attributes: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return message attributes in SQS's and SNS's form: a code of an error is a number, the rest is text."""
    return {
        name: {"DataType": "Number" if name == "ErrorCode" else "String", "StringValue": value}
        for name, value in attributes.items()
        if value  # AWS refuses an attribute without a value
    }
