"""The events that API Gateway and function URLs send to functions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lambda_study.cloud.api_configuration import RestStage
from lambda_study.cloud.api_request import SOURCE_IP, ApiRequest, is_of, last_of
from lambda_study.engine.function import ACCOUNT, REGION

_PROTOCOL = "HTTP/1.1"
_NOT_IN_REST = ("content-length", "connection")
_IDENTITY = (
    "accessKey",
    "accountId",
    "caller",
    "cognitoAuthenticationProvider",
    "cognitoAuthenticationType",
    "cognitoIdentityId",
    "cognitoIdentityPoolId",
    "principalOrgId",
    "user",
    "userArn",
)

Event = dict[str, Any]


def execute_arn(api_id: str, stage: str, *path: str) -> str:
    """Return the ARN of a part of an API, as permissions and policies name it.

    >>> execute_arn("abc123", "prod", "GET", "photos")
    'arn:aws:execute-api:us-east-1:123456789012:abc123/prod/GET/photos'
    """
    return f"arn:aws:execute-api:{REGION}:{ACCOUNT}:" + "/".join((api_id, stage, *path))


def rest_event(
    request: ApiRequest, stage: RestStage, resource: tuple[str, str], parameters: Mapping[str, str]
) -> Event:
    """Return the event of a REST API; RESOURCE is the id and the path of the one that was asked for.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
    (read 2026-11-23).
    """
    lines = {name: each for name, each in request.multi_headers.items() if name.lower() not in _NOT_IN_REST}
    body, encoded = request.text(is_of(request.header("content-type"), stage.binary_types))
    return {
        "resource": resource[1],
        "path": request.path,
        "httpMethod": request.method,
        **_headers_and_query(lines, request.multi_query),
        "pathParameters": dict(parameters) or None,
        "stageVariables": dict(stage.variables) or None,
        "requestContext": {
            **_context_1(request, stage.api_id, stage.name, resource),
            "deploymentId": stage.deployment_id,
            "path": f"/{stage.name}{request.path}",
        },
        "body": body,
        "isBase64Encoded": encoded,
    }


def http_event_1(
    request: ApiRequest,
    stage: tuple[str, str, Mapping[str, str]],
    route_key: str,
    parameters: Mapping[str, str],
) -> Event:
    """Return the event of an HTTP API in format 1.0; STAGE is the API's id, the name and the variables.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    (read 2026-11-23).
    """
    api_id, name, variables = stage
    body, encoded = request.text(not request.is_text)
    resource = route_key.partition(" ")[2] or route_key
    lines = {key: [value] for key, value in request.combined_headers.items()}
    lines |= {"cookie": ["; ".join(request.cookies)]} if request.cookies else {}
    return {
        "version": "1.0",
        "resource": resource,
        "path": staged(request.path, name),
        "httpMethod": request.method,
        **_headers_and_query(lines, request.multi_query),
        "requestContext": {
            **_context_1(request, api_id, name, ("", resource)),
            "resourceId": route_key,
            "path": staged(request.path, name),
        },
        "pathParameters": dict(parameters) or None,
        "stageVariables": dict(variables) or None,
        "body": body,
        "isBase64Encoded": encoded,
    }


def event_2(
    request: ApiRequest,
    stage: tuple[str, str, Mapping[str, str]],
    route_key: str,
    parameters: Mapping[str, str],
    domain: str,
    account: str = ACCOUNT,
) -> Event:
    """Return the event in format 2.0, of an HTTP API or of a function URL at DOMAIN, without what is empty.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    and https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html (read 2026-11-23).
    """
    api_id, name, variables = stage
    body, encoded = request.text(not request.is_text)
    path = staged(request.path, name)
    query = {key: ",".join(values) for key, values in request.multi_query.items()}
    optional = {
        "cookies": request.cookies,
        "queryStringParameters": query,
        "pathParameters": dict(parameters),
        "stageVariables": dict(variables),
        "body": body,
    }
    return {
        "version": "2.0",
        "routeKey": route_key,
        "rawPath": path,
        "rawQueryString": request.query,
        "headers": request.combined_headers,
        **{key: value for key, value in optional.items() if value},
        "requestContext": {
            "accountId": account,
            "apiId": api_id,
            "domainName": f"{api_id}.{domain}",
            "domainPrefix": api_id,
            "http": {
                "method": request.method,
                "path": path,
                "protocol": _PROTOCOL,
                "sourceIp": SOURCE_IP,
                "userAgent": request.header("user-agent"),
            },
            "requestId": request.id,
            "routeKey": route_key,
            "stage": name,
            "time": clf_time(request.at),
            "timeEpoch": _epoch_ms(request.at),
        },
        "isBase64Encoded": encoded,
    }


def staged(path: str, stage: str) -> str:
    """Return a path as an HTTP API tells it: with the stage, unless that is $default.

    >>> staged("/photos", "dev"), staged("/photos", "$default")
    ('/dev/photos', '/photos')
    """
    return path if stage == "$default" else f"/{stage}{path}"


def clf_time(at: datetime) -> str:
    """Return a time as logs of web servers have it.

    >>> from datetime import UTC
    >>> clf_time(datetime(2026, 11, 23, 9, 30, tzinfo=UTC))
    '23/Nov/2026:09:30:00 +0000'
    """
    return f"{at:%d/%b/%Y:%H:%M:%S} +0000"


def _headers_and_query(headers: Mapping[str, list[str]], query: Mapping[str, list[str]]) -> Event:
    return {
        "headers": last_of(headers) or None,
        "multiValueHeaders": dict(headers) or None,
        "queryStringParameters": last_of(query) or None,
        "multiValueQueryStringParameters": dict(query) or None,
    }


def _context_1(request: ApiRequest, api_id: str, stage: str, resource: tuple[str, str]) -> Event:
    nobody = dict.fromkeys(_IDENTITY)
    return {
        "accountId": ACCOUNT,
        "apiId": api_id,
        "domainName": f"{api_id}.execute-api.{REGION}.amazonaws.com",
        "domainPrefix": api_id,
        "extendedRequestId": request.id,
        "httpMethod": request.method,
        "identity": {**nobody, "sourceIp": SOURCE_IP, "userAgent": request.header("user-agent") or None},
        "protocol": _PROTOCOL,
        "requestId": request.id,
        "requestTime": clf_time(request.at),
        "requestTimeEpoch": _epoch_ms(request.at),
        "resourceId": resource[0],
        "resourcePath": resource[1],
        "stage": stage,
    }


def _epoch_ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
