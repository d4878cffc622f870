"""REST APIs: a request becomes an event of API Gateway, and what the function returns the response."""

from __future__ import annotations

import base64
import json
from concurrent.futures import ThreadPoolExecutor

import boto3
import clouds
import pytest
from apis import Rest, arn_of, ask, uri_of

cloud, real_cloud, strict_cloud = clouds.cloud, clouds.real_cloud, clouds.strict_cloud
WEB = "tests/handlers/web.py"
AUTHORIZERS = "tests/handlers/authorizers.py"
PIXEL = bytes(range(256))


@pytest.fixture
def echo(cloud):
    cloud.deploy(f"{WEB}:echo", name="echo")
    return cloud


@pytest.fixture
def told(cloud):
    """The address of an API whose function returns what the body of the request says."""
    cloud.deploy(f"{WEB}:as_told", name="told")
    return Rest(cloud).method("/", "told").deploy()


def answers(url, response):
    return ask(url, "POST", json.dumps(response).encode(), Content_Type="application/json")


def test_the_event_has_the_shape_that_aws_documents(echo):
    url = Rest(echo).method("/photos/{id}", "echo").deploy(variables={"table": "photos"})
    event = ask(f"{url}/photos/7%20b?size=1&size=2", "POST", b"hello", Content_Type="text/plain").json
    assert set(event) == {
        *("resource", "path", "httpMethod", "headers", "multiValueHeaders", "queryStringParameters"),
        *("multiValueQueryStringParameters", "pathParameters", "stageVariables", "requestContext"),
        *("body", "isBase64Encoded"),
    }
    assert set(event["requestContext"]) == {
        *("resourceId", "resourcePath", "httpMethod", "extendedRequestId", "requestTime", "path"),
        *("accountId", "protocol", "stage", "domainPrefix", "requestTimeEpoch", "requestId", "identity"),
        *("domainName", "deploymentId", "apiId"),
    }
    assert (event["resource"], event["path"]) == ("/photos/{id}", "/photos/7%20b")
    assert event["requestContext"]["path"] == "/prod/photos/7%20b"
    assert event["requestContext"]["requestTime"] == "23/Nov/2026:00:00:00 +0000"
    assert event["pathParameters"] == {"id": "7%20b"}
    assert event["queryStringParameters"] == {"size": "2"}
    assert event["multiValueQueryStringParameters"] == {"size": ["1", "2"]}
    assert event["stageVariables"] == {"table": "photos"}
    assert event["headers"]["Content-Type"] == "text/plain"
    assert event["multiValueHeaders"]["X-Forwarded-For"] == ["127.0.0.1"]
    assert (event["body"], event["isBase64Encoded"]) == ("hello", False)


