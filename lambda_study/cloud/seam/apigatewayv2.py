"""moto's API Gateway, HTTP APIs: it keeps what was configured and answers nothing of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote

from moto.apigatewayv2.models import Api, ApiGatewayV2Backend, apigatewayv2_backends
from moto.apigatewayv2.responses import ApiGatewayV2Response

from lambda_study.cloud import seam
from lambda_study.cloud.api_configuration import DEFAULT, Authorizer, HttpStage, Integration, Route
from lambda_study.cloud.exchange import Request, Response
from lambda_study.cloud.seam.patch import Patch, all_patched
from lambda_study.engine.function import ACCOUNT, REGION

_TIMEOUT_MS = 30_000
_STAGE = re.compile(r"/v2/apis/([^/]+)/stages/([^/]+)")
_DEPLOYMENTS = re.compile(r"/v2/apis/([^/]+)/deployments")
_STAGE_FIELDS = {
    "stageVariables": "stage_variables",
    "defaultRouteSettings": "default_route_settings",
    "routeSettings": "route_settings",
    "autoDeploy": "auto_deploy",
    "description": "description",
}
_CREATE_API = (
    "self",
    "api_key_selection_expression",
    "cors_configuration",
    "description",
    "disable_schema_validation",
    "disable_execute_api_endpoint",
    "name",
    "protocol_type",
    "route_selection_expression",
    "tags",
    "version",
)


def is_http(api_id: str) -> bool:
    """Return whether there is an HTTP API of this id."""
    with seam.lock:
        api = _backend().apis.get(api_id)
        return api is not None and api.protocol_type == "HTTP"


def http_stage(api_id: str, name: str) -> HttpStage | None:
    """Return a stage as it is now; None if there is none."""
    with seam.lock:
        api = _backend().apis.get(api_id)
        stage = api.stages.get(name) if api else None
        if api is None or stage is None:
            return None
        routes = tuple(_route(api, each) for each in api.routes.values())
        limit = _limit(stage.default_route_settings or {})
        return HttpStage(
            api_id, name, dict(stage.stage_variables or {}), routes, api.cors_configuration or None, limit
        )


def answer(request: Request) -> Response | None:
    """Return the answer to a change of a stage, and to a deployment, which moto does not know; else None.

    Unlike AWS: a change of an API holds at once, so that a deployment is accepted and kept nowhere.
    """
    stage, deployments = _STAGE.fullmatch(request.path), _DEPLOYMENTS.fullmatch(request.path)
    if request.method == "PATCH" and stage is not None:
        return _update_stage(unquote(stage[1]), unquote(stage[2]), json.loads(request.body or b"{}"))
    if request.method == "POST" and deployments is not None and is_http(deployments[1]):
        deployed = {"autoDeployed": False, "deploymentId": "deployed", "deploymentStatus": "DEPLOYED"}
        return _as_json(201, deployed)
    return None


@contextmanager
def corrected(address: Callable[[str], str]) -> Iterator[None]:
    """Let moto make what a quick create asks for, until the block ends; ADDRESS tells that of an API."""
    with all_patched(patches(address)):
        yield


def patches(address: Callable[[str], str]) -> tuple[Patch, ...]:
    """Return what is done to moto's functions."""
    return (
        Patch(ApiGatewayV2Backend, "create_api", _CREATE_API, lambda moto: _addressed(moto, address)),
        Patch(ApiGatewayV2Response, "create_api", ("self",), _create_api),
    )


def _update_stage(api_id: str, name: str, changes: Mapping[str, Any]) -> Response:
    with seam.lock:
        api = _backend().apis.get(api_id)
        stage = api.stages.get(name) if api else None
        if stage is None:
            return _as_json(404, {"message": "Invalid stage identifier specified"}, "NotFoundException")
        for key, field in _STAGE_FIELDS.items():
            if key in changes:
                setattr(stage, field, changes[key])
        return _as_json(200, stage.to_json())


def _as_json(status: int, document: Mapping[str, Any], error: str = "") -> Response:
    headers = {"Content-Type": "application/json", **({"x-amzn-ErrorType": error} if error else {})}
    return Response(status, headers, json.dumps(document).encode())


def _backend() -> Any:
    return apigatewayv2_backends[ACCOUNT][REGION]


def _limit(settings: Mapping[str, Any]) -> tuple[float, float] | None:
    given = [settings.get(name) for name in ("throttlingRateLimit", "throttlingBurstLimit")]
    known = [float(each) for each in given if each is not None]
    return (known[0], known[-1]) if known else None


def _route(api: Api, route: Any) -> Route:
    integration = api.integrations.get((route.target or "").removeprefix("integrations/"))
    return Route(
        route.route_key,
        route.authorization_type or "NONE",
        _authorizer(api.authorizers.get(route.authorizer_id or "")),
        _integration(integration),
        tuple(route.authorization_scopes or ()),
    )


def _authorizer(authorizer: Any) -> Authorizer | None:
    if authorizer is None:
        return None
    jwt = authorizer.jwt_config or {}
    return Authorizer(
        authorizer.id,
        authorizer.authorizer_type,
        authorizer.authorizer_uri or "",
        tuple(authorizer.identity_source or ()),
        float(authorizer.auth_result_ttl or 0),
        payload_version=authorizer.auth_payload_format_version or "2.0",
        simple=bool(authorizer.enable_simple_response),
        credentials=authorizer.auth_creds_arn or "",
        issuer=jwt.get("issuer", ""),
        audience=tuple(jwt.get("audience") or ()),
    )


def _integration(integration: Any) -> Integration | None:
    if integration is None:
        return None
    return Integration(
        integration.integration_type,
        integration.integration_uri or "",
        int(integration.timeout_in_millis or _TIMEOUT_MS) / 1000,
        credentials=integration.credentials_arn or "",
        payload_version=integration.payload_format_version or "1.0",
    )


def _addressed(original: Callable[..., Any], address: Callable[[str], str]) -> Callable[..., Any]:
    """Unlike AWS: the endpoint of an API is an address on this machine, so that it works."""

    def create_api(self: Any, **given: Any) -> Any:
        api = original(self, **given)
        api.api_endpoint = address(api.api_id)
        return api

    return create_api


def _create_api(original: Callable[..., Any]) -> Callable[..., Any]:
    """A quick create: with a target the API gets an integration, a route and a stage of its own."""

    def create_api(self: Any) -> Any:
        answer, asked = original(self), json.loads(self.body)
        if asked.get("target"):
            api = self.apigatewayv2_backend.get_api(json.loads(answer[2])["apiId"])
            _quick(api, asked)
        return answer

    return create_api


def _quick(api: Api, asked: Mapping[str, Any]) -> None:
    function = ":lambda:" in asked["target"]
    integration = api.create_integration(
        connection_type="INTERNET",
        description="",
        integration_method="POST" if function else "ANY",
        integration_type="AWS_PROXY" if function else "HTTP_PROXY",
        integration_uri=asked["target"],
        credentials_arn=asked.get("credentialsArn"),
        payload_format_version="2.0" if function else "1.0",
    )
    key = asked.get("routeKey") or DEFAULT
    api.create_route(False, [], key, f"integrations/{integration.id}", authorization_type="NONE")
    api.create_stage({"stageName": DEFAULT, "autoDeploy": True})
