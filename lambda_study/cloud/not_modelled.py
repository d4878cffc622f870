"""The answers to what is not modelled or has failed here, in the form that the asking client can read."""

from __future__ import annotations

import json
from xml.sax.saxutils import escape

from lambda_study.cloud.exchange import Request, Response
from lambda_study.cloud.requests import operation_of, service_of

STATUS = 501  # clients try 500 again, but not this


def not_modelled(request: Request, reason: str = "") -> Response:
    """Return an error that names what REQUEST asks for.

    >>> signed = "AWS4-HMAC-SHA256 Credential=testing/20261123/us-east-1/sqs/aws4_request, Signature=0"
    >>> asked = {"authorization": signed, "x-amz-target": "AmazonSQS.Fly"}
    >>> not_modelled(Request("POST", "/", headers=asked)).body
    b'{"__type": "NotModelled", "message": "sqs Fly is not modelled here."}'
    """
    text = f"{_asked(request)} is not modelled here."
    return error_response(request, STATUS, "NotModelled", f"{text} {reason}" if reason else text)


def failed(request: Request, error: Exception) -> Response:
    """Return the error to a REQUEST that ended by ERROR: 400 where a value of it can be none that AWS takes.

    >>> asked = {"x-amz-target": "AWSCognitoIdentityProviderService.SignUp"}
    >>> failed(Request("POST", "/", headers=asked), ValueError("no month 13")).body.decode()
    '{"__type": "InvalidRequest", "message": "cognito-idp SignUp takes no such value: no month 13"}'
    """
    if isinstance(error, ValueError):
        told = f"{_asked(request)} takes no such value: {error}"
        return error_response(request, 400, "InvalidRequest", told)
    told = f"{_asked(request)} has failed here by a {type(error).__name__}: {error}"
    return error_response(request, STATUS, "InternalFailure", told)


def _asked(request: Request) -> str:
    service = service_of(request)
    return f"{service} {operation_of(request, service)}"


def error_response(request: Request, status: int, code: str, text: str) -> Response:
    """Return an error of CODE in the form that the client of REQUEST reads: JSON, or XML."""
    if "x-amz-target" in request.headers or "json" in request.headers.get("content-type", ""):
        body = json.dumps({"__type": code, "message": text})
        return Response(status, {"Content-Type": "application/x-amz-json-1.1"}, body.encode())
    error = f"<Error><Code>{code}</Code><Message>{escape(text)}</Message></Error>"
    body = error if service_of(request) == "s3" else f"<ErrorResponse>{error}</ErrorResponse>"
    return Response(status, {"Content-Type": "text/xml"}, body.encode())
