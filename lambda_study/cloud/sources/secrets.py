"""Parameter Store and Secrets Manager: what moto keeps, and the function that rotates a secret.

A rotation is four invocations of one function, a step each, after RotateSecret has been answered. None of
them runs while moto's lock is held: the function itself asks Secrets Manager.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

from lambda_study.cloud import seam
from lambda_study.cloud.exchange import Request, Response
from lambda_study.cloud.not_modelled import not_modelled
from lambda_study.cloud.requests import operation_of, parameters_of, service_of
from lambda_study.cloud.seam import secretsmanager as secrets
from lambda_study.cloud.seam import ssm
from lambda_study.cloud.seam.patch import all_patched
from lambda_study.cloud.seam.secretsmanager import Secret
from lambda_study.cloud.wiring import Result, Wiring, function_of
from lambda_study.engine import ServiceError

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
_NO_FUNCTION = (
    "You tried to enable rotation on a secret that doesn't already have a Lambda function ARN configured and "
    "you didn't include such an ARN as a parameter in this call."
)
_MAY_NOT = (
    "Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants "
    "access to the principal secretsmanager.amazonaws.com."
)
_ONLY_DAYS = "Give RotationRules={'AutomaticallyAfterDays': 30}."
_MOST_DAYS = 1000
_WHICH_DAYS = f"RotationRules.AutomaticallyAfterDays must be within 1-{_MOST_DAYS}."
Answer = Callable[[Request], Response]


class Secrets:
    """Parameters and secrets. ANSWER is moto's.

    Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda.html
    (read 2026-11-23).

    Unlike AWS: the policy of a secret and that of a key do not count. Rotations are counted in days from the
    last one, at the same hour; schedule expressions, managed rotation and a failed step's second try are not
    modelled. The event has no RotationToken.
    """

    def __init__(self, wiring: Wiring, answer: Answer) -> None:
        self._wiring = wiring
        self._moto = answer
        self._stack = ExitStack()
        self._begun: set[str] = set()

    def answer(self, request: Request) -> Response:
        """Return the answer to REQUEST; one that is for another service goes on as it is."""
        service = service_of(request)
        if service not in ("ssm", "secretsmanager"):
            return self._moto(request)
        self._begin(service)
        if service == "ssm" or operation_of(request, service) != "RotateSecret":
            return self._moto(request)
        try:
            return self._rotate(request)
        except ServiceError as error:
            return _json(error.status, {"__type": error.code, "message": error.message})

    def close(self) -> None:
        """Take the patches of moto out again."""
        with seam.lock:
            self._begun = {"ssm", "secretsmanager"}
            self._stack.close()

    def _begin(self, service: str) -> None:
        with seam.lock:
            if service not in self._begun:
                self._begun.add(service)
                patched = (
                    secrets.mended(self._wiring.clock) if service != "ssm" else all_patched(ssm.patches())
                )
                self._stack.enter_context(patched)

    def _rotate(self, request: Request) -> Response:
        asks = parameters_of(request)
        found = secrets.secret(str(asks.get("SecretId", "")))
        rules = asks.get("RotationRules") or {}
        if found is None:
            return self._moto(request)  # which says why
        if set(rules) - {"AutomaticallyAfterDays"} or asks.get("RotateImmediately") is False:
            return not_modelled(request, _ONLY_DAYS)
        function_arn = str(asks.get("RotationLambdaARN") or found.function_arn)
        self._check(found, function_arn)
        days = int(rules.get("AutomaticallyAfterDays", found.days))
        if rules and not 1 <= days <= _MOST_DAYS:
            raise ServiceError(400, "InvalidParameterException", _WHICH_DAYS)
        version = str(asks.get("ClientRequestToken") or self._wiring.ids())
        self._start(found, version, function_arn, days)
        return _json(200, {"ARN": found.arn, "Name": found.name, "VersionId": version})

    def _check(self, found: Secret, function_arn: str) -> None:
        """Raise AWS's error for a secret that cannot be rotated by this function now."""
        if not function_arn:
            raise ServiceError(400, "InvalidRequestException", _NO_FUNCTION)
        if found.pending:
            text = "A previous rotation isn't complete. That rotation will be reattempted."
            raise ServiceError(400, "InvalidRequestException", text)
        try:
            self._wiring.service.deployed(function_of(function_arn)[0])
            self._wiring.check_may_invoke(function_arn, "secretsmanager", found.arn)
        except ServiceError as error:
            raise ServiceError(400, "AccessDeniedException", _MAY_NOT) from error

    def _start(self, found: Secret, version: str, function_arn: str, days: int) -> None:
        secrets.begin_rotation(found.name, version, function_arn, days)
        self._step(found, version, function_arn, 0)
        if days:
            due = self._wiring.clock.now() + timedelta(days=days)
            self._wiring.clock.call_at(due, lambda: self._rotate_again(found.name, version))

    def _rotate_again(self, name: str, last: str) -> None:
        """Rotate as the rules say, unless they were changed, or another rotation has begun since LAST."""
        found = secrets.secret(name)
        if found and found.rotates and not found.pending and secrets.newest(name) == last:
            self._start(found, self._wiring.ids(), found.function_arn, found.days)

    def _step(self, found: Secret, version: str, function_arn: str, number: int) -> None:
        """Invoke the function for a step, and for the next one when this one has ended well."""
        event = {"Step": STEPS[number], "SecretId": found.arn, "ClientRequestToken": version}

        def then(result: Result) -> None:
            if isinstance(result, ServiceError) or not result.ok:
                why = result.message if isinstance(result, ServiceError) else str(result.function_error)
                self._wiring.trace.add(
                    "failure", source=found.arn, target=function_arn, detail=STEPS[number], error=why
                )
            elif number + 1 < len(STEPS):
                self._step(found, version, function_arn, number + 1)
            else:
                secrets.end_rotation(found.name)

        self._wiring.invoke_in_turn(
            function_arn, event, then, source="secretsmanager", source_arn=found.arn, detail=STEPS[number]
        )


def _json(status: int, told: dict[str, Any]) -> Response:
    return Response(status, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(told).encode())
