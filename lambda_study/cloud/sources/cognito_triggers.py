"""The triggers of a user pool: functions that are asked while a user waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lambda_study.cloud.seam.cognito import Pool, User
from lambda_study.cloud.sources.api_calls import Calls, TimedOut
from lambda_study.cloud.wiring import Wiring, function_of
from lambda_study.engine import Invocation, ServiceError
from lambda_study.engine.function import REGION
from lambda_study.facts import fact

PRINCIPAL = "cognito-idp.amazonaws.com"
_SDK = "aws-sdk-unknown-unknown"  # what Cognito writes for most SDKs


@dataclass(frozen=True, slots=True)
class Asked:
    """What a trigger is asked about: a `user` of a `pool`, who came through an app client.

    `metadata` is what the client sent along, `client_id` the app client, or AWS's placeholder for a call by
    an administrator.
    """

    pool: Pool
    user: User
    client_id: str
    metadata: Mapping[str, str] = field(default_factory=dict)


def event_of(
    asked: Asked, trigger_source: str, request: Mapping[str, Any], response: Mapping[str, Any], version: int
) -> dict[str, Any]:
    """Return the event that a trigger gets.

    Source: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
    (read 2026-11-23).
    """
    more = {"clientMetadata": dict(asked.metadata)} if asked.metadata else {}
    return {
        "version": str(version),
        "triggerSource": trigger_source,
        "region": REGION,
        "userPoolId": asked.pool.id,
        "userName": asked.user.name,
        "callerContext": {"awsSdkVersion": _SDK, "clientId": asked.client_id},
        "request": {"userAttributes": dict(asked.user.attributes), **request, **more},
        "response": dict(response),
    }


class Triggers:
    """Asks the functions of a pool, each at its point, and waits at most 5 s for the answer."""

    timeout_s = float(fact("cognito.timeout").value)

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._calls = Calls(wiring)
        self._attempts = int(fact("cognito.attempts").value)

    def ask(
        self,
        asked: Asked,
        trigger_source: str,
        request: Mapping[str, Any] | None = None,
        response: Mapping[str, Any] | None = None,
        version: int = 1,
    ) -> dict[str, Any]:
        """Return what the function of a trigger responds; what it would be left at if there is none.

        TRIGGER_SOURCE is such as "PreSignUp_SignUp". ServiceError is what the user's client gets if the
        function refuses, cannot be called, or answers in a form that Cognito does not read.
        """
        name = _trigger_of(trigger_source)
        arn = asked.pool.triggers.get(name)
        event = event_of(asked, trigger_source, request or {}, response or {}, version)
        if arn is None:
            return dict(event["response"])
        try:
            invocation = self._invoke(name, arn, event, asked.pool)
            return _response_of(name, invocation)
        except ServiceError as error:
            self._wiring.trace.add(
                "failure", source=asked.pool.arn, target=arn, detail=trigger_source, error=str(error)
            )
            raise

    def _invoke(self, name: str, arn: str, event: Mapping[str, Any], pool: Pool) -> Invocation:
        function, qualifier = function_of(arn)
        if not self._wiring.permissions.allows(function, PRINCIPAL, pool.arn, qualifier):
            raise _not_invoked(name, "AccessDeniedException.")
        for _attempt in range(self._attempts):
            try:
                detail = str(event["triggerSource"])
                return self._calls.invoke(arn, event, pool.arn, detail, self.timeout_s)
            except TimedOut:
                continue
            except ServiceError as error:
                raise _not_invoked(name, f"{error.code}.") from None
        raise _not_invoked(name, "Socket timeout while invoking Lambda function.")


def _trigger_of(trigger_source: str) -> str:
    """Return the trigger that LambdaConfig names for a source.

    >>> _trigger_of("TokenGeneration_Authentication"), _trigger_of("PreSignUp_SignUp")
    ('PreTokenGeneration', 'PreSignUp')
    """
    name = trigger_source.partition("_")[0]
    return "PreTokenGeneration" if name == "TokenGeneration" else name


def _response_of(name: str, invocation: Invocation) -> dict[str, Any]:
    if not invocation.ok:
        payload = invocation.payload if isinstance(invocation.payload, dict) else {}
        message = payload.get("errorMessage") or payload.get("errorType") or "Unhandled"
        raise ServiceError(400, "UserLambdaValidationException", f"{name} failed with error {message}.")
    event = invocation.payload
    if not isinstance(event, dict) or not isinstance(event.get("response"), dict):
        raise unreadable()
    return dict(event["response"])


def unreadable() -> ServiceError:
    """Return AWS's error for an answer in a form that Cognito does not read."""
    return ServiceError(400, "InvalidLambdaResponseException", "Unrecognizable lambda output")


def object_of(value: Any) -> Mapping[str, Any]:
    """Return an object that a function has given, or left out; AWS's error for anything else.

    >>> object_of({"hint": "four wings"}), object_of(None)
    ({'hint': 'four wings'}, {})
    """
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise unreadable()
    return value


def texts_of(value: Any) -> list[str]:
    """Return a list of texts that a function has given, or left out; AWS's error for anything else.

    >>> texts_of(["email"]), texts_of(None)
    (['email'], [])
    """
    if value is None:
        return []
    if not isinstance(value, list) or any(not isinstance(each, str) for each in value):
        raise unreadable()
    return value


def texts_by_name(value: Any) -> Mapping[str, str]:
    """Return an object with texts that a function has given, or left out; AWS's error for anything else.

    >>> texts_by_name({"email": "ada@example.org"})
    {'email': 'ada@example.org'}
    """
    named = object_of(value)
    texts_of([*named.values()])
    return named


def _not_invoked(name: str, reason: str) -> ServiceError:
    text = f"{name} invocation failed due to error {reason}"
    return ServiceError(400, "UnexpectedLambdaException", text)
