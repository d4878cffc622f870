"""Lambda authorizers: a function says who may call an API, and its word is kept for a while."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lambda_study.cloud.api_configuration import Authorizer, function_arn
from lambda_study.cloud.api_request import ApiRequest
from lambda_study.cloud.policies import effects_on
from lambda_study.cloud.sources.api_calls import Calls, TimedOut
from lambda_study.cloud.wiring import Wiring
from lambda_study.engine import Invocation, ServiceError

INVOKE = "execute-api:Invoke"
_NAMING = ("Action", "NotAction", "Resource", "NotResource")
_SOURCE = re.compile(r"\$?(?:method\.)?(request\.header|request\.querystring|stageVariables|context)\.(.+)")


class Unauthorized(Exception):
    """Who calls has not said who it is, or the authorizer does not know it."""


class AuthorizerFailed(Exception):
    """The authorizer has failed, or what it returned cannot be read."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an authorizer said: a policy, or in simple form yes or no."""

    policies: tuple[Mapping[str, Any], ...] = ()
    allowed: bool | None = None
    principal: str = ""
    context: Mapping[str, Any] | None = None

    def effects_on(self, arn: str) -> set[str]:
        """Return what it says of ARN: "Allow", "Deny", both or nothing."""
        if self.allowed is not None:
            return {"Allow"} if self.allowed else {"Deny"}
        return effects_on(self.policies, INVOKE, arn)


class Authorizers:
    """Asks authorizers. A verdict is kept for the authorizer's seconds, by what identifies the caller.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
    (read 2026-11-23).
    """

    def __init__(self, wiring: Wiring, calls: Calls) -> None:
        self._wiring = wiring
        self._calls = calls
        self._kept: dict[tuple[str, ...], tuple[datetime, Verdict]] = {}

    def verdict(
        self,
        authorizer: Authorizer,
        identity: tuple[str, ...],
        event: Any,
        variables: Mapping[str, str],
        timeout_s: float,
        arn: str,
    ) -> Verdict:
        """Return what AUTHORIZER says to EVENT, or has said of this IDENTITY; ARN is the API's part."""
        key = (authorizer.id, *arn.split("/")[:2], *identity)
        kept = self._kept.get(key)
        now = self._wiring.clock.now()
        if kept is not None and now < kept[0]:
            return kept[1]
        verdict = self._ask(authorizer, event, variables, timeout_s, arn)
        if authorizer.ttl_s > 0:
            self._kept[key] = (now + timedelta(seconds=authorizer.ttl_s), verdict)
        return verdict

    def forget(self, api_id: str, stage: str) -> None:
        """Keep no verdict on a stage any more."""
        for key in list(self._kept):
            if key[1].endswith(f":{api_id}") and key[2] == stage:
                self._kept.pop(key, None)

    def _ask(
        self, authorizer: Authorizer, event: Any, variables: Mapping[str, str], timeout_s: float, arn: str
    ) -> Verdict:
        function = function_arn(authorizer.uri, variables)
        source_arn = (
            f"{arn.rsplit(':', 1)[0]}:{arn.rsplit(':', 1)[1].split('/')[0]}/authorizers/{authorizer.id}"
        )
        try:
            self._wiring.check_may_invoke(function, "apigateway", source_arn, authorizer.credentials)
            invocation = self._calls.invoke(function, event, source_arn, "authorizer", timeout_s)
            return _read(invocation, authorizer.simple)
        except (ServiceError, TimedOut, AuthorizerFailed) as error:
            self._calls.failed(function, source_arn, str(error))
            raise AuthorizerFailed(str(error)) from None


def identity_of(
    authorizer: Authorizer, request: ApiRequest, variables: Mapping[str, str], context: Mapping[str, Any]
) -> tuple[str, ...]:
    """Return the values of the identity sources, "" for one that is not there."""
    return tuple(_identity(source, request, variables, context) for source in authorizer.identity_sources)


def _identity(
    source: str, request: ApiRequest, variables: Mapping[str, str], context: Mapping[str, Any]
) -> str:
    found = _SOURCE.fullmatch(source)
    if found is None:
        return ""
    place, name = found.groups()
    if place == "request.header":
        return request.header(name)
    if place == "request.querystring":
        return request.multi_query.get(name, [""])[-1]
    if place == "stageVariables":
        return variables.get(name, "")
    value: Any = context
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return "" if value is None else str(value)


def _read(invocation: Invocation, simple: bool) -> Verdict:
    answer = invocation.payload
    if not invocation.ok:
        if isinstance(answer, Mapping) and answer.get("errorMessage") == "Unauthorized":
            raise Unauthorized
        raise AuthorizerFailed("The authorizer raised an error")
    if not isinstance(answer, Mapping):
        raise AuthorizerFailed("The authorizer returned no object")
    context = answer.get("context")
    if context is not None and not isinstance(context, Mapping):
        raise AuthorizerFailed('The "context" of the authorizer is no object')
    if simple:
        if not isinstance(answer.get("isAuthorized"), bool):
            raise AuthorizerFailed('The authorizer returned no "isAuthorized"')
        return Verdict(allowed=answer["isAuthorized"], context=context)
    policy = answer.get("policyDocument")
    if not isinstance(policy, Mapping) or not isinstance(answer.get("principalId"), str):
        raise AuthorizerFailed('The authorizer returned no "principalId" and "policyDocument"')
    if not _is_policy(policy):
        raise AuthorizerFailed('The "policyDocument" of the authorizer is no policy')
    return Verdict((policy,), principal=answer["principalId"], context=context)


def _is_policy(policy: Mapping[str, Any]) -> bool:
    """Whether the statements of POLICY are objects, and name actions and resources by texts."""
    statements = _listed(policy.get("Statement"))
    return all(
        isinstance(statement, Mapping)
        and all(isinstance(named, str) for part in _NAMING for named in _listed(statement.get(part)))
        for statement in statements
    )


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
