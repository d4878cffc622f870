"""moto's API Gateway, REST APIs: it keeps what was configured and answers nothing of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from moto.apigateway.models import RestAPI, apigateway_backends
from moto.apigateway.responses import APIGatewayResponse

from lambda_study.cloud import seam
from lambda_study.cloud.api_configuration import Authorizer, Integration, Method, Resource, RestStage
from lambda_study.cloud.seam.patch import Patch, all_patched
from lambda_study.engine.function import ACCOUNT, REGION

_BINARY = "/binaryMediaTypes/"
_TTL_S = 300
_TIMEOUT_MS = 29_000


def is_rest(api_id: str) -> bool:
    """Return whether there is a REST API of this id."""
    with seam.lock:
        return api_id in _backend().apis


def rest_stage(api_id: str, name: str) -> RestStage | None:
    """Return a stage as it is now; None if there is none, or if nothing is deployed to it."""
    with seam.lock:
        api = _backend().apis.get(api_id)
        stage = api.stages.get(name) if api else None
        deployment = api.deployments.get(stage.deployment_id) if api and stage else None
        if api is None or stage is None or deployment is None:
            return None
        resources, binary = deployment.taken
        limits = {
            path: (setting["throttlingRateLimit"], setting["throttlingBurstLimit"])
            for path, setting in stage.method_settings.items()
        }
        return RestStage(api_id, name, deployment.id, dict(stage.variables), resources, binary, limits)


def is_key(value: str, api_id: str, stage: str) -> bool:
    """Return whether VALUE is an enabled API key of a usage plan for the stage."""
    with seam.lock:
        backend = _backend()
        keys = {key.id for key in backend.keys.values() if key.enabled and key.value == value}
        return any(
            keys & set(backend.usage_plan_keys.get(plan.id, {}))
            and any(each.get("apiId") == api_id and each.get("stage") == stage for each in plan.api_stages)
            for plan in backend.usage_plans.values()
        )


@contextmanager
def corrected() -> Iterator[None]:
    """Let moto keep what it forgets of REST APIs, and what a deployment has, until the block ends."""
    with all_patched(PATCHES):
        yield


def _backend() -> Any:
    return apigateway_backends[ACCOUNT][REGION]


# -- what is deployed


def _taken(api: RestAPI) -> tuple[tuple[Resource, ...], tuple[str, ...]]:
    """Return the resources of an API, and its binary media types, as they are now."""
    resources = tuple(
        Resource(each.id, each.get_path(), _methods(api, each)) for each in api.resources.values()
    )
    return resources, tuple(api.binaryMediaTypes)


def _methods(api: RestAPI, resource: Any) -> dict[str, Method]:
    return {
        name: Method(
            method.authorization_type or "NONE",
            _authorizer(api.authorizers.get(method.authorizer_id)),
            _integration(method.method_integration),
            bool(method.api_key_required),
            tuple(method.authorization_scopes or ()),
        )
        for name, method in resource.resource_methods.items()
    }


def _authorizer(authorizer: Any) -> Authorizer | None:
    if authorizer is None:
        return None
    ttl = authorizer.authorizer_result_ttl
    return Authorizer(
        authorizer.id,
        authorizer.type,
        authorizer.authorizer_uri or "",
        tuple(each.strip() for each in (authorizer.identity_source or "").split(",") if each.strip()),
        _TTL_S if ttl is None else float(ttl),
        authorizer.identity_validation_expression or "",
        credentials=authorizer.authorizer_credentials or "",
        providers=tuple(authorizer.provider_arns or ()),
    )


def _integration(integration: Any) -> Integration | None:
    if integration is None:
        return None
    return Integration(
        integration.integration_type,
        integration.uri or "",
        int(integration.timeout_in_millis or _TIMEOUT_MS) / 1000,
        integration.http_method or "",
        integration.credentials or "",
    )


# -- patches


def _create_deployment(original: Callable[..., Any]) -> Callable[..., Any]:
    def create_deployment(self: Any, name: str, description: str, stage_variables: Any = None) -> Any:
        before = self.stages.get(name)
        deployment = original(self, name, description, stage_variables)
        deployment.taken = _taken(self)
        if before is not None:  # moto would make it anew, without its variables and settings
            before.deployment_id = deployment.id
            before.variables.update(stage_variables or {})
            self.stages[name] = before
        return deployment

    return create_deployment


def _create_authorizer(original: Callable[..., Any]) -> Callable[..., Any]:
    def create_authorizer(self: Any, *arguments: Any, **given: Any) -> Any:
        authorizer = original(self, *arguments, **given)
        authorizer.identity_validation_expression = given.get("identiy_validation_expression")
        return authorizer

    return create_authorizer


def _create_rest_api(original: Callable[..., Any]) -> Callable[..., Any]:
    def create_rest_api(self: Any) -> Any:
        types = self._get_param("binaryMediaTypes")
        before = set(_backend().apis)
        answer = original(self)
        for new in set(_backend().apis) - before if types else ():
            _backend().apis[new].binaryMediaTypes = list(types)
        return answer

    return create_rest_api


def _apply_patch_operations(original: Callable[..., Any]) -> Callable[..., Any]:
    """The binary media type stands in the path, as image~1png, and moto looks for it in the value."""

    def apply_patch_operations(self: Any, patch_operations: list[dict[str, Any]]) -> None:
        for operation in patch_operations:
            if not operation["path"].startswith(_BINARY):
                original(self, [operation])
                continue
            kind = operation["path"].removeprefix(_BINARY).replace("~1", "/").replace("~0", "~")
            left = [each for each in self.binaryMediaTypes if each != kind]
            new = operation.get("value") or kind
            self.binaryMediaTypes = left if operation["op"] == "remove" else [*left, new]

    return apply_patch_operations


PATCHES = (
    Patch(
        RestAPI, "create_deployment", ("self", "name", "description", "stage_variables"), _create_deployment
    ),
    Patch(
        RestAPI,
        "create_authorizer",
        (
            "self",
            "authorizer_id",
            "name",
            "authorizer_type",
            "provider_arns",
            "auth_type",
            "authorizer_uri",
            "authorizer_credentials",
            "identity_source",
            "identiy_validation_expression",
            "authorizer_result_ttl",
        ),
        _create_authorizer,
    ),
    Patch(APIGatewayResponse, "create_rest_api", ("self",), _create_rest_api),
    Patch(RestAPI, "apply_patch_operations", ("self", "patch_operations"), _apply_patch_operations),
)
