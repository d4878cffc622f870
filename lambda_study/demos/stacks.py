"""What an application meets on its way to AWS and back: names, roles, circles, and what a deletion leaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import boto3
from botocore.exceptions import ClientError

from lambda_study.cloud import Cloud
from lambda_study.demos import photograph
from lambda_study.demos.other_account import OtherAccount
from lambda_study.demos.roles import let_role
from lambda_study.demos.small_account import SmallAccount
from lambda_study.demos.thumbnail import PhotoClub

Needs = Mapping[str, tuple[str, ...]]
"""Which resources of a template have to be there before another one."""

# S3 asks whether it may invoke the function when the bucket is made. Role and policy are one resource.
_BUCKET_THAT_NOTIFIES: Needs = {
    "bucket": ("permission", "function"),
    "permission": ("function",),
    "function": ("role",),
    "role": ("bucket",),
}
_WAYS: Mapping[str, Needs] = {
    "DependsOn": {"bucket": ("permission", "function", "role")},
    "name": {"role": ()},
    "policy apart": {"role": (), "policy": ("role", "bucket")},
    "GetAtt": {"role": ("bucket",)},
    "alias": {"bucket": ("permission", "alias"), "alias": ("function",)},
}


def what_a_missing_permission_leaves() -> str:
    """What an upload leaves if the role of the thumbnail's function lacks dynamodb:PutItem, retries and all.

    >>> what_a_missing_permission_leaves()
    'a thumbnail and no row'
    """
    with Cloud(clock="manual", enforce_permissions=True) as cloud:
        club = PhotoClub(cloud)
        let_role(club.function, "s3:GetObject", "s3:PutObject", "sqs:SendMessage")
        club.upload("swan.jpg", photograph.small_photo(1))
        cloud.settle()
        cloud.clock.advance(hours=1)
        return f"{_counted(club.thumbnails, 'thumbnail')} and {_counted(club.rows, 'row')}"


def _counted(found: tuple[object, ...], word: str) -> str:
    return f"a {word}" if found else f"no {word}"


def error_for_a_name_that_another_account_has() -> str:
    """With which error a bucket is refused whose name another account has.

    >>> error_for_a_name_that_another_account_has()
    'BucketAlreadyExists'
    """
    with SmallAccount() as account:
        OtherAccount().take_bucket("reports")
        return _code_of(lambda: account.s3.create_bucket(Bucket="reports"))


def error_for_deleting_a_bucket_with_an_object() -> str:
    """With which error S3 refuses to delete a bucket in which there is something.

    >>> error_for_deleting_a_bucket_with_an_object()
    'BucketNotEmpty'
    """
    with SmallAccount() as account:
        account.s3.create_bucket(Bucket="photos")
        account.s3.put_object(Bucket="photos", Key="swan.jpg", Body=b"photo")
        return _code_of(lambda: account.s3.delete_bucket(Bucket="photos"))


def what_a_deleted_function_leaves() -> str:
    """What is there of a function that ran once and was deleted, and for how many days it stays.

    >>> what_a_deleted_function_leaves()
    'log group, for ever'
    """
    with SmallAccount() as account:
        function = account.function("welcome", "welcome")
        function.invoke({"name": "Ada"})
        account.lambda_.delete_function(FunctionName="welcome")
        (left,) = boto3.client("logs").describe_log_groups()["logGroups"]
        days = left.get("retentionInDays")
        return f"log group, for {days} days" if days else "log group, for ever"


def ways_out_of_a_circle() -> list[str]:
    """Which changes let CloudFormation make a bucket that notifies a function whose role reads the bucket.

    >>> ways_out_of_a_circle()
    ['name', 'policy apart']
    """
    return [name for name, change in _WAYS.items() if _has_an_order({**_BUCKET_THAT_NOTIFIES, **change})]


def _has_an_order(needs: Needs) -> bool:
    """Whether each resource can be made after those that it needs."""
    made: set[str] = set()
    while ready := {name for name, others in needs.items() if name not in made and made >= {*others}}:
        made |= ready
    return made == {*needs}


def _code_of(call: Callable[[], object]) -> str:
    try:
        call()
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""
