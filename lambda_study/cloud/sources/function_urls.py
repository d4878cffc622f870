"""Function URLs: a function answers HTTP by itself, without API Gateway."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lambda_study.cloud.addresses import LAMBDA_URL
from lambda_study.cloud.api_request import ApiRequest
from lambda_study.cloud.authorization import Authorization
from lambda_study.cloud.caller import Caller
from lambda_study.cloud.exchange import Request, Response
from lambda_study.cloud.function_url_configs import IAM, NONE, FunctionUrlConfig, FunctionUrlConfigs
from lambda_study.cloud.sources.api_calls import Calls
from lambda_study.cloud.sources.api_events import event_2
from lambda_study.cloud.sources.api_gateway import Received, split_path
from lambda_study.cloud.sources.api_responses import JSON, Malformed, from_2, own_answer
from lambda_study.cloud.sources.cors import Cors
from lambda_study.cloud.wiring import Wiring
from lambda_study.engine import ServiceError
from lambda_study.engine.function import ACCOUNT, REGION

DOMAIN = f"lambda-url.{REGION}.on.aws"
_DEFAULT = "$default"
_FORBIDDEN = (
    "Forbidden. For troubleshooting Function URL authorization issues, see: "
    "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"
)
_CALLER = f"arn:aws:iam::{ACCOUNT}:root"


class FunctionUrls:
    """Answers requests to function URLs. The function may take as long as its own timeout.

    Unlike AWS: a signature is not checked; who signs without the keys of a role is the account itself. A
    streamed response comes in one piece. The addresses are paths of this machine, by http.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html and urls-auth.html
    (read 2026-11-23).
    """

    def __init__(self, wiring: Wiring, configs: FunctionUrlConfigs, authorization: Authorization) -> None:
        self._wiring = wiring
        self._configs = configs
        self._authorization = authorization
        self._calls = Calls(wiring)
        self._received = Received(wiring)

    def answer(self, request: Request) -> Response:
        """Return the answer of a function to REQUEST."""
        url_id, path = split_path(request.path, LAMBDA_URL)
        config = self._configs.by_id(url_id)
        if config is None:
            return own_answer(404, None, key="Message")
        sent = self._received.of(request, path)
        cors = Cors.of(config.cors)
        caller = self._authorization.caller(request)
        response = cors.preflight(sent, 200) if cors else None
        response = response or self._of_function(sent, config, caller)
        if cors and sent.method != "OPTIONS":
            response = cors.applied(sent, response)
        return replace(response, headers={**response.headers, "x-amzn-RequestId": sent.id})

    def _of_function(self, request: ApiRequest, config: FunctionUrlConfig, caller: Caller | None) -> Response:
        if not self._may_call(config, request, caller):
            return own_answer(403, _FORBIDDEN, "AccessDeniedException", key="Message")
        arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{config.function_name}"
        arn += f":{config.qualifier}" if config.qualifier else ""
        detail = f"{request.method} {request.path}"
        try:
            event = _event(request, config, caller)
            result = self._calls.invoke(arn, event, f"url:{config.function_name}", detail)
            return from_2(result.payload, JSON) if result.ok else _failed()
        except Malformed as reason:
            self._calls.failed(arn, f"url:{config.function_name}", f"Malformed response: {reason}")
            return _failed()
        except ServiceError as error:
            if error.status == 429:
                return own_answer(429, "Rate Exceeded.", "TooManyRequestsException", key="Message")
            self._calls.failed(arn, f"url:{config.function_name}", str(error))
            return own_answer(error.status, error.message, error.code, key="Message")

    def _may_call(self, config: FunctionUrlConfig, request: ApiRequest, caller: Caller | None) -> bool:
        """Whether the request gets through: the account itself may always, all others by policies."""
        if config.auth_type == IAM:
            signed = "/lambda/aws4_request" in request.header("authorization")
            return signed and self._authorization.may_call_url(caller, config)
        permissions = self._wiring.permissions
        return bool(permissions.allows_url(config.function_name, ("*",), NONE, config.qualifier))


def _event(request: ApiRequest, config: FunctionUrlConfig, caller: Caller | None) -> dict[str, Any]:
    signed = config.auth_type == IAM
    account = ACCOUNT if signed else "anonymous"
    event = event_2(request, (config.id, _DEFAULT, {}), _DEFAULT, {}, DOMAIN, account)
    if signed:
        key = request.header("authorization").partition("Credential=")[2].partition("/")[0]
        event["requestContext"]["authorizer"] = {
            "iam": {
                "accessKey": key,
                "accountId": ACCOUNT,
                "callerId": ACCOUNT,
                "cognitoIdentity": None,
                "principalOrgId": None,
                "userArn": caller.arn if caller else _CALLER,
                "userId": ACCOUNT,
            }
        }
    return event


def _failed() -> Response:
    return Response(502, {"Content-Type": JSON}, b"Internal Server Error")
