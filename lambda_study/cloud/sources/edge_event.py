"""The event of a function at the edge, and how its answer is read."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from http.client import responses
from typing import Any

from lambda_study.cloud.seam.cloudfront import Distribution, Origin
from lambda_study.cloud.sources.edge_rules import place_of
from lambda_study.facts import fact

# Headers that a function may neither add nor change.
_CLOSED = re.compile(
    r"connection|expect|keep-alive|proxy-.*|trailer|upgrade|x-accel-.*|x-amz-cf-.*|x-amzn-.*|x-cache.*|"
    r"x-edge-.*|x-forwarded-proto|x-real-ip"
)
_NAME = re.compile(r"[!#$%&'*+.^_`|~\w-]+", re.ASCII)
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
Values = dict[str, Any]  # a request or a response, as it stands in the event


class InvalidResult(Exception):
    """What a function at the edge has returned cannot be used."""


def event_of(distribution: Distribution, event: str, request_id: str, content: Mapping[str, Any]) -> Values:
    """Return the event of the kind EVENT, about a request and, behind the origin, its response.

    Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html
    (read 2026-11-23).
    """
    config = {
        "distributionDomainName": distribution.domain,
        "distributionId": distribution.id,
        "eventType": event,
        "requestId": request_id,
    }
    return {"Records": [{"cf": {"config": config, **content}}]}


def headers_of(plain: Mapping[str, str]) -> dict[str, list[dict[str, str]]]:
    """Return headers as they stand in the event.

    >>> headers_of({"Cache-Control": "max-age=60"})
    {'cache-control': [{'key': 'Cache-Control', 'value': 'max-age=60'}]}
    """
    return {name.lower(): [{"key": name, "value": value}] for name, value in plain.items()}


def plain_headers(headers: Any) -> dict[str, str]:
    """Return headers of an event, with names in the case that `key` has. InvalidResult for another form."""
    if not isinstance(headers, dict):
        raise InvalidResult("The Lambda function returned an invalid headers object.")
    plain: dict[str, str] = {}
    for name, entries in headers.items():
        if not isinstance(entries, list):
            raise InvalidResult(
                f"The Lambda function returned an invalid entry in the headers object: {name}."
            )
        for entry in entries:
            if not isinstance(entry, dict) or not isinstance(entry.get("value"), str):
                raise InvalidResult(f"The header {name} must be an array of objects with a value.")
            key = str(entry.get("key", name))
            if not _NAME.fullmatch(key) or not _VALUE.fullmatch(entry["value"]):
                raise InvalidResult(f"The header {name} has a character that no header may have.")
            plain[key] = f"{plain[key]},{entry['value']}" if key in plain else entry["value"]
    return plain


def origin_of(origin: Origin) -> Values:
    """Return the origin as it stands in the event of an origin request."""
    s3 = {
        "authMethod": "none",
        "customHeaders": {},
        "domainName": origin.domain,
        "path": origin.path,
        "region": "us-east-1",
    }
    return {"s3": s3}


def body_of(body: bytes, event: str) -> Values:
    """Return the body of a request as a function sees it that asked for it: not more than its event allows.

    >>> body_of(b"hello", "viewer-request")["data"]
    'aGVsbG8='
    """
    most = int(fact("edge.request_body").value[place_of(event)])
    data = base64.b64encode(body[:most]).decode()
    return {"inputTruncated": len(body) > most, "action": "read-only", "encoding": "base64", "data": data}


def request_from(result: Any, before: Mapping[str, Any]) -> Values:
    """Return the request that a function has returned, held against the one BEFORE it."""
    if not isinstance(result, dict) or not isinstance(result.get("uri"), str):
        raise InvalidResult("The Lambda function result failed validation: it is no request and no response.")
    if not result["uri"].startswith("/"):
        raise InvalidResult("The URI must begin with a slash.")
    if result.get("method") != before["method"]:
        raise InvalidResult("The method of a request is read-only.")
    if not isinstance(result.get("querystring", ""), str):
        raise InvalidResult("The query string of a request must be a text.")
    if "origin" in result:
        _check_origin(result["origin"])
    _check_headers(plain_headers(result.get("headers", {})), plain_headers(before["headers"]))
    return {**before, **result}


def response_from(result: Any, event: str, before: Mapping[str, Any] | None = None) -> Values:
    """Return the response that a function has returned; BEFORE is the one it was shown, if it was.

    InvalidResult for a form that CloudFront does not take, and for too much of it.
    """
    if not isinstance(result, dict) or not re.fullmatch(r"[2-5]\d\d", str(result.get("status", ""))):
        raise InvalidResult("The Lambda function returned an invalid status, or none.")
    headers = plain_headers(result.get("headers") or {})
    _check_headers(headers, plain_headers(before["headers"]) if before else {})
    status = str(result["status"])
    # AWS says that a function cannot modify the status here, and not what a viewer gets if one tries.
    if event == "viewer-response" and before and status != before["status"]:
        raise InvalidResult("A function cannot change the status of a viewer response.")
    most = int(fact("edge.generated_response").value[place_of(event)])
    size = len(json.dumps(headers)) + len(str(result.get("body", "")).encode())
    if "body" in result and size > most:
        raise InvalidResult(f"The response has {size} bytes. Max allowed: {most}.")
    told = result.get("statusDescription") or responses.get(int(status), "")
    return {**result, "status": status, "statusDescription": told, "headers": headers_of(headers)}


def content_of(response: Mapping[str, Any]) -> bytes:
    """Return the body that a function has put into a response.

    >>> content_of({"body": "aGVsbG8=", "bodyEncoding": "base64"})
    b'hello'
    """
    body = str(response.get("body") or "")
    try:
        return base64.b64decode(body) if response.get("bodyEncoding") == "base64" else body.encode()
    except ValueError:
        raise InvalidResult("The body is no base64.") from None


def _check_origin(origin: Any) -> None:
    if not isinstance(origin, dict) or any(not isinstance(kind, dict) for kind in origin.values()):
        raise InvalidResult("The origin of a request must be an object that has s3 or custom.")


def _check_headers(after: Mapping[str, str], before: Mapping[str, str]) -> None:
    known = {name.lower(): value for name, value in before.items()}
    for name, value in after.items():
        if _CLOSED.fullmatch(name.lower()) and known.get(name.lower()) != value:
            raise InvalidResult(f"The Lambda function may not add or change the header {name}.")
