"""REST APIs of API Gateway: a request becomes an event of a function, and what it returns the response."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lambda_study.cloud.api_configuration import Authorizer, Integration, Method, RestStage, function_arn
from lambda_study.cloud.api_request import ApiRequest, is_of
from lambda_study.cloud.exchange import Response
from lambda_study.cloud.sources.api_authorizers import (
    AuthorizerFailed,
    Authorizers,
    Unauthorized,
    Verdict,
    identity_of,
)
from lambda_study.cloud.sources.api_calls import Calls, TimedOut
from lambda_study.cloud.sources.api_events import Event, execute_arn, rest_event
from lambda_study.cloud.sources.api_paths import best
from lambda_study.cloud.sources.api_responses import Malformed, Refused, from_rest, own_answer
from lambda_study.cloud.sources.api_user_pools import as_texts, member
from lambda_study.cloud.sources.throttling import Throttles
from lambda_study.cloud.wiring import Wiring
from lambda_study.engine import ServiceError
from lambda_study.facts import fact

LONGEST_WAIT_S = float(fact("apigw.rest.timeout").value)
MOST_BYTES = int(fact("apigw.payload").value) * 1024 * 1024
_ANY = "ANY"


class RestApi:
    """Answers the requests to stages of REST APIs.

    Unlike AWS: of the kinds of integrations only Lambda proxy is modelled. Who signs a request may call any
    API, its signature is not checked. There is no cache, no validation of requests and no quota of a usage
    plan.
    """

    def __init__(self, wiring: Wiring, calls: Calls, authorizers: Authorizers, throttles: Throttles) -> None:
        self._wiring = wiring
        self._calls = calls
        self._authorizers = authorizers
        self._throttles = throttles

    def answer(self, request: ApiRequest, stage: RestStage | None) -> Response:
        """Return the answer of STAGE; None is one that is not there."""
        try:
            if stage is None:
                raise Refused(own_answer(403, "Forbidden", "ForbiddenException"))
            if len(request.body) > MOST_BYTES:
                raise Refused(own_answer(413, "Request Too Long", "RequestTooLargeException"))
            return self._of_stage(request, stage)
        except Refused as refused:
            return refused.response

    def _of_stage(self, request: ApiRequest, stage: RestStage) -> Response:
        resource, method, parameters = _method_of(request, stage)
        event = rest_event(request, stage, resource, parameters)
        arn = execute_arn(stage.api_id, stage.name, request.method)
        if method.authorizer is not None and method.authorizer.kind == "COGNITO_USER_POOLS":
            event["requestContext"]["authorizer"] = {
                "claims": _claims(method, method.authorizer, request, stage)
            }
        elif method.authorizer is not None:
            verdict = self._verdict(method.authorizer, request, stage, event, arn + request.path)
            event["requestContext"]["authorizer"] = _told(verdict)
        self._check(request, stage, method, resource[1])
        return self._integrate(request, stage, method.integration, event, arn + resource[1])

    def _check(self, request: ApiRequest, stage: RestStage, method: Method, path: str) -> None:
        """Raise Refused for a request that is not signed, without its key, or one too many."""
        if method.authorization == "AWS_IAM" and "Credential=" not in request.header("authorization"):
            raise Refused(_no_token())
        if method.needs_key:
            from lambda_study.cloud.seam import apigateway

            if not apigateway.is_key(request.header("x-api-key"), stage.api_id, stage.name):
                raise Refused(own_answer(403, "Forbidden", "ForbiddenException"))
        own = f"{path.replace('/', '~1')}/{request.method}"
        name = own if own in stage.limits else "*/*"
        if not self._throttles.take((stage.api_id, stage.name, name), stage.limits.get(name), request.at):
            self._calls.throttled(execute_arn(stage.api_id, stage.name, request.method) + path)
            raise Refused(own_answer(429, "Too Many Requests", "TooManyRequestsException"))

    def _integrate(
        self, request: ApiRequest, stage: RestStage, integration: Integration | None, event: Event, arn: str
    ) -> Response:
        if integration is None or integration.kind != "AWS_PROXY":
            kind = integration.kind if integration else "missing"
            return own_answer(501, f"An integration of type {kind} is not modelled here. Use AWS_PROXY.")
        function = function_arn(integration.uri, stage.variables)
        try:
            if integration.http_method != "POST":
                raise ServiceError(
                    500, "ConfigurationError", "Lambda is called by POST: integrationHttpMethod"
                )
            self._wiring.check_may_invoke(function, "apigateway", arn, integration.credentials)
            detail = f"{request.method} {request.path}"
            result = self._calls.invoke(
                function, event, arn, detail, min(integration.timeout_s, LONGEST_WAIT_S)
            )
            if not result.ok:
                return _failed(502)
            return from_rest(result.payload, _decodes(request, stage.binary_types))
        except TimedOut:
            return own_answer(504, "Endpoint request timed out", "InternalServerErrorException")
        except Malformed as reason:
            self._calls.failed(function, arn, f"Malformed Lambda proxy response: {reason}")
            return _failed(502)
        except ServiceError as error:
            if error.status != 429:  # the service has told of its throttles
                self._calls.failed(function, arn, str(error))
            return _failed(500)

    def _verdict(
        self, authorizer: Authorizer, request: ApiRequest, stage: RestStage, event: Event, arn: str
    ) -> Verdict:
        """Return what the authorizer says; Refused if the request does not get past it."""
        identity = identity_of(authorizer, request, stage.variables, event["requestContext"])
        if not _is_told(authorizer, identity):
            raise Refused(_unauthorized())
        asked = _asked(authorizer, identity, event, arn)
        try:
            verdict = self._authorizers.verdict(
                authorizer, identity, asked, stage.variables, LONGEST_WAIT_S, arn
            )
        except Unauthorized:
            raise Refused(_unauthorized()) from None
        except AuthorizerFailed:
            kind = "AuthorizerConfigurationException"
            raise Refused(own_answer(500, None, kind)) from None
        effects = verdict.effects_on(arn)
        if effects != {"Allow"}:
            text = "User is not authorized to access this resource"
            text += " with an explicit deny" if "Deny" in effects else ""
            raise Refused(own_answer(403, text, "AccessDeniedException", key="Message"))
        return verdict


def _method_of(request: ApiRequest, stage: RestStage) -> tuple[tuple[str, str], Method, dict[str, str]]:
    """Return the resource (id and path), its method and the path's parameters; Refused if there is none."""
    paths = {resource.path: resource for resource in stage.resources}
    found = best(paths, request.path if request.path == "/" else request.path.rstrip("/"))
    methods: Mapping[str, Method] = paths[found[0]].methods if found else {}
    method = methods.get(request.method) or methods.get(_ANY)
    if found is None or method is None:
        raise Refused(_no_token())
    return (paths[found[0]].id, found[0]), method, found[1]


