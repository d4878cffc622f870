"""From a request to the parameters of an operation, by the shapes of the service model."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from lambda_study.cloud.exchange import Request
from lambda_study.cloud.lambda_api.operations import Call
from lambda_study.engine import ServiceError

_WORDS = {"string": str, "integer": int, "long": int, "boolean": bool, "list": list, "map": dict}
_PARTS = ("uri", "querystring", "header")


def read(call: Call, request: Request) -> dict[str, Any]:
    """Return the parameters that REQUEST gives to CALL's operation, by their names in the API.

    What the API does not know is left out, as AWS does. ServiceError for a body that is no JSON object.
    """
    shape = call.operation.input_shape
    payload = shape.serialization.get("payload")
    document = {} if payload else _document(request.body)
    found = {}
    for name, member in shape.members.items():
        value = _part(member, call, request, name)
        if name == payload:
            value = request.body
        elif member.serialization.get("location") not in _PARTS:
            value = document.get(member.serialization.get("name", name))
            value = None if value is None else _value(member, value)
        if value is not None:
            found[name] = value
    return found


def _part(member: Any, call: Call, request: Request, name: str) -> Any:
    """Return what path, query or headers give for MEMBER; None for nothing."""
    location, key = member.serialization.get("location"), member.serialization.get("name", name)
    if location == "uri":
        return _scalar(member, call.labels[key])
    if location == "header":
        text = request.header(key)
        return None if text is None else _scalar(member, text)
    given = request.parameters.get(key) if location == "querystring" else None
    if given is None:
        return None
    return given if member.type_name == "list" else _scalar(member, given[-1])


def _scalar(shape: Any, text: str) -> Any:
    if shape.type_name == "boolean":
        return text.lower() == "true"
    if shape.type_name in ("integer", "long"):
        try:
            return int(text)
        except ValueError:
            raise _unreadable(f'"{text}" is no whole number') from None
    return text


def _document(body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    try:
        document = json.loads(body)
    except ValueError:
        raise _unreadable("the body is no JSON") from None
    if not isinstance(document, dict):
        raise _unreadable("the body is no JSON object")
    return document


def _value(shape: Any, value: Any) -> Any:
    """Return a JSON VALUE as SHAPE has it: bytes for a blob, a datetime for a timestamp."""
    kind = shape.type_name
    if kind == "structure" and isinstance(value, Mapping):
        members = ((name, member, value.get(name)) for name, member in shape.members.items())
        return {name: _value(member, item) for name, member, item in members if item is not None}
    if kind == "list" and isinstance(value, list):
        return [None if item is None else _value(shape.member, item) for item in value]
    if kind == "map" and isinstance(value, Mapping):
        return {key: None if item is None else _value(shape.value, item) for key, item in value.items()}
    if kind == "blob" and isinstance(value, str):
        return _blob(value)
    if kind in ("timestamp", "double", "float") and isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC) if kind == "timestamp" else float(value)
    if kind in _WORDS and isinstance(value, _WORDS[kind]) and isinstance(value, bool) == (kind == "boolean"):
        return value
    raise _unreadable(f"{json.dumps(value)[:80]} is no {kind}")


def _blob(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise _unreadable("a blob is no base64") from None


def _unreadable(problem: str) -> ServiceError:
    # Unlike AWS: its text is that of a Java library, and names a class.
    return ServiceError(400, "SerializationException", f"Could not read the request: {problem}.")
