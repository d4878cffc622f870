"""The answer to what is not modelled, in the form that the asking client can read."""

from __future__ import annotations

import json
from xml.sax.saxutils import escape

from lambda_study.cloud.exchange import Request, Response
from lambda_study.cloud.requests import operation_of, service_of

CODE = "NotModelled"
STATUS = 501  # clients try 500 again, but not this


def not_modelled(request: Request, reason: str = "") -> Response:
    """Return an error that names what REQUEST asks for.

    >>> signed = "AWS4-HMAC-SHA256 Credential=testing/20261123/us-east-1/sqs/aws4_request, Signature=0"
    >>> asked = {"authorization": signed, "x-amz-target": "AmazonSQS.Fly"}
    >>> not_modelled(Request("POST", "/", headers=asked)).body
    b'{"__type": "NotModelled", "message": "sqs Fly is not modelled here."}'
    """
    service = service_of(request)
    text = f"{service} {operation_of(request, service)} is not modelled here."
    text += f" {reason}" if reason else ""
    if "x-amz-target" in request.headers or "json" in request.headers.get("content-type", ""):
        body = json.dumps({"__type": CODE, "message": text})
        return Response(STATUS, {"Content-Type": "application/x-amz-json-1.1"}, body.encode())
    error = f"<Error><Code>{CODE}</Code><Message>{escape(text)}</Message></Error>"
    body = error if service == "s3" else f"<ErrorResponse>{error}</ErrorResponse>"
    return Response(STATUS, {"Content-Type": "text/xml"}, body.encode())
