"""APIs in one line of a lesson: their addresses, the URIs of functions, and asking over HTTP."""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

import boto3

from lambda_study.cloud import addresses
from lambda_study.engine import Function
from lambda_study.engine.function import REGION
from lambda_study.errors import BadInput

_WAIT_S = 60
CLOSED = "The cloud is closed. Run the lesson from the top."


@dataclass(frozen=True, slots=True)
class WebAnswer:
    """What a client gets: a status, a body, its type, and the headers by their names in lower case.

    >>> WebAnswer(200, b"<h1>swan</h1>", "text/html")
    200 text/html: <h1>swan</h1>
    """

    status: int
    body: bytes
    content_type: str = ""
    headers: Any = None

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    def __repr__(self) -> str:
        return f"{self.status} {self.content_type}: {self.text}".rstrip(": ")


def ask(url: str, method: str = "GET", body: str | bytes | None = None, **headers: str) -> WebAnswer:
    """Ask URL as a browser does, and return the answer, of whatever status. HEADERS are written with _.

    BadInput if nobody listens there, as after the cloud was closed.
    """
    data = body.encode() if isinstance(body, str) else body
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, data, named, method=method)
    try:
        with urllib.request.urlopen(request, timeout=_WAIT_S) as answer:
            return _of(answer.status, answer)
    except urllib.error.HTTPError as error:
        return _of(error.code, error)
    except urllib.error.URLError as error:
        if isinstance(error.reason, ConnectionRefusedError):
            raise BadInput(CLOSED) from None
        raise


def api_url(api_id: str, stage: str = "") -> str:
    """Return the address of a stage of an API in the cloud that is open, on this machine."""
    return addresses.api_url(os.environ["AWS_ENDPOINT_URL"], api_id, stage)


def function_uri(function: Function | str) -> str:
    """Return the URI by which API Gateway names a function, or the function with this ARN.

    >>> function_uri("arn:aws:lambda:us-east-1:123456789012:function:photo")[:48]
    'arn:aws:apigateway:us-east-1:lambda:path/2015-03'
    """
    arn = function.configuration.arn if isinstance(function, Function) else function
    return f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{arn}/invocations"


def put_proxy(
    api_id: str, path_part: str, function: Function | str, method: str = "GET", **settings: Any
) -> dict[str, str]:
    """Give a REST API a resource below its root whose METHOD leads to FUNCTION; what names the method.

    The calls of API Gateway are get_resources, create_resource, put_method and put_integration. SETTINGS
    are those of put_method; timeoutInMillis is of the integration.
    """
    client = boto3.client("apigateway")
    of_integration = {name: settings.pop(name) for name in ("timeoutInMillis",) if name in settings}
    known = {each["path"]: each["id"] for each in client.get_resources(restApiId=api_id)["items"]}
    path = f"/{path_part}"
    if path not in known:
        made = client.create_resource(restApiId=api_id, parentId=known["/"], pathPart=path_part)
        known[path] = made["id"]
    where = {"restApiId": api_id, "resourceId": known[path], "httpMethod": method}
    client.put_method(**where, **{"authorizationType": "NONE", **settings})
    client.put_integration(
        **where,
        type="AWS_PROXY",
        integrationHttpMethod="POST",
        uri=function_uri(function),
        **of_integration,
    )
    return where


def _of(status: int, answer: Any) -> WebAnswer:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return WebAnswer(status, answer.read(), headers.get("content-type", ""), headers)
