"""Notifications of a bucket in one line of a lesson: who may be called, and of what."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

import boto3
from botocore.exceptions import ClientError

from lambda_study.engine import Function
from lambda_study.engine.function import ACCOUNT


def let_bucket(function: Function, bucket: str) -> None:
    """Let BUCKET of this account invoke FUNCTION, by a statement in the function's resource policy.

    A statement that is there already stays.
    """
    try:
        boto3.client("lambda").add_permission(
            FunctionName=function.name,
            StatementId=bucket,
            Action="lambda:InvokeFunction",
            Principal="s3.amazonaws.com",
            SourceArn=f"arn:aws:s3:::{bucket}",
            SourceAccount=ACCOUNT,
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceConflictException":
            raise


def let_in(
    function: Function, principal: str, action: str = "lambda:InvokeFunction", **conditions: Any
) -> None:
    """Let PRINCIPAL do ACTION with FUNCTION, by AddPermission with CONDITIONS such as SourceArn.

    A statement for the same principal and action is replaced.
    """
    client, sid = boto3.client("lambda"), re.sub(r"[^\w-]", "-", f"{principal}-{action}")
    with suppress(client.exceptions.ResourceNotFoundException):
        client.remove_permission(FunctionName=function.name, StatementId=sid)
    client.add_permission(
        FunctionName=function.name, StatementId=sid, Action=action, Principal=principal, **conditions
    )


def bucket_rule(function: Function, *events: str, prefix: str = "", suffix: str = "") -> dict[str, Any]:
    """Return a rule of a bucket: FUNCTION is told of EVENTS on keys that begin and end so."""
    given = {"prefix": prefix, "suffix": suffix}
    filters = [{"Name": name, "Value": value} for name, value in given.items() if value]
    rule: dict[str, Any] = {"LambdaFunctionArn": function.configuration.arn, "Events": [*events]}
    return rule | ({"Filter": {"Key": {"FilterRules": filters}}} if filters else {})


def notify(bucket: str, *rules: dict[str, Any]) -> None:
    """Give BUCKET these rules in place of all that it had, by PutBucketNotificationConfiguration.

    Raises boto3's ClientError where S3 refuses them.
    """
    configuration = {"LambdaFunctionConfigurations": [*rules]}
    boto3.client("s3").put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration=configuration
    )
