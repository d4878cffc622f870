"""Function URLs: configured by Lambda's API, asked over HTTP."""

from __future__ import annotations

import json

import boto3
import clouds
import pytest
from apis import ask
from botocore.exceptions import ClientError

cloud, strict_cloud = clouds.cloud, clouds.strict_cloud
WEB = "tests/handlers/web.py"
SIGNED = "AWS4-HMAC-SHA256 Credential=KEY/20261123/us-east-1/lambda/aws4_request, Signature=0"


def url_of(name, auth_type="NONE", **settings):
    made = boto3.client("lambda").create_function_url_config(
        FunctionName=name, AuthType=auth_type, **settings
    )
    return made["FunctionUrl"]


@pytest.fixture
def echo(cloud):
    cloud.deploy(f"{WEB}:echo", name="echo")
    return cloud


def test_the_event_is_that_of_format_2_for_nobody_known(echo):
    event = ask(f"{url_of('echo')}photos/7?size=1&size=2").json
    context = event["requestContext"]
    assert (event["version"], event["rawPath"], event["rawQueryString"]) == (
        "2.0",
        "/photos/7",
        "size=1&size=2",
    )
    assert (context["accountId"], context["stage"], context["routeKey"]) == (
        "anonymous",
        "$default",
        "$default",
    )
    assert context["domainName"] == f"{context['apiId']}.lambda-url.us-east-1.on.aws"
    assert "authorizer" not in context


def test_what_a_function_returns_is_the_body_unless_it_has_a_status(cloud):
    cloud.deploy(f"{WEB}:as_told", name="told")
    url = url_of("told")
    plain, full = (
        ask(url, "POST", json.dumps(each).encode(), Content_Type="application/json")
        for each in ({"id": 7}, {"statusCode": 404, "body": "gone", "cookies": ["a=1"]})
    )
    assert (plain.status, plain.json) == (200, {"id": 7})
    assert (full.status, full.body, full.headers["Set-Cookie"]) == (404, b"gone", "a=1")


def test_with_iam_a_request_wants_a_signature(echo):
    url = url_of("echo", "AWS_IAM")
    refused = ask(url)
    assert (refused.status, "Forbidden" in refused.json["Message"]) == (403, True)
    caller = ask(url, Authorization=SIGNED).json["requestContext"]
    assert (caller["accountId"], caller["authorizer"]["iam"]["accessKey"]) == ("123456789012", "KEY")


def test_a_public_url_wants_both_permissions(strict_cloud):
    strict_cloud.deploy(f"{WEB}:echo", name="echo")
    url, functions = url_of("echo"), boto3.client("lambda")
    to_all = {"FunctionName": "echo", "Principal": "*"}
    url_alone = {"Action": "lambda:InvokeFunctionUrl", "FunctionUrlAuthType": "NONE"}
    function = {"Action": "lambda:InvokeFunction", "InvokedViaFunctionUrl": True}
    statuses = [ask(url).status]
    for number, permission in enumerate((url_alone, function)):
        functions.add_permission(StatementId=f"public-{number}", **to_all, **permission)
        statuses.append(ask(url).status)
    assert statuses == [403, 403, 200]
    policy = json.loads(functions.get_policy(FunctionName="echo")["Policy"])["Statement"]
    assert policy[1]["Condition"] == {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}
    assert not strict_cloud._permissions.allows("echo", "s3.amazonaws.com", "arn:aws:s3:::photos")


def test_errors_are_502_and_throttles_429(cloud):
    cloud.deploy(f"{WEB}:fails", name="fails")
    cloud.deploy(f"{WEB}:echo", name="echo", reserved_concurrency=0)
    assert [ask(url_of(name)).status for name in ("fails", "echo")] == [502, 429]


def test_the_url_answers_the_browsers_question_by_itself(echo):
    url = url_of("echo", Cors={"AllowOrigins": ["*"], "AllowMethods": ["GET"], "ExposeHeaders": ["X-Photo"]})
    answer = ask(url, "OPTIONS", Origin="https://a.example", Access_Control_Request_Method="GET")
    assert (answer.status, answer.headers["Access-Control-Allow-Methods"]) == (200, "GET")
    assert not echo.invocations("echo")
    assert ask(url, Origin="https://a.example").headers["Access-Control-Expose-Headers"] == "X-Photo"


def test_a_url_is_shown_changed_listed_and_deleted(echo):
    functions, url = boto3.client("lambda"), url_of("echo")
    changed = functions.update_function_url_config(FunctionName="echo", AuthType="AWS_IAM")
    assert (changed["FunctionUrl"], changed["AuthType"]) == (url, "AWS_IAM")
    assert functions.get_function_url_config(FunctionName="echo")["AuthType"] == "AWS_IAM"
    listed = functions.list_function_url_configs(FunctionName="echo")["FunctionUrlConfigs"]
    assert [each["FunctionUrl"] for each in listed] == [url]
    functions.delete_function_url_config(FunctionName="echo")
    assert ask(url).status == 404
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        functions.get_function_url_config(FunctionName="echo")
    assert url_of("echo") != url


def test_a_function_has_one_url_and_each_alias_one(echo):
    functions = boto3.client("lambda")
    functions.publish_version(FunctionName="echo")
    functions.create_alias(FunctionName="echo", Name="live", FunctionVersion="1")
    assert url_of("echo") != url_of("echo", Qualifier="live")
    with pytest.raises(ClientError, match="FunctionUrlConfig exists for this Lambda function"):
        url_of("echo")


def test_a_deleted_function_takes_its_url_along(echo):
    url = url_of("echo")
    boto3.client("lambda").delete_function(FunctionName="echo")
    assert ask(url).status == 404
