"""What API Gateway and function URLs do with requests, shown by APIs on this machine."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from typing import Any

from lambda_study.demos.small_account import SmallAccount
from lambda_study.demos.web import api_url, ask, function_uri, put_proxy
from lambda_study.engine import Function

_RESPONDER, _AUTHORIZER = "returns_as_told", "lets_in"
_FINE: dict[str, Any] = {"statusCode": 200, "body": "fine"}
_STAGE = "prod"


def status_of_a_response_without_the_form() -> int:
    """What a client of a REST API gets if the function returns {"photo": "swan"}.

    >>> status_of_a_response_without_the_form()
    502
    """
    with SmallAccount() as account:
        return ask(_api(account, _responder(account, {"photo": "swan"}))).status


def response_that_a_rest_api_sends_as_json() -> str:
    """Which of four responses of a function reaches the client of a REST API as {"photo": "swan"}.

    >>> response_that_a_rest_api_sends_as_json()
    'body as text'
    """
    photo, text = {"photo": "swan"}, '{"photo":"swan"}'
    responses: dict[str, Any] = {
        "the object": photo,
        "body as object": {"statusCode": 200, "body": photo},
        "body as text": {"statusCode": 200, "body": text},
        "text alone": text,
    }
    with SmallAccount() as account:
        got = {name: ask(_api(account, _responder(account, each))) for name, each in responses.items()}
    return _names(name for name, answer in got.items() if (answer.status, answer.text) == (200, text))


def answer_of_a_method_that_is_not_deployed() -> str:
    """What a client gets of a method that was added after the deployment, and what after another one.

    >>> answer_of_a_method_that_is_not_deployed()
    '403, then 200'
    """
    with SmallAccount() as account:
        function = _responder(account, _FINE)
        url = _api(account, function)
        api_id = url.rsplit("/", 3)[-3]
        put_proxy(api_id, "films", function)
        films = url.replace("/photos", "/films")
        before = ask(films).status
        account.apigateway.create_deployment(restApiId=api_id, stageName=_STAGE)
        return f"{before}, then {ask(films).status}"


def what_becomes_of_a_function_that_is_too_slow() -> str:
    """What the client gets of a REST API that has waited long enough, and what becomes of the function.

    >>> what_becomes_of_a_function_that_is_too_slow()
    '504, runs on'
    """
    with SmallAccount() as account:
        function = account.function("slow", _RESPONDER, environment=_told(_FINE, WAIT_S="0.3"))
        status = ask(_api(account, function, timeoutInMillis=50)).status
        account.cloud.settle()
        ended = [each.ok for each in account.cloud.invocations("slow")]
    return f"{status}, " + ("runs on" if ended == [True] else "is ended")


def status_of_a_throttled_function() -> int:
    """What a client of a REST API gets if Lambda throttles the function.

    >>> status_of_a_throttled_function()
    500
    """
    with SmallAccount() as account:
        function = account.function("busy", _RESPONDER, environment=_told(_FINE), reserved_concurrency=0)
        return ask(_api(account, function)).status


def authorizer_runs_in_ten_minutes() -> int:
    """How often a Lambda authorizer runs if the same token comes once a minute, ten times.

    >>> authorizer_runs_in_ten_minutes()
    2
    """
    with SmallAccount() as account:
        url = _guarded(account)
        for _ in range(10):
            ask(f"{url}/photos", Authorization="ticket")
            account.clock.advance(minutes=1)
        return len(account.cloud.invocations("guard"))


def changes_that_open_the_second_path() -> list[str]:
    """Which changes let a token that was accepted for /photos get to /films within five minutes.

    >>> changes_that_open_the_second_path()
    ['policy for all paths', 'no caching']
    """
    changes: dict[str, dict[str, Any]] = {
        "longer caching": {"ttl_s": 3600},
        "policy for all paths": {"resource": "*"},
        "no caching": {"ttl_s": 0},
        "nothing": {},
    }
    found = []
    with SmallAccount() as account:
        for name, change in changes.items():
            url = _guarded(account, **change)
            statuses = [ask(url + path, Authorization="ticket").status for path in ("/photos", "/films")]
            found += [name] * (statuses == [200, 200])
    return found


def permission_that_lets_an_api_invoke() -> str:
    """Which of four permissions of the function lets a REST API answer 200 where permissions count.

    >>> permission_that_lets_an_api_invoke()
    'apigateway'
    """
    found = []
    with SmallAccount(enforce_permissions=True) as account:
        function = _responder(account, _FINE)
        for principal in ("lambda", "apigateway", "s3", "edgelambda"):
            url = _api(account, function)
            api_id = url.rsplit("/", 3)[-3]
            account.allow(
                function, principal, f"arn:aws:execute-api:us-east-1:123456789012:{api_id}/prod/GET/photos"
            )
            found += [principal] * (ask(url).status == 200)
    return _names(found)


def actions_that_open_a_public_function_url() -> list[str]:
    """Which actions all callers need so that a new function URL without authentication answers.

    >>> actions_that_open_a_public_function_url()
    ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction']
    """
    actions = (
        "lambda:InvokeFunctionUrl",
        "lambda:GetFunctionUrlConfig",
        "lambda:InvokeFunction",
        "lambda:GetFunction",
    )
    needed = []
    with SmallAccount(enforce_permissions=True) as account:
        name = _responder(account, _FINE).name
        url = account.lambda_.create_function_url_config(FunctionName=name, AuthType="NONE")["FunctionUrl"]
        for left_out in actions:
            allowed = [action for action in actions if action != left_out]
            for action in allowed:
                account.lambda_.add_permission(
                    FunctionName=name, StatementId=action.split(":")[1], Action=action, Principal="*"
                )
            needed += [left_out] * (ask(url).status != 200)
            for action in allowed:
                account.lambda_.remove_permission(FunctionName=name, StatementId=action.split(":")[1])
    return needed


def setting_that_lets_a_picture_through() -> str:
    """Which of four settings makes bytes of a picture that a function returns in base64, in a REST API.

    >>> setting_that_lets_a_picture_through()
    'binary media type'
    """
    picture = {"statusCode": 200, "headers": {"Content-Type": "image/png"}, "isBase64Encoded": True}
    response = {**picture, "body": base64.b64encode(b"a picture").decode()}
    settings: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
        "nothing": ({}, {}),
        "accept header": ({}, {"Accept": "image/png"}),
        "binary media type": ({"binaryMediaTypes": ["image/*"]}, {"Accept": "image/png"}),
        "larger payloads": ({"minimumCompressionSize": 0}, {"Accept": "image/png"}),
    }
    with SmallAccount() as account:
        function = _responder(account, response)
        bodies = {
            name: ask(_api(account, function, setting), **headers).body
            for name, (setting, headers) in settings.items()
        }
    return _names(name for name, body in bodies.items() if body == b"a picture")


def kind_of_api_that_takes_a_plain_object() -> str:
    """Behind what a handler that returns {"photo": "swan"} makes an answer of status 200.

    >>> kind_of_api_that_takes_a_plain_object()
    'HTTP API, function URL'
    """
    with SmallAccount() as account:
        function = _responder(account, {"photo": "swan"})
        http = account.apigatewayv2.create_api(
            Name="photos", ProtocolType="HTTP", Target=function.configuration.arn
        )
        url = account.lambda_.create_function_url_config(FunctionName=function.name, AuthType="NONE")
        ways = {
            "REST API": _api(account, function),
            "HTTP API": http["ApiEndpoint"],
            "function URL": url["FunctionUrl"],
        }
        return _names(name for name, address in ways.items() if ask(address).status == 200)


# -- parts


def _api(
    account: SmallAccount, function: Function, api: dict[str, Any] | None = None, **settings: Any
) -> str:
    """Make and deploy a REST API, with settings of it and of its method; the address of /photos."""
    client = account.apigateway
    api_id = client.create_rest_api(name="photos", **(api or {}))["id"]
    put_proxy(api_id, "photos", function, **settings)
    client.create_deployment(restApiId=api_id, stageName=_STAGE)
    return f"{api_url(api_id, _STAGE)}/photos"


def _guarded(account: SmallAccount, resource: str = "", ttl_s: int | None = None) -> str:
    """Make a REST API with two paths behind an authorizer, and return the address of its stage."""
    guard = account.function("guard", _AUTHORIZER, environment={"RESOURCE": resource} if resource else {})
    client = account.apigateway
    api_id = client.create_rest_api(name="photos")["id"]
    caching = {} if ttl_s is None else {"authorizerResultTtlInSeconds": ttl_s}
    authorizer = client.create_authorizer(
        restApiId=api_id,
        name="guard",
        type="TOKEN",
        authorizerUri=function_uri(guard),
        identitySource="method.request.header.Authorization",
        **caching,
    )
    function = _responder(account, _FINE)
    for path in ("photos", "films"):
        put_proxy(api_id, path, function, authorizationType="CUSTOM", authorizerId=authorizer["id"])
    client.create_deployment(restApiId=api_id, stageName=_STAGE)
    return api_url(api_id, _STAGE)


def _responder(account: SmallAccount, response: Any) -> Function:
    return account.function("photos", _RESPONDER, environment=_told(response))


def _told(response: Any, **more: str) -> dict[str, str]:
    return {"RESPONSE": json.dumps(response), **more}


def _names(found: Iterable[str]) -> str:
    return ", ".join(found)
