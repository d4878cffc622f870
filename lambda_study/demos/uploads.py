"""The thumbnail function of the photo club under uploads that go wrong: real photos, buckets and runs."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from lambda_study.demos.findings import names_of
from lambda_study.demos.small_account import SmallAccount
from lambda_study.engine import Function

_PUT = ["s3:ObjectCreated:Put"]


def change_that_ends_the_thumbnail_loop() -> str:
    """Which of four changes leaves one invocation for an upload whose thumbnail goes into the same bucket.

    >>> change_that_ends_the_thumbnail_loop()
    'another bucket'
    """
    with SmallAccount() as account:
        function = _thumbnail_function(account)
        changes: dict[str, tuple[Callable[[], object], str]] = {
            # The first, as it stays: a run cut off after its upload, tried again, makes two loops of one.
            "retries": (lambda: function.configure_async(maximum_retry_attempts=0), "photos"),
            "PutObject": (lambda: account.notify("photos", function, events=_PUT, suffix=".jpg"), "photos"),
            "reserved concurrency": (lambda: function.update(reserved_concurrency=1), "photos"),
            "another bucket": (lambda: None, "thumbnails"),
        }
        runs = {}
        for name, (change, target) in changes.items():
            change()
            before = len(function.reports)
            _upload(account, f"{name}.jpg".replace(" ", "-"), Metadata={"target": target})
            account.clock.advance(minutes=4)
            runs[name] = len(function.reports) - before
        return names_of(name for name, count in runs.items() if count == 1)


def runs_for_a_file_that_is_no_picture() -> int:
    """How often the thumbnail function runs for a text file, with the defaults of asynchronous invocation.

    >>> runs_for_a_file_that_is_no_picture()
    3
    """
    with SmallAccount() as account:
        function = _thumbnail_function(account)
        account.put("photos", "photo.jpg", b"I am a text.")
        account.clock.advance(hours=1)
        return len(function.reports)


def way_to_run_once_and_keep_the_bad_file_in_mind() -> str:
    """Which of four changes runs once for a text file, and still retries when S3 answers with an error.

    >>> way_to_run_once_and_keep_the_bad_file_in_mind()
    'catch that exception'
    """
    with SmallAccount() as account:
        function = _thumbnail_function(account)
        dead = account.arn_of(account.queue("dead"))
        changes: dict[str, Callable[[], object]] = {
            "dead-letter queue": lambda: account.dead_letter(function, dead),
            "catch that exception": lambda: None,
            "catch all": lambda: None,
            "no retries": lambda: function.configure_async(maximum_retry_attempts=0),
        }
        found = []
        for name, change in changes.items():
            change()
            runs = [_runs(account, function, f"{name}/{key}") for key in ("text.jpg", "not-there.jpg")]
            found += [name] * (runs == [1, 3])
        return names_of(found)


def uploads_done_of_forty_with_room_for_five() -> int:
    """How many of 40 photos are processed that come at once to a function with room for five.

    >>> uploads_done_of_forty_with_room_for_five()
    40
    """
    with SmallAccount() as account:
        account.bucket("photos", account.function(reserved_concurrency=5))
        for number in range(40):
            account.s3.put_object(Bucket="photos", Key=f"{number}.jpg", Body=b"photo")
        account.clock.advance(hours=1)
        return len({event["Records"][0]["s3"]["object"]["key"] for event in account.events_of()})


def actions_of_the_thumbnail_handler() -> list[str]:
    """Which actions the thumbnail function needs, and on the objects of which bucket.

    >>> actions_of_the_thumbnail_handler()
    ['s3:GetObject photos', 's3:PutObject thumbnails']
    """
    with SmallAccount() as account:
        function = _thumbnail_function(account)
        _upload(account, "a.jpg")
        return account.events_of(function.name)


def thumbnail_names_that_survive_a_duplicate() -> str:
    """Which of four names leaves one thumbnail when a notification is delivered twice.

    >>> thumbnail_names_that_survive_a_duplicate()
    'photo key'
    """
    found = []
    with SmallAccount() as account:
        function = _thumbnail_function(account)
        for naming in ("uuid", "time", "request id", "photo key"):
            before = len(_thumbnails(account))
            _upload(account, f"{naming}.jpg", Metadata={"naming": naming})
            function.invoke(_notification(f"{naming}.jpg"))
            found += [naming] * (len(_thumbnails(account)) - before == 1)
    return names_of(found)


def what_is_there_when_the_upload_returns() -> str:
    """What of photo, start of the function and thumbnail is certain when PutObject has returned.

    >>> what_is_there_when_the_upload_returns()
    'photo'
    """
    with SmallAccount() as account:
        function = _thumbnail_function(account)
        account.s3.put_object(Bucket="photos", Key="a.jpg", Body=_photo())
        there = {"photo": "Contents" in account.s3.list_objects_v2(Bucket="photos")}
        there["start"] = bool(function.reports)
        there["thumbnail"] = bool(_thumbnails(account))
        return names_of(name for name, is_there in there.items() if is_there)


def _thumbnail_function(account: SmallAccount, **settings: Any) -> Function:
    """The function between the buckets "photos" and "thumbnails"."""
    function = account.function("thumbnail", "makes_thumbnails", timeout_s=30, memory_mb=512, **settings)
    account.bucket("photos", function)
    account.bucket("thumbnails")
    return function


def _photo() -> bytes:
    """A small photo."""
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (32, 24), "teal").save(file, "JPEG")
    return file.getvalue()


def _upload(account: SmallAccount, key: str, **more: Any) -> None:
    account.s3.put_object(Bucket="photos", Key=key, Body=_photo(), **more)
    account.cloud.settle()


def _thumbnails(account: SmallAccount) -> list[str]:
    listed = account.s3.list_objects_v2(Bucket="thumbnails")
    return [each["Key"] for each in listed.get("Contents", [])]


def _notification(key: str) -> dict[str, Any]:
    """What the handler reads of a notification."""
    return {"Records": [{"s3": {"bucket": {"name": "photos"}, "object": {"key": key.replace(" ", "+")}}}]}


def _runs(account: SmallAccount, function: Function, key: str) -> int:
    """How often the function runs for a text file, or for an object that S3 says is not there."""
    before = len(function.reports)
    if key.endswith("text.jpg"):
        account.put("photos", key, b"I am a text.")
    else:
        function.invoke_async(_notification(key))
    account.clock.advance(minutes=4)
    return len(function.reports) - before
