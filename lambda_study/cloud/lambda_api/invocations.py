"""Invoke, in its three types, and InvokeWithResponseStream."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from typing import Any

from lambda_study.cloud.lambda_api import event_stream
from lambda_study.cloud.lambda_api.control_plane import ControlPlane, Given
from lambda_study.cloud.lambda_api.errors import no_such_function
from lambda_study.cloud.lambda_api.names import LATEST, Named, arn_of, read_name
from lambda_study.engine import ServiceError, limits

_EXPECTED = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
_SOURCE = (
    "\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: {}, column: {}]"
)
_TOKEN = re.compile(r"[A-Za-z_$][\w$]*")


def invoke(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Run a function and return its response, or queue the event, or only check."""
    named, event = _checked(plane, given)
    kind = given.get("InvocationType", "RequestResponse")
    if kind == "DryRun":
        return {"StatusCode": plane.service.dry_run(named.name, event, named.qualifier)}
    if kind == "Event":
        queued = plane.service.invoke_async(named.name, event, named.qualifier)
        return {"RequestId": queued.request_id, "StatusCode": 202}
    result = plane.service.invoke(named.name, event, named.qualifier, _client_context(given))
    found = {
        "RequestId": result.report.request_id,
        "StatusCode": result.status,
        "ExecutedVersion": result.report.version,
        "FunctionError": result.function_error,
        "Payload": result.body,
    }
    return {**found, "LogResult": result.log_result} if given.get("LogType") == "Tail" else found


def invoke_async(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """The older operation; AWS says to use Invoke."""
    named, event = _checked(plane, {**given, "Payload": given["InvokeArgs"], "InvocationType": "Event"})
    plane.service.invoke_async(named.name, event, named.qualifier)
    return {"Status": 202}


def invoke_with_response_stream(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Unlike AWS: the pieces of a response come together, as one chunk, when the function has ended."""
    named, event = _checked(plane, given)
    if given.get("InvocationType") == "DryRun":
        return {"StatusCode": plane.service.dry_run(named.name, event, named.qualifier)}
    result = plane.service.invoke(named.name, event, named.qualifier, _client_context(given))
    complete = {"LogResult": result.log_result} if given.get("LogType") == "Tail" else {}
    if result.function_error:
        complete |= {"ErrorCode": result.function_error, "ErrorDetails": result.body.decode()}
    chunks = [] if result.function_error else [("PayloadChunk", result.body)]
    return {
        "RequestId": result.report.request_id,
        "StatusCode": result.status,
        "ExecutedVersion": result.report.version,
        "ResponseStreamContentType": event_stream.CONTENT_TYPE,
        "EventStream": [*chunks, ("InvokeComplete", complete)],
    }


def _checked(plane: ControlPlane, given: Given) -> tuple[Named, Any]:
    """Return the function with the event for it; AWS's error for what is not there, too large or no JSON."""
    named, payload = read_name(given), given.get("Payload") or b""
    limits.check_event_size(payload, given.get("InvocationType") == "Event")
    event = parse(payload)
    if named.name not in plane.service.names:
        raise no_such_function(arn_of(named.name, named.qualifier or LATEST))
    return named, event


def _client_context(given: Given) -> str:
    """Return the client context as JSON text in one line; it comes in base64."""
    if "ClientContext" not in given:
        return ""
    try:
        return json.dumps(json.loads(base64.b64decode(given["ClientContext"], validate=True)))
    except ValueError:
        text = "Client context must be a valid Base64-encoded JSON object."
        raise ServiceError(400, "InvalidRequestContentException", text) from None


def parse(payload: bytes) -> Any:
    """Return the event in PAYLOAD; no payload is an empty object. AWS's error for what is no JSON.

    >>> parse(b"{'n': 1}")
    Traceback (most recent call last):
    lambda_study.engine.errors.ServiceError: InvalidRequestContentException: Could not parse request body \
into json: Could not parse payload into json: Unexpected character (''' (code 39)): was expecting \
double-quote to start field name
     at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 2]
    """
    if not payload:
        return {}
    try:
        return json.loads(payload.decode("utf-8"), parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        line, column = _place(payload[: error.start].decode("utf-8", "replace"))
        problem = f"Invalid UTF-8 start byte 0x{payload[error.start]:02x}"
        raise _no_json(problem, line, column + 1) from None
    except json.JSONDecodeError as error:
        raise _no_json(_problem(error), *_place(error.doc[: error.pos])) from None
    except _Constant as error:
        raise _no_json(f"Unrecognized token '{error}': was expecting {_EXPECTED}", 1, 1) from None
    except RecursionError:
        problem = "Document nesting depth exceeds the maximum allowed"
        raise _no_json(problem, 1, 1) from None


class _Constant(Exception):
    """NaN or Infinity: Python reads it, JSON has it not."""


def _refuse_constant(name: str) -> Any:
    raise _Constant(name)


def _problem(error: json.JSONDecodeError) -> str:
    """Return what is wrong in the words of the parser that AWS uses, as far as they are known."""
    rest = error.doc[error.pos :]
    if not rest.strip():
        return "Unexpected end-of-input"
    if token := _TOKEN.match(rest):
        return f"Unrecognized token '{token.group()}': was expecting {_EXPECTED}"
    if "property name" in error.msg:
        expected = "was expecting double-quote to start field name"
    else:
        expected = f"expected a valid value {_EXPECTED}"
    return f"Unexpected character ('{rest[0]}' (code {ord(rest[0])})): {expected}"


def _place(before: str) -> tuple[int, int]:
    """Return line and column, from 1, of what follows BEFORE."""
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def _no_json(problem: str, line: int, column: int) -> ServiceError:
    text = "Could not parse request body into json: Could not parse payload into json: "
    text += problem + _SOURCE.format(line, column)
    return ServiceError(400, "InvalidRequestContentException", text)


OPERATIONS = {
    "Invoke": invoke,
    "InvokeAsync": invoke_async,
    "InvokeWithResponseStream": invoke_with_response_stream,
}
"""The operations that run functions: they are never held up by the others."""
