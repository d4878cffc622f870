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
from lambda_study.cloud.caller import caller_of
from lambda_study.cloud.exchange import Request
from lambda_study.demos.notifications import let_in
from lambda_study.demos.other_account import OtherAccount, RoleSession
from lambda_study.demos.roles import allow, deny, set_role, try_policies
from lambda_study.demos.small_account import HANDLERS
from lambda_study.demos.web import ask
from lambda_study.engine.credentials import session_variables

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
        ("TransactWriteItems",
         b'{"TransactItems": [{"Put": {"TableName": "a"}}, {"ConditionCheck": {"TableName": "b"}}]}',
         ["dynamodb:PutItem table/a", "dynamodb:ConditionCheckItem table/b"]),
    ],
)  # fmt: skip
def test_each_table_that_a_request_touches_is_asked_for(operation, body, expected):
    headers = {"x-amz-target": f"DynamoDB_20120810.{operation}"}
    asked = asked_of(Request("POST", "/", headers=headers, body=body), "dynamodb")
    assert [f"{each.action} {each.resource.split(':', 5)[-1]}" for each in asked] == expected


@pytest.mark.parametrize(
    "operation", ["SendMessageBatch", "DeleteMessageBatch", "ChangeMessageVisibilityBatch"]
)
def test_a_batch_of_messages_needs_what_one_message_needs(operation):
    request = Request("POST", "/", headers={"x-amz-target": f"AmazonSQS.{operation}"}, body=b"{}")
    assert [each.action for each in asked_of(request, "sqs")] == [f"sqs:{operation.removesuffix('Batch')}"]


@pytest.mark.parametrize(
    ("method", "query", "source", "expected"),
    [
        ("PUT", "", "photos/a%3F.jpg", ["s3:GetObject photos/a?.jpg", "s3:PutObject album/b.jpg"]),
        ("PUT", "", "photos/a.jpg?versionId=1",
         ["s3:GetObjectVersion photos/a.jpg", "s3:PutObject album/b.jpg"]),
        ("GET", "versionId=1&tagging=", "", ["s3:GetObjectVersionTagging album/b.jpg"]),
    ],
)  # fmt: skip
def test_a_request_for_an_object_asks_for_its_version_and_for_what_it_copies(method, query, source, expected):
    headers = {"x-amz-copy-source": source} if source else {}
    asked = asked_of(Request(method, "/album/b.jpg", query, headers), "s3")
    assert [f"{each.action} {each.resource.removeprefix('arn:aws:s3:::')}" for each in asked] == expected


@pytest.mark.parametrize(
    ("method", "query", "action"),
    [
        ("DELETE", "policy=", "s3:DeleteBucketPolicy"),
        ("DELETE", "cors=", "s3:PutBucketCORS"),
        ("GET", "website=", "s3:GetBucketWebsite"),
        ("DELETE", "", "s3:DeleteBucket"),
    ],
)
def test_a_setting_of_a_bucket_has_its_action(method, query, action):
    assert [each.action for each in asked_of(Request(method, "/photos", query), "s3")] == [action]


def test_all_that_a_copy_needs_has_to_be_allowed(album, session):
    set_role(album, allow("s3:GetObject"))
    source = {"Bucket": "photos", "Key": "a.jpg"}
    told = refusal(session.client("s3").copy_object, Bucket="photos", Key="b.jpg", CopySource=source)[2]
    assert "s3:PutObject" in told


def test_a_deny_of_the_role_wins_over_what_the_function_itself_allows(album, session):
    invoke = session.client("lambda").invoke
    let_in(album, set_role(album), action="lambda:InvokeFunction")
    assert invoke(FunctionName="album", Payload=json.dumps(IDENTITY))["StatusCode"] == 200
    set_role(album, deny("lambda:InvokeFunction"))
    assert "with an explicit deny" in refusal(invoke, FunctionName="album")[2]


def test_another_account_needs_its_own_permission_beside_that_of_the_function(album):
    partner, invoke = (it := OtherAccount()), it.client("lambda").invoke
    let_in(album, partner.number, action="lambda:InvokeFunction")
    assert "no identity-based policy" in refusal(invoke, FunctionName=album.configuration.arn)[2]
    partner.set_role(allow("lambda:InvokeFunction"))
    asked = json.dumps(IDENTITY)
    assert invoke(FunctionName=album.configuration.arn, Payload=asked)["StatusCode"] == 200


def test_a_url_that_a_session_has_signed_allows_what_its_role_does(album, session):
    url = session.client("s3").generate_presigned_url("get_object", READ["parameters"])
    assert ask(url).status == 403
    set_role(album, allow("s3:GetObject"))
    assert ask(url).status == 200


def test_a_bucket_that_is_not_there_is_no_secret(album, session):
    set_role(album, allow("s3:GetObject"))
    assert refusal(session.client("s3").get_object, Bucket="no", Key="b.jpg")[:2] == (404, "NoSuchBucket")


def test_what_a_deleted_function_has_begun_is_asked_by_the_account(strict_cloud):
    token = session_variables("gone", "$LATEST")["AWS_SESSION_TOKEN"]
    request = Request("GET", "/", headers={"x-amz-security-token": token})
    assert caller_of(request, strict_cloud.service.configuration) is None


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
