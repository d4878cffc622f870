"""What a bucket tells a function, and of which objects, shown by buckets on this machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, unquote, unquote_plus

from botocore.exceptions import ClientError

from lambda_study.demos.findings import names_of
from lambda_study.demos.small_account import SmallAccount
from lambda_study.engine import Function

_PART = 5 * 1024 * 1024
"""The least size of a part that is not the last one."""


def way_to_read_the_key_of_an_event() -> str:
    """Which of four ways turns the key in a notification into the key of the object.

    >>> way_to_read_the_key_of_an_event()
    'unquote_plus'
    """
    ways: dict[str, Callable[[str], str]] = {
        "as it is": str,
        "unquote": unquote,
        "unquote_plus": unquote_plus,
        "quote": quote,
    }
    with SmallAccount() as account:
        account.bucket("photos", account.function())
        account.put("photos", "cats + dogs.jpg")
        key = _object(account)["key"]
        return names_of(name for name, decode in ways.items() if _is_there(account, "photos", decode(key)))


def what_a_notification_tells_of_the_object() -> list[str]:
    """Which of five properties of an object its notification holds.

    >>> what_a_notification_tells_of_the_object()
    ['size', 'eTag']
    """
    with SmallAccount() as account:
        account.bucket("photos", account.function())
        account.s3.put_object(
            Bucket="photos", Key="a.jpg", Body=b"photo", Metadata={"camera": "x"}, Tagging="club=1"
        )
        account.cloud.settle()
        told = _object(account)
        return [name for name in ("size", "content", "metadata", "eTag", "tags") if name in told]


def event_type_that_tells_of_every_new_object() -> str:
    """Which of four event types tells of an object that was put at once and of one uploaded in parts.

    >>> event_type_that_tells_of_every_new_object()
    's3:ObjectCreated:*'
    """
    types = [f"s3:ObjectCreated:{name}" for name in ("Post", "*", "CompleteMultipartUpload", "Copy")]
    with SmallAccount() as account:
        functions = {each: account.function(f"function-{number}") for number, each in enumerate(types)}
        for number, (event_type, function) in enumerate(functions.items()):
            account.bucket(f"bucket-{number}", function, events=[event_type])
            account.put(f"bucket-{number}", "small.mp4")
            _upload_in_parts(account, f"bucket-{number}", "large.mp4", parts=2)
        return names_of(
            each for each, function in functions.items() if len(account.events_of(function.name)) == 2
        )


def invocations_for_an_upload_in_three_parts() -> int:
    """How many times a function is invoked for an object that was uploaded in three parts.

    >>> invocations_for_an_upload_in_three_parts()
    1
    """
    with SmallAccount() as account:
        account.bucket("photos", account.function())
        _upload_in_parts(account, "photos", "large.mp4", parts=3)
        return len(account.events_of())


def keys_that_pass_a_prefix_and_a_suffix() -> list[str]:
    """Which of five keys a notification with the prefix uploads/ and the suffix .jpg is sent for.

    >>> keys_that_pass_a_prefix_and_a_suffix()
    ['uploads/2026/cat.jpg', 'uploads/.jpg']
    """
    tried = [
        "uploads/cat.JPG",
        "uploads/2026/cat.jpg",
        "my/uploads/cat.jpg",
        "uploads/.jpg",
        "uploads/cat.jpg.tmp",
    ]
    with SmallAccount() as account:
        account.bucket("photos", account.function(), prefix="uploads/", suffix=".jpg")
        for key in tried:
            account.put("photos", key)
        return [event["Records"][0]["s3"]["object"]["key"] for event in account.events_of()]


def way_to_two_functions_for_one_object() -> str:
    """Which of four ways invokes two functions for each new .jpg object.

    >>> way_to_two_functions_for_one_object()
    'topic'
    """
    with SmallAccount() as account:
        first, second = account.function("first"), account.function("second")
        tried = {
            "two notifications": [_sent(".jpg", first), _sent(".jpg", second)],
            "one notification, two functions": [
                {**_sent(".jpg", first), "LambdaFunctionArn": f"{_arn(first)},{_arn(second)}"}
            ],
            "overlapping suffixes": [_sent(".jpg", first), _sent("jpg", second)],
        }
        found = []
        account.bucket("photos")
        for function in (first, second):
            account.allow(function, "s3", "arn:aws:s3:::photos")
        for name, functions in tried.items():
            found += [name] * _reaches_both(account, {"LambdaFunctionConfigurations": functions})
        topic = {**_sent(".jpg", first), "TopicArn": account.topic("photos", first, second)}
        del topic["LambdaFunctionArn"]
        found += ["topic"] * _reaches_both(account, {"TopicConfigurations": [topic]})
        return names_of(found)


def _object(account: SmallAccount) -> dict[str, Any]:
    """What the first notification says of the object."""
    return dict(account.events_of()[0]["Records"][0]["s3"]["object"])


def _is_there(account: SmallAccount, bucket: str, key: str) -> bool:
    try:
        account.s3.head_object(Bucket=bucket, Key=key)
    except ClientError:
        return False
    return True


def _upload_in_parts(account: SmallAccount, bucket: str, key: str, parts: int) -> None:
    place = {"Bucket": bucket, "Key": key}
    upload = {**place, "UploadId": account.s3.create_multipart_upload(**place)["UploadId"]}
    tags = [
        account.s3.upload_part(**upload, PartNumber=number, Body=bytes(_PART if number < parts else 1))[
            "ETag"
        ]
        for number in range(1, parts + 1)
    ]
    uploaded = [{"PartNumber": number, "ETag": tag} for number, tag in enumerate(tags, start=1)]
    account.s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": uploaded})
    account.cloud.settle()


def _arn(function: Function) -> str:
    return function.configuration.arn


def _sent(suffix: str, function: Function) -> dict[str, Any]:
    rules = [{"Name": "suffix", "Value": suffix}]
    return {
        "LambdaFunctionArn": _arn(function),
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": rules}},
    }


def _reaches_both(account: SmallAccount, configuration: dict[str, Any]) -> bool:
    """Whether a new object invokes both functions."""
    try:
        account.s3.put_bucket_notification_configuration(
            Bucket="photos", NotificationConfiguration=configuration
        )
    except ClientError:
        return False
    account.put("photos", "a.jpg")
    return bool(account.events_of("first") and account.events_of("second"))