def _is_told(authorizer: Authorizer, identity: tuple[str, ...]) -> bool:
    """Whether the request says who calls, as far as the authorizer wants to know before it is asked."""
    if authorizer.kind == "TOKEN":
        return bool(identity and identity[0] and re.fullmatch(authorizer.validation or ".*", identity[0]))
    return authorizer.ttl_s == 0 or all(identity)


def _asked(authorizer: Authorizer, identity: tuple[str, ...], event: Event, arn: str) -> Event:
    """Return the event of an authorizer."""
    if authorizer.kind == "TOKEN":
        return {"type": "TOKEN", "methodArn": arn, "authorizationToken": identity[0]}
    left_out = ("body", "isBase64Encoded")
    rest = {name: value for name, value in event.items() if name not in left_out}
    return {"type": "REQUEST", "methodArn": arn, **rest}


def _claims(method: Method, authorizer: Authorizer, request: ApiRequest, stage: RestStage) -> dict[str, str]:
    """Return what the token of a user pool says; Refused if it lets nobody in."""
    token = (*identity_of(authorizer, request, stage.variables, {}), "")[0]
    try:
        return as_texts(member(authorizer, token, request.at, method.scopes, _unauthorized()))
    except Unauthorized:
        raise Refused(_unauthorized()) from None


def _told(verdict: Verdict) -> dict[str, Any]:
    """Return what the handler is told of the caller: all of it as text."""
    context = {name: _text(value) for name, value in (verdict.context or {}).items()}
    return {"principalId": verdict.principal, **context, "integrationLatency": 0}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _decodes(request: ApiRequest, binary_types: tuple[str, ...]) -> bool:
    """Whether a body in base64 goes to this client as bytes: by the first type that it accepts."""
    return "*/*" in binary_types or is_of(request.header("accept").split(",")[0], binary_types)


def _no_token() -> Response:
    return own_answer(403, "Missing Authentication Token", "MissingAuthenticationTokenException")


def _unauthorized() -> Response:
    return own_answer(401, "Unauthorized", "UnauthorizedException")


def _failed(status: int) -> Response:
    return own_answer(status, "Internal server error", "InternalServerErrorException")
