"""What a handler asks of other services is refused where its role does not allow it, in AWS's words."""

from __future__ import annotations

import json

import boto3
import clouds
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from lambda_study.cloud.asked import asked_of
from lambda_study.cloud.exchange import Request
from lambda_study.demos.notifications import let_in
from lambda_study.demos.other_account import OtherAccount, RoleSession
from lambda_study.demos.roles import allow, deny, set_role, try_policies
from lambda_study.demos.small_account import HANDLERS
from lambda_study.demos.web import ask

cloud, strict_cloud = clouds.cloud, clouds.strict_cloud
WHO = "User: arn:aws:sts::123456789012:assumed-role/album-role/album is not authorized to perform: "
READ = {"service": "s3", "operation": "get_object", "parameters": {"Bucket": "photos", "Key": "a.jpg"}}
IDENTITY = {"service": "sts", "operation": "get_caller_identity", "parameters": {}}


def deployed(cloud):
    boto3.client("s3").create_bucket(Bucket="photos")
    boto3.client("s3").put_object(Bucket="photos", Key="a.jpg", Body=b"photo")
    return cloud.deploy(f"{HANDLERS / 'asks_as_told.py'}:handler", name="album", timeout_s=30)


@pytest.fixture
def album(strict_cloud):
    return deployed(strict_cloud)


@pytest.fixture
def session(album):
    """A session of the function's role, without its process."""
    return RoleSession(set_role(album), "album")


def refusal(call, **parameters):
    with pytest.raises(ClientError) as refused:
        call(**parameters)
    error = refused.value.response
    return error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Code"], error["Error"]["Message"]


def test_a_handler_is_refused_until_its_role_allows_the_call(album):
    told = f'{WHO}s3:GetObject on resource: "arn:aws:s3:::photos/a.jpg" because no identity-based policy'
    assert album.invoke(READ).payload == {
        "code": "AccessDenied",
        "message": f"{told} allows the s3:GetObject action",
    }
    set_role(album, allow("s3:GetObject", "arn:aws:s3:::photos/*"))
    assert album.invoke(READ).payload["code"] == ""
    assert album.invoke(IDENTITY).payload["code"] == ""


def test_where_permissions_do_not_count_a_handler_may_do_everything(cloud):
    assert deployed(cloud).invoke(READ).payload["code"] == ""


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "status", "code", "action"),
    [
        ("sqs", "send_message", {"QueueUrl": "jobs", "MessageBody": "x"}, 403, "AccessDenied",
         "sqs:sendmessage"),
        ("sns", "publish", {"TopicArn": "arn:aws:sns:us-east-1:123456789012:news", "Message": "x"}, 403,
         "AuthorizationError", "SNS:Publish"),
        ("dynamodb", "get_item", {"TableName": "album", "Key": {}}, 400, "AccessDeniedException",
         "dynamodb:GetItem"),
        ("lambda", "invoke", {"FunctionName": "album"}, 403, "AccessDeniedException",
         "lambda:InvokeFunction"),
        ("cloudwatch", "put_metric_data", {"Namespace": "x", "MetricData": [{"MetricName": "x"}]}, 403,
         "AccessDenied", "cloudwatch:PutMetricData"),
    ],
)  # fmt: skip
def test_each_service_refuses_in_its_own_words(session, service, operation, parameters, status, code, action):
    found = refusal(getattr(session.client(service), operation), **parameters)
    assert found[:2] == (status, code)
    assert f"is not authorized to perform: {action} on resource: " in found[2]


def test_an_explicit_deny_wins_and_is_named(album, session):
    set_role(album, allow("*"), deny("s3:*", "arn:aws:s3:::photos/*"))
    told = refusal(session.client("s3").get_object, Bucket="photos", Key="a.jpg")[2]
    assert told.endswith("with an explicit deny in an identity-based policy")
    assert session.client("s3").list_objects_v2(Bucket="photos")["KeyCount"] == 1


def test_who_may_not_list_is_not_told_that_an_object_is_missing(album, session):
    set_role(album, allow("s3:GetObject"))
    status, code, told = refusal(session.client("s3").get_object, Bucket="photos", Key="b.jpg")
    assert (status, code) == (403, "AccessDenied") and "s3:ListBucket" in told
    set_role(album, allow("s3:GetObject"), allow("s3:ListBucket"))
    assert refusal(session.client("s3").get_object, Bucket="photos", Key="b.jpg")[:2] == (404, "NoSuchKey")


def test_another_account_is_checked_where_it_asks_for_a_function(album):
    partner = OtherAccount()
    partner.client("s3").create_bucket(Bucket="theirs")
    invoke = partner.client("lambda").invoke
    assert "no resource-based policy" in refusal(invoke, FunctionName=album.configuration.arn)[2]


def test_policies_are_tried_one_after_the_other(album):
    found = try_policies(album, {"service": "s3"}, [allow("*")])
    assert found.rows[0][0] == "* on *" and found.first_failure == 1
    assert try_policies(album, READ, [allow("s3:*")]).first_failure is None


@pytest.mark.parametrize(
    ("operation", "body", "expected"),
    [
        ("BatchGetItem", b'{"RequestItems": {"a": {}, "b": {}}}',
         ["dynamodb:BatchGetItem table/a", "dynamodb:BatchGetItem table/b"]),
        ("Query", b'{"TableName": "a", "IndexName": "i"}', ["dynamodb:Query table/a/index/i"]),
        ("TransactWriteItems", b'{"TransactItems": [{"Put": {"TableName": "a"}}]}',
         ["dynamodb:PutItem table/a"]),
    ],
)  # fmt: skip
def test_each_table_that_a_request_touches_is_asked_for(operation, body, expected):
    headers = {"x-amz-target": f"DynamoDB_20120810.{operation}"}
    asked = asked_of(Request("POST", "/", headers=headers, body=body), "dynamodb")
    assert [f"{each.action} {each.resource.split(':', 5)[-1]}" for each in asked] == expected


def test_a_url_with_iam_wants_a_signature_and_both_permissions(album, session):
    url = boto3.client("lambda").create_function_url_config(FunctionName="album", AuthType="AWS_IAM")
    statuses = [ask(url["FunctionUrl"]).status, signed_status(url["FunctionUrl"], session)]
    for allowed in ([allow("lambda:InvokeFunctionUrl")], [allow("lambda:Invoke*")]):
        set_role(album, *allowed)
        statuses.append(signed_status(url["FunctionUrl"], session))
    assert statuses == [403, 403, 403, 502]  # the function runs, and stumbles over the event


def signed_status(url, session):
    request = AWSRequest("GET", url)
    SigV4Auth(Credentials(*session.keys), "lambda", "us-east-1").add_auth(request)
    return ask(url, **{name.replace("-", "_"): value for name, value in request.headers.items()}).status


def test_a_permission_that_is_given_again_replaces_the_first(album):
    let_in(album, "s3.amazonaws.com", SourceArn="arn:aws:s3:::photos")
    let_in(album, "s3.amazonaws.com", SourceArn="arn:aws:s3:::photos", SourceAccount="123456789012")
    policy = json.loads(boto3.client("lambda").get_policy(FunctionName="album")["Policy"])
    (statement,) = policy["Statement"]
    assert statement["Condition"]["StringEquals"] == {"AWS:SourceAccount": "123456789012"}
    assert statement["Condition"]["ArnLike"] == {"AWS:SourceArn": "arn:aws:s3:::photos"}
