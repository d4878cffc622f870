"""What a new account starts with: identities without rights, functions that answer nobody, keys that end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from lambda_study.demos.other_account import OtherAccount, RoleSession
from lambda_study.demos.roles import allow
from lambda_study.demos.small_account import SmallAccount, shared_session


def what_a_role_without_policies_may_do() -> str:
    """What a role without a policy may do with a bucket, a table and a function of its account.

    >>> what_a_role_without_policies_may_do()
    'nothing'
    """
    with SmallAccount(enforce_permissions=True) as account:
        account.s3.create_bucket(Bucket="photos")
        account.s3.put_object(Bucket="photos", Key="a.jpg", Body=b"photo")
        _create_table("album")
        function = account.function()
        session = RoleSession(account.role("new"), "visit")
        item = {"photo": {"S": "a.jpg"}}
        tries: dict[str, Callable[[], Any]] = {
            "read": lambda: session.client("s3").get_object(Bucket="photos", Key="a.jpg"),
            "write": lambda: session.client("dynamodb").put_item(TableName="album", Item=item),
            "invoke": lambda: session.client("lambda").invoke(FunctionName=function.name),
        }
        return " and ".join(name for name, attempt in tries.items() if not _refusal(attempt)) or "nothing"


def what_a_stranger_gets_from_a_new_function() -> str:
    """What an administrator of another account gets for invoking a function that has no policy yet.

    >>> what_a_stranger_gets_from_a_new_function()
    'AccessDeniedException'
    """
    with SmallAccount(enforce_permissions=True) as account:
        arn = account.function().configuration.arn
        stranger = OtherAccount()
        stranger.set_role(allow("*"))
        return _refusal(lambda: stranger.client("lambda").invoke(FunctionName=arn)) or "runs"


def identity_whose_keys_end() -> str:
    """Whether the keys of an IAM user or those of a session of a role have a time at which they end.

    >>> identity_whose_keys_end()
    'IAM role'
    """
    with SmallAccount() as account:
        account.iam.create_user(UserName="contractor")
        session = {"RoleArn": account.role("contract"), "RoleSessionName": "script"}
        keys = {
            "IAM user": account.iam.create_access_key(UserName="contractor")["AccessKey"],
            "IAM role": shared_session().client("sts").assume_role(**session)["Credentials"],
        }
        return " and ".join(identity for identity, key in keys.items() if "Expiration" in key)


def _create_table(name: str) -> None:
    shared_session().client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "photo", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "photo", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


def _refusal(attempt: Callable[[], Any]) -> str:
    """The code of the error that ATTEMPT meets; "" if it meets none."""
    try:
        attempt()
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""
