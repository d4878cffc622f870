"""From what a function returns to the response of an API or of a function URL; and their own answers."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any

from lambda_study.cloud.exchange import Response

JSON = "application/json"
_TEXT = "text/plain; charset=utf-8"
_REST_FIELDS = {"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"}
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NOT_FORWARDED = ("content-length", "connection", "transfer-encoding")

Lines = list[tuple[str, str]]


class Malformed(Exception):
    """What a function returned is no response that the API can send. Its text says why."""


class Refused(Exception):
    """The API answers by itself, with `response`, and asks no function."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def own_answer(status: int, message: str | None, kind: str = "", key: str = "message") -> Response:
    """Return an answer of API Gateway itself: KIND is the name of the error, as its header has it.

    >>> own_answer(403, "Missing Authentication Token", "MissingAuthenticationTokenException").body
    b'{"message":"Missing Authentication Token"}'
    """
    headers = {"Content-Type": JSON}
    if kind:
        headers["x-amzn-ErrorType"] = kind
    return Response(status, headers, json.dumps({key: message}, separators=(",", ":")).encode())


def from_rest(payload: Any, decodes: bool) -> Response:
    """Return the response of a REST API; a body in base64 becomes bytes if the API DECODES it.

    >>> from_rest({"statusCode": 201, "body": "made"}, decodes=False).body
    b'made'
    >>> from_rest({"statusCode": 200, "body": {"id": 7}}, decodes=False)
    Traceback (most recent call last):
    lambda_study.cloud.sources.api_responses.Malformed: "body" is no text; return json.dumps(...)

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
    (read 2026-11-23).
    """
    found = _object(payload)
    if unknown := sorted(found.keys() - _REST_FIELDS):
        raise Malformed(f'"{unknown[0]}" is no field of a response')
    lines = _lines(found)
    return _response(found, _with_type(lines, JSON), decodes)


def from_http_1(payload: Any) -> Response:
    """Return the response of an HTTP API in format 1.0."""
    found = _object(payload)
    return _response(found, _with_type(_lines(found), _TEXT), True)


def from_2(payload: Any, default_type: str = _TEXT) -> Response:
    """Return the response in format 2.0: without a statusCode all that was returned is the body, as JSON.

    >>> from_2({"id": 7}).body, from_2("hello").body
    (b'{"id":7}', b'hello')
    """
    if not isinstance(payload, Mapping) or "statusCode" not in payload:
        text = payload if isinstance(payload, str) else json.dumps(payload, separators=(",", ":"))
        return Response(200, {"Content-Type": JSON}, _bytes(text))
    lines = _lines(payload)
    lines += [("Set-Cookie", _value(cookie)) for cookie in _cookies(payload)]
    return _response(payload, _with_type(lines, default_type), True)


def _object(payload: Any) -> Mapping[str, Any]:
    if not isinstance(payload, Mapping):
        raise Malformed(f"{json.dumps(payload)[:40]} is no object with a statusCode")
    return payload


def _response(found: Mapping[str, Any], lines: Lines, decodes: bool) -> Response:
    status = _status(found.get("statusCode", 200))
    body = found.get("body")
    if body is not None and not isinstance(body, str):
        raise Malformed('"body" is no text; return json.dumps(...)')
    content = _bytes(body or "")
    if found.get("isBase64Encoded") and decodes:
        content = _decoded(content)
    return response_of(status, lines, content)


def response_of(status: int, lines: Lines, body: bytes) -> Response:
    """Return a response with LINES as headers, a name as often as it is in them."""
    headers: dict[str, str] = {}
    more = []
    for name, value in lines:
        if name.lower() in {each.lower() for each in headers}:
            more.append((name, value))
        else:
            headers[name] = value
    return Response(status, headers, body, tuple(more))


def _status(given: Any) -> int:
    try:
        status = int(given)
    except (TypeError, ValueError, OverflowError):
        raise Malformed(f'"statusCode" is {given!r}; return a number') from None
    if not 200 <= status <= 599:
        raise Malformed(f'"statusCode" {status} is no status of HTTP')
    return status


def _lines(found: Mapping[str, Any]) -> Lines:
    lines = [(name, _value(value)) for name, value in _mapping(found, "headers").items()]
    several = _mapping(found, "multiValueHeaders")
    if any(not isinstance(values, list) for values in several.values()):
        raise Malformed('a value in "multiValueHeaders" is no list')
    lines += [(name, _value(value)) for name, values in several.items() for value in values]
    for name, _ in lines:
        if not _NAME.fullmatch(name):
            raise Malformed(f"{json.dumps(name)[:40]} is no name of a header")
    return [(name, value) for name, value in lines if name.lower() not in _NOT_FORWARDED]


def _mapping(found: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = found.get(name) or {}
    if not isinstance(value, Mapping):
        raise Malformed(f'"{name}" is no object')
    return value


def _cookies(found: Mapping[str, Any]) -> list[str]:
    cookies = found.get("cookies") or []
    if not isinstance(cookies, list) or not all(isinstance(each, str) for each in cookies):
        raise Malformed('"cookies" is no list of texts')
    return cookies


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str | int | float) or {"\n", "\r"} & set(str(value)):
        raise Malformed(f"{json.dumps(value)[:40]} is no value of a header")
    return _bytes(str(value)).decode("latin-1")


def _bytes(text: str) -> bytes:
    """Return TEXT in UTF-8; half a character, which JSON may have, becomes a question mark."""
    return text.encode("utf-8", "replace")


def _with_type(lines: Lines, kind: str) -> Lines:
    has_type = any(name.lower() == "content-type" for name, _ in lines)
    return lines if has_type else [*lines, ("Content-Type", kind)]


def _decoded(content: bytes) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except binascii.Error:
        raise Malformed('"body" is no base64, and "isBase64Encoded" says so') from None
