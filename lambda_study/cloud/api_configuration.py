"""How APIs of API Gateway are configured, as plain values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DEFAULT = "$default"
_FUNCTION = re.compile(r"(?:.*/functions/)?(arn:aws:lambda:.+?)(?:/invocations)?")
_VARIABLE = re.compile(r"\$\{stageVariables\.(\w+)\}")


@dataclass(frozen=True, slots=True)
class Authorizer:
    """Who is asked before a method or a route: a function by its URI, for TOKEN or REQUEST.

    COGNITO_USER_POOLS takes tokens of PROVIDERS, the ARNs of pools; JWT those of an ISSUER, for an AUDIENCE.
    """

    id: str
    kind: str
    uri: str
    identity_sources: tuple[str, ...]
    ttl_s: float
    validation: str = ""
    payload_version: str = "1.0"
    simple: bool = False
    credentials: str = ""
    providers: tuple[str, ...] = ()
    issuer: str = ""
    audience: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Integration:
    """What a method or a route leads to."""

    kind: str
    uri: str
    timeout_s: float
    http_method: str = "POST"
    credentials: str = ""
    payload_version: str = "1.0"


@dataclass(frozen=True, slots=True)
class Method:
    """One method of a resource."""

    authorization: str
    authorizer: Authorizer | None
    integration: Integration | None
    needs_key: bool = False
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resource:
    """A path of a REST API with its methods."""

    id: str
    path: str
    methods: Mapping[str, Method]


@dataclass(frozen=True, slots=True)
class RestStage:
    """A stage of a REST API, with its resources as they were when they were deployed."""

    api_id: str
    name: str
    deployment_id: str
    variables: Mapping[str, str]
    resources: tuple[Resource, ...]
    binary_types: tuple[str, ...]
    limits: Mapping[str, tuple[float, float]]
    """Requests a second and burst, by "*/*" or by resource and method, as a stage names them."""


@dataclass(frozen=True, slots=True)
class Route:
    """A route of an HTTP API: its key, such as "GET /photos/{id}", and what it leads to."""

    key: str
    authorization: str
    authorizer: Authorizer | None
    integration: Integration | None
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HttpStage:
    """A stage of an HTTP API, as it is now."""

    api_id: str
    name: str
    variables: Mapping[str, str]
    routes: tuple[Route, ...]
    cors: Mapping[str, Any] | None
    limit: tuple[float, float] | None
    """Requests a second and burst; None without a limit."""


def function_arn(uri: str, variables: Mapping[str, str]) -> str:
    """Return the ARN of the function that URI leads to, with stage VARIABLES in it; "" if it is none.

    >>> path = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
    >>> arn = "arn:aws:lambda:us-east-1:123456789012:function:photos:${stageVariables.alias}"
    >>> function_arn(f"{path}{arn}/invocations", {"alias": "live"})
    'arn:aws:lambda:us-east-1:123456789012:function:photos:live'
    >>> function_arn("https://example.com", {})
    ''
    """
    uri = _VARIABLE.sub(lambda name: variables.get(name[1], ""), uri)
    found = _FUNCTION.fullmatch(uri)
    return found[1] if found else ""