def test_what_is_not_there_is_null_in_the_event(echo):
    event = ask(Rest(echo).method("/", "echo").deploy()).json
    empty = ("queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "stageVariables")
    assert [event[name] for name in (*empty, "body")] == [None] * 5


def test_the_more_exact_resource_is_asked(echo):
    api = Rest(echo).method("/{proxy+}", "echo").method("/photos/{id}", "echo")
    url = api.method("/photos/latest", "echo", "GET").deploy()
    found = {path: ask(url + path).json["resource"] for path in ("/photos/latest", "/photos/7", "/a/b")}
    assert found == {"/photos/latest": "/photos/latest", "/photos/7": "/photos/{id}", "/a/b": "/{proxy+}"}
    assert ask(f"{url}/a/b").json["pathParameters"] == {"proxy": "a/b"}
    assert ask(f"{url}/photos/latest", "DELETE").status == 403  # it is not handed down to {id}


def test_a_path_or_method_that_is_not_there_is_answered_as_a_missing_token(echo):
    url = Rest(echo).method("/photos", "echo", "GET").deploy()
    for path, method in (("/films", "GET"), ("/photos", "POST"), ("/", "GET")):
        refused = ask(url + path, method)
        assert (refused.status, refused.json) == (403, {"message": "Missing Authentication Token"})
        assert refused.headers["x-amzn-ErrorType"] == "MissingAuthenticationTokenException"
    assert ask(url.replace("/prod", "/test") + "/photos").json == {"message": "Forbidden"}


def test_a_change_of_the_api_holds_once_it_is_deployed(echo):
    api = Rest(echo).method("/photos", "echo")
    url = api.deploy()
    api.method("/films", "echo")
    assert ask(f"{url}/films").status == 403
    api.deploy()
    assert ask(f"{url}/films").status == 200


def test_a_new_deployment_leaves_the_variables_of_a_stage(echo):
    api = Rest(echo).method("/", "echo")
    api.deploy(variables={"table": "photos"})
    assert ask(api.deploy()).json["stageVariables"] == {"table": "photos"}


def test_stages_have_deployments_and_variables_of_their_own(echo):
    api = Rest(echo).method("/", "${stageVariables.function}")
    test = api.deploy("test", variables={"function": "echo"})
    prod = api.deploy("prod", variables={"function": "gone"})
    assert (ask(test).status, ask(prod).status) == (200, 500)


def test_a_function_sets_status_headers_and_body(told):
    answer = answers(
        told,
        {
            "statusCode": "201",
            "headers": {"X-Photo": 7, "Cache": True},
            "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]},
            "body": "für Ann",
        },
    )
    assert (answer.status, answer.body.decode()) == (201, "für Ann")
    assert (answer.headers["X-Photo"], answer.headers["Cache"]) == ("7", "true")
    assert answer.headers.get_all("Set-Cookie") == ["a=1", "b=2"]
    assert answer.headers["Content-Type"] == "application/json"


def test_a_malformed_response_is_502_and_told_in_the_trace(cloud, told):
    malformed = [
        *("hello", None, [1], {"id": 7}, {"statusCode": "fine"}, {"statusCode": 200, "body": {"id": 7}}),
        *({"headers": "none"}, {"headers": {"X": ["a"]}}, {"multiValueHeaders": {"X": "a"}}),
        *({"headers": {"X": "a\r\nY: b"}}, {"headers": {"X\nY": "a"}}, {"statusCode": 100}),
        {"statusCode": float("inf")},
    ]
    for response in malformed:
        answer = answers(told, response)
        assert (answer.status, answer.json) == (502, {"message": "Internal server error"}), response
    assert len(cloud.trace.of("failure")) == len(malformed)
    assert "Malformed Lambda proxy response" in cloud.trace.of("failure")[-1].error


def test_a_response_without_fields_is_an_empty_200(told):
    answer = answers(told, {})
    assert (answer.status, answer.body) == (200, b"")


def test_an_error_of_the_handler_is_502_and_says_nothing_of_it(cloud):
    cloud.deploy(f"{WEB}:fails", name="fails")
    answer = ask(Rest(cloud).method("/", "fails").deploy())
    assert (answer.status, answer.json) == (502, {"message": "Internal server error"})
    assert "no photo" in cloud.trace.of("invocation")[-1].error


def test_who_waits_longer_than_the_api_gets_504_and_the_function_runs_on(cloud):
    cloud.deploy(f"{WEB}:slow", name="slow")
    answer = ask(Rest(cloud).method("/", "slow", i_timeoutInMillis=50).deploy())
    assert (answer.status, answer.json) == (504, {"message": "Endpoint request timed out"})
    cloud.settle()
    assert [each.ok for each in cloud.invocations("slow")] == [True]


def test_a_throttled_function_is_500_to_the_client_and_a_throttle_in_the_trace(cloud):
    cloud.deploy(f"{WEB}:echo", name="echo", reserved_concurrency=0)
    assert ask(Rest(cloud).method("/", "echo").deploy()).status == 500
    assert "ReservedFunctionConcurrent" in cloud.trace.of("throttle")[-1].error


def test_an_api_without_a_permission_gets_500(strict_cloud):
    strict_cloud.deploy(f"{WEB}:echo", name="echo")
    api = Rest(strict_cloud).method("/photos/{id}", "echo")
    url = api.deploy()
    assert ask(f"{url}/photos/7").status == 500
    source = f"arn:aws:execute-api:us-east-1:123456789012:{api.id}/*/GET/photos/*"
    boto3.client("lambda").add_permission(
        FunctionName="echo",
        StatementId="api",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=source,
    )
    assert [ask(f"{url}/photos/7", method).status for method in ("GET", "POST")] == [200, 500]


def test_lambda_is_called_by_post_alone(echo):
    assert ask(Rest(echo).method("/", "echo", i_integrationHttpMethod="GET").deploy()).status == 500


def test_other_integrations_say_that_they_are_not_modelled(echo):
    answer = ask(Rest(echo).method("/", "echo", i_type="MOCK").deploy())
    assert (answer.status, "MOCK is not modelled" in answer.json["message"]) == (501, True)


def test_a_body_of_a_binary_media_type_comes_in_base64(echo):
    url = Rest(echo, binaryMediaTypes=["image/png"]).method("/", "echo").deploy()
    event = ask(url, "POST", PIXEL, Content_Type="image/png").json
    assert (base64.b64decode(event["body"]), event["isBase64Encoded"]) == (PIXEL, True)
    event = ask(url, "POST", b"text", Content_Type="text/plain").json
    assert (event["body"], event["isBase64Encoded"]) == ("text", False)


def test_base64_becomes_bytes_for_who_accepts_a_binary_media_type(cloud):
    cloud.deploy(f"{WEB}:as_told", name="told")
    api = Rest(cloud).method("/", "told")
    url, text = api.deploy(), base64.b64encode(PIXEL)
    image = json.dumps({"statusCode": 200, "body": text.decode(), "isBase64Encoded": True}).encode()
    assert ask(url, "POST", image, Accept="image/png").body == text
    change = {"op": "add", "path": "/binaryMediaTypes/image~1png"}
    api.client.update_rest_api(restApiId=api.id, patchOperations=[change])
    api.deploy()
    assert ask(url, "POST", image, Accept="image/png").body == PIXEL
    assert ask(url, "POST", image, Accept="text/html,image/png").body == text  # the first one counts


def test_a_stage_takes_so_many_requests_a_second(echo):
    api = Rest(echo).method("/", "echo")
    url = api.deploy()
    settings = {"rateLimit": "1", "burstLimit": "2"}
    changes = [
        {"op": "replace", "path": f"/*/*/throttling/{name}", "value": value}
        for name, value in settings.items()
    ]
    api.client.update_stage(restApiId=api.id, stageName="prod", patchOperations=changes)
    assert [ask(url).status for _ in range(3)] == [200, 200, 429]
    assert ask(url).json == {"message": "Too Many Requests"}
    assert echo.trace.of("throttle")[-1].error == "Too Many Requests"
    echo.clock.advance(seconds=1)
    assert ask(url).status == 200


def test_a_method_that_wants_a_key_is_closed_without_one(echo):
    api = Rest(echo).method("/", "echo", apiKeyRequired=True)
    url, client = api.deploy(), api.client
    assert (ask(url).status, ask(url, x_api_key="guess").json) == (403, {"message": "Forbidden"})
    key = client.create_api_key(name="ann", enabled=True)
    plan = client.create_usage_plan(name="club", apiStages=[{"apiId": api.id, "stage": "prod"}])
    client.create_usage_plan_key(usagePlanId=plan["id"], keyId=key["id"], keyType="API_KEY")
    assert ask(url, x_api_key=key["value"]).status == 200


def test_a_method_with_iam_wants_a_signature(echo):
    url = Rest(echo).method("/", "echo", authorizationType="AWS_IAM").deploy()
    assert ask(url).json == {"message": "Missing Authentication Token"}
    signed = "AWS4-HMAC-SHA256 Credential=testing/20261123/us-east-1/execute-api/aws4_request, Signature=0"
    assert ask(url, Authorization=signed).status == 200


# -- authorizers


def guarded(cloud, kind="TOKEN", handler="by_token", paths=("/photos", "/films"), **settings):
    """Return the address of an API whose methods an authorizer guards."""
    cloud.deploy(f"{WEB}:echo", name="echo")
    cloud.deploy(f"{AUTHORIZERS}:{handler}", name="guard")
    api = Rest(cloud)
    given = {"identitySource": "method.request.header.Authorization", **settings}
    authorizer = api.client.create_authorizer(
        restApiId=api.id, name="guard", type=kind, authorizerUri=uri_of("guard"), **given
    )
    for path in paths:
        api.method(path, "echo", authorizationType="CUSTOM", authorizerId=authorizer["id"])
    return api.deploy()


def test_an_authorizer_lets_in_turns_away_or_does_not_know(cloud):
    url = f"{guarded(cloud)}/photos"
    allowed = ask(url, Authorization="allow")
    assert allowed.json["requestContext"]["authorizer"] == {
        "principalId": "ann",
        "member": "true",
        "year": "2026",
        "integrationLatency": 0,
    }
    assert ask(url, Authorization="deny").status == 403
    assert ask(url, Authorization="unknown").json == {"message": "Unauthorized"}
    assert [ask(url, Authorization=each).status for each in ("unknown", "broken")] == [401, 500]


def test_without_a_token_the_authorizer_is_not_asked(cloud):
    url = f"{guarded(cloud, identityValidationExpression='a.*')}/photos"
    assert [ask(url).status, ask(url, Authorization="deny").status] == [401, 401]
    assert not cloud.invocations("guard")


def test_a_verdict_is_kept_for_300_seconds_for_each_token(cloud):
    url = f"{guarded(cloud)}/photos"
    for token in ("allow", "allow", "deny", "allow"):
        ask(url, Authorization=token)
    assert len(cloud.invocations("guard")) == 2
    cloud.clock.advance(seconds=300)
    ask(url, Authorization="allow")
    assert len(cloud.invocations("guard")) == 3


def test_a_verdict_on_one_stage_is_none_on_another(cloud):
    url = guarded(cloud)
    api_id, client = url.split("/")[-2], boto3.client("apigateway")
    client.create_deployment(restApiId=api_id, stageName="dev")
    for stage in (url, url.replace("/prod", "/dev")):
        assert ask(f"{stage}/photos", Authorization="allow").status == 200
    assert len(cloud.invocations("guard")) == 2


def test_the_verdicts_of_a_stage_can_be_flushed(cloud):
    url = guarded(cloud)
    client, stage = boto3.client("apigateway"), {"restApiId": url.split("/")[-2], "stageName": "prod"}
    ask(f"{url}/photos", Authorization="allow")
    client.flush_stage_authorizers_cache(**stage)
    ask(f"{url}/photos", Authorization="allow")
    assert len(cloud.invocations("guard")) == 2
    with pytest.raises(client.exceptions.NotFoundException, match="Invalid stage"):
        client.flush_stage_authorizers_cache(**{**stage, "stageName": "dev"})


def test_an_authorizer_that_returns_no_policy_is_500_and_told_in_the_trace(cloud):
    url = f"{guarded(cloud, handler='as_told')}/photos"
    policy = {"principalId": "ann", "policyDocument": {"Statement": []}}
    statements = ["x", ["x"], {"Action": 1}, {"Action": "*", "Resource": [7]}]
    wrong = [{**policy, "context": "text"}, {**policy, "context": ["a"]}]
    wrong += [{**policy, "policyDocument": {"Statement": each}} for each in statements]
    for answer in wrong:
        assert ask(url, Authorization=json.dumps(answer)).json == {"message": None}, answer
    assert len(cloud.trace.of("failure")) == len(wrong)


def test_a_kept_policy_for_one_path_shuts_the_other(cloud):
    url = guarded(cloud)
    assert ask(f"{url}/photos", Authorization="this").status == 200
    shut = ask(f"{url}/films", Authorization="this")
    assert (shut.status, shut.json) == (403, {"Message": "User is not authorized to access this resource"})


def test_a_verdict_is_not_kept_with_a_time_of_zero(cloud):
    url = guarded(cloud, authorizerResultTtlInSeconds=0)
    assert [ask(url + path, Authorization="this").status for path in ("/photos", "/films")] == [200, 200]


def test_an_authorizer_of_kind_request_sees_the_request(cloud):
    url = guarded(cloud, "REQUEST", "by_request", identitySource="method.request.querystring.ticket")
    assert [ask(f"{url}/photos{query}").status for query in ("?ticket=valid", "?ticket=old", "")] == [
        200,
        403,
        401,
    ]


# -- the cloud


def test_eight_clients_at_once_get_their_own_answers(real_cloud):
    real_cloud.deploy(f"{WEB}:as_told", name="told")
    url = Rest(real_cloud).method("/", "told").deploy()

    def client(number):
        return [
            answers(url, {"statusCode": 200, "body": f"{number} {turn}"}).body.decode() for turn in range(4)
        ]

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(client, range(8)))
    assert found == [[f"{number} {turn}" for turn in range(4)] for number in range(8)]
    assert len(real_cloud.invocations("told")) == 32


def test_requests_are_on_the_bill(echo):
    url = Rest(echo).method("/", "echo").deploy()
    ask(url)
    assert "REST API" in repr(echo.bill())


def test_the_function_of_an_api_may_be_called_by_its_version(echo):
    version = boto3.client("lambda").publish_version(FunctionName="echo")["Version"]
    assert ask(Rest(echo).method("/", f"echo:{version}").deploy()).status == 200
    assert arn_of("echo") in uri_of("echo")
