"""What a request to AWS asks, of which service."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from lambda_study.cloud.exchange import Request

# A credential in the header or in a signed URL: KEY/20261123/us-east-1/lambda/aws4_request
_SCOPE = re.compile(r"Credential=[^/,]*/\d{8}/[^/]+/([^/]+)/aws4_request")
_LAMBDA_PATH = re.compile(
    r"/20\d\d-\d\d-\d\d/(functions|event-source-mappings|layers|account-settings|tags|code-signing-configs)"
)
# Who signs up or in has no keys to sign with: such a request names the service by what it asks for.
_USER_POOLS = "AWSCognitoIdentityProviderService."
# A GET of a bucket with one of these asks for a setting of it, not for a list.
_SETTINGS = re.compile(
    r"(^|&)(notification|location|policy|tagging|versioning|acl|cors|lifecycle|encryption)"
)


def service_of(request: Request) -> str:
    """Return which service REQUEST is signed for.

    One without a signature is for user pools by its target, for Lambda by its path, or for S3.

    >>> signed = "AWS4-HMAC-SHA256 Credential=testing/20261123/us-east-1/sqs/aws4_request, Signature=0"
    >>> service_of(Request("POST", "/", headers={"authorization": signed}))
    'sqs'
    >>> service_of(Request("GET", "/2015-03-31/functions/resize"))
    'lambda'
    >>> service_of(Request("GET", "/photos/a.jpg"))
    's3'
    """
    in_url = "".join(parse_qs(request.query).get("X-Amz-Credential", []))
    found = _SCOPE.search(request.headers.get("authorization", "") or f"Credential={in_url}")
    if found:
        return found[1]
    if request.headers.get("x-amz-target", "").startswith(_USER_POOLS):
        return "cognito-idp"
    return "lambda" if _LAMBDA_PATH.match(request.path) else "s3"


def operation_of(request: Request, service: str) -> str:
    """Return what REQUEST asks for: the name of the operation; for S3 the HTTP method, or LIST.

    >>> operation_of(Request("POST", "/", headers={"x-amz-target": "AmazonSQS.SendMessage"}), "sqs")
    'SendMessage'
    >>> operation_of(Request("GET", "/photos", "list-type=2"), "s3")
    'LIST'
    """
    if service == "s3":
        key = request.path.strip("/").partition("/")[2]
        lists = request.method == "GET" and not key and not _SETTINGS.search(request.query)
        return "LIST" if lists else request.method
    target = request.headers.get("x-amz-target")
    if target:
        return target.rsplit(".", 1)[-1]
    return parameters_of(request).get("Action", "") if _is_form(request) else request.method


def parameters_of(request: Request) -> Mapping[str, Any]:
    """Return the parameters in the body of REQUEST, of a form or of a JSON object; none for anything else.

    >>> parameters_of(Request("POST", "/", body=b'{"QueueName": "jobs"}'))
    {'QueueName': 'jobs'}
    """
    if _is_form(request):
        found = parse_qs(request.body.decode("utf-8", "replace"))
        return {name: "".join(values) for name, values in found.items()}
    try:
        given = json.loads(request.body)
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}


def _is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith("application/x-www-form")
