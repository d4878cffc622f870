"""Repairs of the clinic's cases that look right, and are not: the case, the repair, what is told of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3

from lambda_study.demos.clinic import Case
from lambda_study.demos.notifications import bucket_rule, notify

HANDLERS = Path(__file__).parent / "handlers" / "clinic"


def _cell(file: str) -> Callable[[Case], Any]:
    """Put the handler of another file on the function."""
    return lambda case: case.deploy(f"{HANDLERS / file}.py:handler")


def _settings(**changes: Any) -> Callable[[Case], Any]:
    """Change settings of the function."""
    return lambda case: case.function().update(**changes)


def _permission(**more: str) -> Callable[[Case], Any]:
    """Allow S3, or somebody else, to invoke the function."""
    given = {"Principal": "s3.amazonaws.com", **more}
    return lambda case: boto3.client("lambda").add_permission(
        FunctionName="thumbnail", StatementId="new", Action="lambda:InvokeFunction", **given
    )


def _role_may(action: str, resource: str) -> Callable[[Case], Any]:
    """Allow the role of the cover ACTION on RESOURCE."""
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return lambda case: boto3.client("iam").put_role_policy(
        RoleName="cover", PolicyName="new", PolicyDocument=document
    )


def _hide_for(seconds: int) -> Callable[[Case], Any]:
    """Set the visibility timeout of the queue of orders."""

    def repair(case: Case) -> None:
        sqs = boto3.client("sqs")
        url = sqs.get_queue_url(QueueName="orders")["QueueUrl"]
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(seconds)})

    return repair


def _mapping(**changes: Any) -> Callable[[Case], Any]:
    """Change the mapping of the stream."""
    return lambda case: boto3.client("lambda").update_event_source_mapping(
        UUID=case.mapping,
        **changes,
    )


def _reserve(environments: int) -> Callable[[Case], Any]:
    return _settings(reserved_concurrency=environments)


def _let_it_loop(case: Case) -> None:
    boto3.client("lambda").put_function_recursion_config(FunctionName="square", RecursiveLoop="Allow")


def _only_jpg(case: Case) -> None:
    notify("album", bucket_rule(case.function(), "s3:ObjectCreated:*", suffix=".jpg"))


def _never_again(case: Case) -> None:
    case.function().configure_async(maximum_retry_attempts=0)


WRONG: list[tuple[str, Callable[[Case], Any], str]] = [
    ("no-thumbnails", _permission(SourceArn="arn:aws:s3:::thumbnails"), "S3 is still refused"),
    ("no-thumbnails", _permission(), "Name the bucket in SourceArn"),
    ("old-cover", _role_may("s3:PutObject", "arn:aws:s3:::photos/*"), "authorized to perform: s3:PutObject"),
    ("old-cover", _role_may("s3:*", "*"), "delete photos and overwrite photos and delete the bucket"),
    ("blank-page", _cell("album_as_str"), "The body is no JSON"),
    ("blank-page", _cell("album_without_status"), "502"),
    ("no-captions", _cell("captions_without_names"), "Grace's full name is Grace Hopper"),
    ("closed-shop", _reserve(1), "2 of 3 get 429"),
    ("mixed-baskets", _cell("basket_emptied_at_the_end"), "ada ordered A4, and got A3 and A4"),
    ("lost-names", _cell("plus_is_a_space"), "Björn 1.jpg does not hang"),
    ("broken-panorama", _settings(memory_mb=256), "So is one of 140 MB: Runtime.OutOfMemory"),
    ("broken-panorama", _settings(timeout_s=60), "It has 128 MB"),
    ("loud-log", _settings(environment={"PRINTER_KEY": "slate-crane-0815"}), "There it is: asks the printer"),
    ("loud-log", _cell("desk_that_is_silent"), '"order 71" is in no line'),
    ("loud-log", _cell("desk_without_key_in_log"), "whoever copied it can still print"),
    ("endless-thumbnails", _only_jpg, "It took 16 runs"),
    ("endless-thumbnails", _let_it_loop, "that stops no loop"),
    ("endless-thumbnails", _reserve(0), "A photo gets one thumbnail: It got 0"),
    ("printed-twice", _hide_for(10), "AWS's rule is six times"),
    ("paid-twice", _cell("remembers_in_a_global"), "two environments had it at the same moment"),
    ("paid-twice", _cell("raises_on_the_second"), "The second message fails and will come again"),
    ("likes-stand-still", _mapping(MaximumRetryAttempts=0), "swan-1 and heron-1 went away"),
    ("likes-stand-still", _mapping(BisectBatchOnFunctionError=True), "They still wait"),
    ("likes-stand-still", _cell("likes_that_skip"), "The queue is empty"),
    ("late-report", _never_again, "Task timed out after 1.00 seconds"),
]  # fmt: skip

# Other ways that are as good as the reference: the case, the repair.
RIGHT: list[tuple[str, Callable[[Case], Any]]] = [
    ("closed-shop", _reserve(3)),
    ("broken-panorama", _cell("panorama_without_parts")),
    ("endless-thumbnails", _cell("leaves_thumbnails_alone")),
    ("endless-thumbnails", _cell("small_in_a_second_bucket")),
    ("likes-stand-still", _cell("likes_that_report")),
    ("paid-twice", _cell("pays_by_order")),
]
