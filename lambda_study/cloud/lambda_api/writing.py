"""From what an operation returns, or its error, to a response, by the shapes of the service model."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lambda_study.cloud.exchange import Response
from lambda_study.cloud.lambda_api import event_stream
from lambda_study.cloud.lambda_api.operations import service_model
from lambda_study.engine import ServiceError

JSON = "application/json"


def write(operation: Any, result: Mapping[str, Any]) -> Response:
    """Return the response that brings RESULT, members of the operation's output by their names."""
    status, shape = operation.http.get("responseCode", 200), operation.output_shape
    if shape is None:
        return Response(status)
    headers, document = {"Content-Type": JSON}, {}
    payload, body = shape.serialization.get("payload"), b""
    for name, member in shape.members.items():
        value, location = result.get(name), member.serialization.get("location")
        if value is None:
            continue
        if location == "statusCode":
            status = value
        elif location == "header":
            headers[member.serialization.get("name", name)] = str(value)
        elif name != payload:
            document[member.serialization.get("name", name)] = _value(member, value)
        else:
            body = value if isinstance(value, bytes) else event_stream.encode(value)
    if payload is None and status != 204:
        body = json.dumps(document, separators=(",", ":")).encode()
    return Response(status, headers, body)


def write_error(error: ServiceError) -> Response:
    """Return the response that tells ERROR as AWS does: its code in a header, its text in the body.

    >>> write_error(ServiceError(404, "ResourceNotFoundException", "Function not found: ...")).body
    b'{"Type":"User","Message":"Function not found: ..."}'
    """
    shape = service_model().shape_for_error_code(error.code)
    members = shape.members if shape else {"message": None}
    document: dict[str, str] = {"Type": "User" if error.status < 500 else "Service"} if shape else {}
    if error.reason:
        document["Reason"] = error.reason
    document["Message" if "Message" in members else "message"] = error.message
    headers = {"Content-Type": JSON, "x-amzn-ErrorType": error.code}
    return Response(error.status, headers, json.dumps(document, separators=(",", ":")).encode())


def _value(shape: Any, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if shape.type_name == "structure":
        return {name: _value(shape.members[name], item) for name, item in value.items() if item is not None}
    if shape.type_name == "list":
        return [_value(shape.member, item) for item in value]
    if shape.type_name == "map":
        return {key: _value(shape.value, item) for key, item in value.items()}
    return value
