"""HTTP APIs of API Gateway: shorter to configure than REST APIs, and with less in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lambda_study.cloud.api_configuration import DEFAULT, Authorizer, HttpStage, Route, function_arn
from lambda_study.cloud.api_request import ApiRequest
from lambda_study.cloud.exchange import Response
from lambda_study.cloud.sources.api_authorizers import (
    AuthorizerFailed,
    Authorizers,
    Unauthorized,
    Verdict,
    identity_of,
)
from lambda_study.cloud.sources.api_calls import Calls, TimedOut
from lambda_study.cloud.sources.api_events import Event, event_2, execute_arn, http_event_1, staged
from lambda_study.cloud.sources.api_paths import best
from lambda_study.cloud.sources.api_responses import Malformed, Refused, from_2, from_http_1, own_answer
from lambda_study.cloud.sources.api_user_pools import as_texts, member, scopes_of
from lambda_study.cloud.sources.cors import Cors
from lambda_study.cloud.sources.throttling import Throttles
from lambda_study.cloud.wiring import Wiring
from lambda_study.engine import ServiceError
from lambda_study.engine.function import REGION
from lambda_study.facts import fact

LONGEST_WAIT_S = float(fact("apigw.http.timeout").value)
AUTHORIZER_WAIT_S = float(fact("apigw.http.authorizer_timeout").value)
MOST_BYTES = int(fact("apigw.payload").value) * 1024 * 1024
DOMAIN = f"execute-api.{REGION}.amazonaws.com"


class HttpApi:
    """Answers the requests to stages of HTTP APIs.

    Unlike AWS: of the kinds of integrations only Lambda is modelled, JWT authorizers take the tokens of user
    pools alone, and a signature of a request is not checked. A change holds at once, whether or not the stage
    deploys by itself.
    """

    def __init__(self, wiring: Wiring, calls: Calls, authorizers: Authorizers, throttles: Throttles) -> None:
        self._wiring = wiring
        self._calls = calls
        self._authorizers = authorizers
        self._throttles = throttles

    def answer(self, request: ApiRequest, stage: HttpStage | None) -> Response:
        """Return the answer of STAGE; None is one that is not there."""
        if stage is None:
            return own_answer(404, "Not Found")
        cors = Cors.of(stage.cors)
        preflight = cors.preflight(request, 204) if cors else None
        if preflight is not None:
            return preflight
        try:
            response = self._of_stage(request, stage)
        except Refused as refused:
            response = refused.response
        return cors.applied(request, response) if cors else response

    def _of_stage(self, request: ApiRequest, stage: HttpStage) -> Response:
        route, parameters = _route_of(request, stage)
        if len(request.body) > MOST_BYTES:
            raise Refused(own_answer(413, "Request Entity Too Large"))
        context: dict[str, Any] = {}
        if route.authorizer is not None:
            context = self._authorized(route, route.authorizer, request, stage, parameters)
        elif route.authorization == "AWS_IAM" and "Credential=" not in request.header("authorization"):
            raise Refused(own_answer(403, "Forbidden"))
        if not self._throttles.take((stage.api_id, stage.name), stage.limit, request.at):
            self._calls.throttled(_arn(request, stage, route))
            raise Refused(own_answer(429, "Too Many Requests"))
        return self._integrate(request, stage, route, parameters, context)

    def _integrate(
        self,
        request: ApiRequest,
        stage: HttpStage,
        route: Route,
        parameters: Mapping[str, str],
        context: Mapping[str, Any],
    ) -> Response:
        integration = route.integration
        if integration is None or integration.kind != "AWS_PROXY":
            kind = integration.kind if integration else "missing"
            return own_answer(501, f"An integration of type {kind} is not modelled here. Use AWS_PROXY.")
        event = _event(integration.payload_version, request, stage, route.key, parameters)
        if context:
            event["requestContext"]["authorizer"] = context
        function = function_arn(integration.uri, stage.variables)
        arn, read = _arn(request, stage, route), _READERS.get(integration.payload_version, from_http_1)
        try:
            self._wiring.check_may_invoke(function, "apigateway", arn, integration.credentials)
            detail = f"{request.method} {staged(request.path, stage.name)}"
            wait_s = min(integration.timeout_s, LONGEST_WAIT_S)
            result = self._calls.invoke(function, event, arn, detail, wait_s)
            return read(result.payload) if result.ok else _failed()
        except TimedOut:
            return own_answer(503, "Service Unavailable")
        except Malformed as reason:
            self._calls.failed(function, arn, f"Malformed response: {reason}")
            return _failed()
        except ServiceError as error:
            if error.status == 429:
                return own_answer(503, "Service Unavailable")
            self._calls.failed(function, arn, str(error))
            return _failed()

    def _authorized(
        self,
        route: Route,
        authorizer: Authorizer,
        request: ApiRequest,
        stage: HttpStage,
        parameters: Mapping[str, str],
    ) -> dict[str, Any]:
        """Return what the handler is told of the caller; Refused if the request does not get past it."""
        if authorizer.kind == "JWT":
            return _jwt(route, authorizer, request, stage)
        event = _event(authorizer.payload_version, request, stage, route.key, parameters)
        identity = identity_of(authorizer, request, stage.variables, event["requestContext"])
        if not all(identity):
            raise Refused(own_answer(401, "Unauthorized"))
        arn = execute_arn(stage.api_id, stage.name, request.method) + request.path
        asked = _asked(authorizer, identity, event, arn)
        try:
            verdict = self._authorizers.verdict(
                authorizer, identity, asked, stage.variables, AUTHORIZER_WAIT_S, arn
            )
        except Unauthorized:
            raise Refused(own_answer(401, "Unauthorized")) from None
        except AuthorizerFailed:
            raise Refused(_failed()) from None
        if verdict.effects_on(arn) != {"Allow"}:
            raise Refused(own_answer(403, "Forbidden"))
        return _told(route, verdict)


def _route_of(request: ApiRequest, stage: HttpStage) -> tuple[Route, dict[str, str]]:
    """Return the route that fits best, and the path's parameters; Refused if there is none.

    A whole path goes before a greedy one, a method before ANY, and $default comes last.
    """
    routes = {route.key: route for route in stage.routes}
    paths = [key.partition(" ")[2] for key in routes if key.partition(" ")[0] in (request.method, "ANY")]
    found = best(paths, request.path)
    if found is not None:
        path, parameters = found
        return routes.get(f"{request.method} {path}") or routes[f"ANY {path}"], parameters
    if DEFAULT in routes:
        return routes[DEFAULT], {}
    raise Refused(own_answer(404, "Not Found"))


def _event(
    version: str, request: ApiRequest, stage: HttpStage, key: str, parameters: Mapping[str, str]
) -> Event:
    place = (stage.api_id, stage.name, stage.variables)
    if version == "2.0":
        return event_2(request, place, key, parameters, DOMAIN)
    return http_event_1(request, place, key, parameters)


def _asked(authorizer: Authorizer, identity: tuple[str, ...], event: Event, arn: str) -> Event:
    """Return the event of an authorizer."""
    left_out = ("body", "isBase64Encoded")
    rest = {name: value for name, value in event.items() if name not in left_out}
    if authorizer.payload_version == "2.0":
        return {**rest, "type": "REQUEST", "routeArn": arn, "identitySource": list(identity)}
    first = identity[0] if identity else None
    return {**rest, "type": "REQUEST", "methodArn": arn, "identitySource": first, "authorizationToken": first}


def _jwt(route: Route, authorizer: Authorizer, request: ApiRequest, stage: HttpStage) -> dict[str, Any]:
    """Return what a token of a user pool says; Refused if it lets nobody in."""
    token = (*identity_of(authorizer, request, stage.variables, {}), "")[0]
    try:
        claims = member(authorizer, token, request.at, route.scopes, own_answer(403, "Forbidden"))
    except Unauthorized:
        raise Refused(own_answer(401, "Unauthorized")) from None
    return {"jwt": {"claims": as_texts(claims), "scopes": scopes_of(claims) or None}}


def _told(route: Route, verdict: Verdict) -> dict[str, Any]:
    """Return the caller as formats 2.0 and 1.0 of the integration tell it."""
    context = dict(verdict.context or {})
    if route.integration is not None and route.integration.payload_version == "2.0":
        return {"lambda": context}
    return {"principalId": verdict.principal, **context}


def _arn(request: ApiRequest, stage: HttpStage, route: Route) -> str:
    """Return the ARN by which a permission names the route."""
    if route.key == DEFAULT:
        return execute_arn(stage.api_id, stage.name, DEFAULT)
    return execute_arn(stage.api_id, stage.name, request.method) + route.key.partition(" ")[2]


def _failed() -> Response:
    return own_answer(500, "Internal Server Error")


_READERS: Mapping[str, Callable[[Any], Response]] = {"1.0": from_http_1, "2.0": from_2}
