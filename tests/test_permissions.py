"""Who may invoke a function, and what a function's role may do: by resource policies and roles."""

from __future__ import annotations

import json

import boto3
import pytest
from clouds import counting_ids
from lambda_functions import ARN, created, refusal

from lambda_study.cloud import Cloud
from lambda_study.cloud.permissions import Permissions
from lambda_study.cloud.policies import Statement, permits, trusts

S3, BUCKET = "s3.amazonaws.com", "arn:aws:s3:::photos"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:photos"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
MISSING, WRONG = "ResourceNotFoundException", "InvalidParameterValueException"


@pytest.fixture(scope="module")
def client():
    with Cloud(clock="manual", ids=counting_ids()):
        yield boto3.client("lambda")


@pytest.mark.parametrize(
    ("permission", "principal", "source", "allowed"),
    [
        (Statement("a", S3), S3, BUCKET, True),
        (Statement("a", S3, source_arn=BUCKET), S3, BUCKET, True),
        (Statement("a", S3, source_arn=BUCKET), S3, "arn:aws:s3:::others", False),
        (Statement("a", S3, source_arn="arn:aws:s3:::pho*"), S3, BUCKET, True),
        (Statement("a", "sns.amazonaws.com"), S3, BUCKET, False),
        (Statement("a", "*"), S3, BUCKET, True),
        (Statement("a", S3, source_account="123456789012"), S3, BUCKET, True),
        (Statement("a", S3, source_account="999999999999"), S3, BUCKET, False),
        (Statement("a", S3, action="lambda:GetFunction"), S3, BUCKET, False),
        (Statement("a", S3, action="lambda:*"), S3, BUCKET, True),
    ],
)
def test_a_permission_allows_by_principal_source_and_account(permission, principal, source, allowed):
    permissions = Permissions(enforced=True)
    permissions.add("resize", permission)
    assert permissions.allows("resize", principal, source) is allowed
    assert permissions.allows("another", principal, source) is False


def test_a_version_or_alias_needs_a_permission_of_its_own():
    permissions = Permissions(enforced=True)
    permissions.add("resize", Statement("all", S3))
    assert not permissions.allows("resize", S3, BUCKET, "live")
    permissions.add("resize", Statement("live", S3), "live")
    assert permissions.allows("resize", S3, BUCKET, "live")
    permissions.forget("resize", "live")
    assert not permissions.allows("resize", S3, BUCKET, "live") and permissions.allows("resize", S3, BUCKET)


def test_without_enforcement_everything_is_allowed():
    permissions = Permissions()
    assert permissions.allows("resize", S3, BUCKET)
    assert permissions.role_allows("any", "sqs:ReceiveMessage", QUEUE) and permissions.role_trusts("any")


@pytest.mark.parametrize(
    ("statements", "allowed"),
    [
        ([], False),
        ([("Allow", ["sqs:*"], "*")], True),
        ([("Allow", "SQS:receivemessage", QUEUE)], True),
        ([("Allow", ["sqs:DeleteMessage"], "*")], False),
        ([("Allow", ["sqs:*"], f"{QUEUE}-other")], False),
        ([("Allow", ["sqs:*"], "arn:aws:sqs:*:*:pho*s")], True),
        ([("Allow", "*", "*"), ("Deny", "sqs:Receive*", "*")], False),
    ],
)
def test_a_role_may_do_what_one_policy_allows_and_none_denies(statements, allowed):
    listed = [{"Effect": e, "Action": a, "Resource": r} for e, a, r in statements]
    assert permits([{"Statement": listed}], "sqs:ReceiveMessage", QUEUE) is allowed
    assert permits([{"Statement": each} for each in listed], "sqs:ReceiveMessage", QUEUE) is allowed


def test_not_action_and_not_resource_turn_around():
    most = {"Effect": "Allow", "NotAction": "iam:*", "NotResource": f"{QUEUE}-secret"}
    assert permits([{"Statement": most}], "sqs:ReceiveMessage", QUEUE)
    assert not permits([{"Statement": most}], "iam:PassRole", QUEUE)
    assert not permits([{"Statement": most}], "sqs:ReceiveMessage", f"{QUEUE}-secret")


def test_a_role_trusts_who_its_policy_names():
    assert trusts(TRUST, "lambda.amazonaws.com") and not trusts(TRUST, "scheduler.amazonaws.com")
    assert not trusts(None, "lambda.amazonaws.com")


def test_the_api_adds_shows_and_removes_permissions(client):
    name = created(client)
    given = {"Action": "lambda:InvokeFunction", "Principal": S3, "SourceArn": BUCKET}
    answer = client.add_permission(FunctionName=name, StatementId="s3", SourceAccount="123456789012", **given)
    statement = json.loads(answer["Statement"])
    assert statement["Condition"] == {
        "StringEquals": {"AWS:SourceAccount": "123456789012"},
        "ArnLike": {"AWS:SourceArn": BUCKET},
    }
    policy = json.loads(client.get_policy(FunctionName=name)["Policy"])
    assert policy == {"Version": "2012-10-17", "Id": "default", "Statement": [statement]}
    assert (statement["Principal"], statement["Resource"]) == ({"Service": S3}, ARN + name)
    again = refusal(client.add_permission, FunctionName=name, StatementId="s3", **given)
    assert again[0] == "ResourceConflictException" and again[1].startswith("The statement id (s3) provided")
    assert refusal(client.remove_permission, FunctionName=name, StatementId="no") == (
        MISSING, "Statement no is not found in resource policy.",
    )  # fmt: skip
    client.remove_permission(FunctionName=name, StatementId="s3")
    assert refusal(client.get_policy, FunctionName=name)[1] == "The resource you requested does not exist."


@pytest.mark.parametrize(
    ("function", "principal", "code", "text"),
    [
        (
            "{}",
            "nobody",
            WRONG,
            "The provided principal was invalid. Please check the principal and try again.",
        ),
        ("{}:$LATEST", S3, WRONG, "We currently do not support adding policies for $LATEST."),
        ("{}:9", S3, MISSING, "Function not found: " + ARN + "{}:9"),
        ("{}:live", S3, MISSING, "Cannot find alias arn: " + ARN + "{}:live"),
        ("{}-no", S3, MISSING, "Function not found: " + ARN + "{}-no"),
    ],
)
def test_a_permission_that_cannot_be_is_refused(client, function, principal, code, text):
    name = created(client)
    given = {"Action": "lambda:InvokeFunction", "Principal": principal, "StatementId": "a"}
    told = refusal(client.add_permission, FunctionName=function.format(name), **given)
    assert told == (code, text.format(name))


def test_a_policy_goes_with_its_function(client):
    name = created(client)
    given = {"Action": "lambda:InvokeFunction", "Principal": S3, "StatementId": "a"}
    client.add_permission(FunctionName=name, **given)
    client.delete_function(FunctionName=name)
    assert refusal(client.get_policy, FunctionName=name)[0] == MISSING
