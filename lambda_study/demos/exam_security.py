"""What exams ask of keys, tokens and callers, tried on keys, pools and APIs that really answer here."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from lambda_study.demos.roles import set_role
from lambda_study.demos.small_account import SmallAccount, shared_session
from lambda_study.demos.user_pool import UserPool
from lambda_study.demos.web import api_url, ask, function_uri, put_proxy
from lambda_study.engine import Function

_FINE = {"statusCode": 200, "body": "fine"}
_STAGE = "prod"
_KIB = 1024
_METHODS = ("GET", "POST", "DELETE")


def way_to_encrypt_two_megabytes() -> str:
    """Which of three operations of KMS serves to encrypt a file of 2 MB.

    >>> way_to_encrypt_two_megabytes()
    'GenerateDataKey'
    """
    photo = b"x" * 2 * _KIB * _KIB
    with SmallAccount():
        kms, key = _kms_key()
        tries: dict[str, Callable[[], Any]] = {
            "Encrypt": lambda: kms.encrypt(KeyId=key, Plaintext=photo),
            "ReEncrypt": lambda: kms.re_encrypt(CiphertextBlob=photo, DestinationKeyId=key),
            "GenerateDataKey": lambda: _opened(kms, kms.generate_data_key(KeyId=key, KeySpec="AES_256")),
        }
        return " and ".join(name for name, attempt in tries.items() if not _refused(attempt))


def bytes_that_kms_encrypts_itself() -> int:
    """How many bytes the operation Encrypt takes at most with a symmetric key, of six sizes.

    >>> bytes_that_kms_encrypts_itself()
    4096
    """
    sizes = (_KIB, 4 * _KIB - 1, 4 * _KIB, 4 * _KIB + 1, 8 * _KIB, 64 * _KIB)
    with SmallAccount():
        kms, key = _kms_key()
        return max(
            size for size in sizes if not _refused(partial(kms.encrypt, KeyId=key, Plaintext=b"x" * size))
        )


def call_that_decrypts_after_an_alias_has_moved() -> str:
    """Which calls of Decrypt open what was encrypted by an alias that leads to another key since then.

    >>> call_that_decrypts_after_an_alias_has_moved()
    'no key'
    """
    with SmallAccount():
        kms, first = _kms_key()
        second = kms.create_key()["KeyMetadata"]["KeyId"]
        kms.create_alias(AliasName="alias/club", TargetKeyId=first)
        stored = kms.encrypt(KeyId="alias/club", Plaintext=b"swan")["CiphertextBlob"]
        kms.update_alias(AliasName="alias/club", TargetKeyId=second)
        tries = {"no key": {}, "alias": {"KeyId": "alias/club"}, "new key": {"KeyId": second}}
        return " and ".join(
            name
            for name, given in tries.items()
            if not _refused(partial(kms.decrypt, CiphertextBlob=stored, **given))
        )


def contexts_that_open_a_ciphertext() -> str:
    """Which encryption contexts open what was encrypted for {"album": "7"}.

    >>> contexts_that_open_a_ciphertext()
    'the same'
    """
    contexts = {"none": {}, "another": {"album": "8"}, "the same": {"album": "7"}}
    contexts["more"] = {"album": "7", "club": "photo"}
    with SmallAccount():
        kms, key = _kms_key()
        stored = kms.encrypt(KeyId=key, Plaintext=b"swan", EncryptionContext={"album": "7"})["CiphertextBlob"]
        return " and ".join(
            name
            for name, each in contexts.items()
            if not _refused(partial(kms.decrypt, CiphertextBlob=stored, EncryptionContext=each))
        )


def statuses_without_a_token_and_without_a_right() -> str:
    """What a REST API answers without a token, and with one whose policy names another method.

    >>> statuses_without_a_token_and_without_a_right()
    '401, 403'
    """
    with SmallAccount() as account:
        elsewhere = "arn:aws:execute-api:us-east-1:123456789012:api/prod/GET/films"
        guard = account.function("guard", "lets_in", environment={"RESOURCE": elsewhere})
        url = _guarded(account, type="TOKEN", authorizerUri=function_uri(guard))
        return f"{ask(url).status}, {ask(url, Authorization='ticket').status}"


def token_that_a_user_pool_authorizer_takes() -> str:
    """Which token of a member opens a REST API whose user pool authorizer asks for no scopes.

    >>> token_that_a_user_pool_authorizer_takes()
    'IdToken'
    """
    with SmallAccount() as account:
        pool = _pool_with_ada()
        url, tokens = _api_for(account, pool), pool.sign_in("ada")
        names = ("IdToken", "AccessToken", "RefreshToken")
        return " and ".join(name for name in names if ask(url, Authorization=tokens[name]).status == 200)


def status_of_a_token_that_was_changed() -> int:
    """What a member gets who writes another group into the ID token.

    >>> status_of_a_token_that_was_changed()
    401
    """
    with SmallAccount() as account:
        pool = _pool_with_ada()
        url, token = _api_for(account, pool), pool.sign_in("ada")["IdToken"]
        assert ask(url, Authorization=token).status == 200
        head, payload, signature = token.split(".")
        claims = {**json.loads(_from_base64(payload)), "cognito:groups": ["staff"]}
        changed = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
        return ask(url, Authorization=f"{head}.{changed}.{signature}").status


def what_lets_a_member_in_after_two_hours() -> str:
    """With what a member gets into an API again two hours after signing in, without the password.

    >>> what_lets_a_member_in_after_two_hours()
    'new ID token'
    """
    with SmallAccount() as account:
        pool = _pool_with_ada()
        url, tokens = _api_for(account, pool), pool.sign_in("ada")
        account.clock.advance(hours=2)
        renewed = _refresh(pool, tokens["RefreshToken"])
        tried = {
            "old ID token": tokens["IdToken"],
            "refresh token": tokens["RefreshToken"],
            "new access token": renewed["AccessToken"],
            "new ID token": renewed["IdToken"],
        }
        return " and ".join(
            name for name, token in tried.items() if ask(url, Authorization=token).status == 200
        )


def claims_of_the_access_token_alone() -> list[str]:
    """Which of five claims a member's access token has and the ID token has not.

    >>> claims_of_the_access_token_alone()
    ['scope', 'client_id']
    """
    with SmallAccount():
        tokens = _pool_with_ada().sign_in("ada")
        of_id, of_access = (
            json.loads(_from_base64(tokens[name].split(".")[1])) for name in ("IdToken", "AccessToken")
        )
        return [
            name
            for name in ("scope", "aud", "client_id", "sub", "iss")
            if name in of_access and name not in of_id
        ]


def requests_that_an_api_key_opens() -> list[str]:
    """Which of four requests get into a method that wants an API key and has no authorizer.

    >>> requests_that_an_api_key_opens()
    ['key of a member', 'the same key from a stranger']
    """
    with SmallAccount() as account:
        url, key = _keyed(account)
        requests = {
            "no key": {},
            "key of a member": {"x_api_key": key},
            "the same key from a stranger": {"x_api_key": key, "Authorization": "stranger"},
            "a made-up key": {"x_api_key": "0" * 20},
        }
        return [name for name, headers in requests.items() if ask(url, **headers).status == 200]


def runs_for_a_post_of_a_foreign_origin() -> int:
    """How often a function runs for a plain POST of a page whose origin its CORS settings do not name.

    >>> runs_for_a_post_of_a_foreign_origin()
    1
    """
    with SmallAccount() as account:
        function = _responder(account)
        cors = {"AllowOrigins": ["https://club.example"], "AllowMethods": ["POST"]}
        url = account.lambda_.create_function_url_config(
            FunctionName=function.name, AuthType="NONE", Cors=cors
        )["FunctionUrl"]
        answer = ask(url, "POST", "photo=swan", Origin="https://elsewhere.example")
        assert "access-control-allow-origin" not in answer.headers
        return len(account.cloud.invocations(function.name))


def status_of_an_unsigned_request_to_an_iam_url() -> int:
    """What a browser gets from a function URL of auth type AWS_IAM whose policy lets everybody in.

    >>> status_of_an_unsigned_request_to_an_iam_url()
    403
    """
    with SmallAccount(enforce_permissions=True) as account:
        function = _responder(account)
        given = {"FunctionName": function.name, "Principal": "*"}
        for action in ("InvokeFunctionUrl", "InvokeFunction"):
            account.lambda_.add_permission(**given, StatementId=action, Action=f"lambda:{action}")
        url = account.lambda_.create_function_url_config(FunctionName=function.name, AuthType="AWS_IAM")
        return ask(url["FunctionUrl"]).status


def who_signs_the_calls_of_a_function() -> str:
    """Whom a refusal names when the function "album" calls a service with its execution role.

    >>> who_signs_the_calls_of_a_function()
    'assumed-role/album-role/album'
    """
    with SmallAccount(enforce_permissions=True) as account:
        function = account.function("album", "asks_as_told", timeout_s=30)
        set_role(function)
        refused = function.invoke({"service": "sqs", "operation": "list_queues", "parameters": {}}).payload
        return str(refused["message"]).split(":sts::123456789012:", 1)[1].split(" ", 1)[0]


def source_arns_that_cover_get_and_post() -> str:
    """Which source ARN lets GET and POST of /photos in a stage invoke a function, and no DELETE.

    >>> source_arns_that_cover_get_and_post()
    'one for each method'
    """
    arns = {
        "GET in all stages": ["*/GET/photos"],
        "all methods": [f"{_STAGE}/*/photos"],
        "one for each method": [f"{_STAGE}/GET/photos", f"{_STAGE}/POST/photos"],
        "whole API": ["*"],
    }
    with SmallAccount(enforce_permissions=True) as account:
        function = _responder(account)
        api_id = _api_of_three_methods(account, function)
        return " and ".join(
            name for name, each in arns.items() if _let_in(account, function, api_id, each) == ["GET", "POST"]
        )


# -- keys and tokens


def _kms_key() -> tuple[Any, str]:
    kms = shared_session().client("kms")
    return kms, str(kms.create_key()["KeyMetadata"]["KeyId"])


def _opened(kms: Any, data_key: dict[str, Any]) -> None:
    assert kms.decrypt(CiphertextBlob=data_key["CiphertextBlob"])["Plaintext"] == data_key["Plaintext"]


def _pool_with_ada() -> UserPool:
    pool = UserPool()
    pool.sign_up("ada")
    pool.confirm("ada")
    return pool


def _refresh(pool: UserPool, token: str) -> dict[str, str]:
    answer = (
        shared_session()
        .client("cognito-idp")
        .initiate_auth(
            ClientId=pool.client_id, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": token}
        )
    )
    return dict(answer["AuthenticationResult"])


def _from_base64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _refused(attempt: Callable[[], Any]) -> bool:
    try:
        attempt()
    except ClientError:
        return True
    return False


# -- APIs


def _responder(account: SmallAccount) -> Function:
    return account.function("photos", "returns_as_told", environment={"RESPONSE": json.dumps(_FINE)})


def _api_for(account: SmallAccount, pool: UserPool) -> str:
    """Make a REST API for the members of a pool; the address of its method."""
    return _guarded(account, type="COGNITO_USER_POOLS", providerARNs=[pool.arn])


def _guarded(account: SmallAccount, **authorizer: Any) -> str:
    client = account.apigateway
    api_id = client.create_rest_api(name="photos")["id"]
    source = "method.request.header.Authorization"
    guard = client.create_authorizer(restApiId=api_id, name="guard", identitySource=source, **authorizer)
    kind = {"TOKEN": "CUSTOM"}.get(authorizer["type"], authorizer["type"])
    put_proxy(api_id, "photos", _responder(account), authorizationType=kind, authorizerId=guard["id"])
    client.create_deployment(restApiId=api_id, stageName=_STAGE)
    return f"{api_url(api_id, _STAGE)}/photos"


def _keyed(account: SmallAccount) -> tuple[str, str]:
    """Make a REST API whose method wants an API key; its address, and a key of its usage plan."""
    client = account.apigateway
    api_id = client.create_rest_api(name="photos")["id"]
    put_proxy(api_id, "photos", _responder(account), apiKeyRequired=True)
    client.create_deployment(restApiId=api_id, stageName=_STAGE)
    key = client.create_api_key(name="member", enabled=True)
    stages = [{"apiId": api_id, "stage": _STAGE}]
    plan = client.create_usage_plan(name="members", apiStages=stages)
    client.create_usage_plan_key(usagePlanId=plan["id"], keyId=key["id"], keyType="API_KEY")
    return f"{api_url(api_id, _STAGE)}/photos", str(key["value"])


def _api_of_three_methods(account: SmallAccount, function: Function) -> str:
    api_id = str(account.apigateway.create_rest_api(name="photos")["id"])
    for method in _METHODS:
        put_proxy(api_id, "photos", function, method)
    account.apigateway.create_deployment(restApiId=api_id, stageName=_STAGE)
    return api_id


def _let_in(account: SmallAccount, function: Function, api_id: str, sources: list[str]) -> list[str]:
    """The methods of /photos that may invoke FUNCTION while its policy names SOURCES of the API."""
    ids = [f"api-{number}" for number, _ in enumerate(sources)]
    for id, source in zip(ids, sources, strict=True):
        account.lambda_.add_permission(
            FunctionName=function.name,
            StatementId=id,
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
            SourceArn=f"arn:aws:execute-api:us-east-1:123456789012:{api_id}/{source}",
        )
    url = f"{api_url(api_id, _STAGE)}/photos"
    found = [method for method in _METHODS if ask(url, method).status == 200]
    for id in ids:
        account.lambda_.remove_permission(FunctionName=function.name, StatementId=id)
    return found
