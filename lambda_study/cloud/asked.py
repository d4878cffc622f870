"""What a request needs to be allowed: actions of IAM, each on a resource."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from lambda_study.cloud.asked_of_s3 import actions_of_s3
from lambda_study.cloud.exchange import Request
from lambda_study.cloud.lambda_api import operations
from lambda_study.cloud.requests import operation_of, parameters_of
from lambda_study.engine.function import ACCOUNT, REGION

Parameters = Mapping[str, Any]
_CBOR_OPERATION = re.compile(r"/operation/(\w+)$")
_PREFIXES = {"monitoring": "cloudwatch"}
# Some operations are allowed by the action of another one.
_ACTIONS = {
    "sqs": {
        "SendMessageBatch": "SendMessage",
        "DeleteMessageBatch": "DeleteMessage",
        "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
    },
    "sns": {"PublishBatch": "Publish"},
    "lambda": {"Invoke": "InvokeFunction", "InvokeWithResponseStream": "InvokeFunction"},
}


class Asked(NamedTuple):
    """An ACTION on a RESOURCE; None for a resource that is not looked at."""

    action: str
    resource: str | None


def asked_of(request: Request, service: str) -> tuple[Asked, ...]:
    """Return what REQUEST to SERVICE needs to be allowed; nothing for GetCallerIdentity, which all may ask.

    >>> asked_of(Request("GET", "/photos/a%20b.jpg"), "s3")
    (Asked(action='s3:GetObject', resource='arn:aws:s3:::photos/a b.jpg'),)
    >>> asked_of(Request("GET", "/2015-03-31/functions/resize"), "lambda")[0].action
    'lambda:GetFunction'

    Unlike AWS: resources are known of S3, DynamoDB, SQS, SNS, Kinesis, EventBridge's buses, log groups,
    secrets, parameters, roles to assume and functions. Of anything else the action alone decides. Services
    with methods and paths in the place of operations, as EventBridge Scheduler and API Gateway, are not
    asked for permissions, but for S3 and Lambda.

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/ (read 2026-11-23).
    """
    if service == "s3":
        return tuple(Asked(*each) for each in actions_of_s3(request))
    if service == "lambda":
        return _of_lambda(request)
    in_path = _CBOR_OPERATION.search(request.path)
    operation = in_path[1] if in_path else operation_of(request, service)
    if (service, operation) == ("sts", "GetCallerIdentity"):
        return ()
    if operation == request.method:
        return ()
    given = parameters_of(request)
    if service == "dynamodb" and operation.startswith("Transact"):
        return tuple(_of_transaction(given))
    prefix = _PREFIXES.get(service, service)
    action = f"{prefix}:{_ACTIONS.get(service, {}).get(operation, operation)}"
    resources = _RESOURCES.get(service, _unknown)(given)
    return tuple(Asked(action, each) for each in dict.fromkeys(resources))


def _of_lambda(request: Request) -> tuple[Asked, ...]:
    call = operations.find(request)
    if call is None:
        return ()
    name = call.operation.name
    action = f"lambda:{_ACTIONS['lambda'].get(name, name)}"
    function = call.labels.get("FunctionName")
    if function is None:
        return (Asked(action, None),)
    qualifier = "".join(request.parameters.get("Qualifier", []))
    arn = _arn("lambda", function.split("function:")[-1], "function:")
    return (Asked(action, f"{arn}:{qualifier}" if qualifier else arn),)


def _of_transaction(given: Parameters) -> Iterable[Asked]:
    """Put, Update, Delete, Get and ConditionCheck, each with an action of its own."""
    for item in given.get("TransactItems", ()):
        for part, parameters in item.items():
            yield Asked(f"dynamodb:{part}Item", _table(parameters.get("TableName", "")))


def _tables(given: Parameters) -> list[str | None]:
    names = given.get("RequestItems") or [given.get("TableName", "")]
    index = given.get("IndexName")
    return [f"{_table(name)}/index/{index}" if index else _table(name) for name in names]


def _table(name: str) -> str:
    return _arn("dynamodb", name, "table/")


def _queues(given: Parameters) -> list[str | None]:
    name = str(given.get("QueueUrl") or given.get("QueueName") or "*")
    return [_arn("sqs", name.rsplit("/", 1)[-1])]


def _topics(given: Parameters) -> list[str | None]:
    name = given.get("TopicArn") or given.get("TargetArn") or given.get("Name") or given.get("PhoneNumber")
    return [_arn("sns", str(name or "*"))]


def _streams(given: Parameters) -> list[str | None]:
    arn = given.get("StreamARN") or given.get("ConsumerARN")
    return [arn or (_arn("kinesis", given["StreamName"], "stream/") if "StreamName" in given else None)]


def _buses(given: Parameters) -> list[str | None]:
    entries = given.get("Entries")
    if not isinstance(entries, list):
        return [None]
    names = (each.get("EventBusName", "default") for each in entries)
    return [_arn("events", name, "event-bus/") for name in names]


def _logs(given: Parameters) -> list[str | None]:
    if "logGroupName" not in given:
        return [None]
    stream = given.get("logStreamName", "")
    return [_arn("logs", f"{given['logGroupName']}:log-stream:{stream}", "log-group:")]


def _secrets(given: Parameters) -> list[str | None]:
    from lambda_study.cloud.seam.secretsmanager import arn_of_secret  # loaded by those who ask for one

    name = str(given.get("SecretId") or given.get("Name") or "*")
    return [arn_of_secret(name) or _arn("secretsmanager", name, "secret:")]


def _ssm_parameters(given: Parameters) -> list[str | None]:
    names = given.get("Names") or [given.get("Name") or given.get("Path") or ""]
    return [_arn("ssm", name.lstrip("/"), "parameter/") if name else None for name in names]


def _roles(given: Parameters) -> list[str | None]:
    return [given.get("RoleArn")]


def _unknown(given: Parameters) -> list[str | None]:
    return [None]


_RESOURCES: Mapping[str, Callable[[Parameters], list[str | None]]] = MappingProxyType(
    {
        "dynamodb": _tables,
        "sqs": _queues,
        "sns": _topics,
        "kinesis": _streams,
        "events": _buses,
        "logs": _logs,
        "secretsmanager": _secrets,
        "ssm": _ssm_parameters,
        "sts": _roles,
    }
)


def _arn(service: str, name: str, kind: str = "") -> str:
    """Return the ARN of what NAME is, of a KIND such as "table/"; a name may be the ARN itself."""
    return name if name.startswith("arn:") else f"arn:aws:{service}:{REGION}:{ACCOUNT}:{kind}{name}"
