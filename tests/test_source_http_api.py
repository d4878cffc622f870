"""HTTP APIs: routes, formats 2.0 and 1.0, CORS and authorizers."""

from __future__ import annotations

import json

import boto3
import clouds
import pytest
from apis import arn_of, ask, uri_of
from botocore.exceptions import ClientError

cloud, strict_cloud = clouds.cloud, clouds.strict_cloud
WEB = "tests/handlers/web.py"
AUTHORIZERS = "tests/handlers/authorizers.py"


class Http:
    """An HTTP API in the making."""

    def __init__(self, **settings):
        self.client = boto3.client("apigatewayv2")
        made = self.client.create_api(Name="photos", ProtocolType="HTTP", **settings)
        self.id, self.url = made["ApiId"], made["ApiEndpoint"]

    def stage(self, name="$default", **settings):
        self.client.create_stage(ApiId=self.id, StageName=name, AutoDeploy=True, **settings)
        return self

    def route(self, key, function, version="2.0", timeout_ms=30_000, **settings):
        made = self.client.create_integration(
            ApiId=self.id,
            IntegrationType="AWS_PROXY",
            IntegrationUri=arn_of(function),
            PayloadFormatVersion=version,
            TimeoutInMillis=timeout_ms,
        )
        target = f"integrations/{made['IntegrationId']}"
        self.client.create_route(ApiId=self.id, RouteKey=key, Target=target, **settings)
        return self


@pytest.fixture
def echo(cloud):
    cloud.deploy(f"{WEB}:echo", name="echo")
    return cloud


@pytest.fixture
def told(cloud):
    """The address of an API whose function returns what the body of the request says."""
    cloud.deploy(f"{WEB}:as_told", name="told")
    return Http(Target=arn_of("told")).url


def answers(url, response):
    return ask(url, "POST", json.dumps(response).encode(), Content_Type="application/json")


def test_a_quick_create_makes_an_api_that_answers(echo):
    api = Http(Target=arn_of("echo"))
    assert ask(f"{api.url}/any/path").json["routeKey"] == "$default"
    routes = api.client.get_routes(ApiId=api.id)["Items"]
    stages = api.client.get_stages(ApiId=api.id)["Items"]
    assert [each["RouteKey"] for each in routes] == ["$default"]
    assert [(each["StageName"], each["AutoDeploy"]) for each in stages] == [("$default", True)]


def test_format_2_has_the_shape_that_aws_documents(echo):
    url = Http().stage(StageVariables={"table": "photos"}).route("POST /photos/{id}", "echo").url
    event = ask(
        f"{url}/photos/7?size=1&size=2&q=", "POST", b"hello", Content_Type="text/plain", Cookie="a=1; b=2"
    ).json
    assert set(event) == {
        *("version", "routeKey", "rawPath", "rawQueryString", "cookies", "headers", "queryStringParameters"),
        *("requestContext", "body", "pathParameters", "isBase64Encoded", "stageVariables"),
    }
    assert set(event["requestContext"]) == {
        *("accountId", "apiId", "domainName", "domainPrefix", "http", "requestId", "routeKey", "stage"),
        *("time", "timeEpoch"),
    }
    assert (event["version"], event["routeKey"], event["rawPath"]) == (
        "2.0",
        "POST /photos/{id}",
        "/photos/7",
    )
    assert event["queryStringParameters"] == {"size": "1,2", "q": ""}
    assert (event["cookies"], "cookie" in event["headers"]) == (["a=1", "b=2"], False)
    assert event["requestContext"]["http"]["method"] == "POST"
    assert (event["body"], event["isBase64Encoded"]) == ("hello", False)


def test_format_1_has_a_version_and_both_kinds_of_headers(echo):
    url = Http().stage("dev").route("GET /photos/{id}", "echo", "1.0").url
    event = ask(f"{url}/dev/photos/7?size=1&size=2").json
    assert (event["version"], event["resource"], event["path"]) == ("1.0", "/photos/{id}", "/dev/photos/7")
    assert event["multiValueQueryStringParameters"] == {"size": ["1", "2"]}
    assert event["headers"]["user-agent"] == event["multiValueHeaders"]["user-agent"][0]
    assert (event["pathParameters"], event["body"]) == ({"id": "7"}, None)


def test_a_named_stage_is_in_the_path_of_the_event(echo):
    url = Http().stage("dev").route("GET /photos", "echo").url
    assert ask(f"{url}/dev/photos").json["rawPath"] == "/dev/photos"


def test_a_form_and_a_picture_come_in_base64(echo):
    url = Http(Target=arn_of("echo")).url
    for kind in ("application/x-www-form-urlencoded", "image/png"):
        event = ask(url, "POST", b"a=1", Content_Type=kind).json
        assert (event["body"], event["isBase64Encoded"]) == ("YT0x", True)


def test_a_whole_path_goes_before_a_greedy_one_and_the_default_comes_last(echo):
    api = Http().stage()
    for key in ("$default", "ANY /{proxy+}", "GET /photos/{id}", "GET /photos/latest"):
        api.route(key, "echo")
    asked = (("GET", "/photos/latest"), ("GET", "/photos/7"), ("PUT", "/photos/7"), ("GET", "/"))
    found = [ask(api.url + path, method).json["routeKey"] for method, path in asked]
    assert found == ["GET /photos/latest", "GET /photos/{id}", "ANY /{proxy+}", "$default"]


def test_a_route_or_stage_that_is_not_there_is_404(echo):
    api = Http().stage("dev").route("GET /photos", "echo")
    for path in ("/dev/films", "/photos", "/"):
        answer = ask(api.url + path)
        assert (answer.status, answer.json) == (404, {"message": "Not Found"})


def test_without_a_status_all_that_is_returned_is_the_body(told):
    for response, body in (({"id": 7}, b'{"id":7}'), ("hello", b"hello"), ([1, 2], b"[1,2]")):
        answer = answers(told, response)
        assert (answer.status, answer.body) == (200, body)
        assert answer.headers["Content-Type"] == "application/json"


def test_a_response_with_a_status_may_have_cookies_and_bytes(told):
    response = {"statusCode": 201, "cookies": ["a=1", "b=2"], "body": "AAH/", "isBase64Encoded": True}
    answer = answers(told, {**response, "headers": {"Content-Type": "image/x"}})
    assert (answer.status, answer.body) == (201, b"\x00\x01\xff")
    assert answer.headers.get_all("Set-Cookie") == ["a=1", "b=2"]


def test_cookies_that_are_no_list_of_texts_and_an_endless_status_are_malformed(cloud, told):
    wrong = [{"statusCode": 200, "cookies": each} for each in (5, "a=b", [1], {"a": "b"})]
    wrong.append({"statusCode": float("inf")})
    for response in wrong:
        assert answers(told, response).json == {"message": "Internal Server Error"}, response
    assert len(cloud.trace.of("failure")) == len(wrong)


def test_errors_are_500_and_waits_and_throttles_503(cloud):
    for name in ("fails", "slow", "echo", "as_told"):
        cloud.deploy(f"{WEB}:{name}", name=name, reserved_concurrency=0 if name == "echo" else None)
    api = Http().stage().route("GET /fails", "fails").route("GET /slow", "slow", timeout_ms=50)
    api.route("GET /echo", "echo").route("POST /told", "as_told")
    found = {name: ask(f"{api.url}/{name}") for name in ("fails", "slow", "echo")}
    assert {name: answer.status for name, answer in found.items()} == {"fails": 500, "slow": 503, "echo": 503}
    assert found["fails"].json == {"message": "Internal Server Error"}
    assert found["slow"].json == {"message": "Service Unavailable"}
    assert answers(f"{api.url}/told", {"statusCode": 200, "body": {}}).status == 500


def test_an_api_without_a_permission_gets_500(strict_cloud):
    strict_cloud.deploy(f"{WEB}:echo", name="echo")
    api = Http(Target=arn_of("echo"))
    assert ask(api.url).status == 500
    boto3.client("lambda").add_permission(
        FunctionName="echo",
        StatementId="api",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:us-east-1:123456789012:{api.id}/*/$default",
    )
    assert ask(api.url).status == 200


def test_the_api_answers_the_browsers_question_whether_a_page_may_call(echo):
    cors = {"AllowOrigins": ["https://club.example"], "AllowMethods": ["GET", "PUT"], "MaxAge": 600}
    url = Http(Target=arn_of("echo"), CorsConfiguration=cors).url
    question = {"Origin": "https://club.example", "Access_Control_Request_Method": "PUT"}
    answer = ask(url, "OPTIONS", **question)
    assert (answer.status, answer.headers["Access-Control-Allow-Methods"]) == (204, "GET,PUT")
    assert answer.headers["Access-Control-Max-Age"] == "600"
    assert not echo.invocations("echo")
    assert (
        ask(url, Origin="https://club.example").headers["Access-Control-Allow-Origin"] == question["Origin"]
    )
    assert ask(url, Origin="https://other.example").headers["Access-Control-Allow-Origin"] is None


def test_what_a_page_is_told_depends_on_the_origin_and_not_on_the_function(told):
    cors = {"AllowOrigins": ["https://club.example"]}
    own = {"Access-Control-Allow-Origin": "*", "Access-Control-Max-Age": "5", "X-Photo": "7"}
    url = Http(Target=arn_of("told"), CorsConfiguration=cors).url
    body = json.dumps({"statusCode": 200, "headers": own}).encode()
    given = {"Origin": "https://club.example", "Content_Type": "application/json"}
    headers = ask(url, "POST", body, **given).headers
    assert headers["Access-Control-Allow-Origin"] == given["Origin"]
    assert (headers["Vary"], headers["X-Photo"]) == ("Origin", "7")
    assert headers["Access-Control-Max-Age"] is None


def guard(api, handler_version="2.0", **settings):
    made = api.client.create_authorizer(
        ApiId=api.id,
        Name="guard",
        AuthorizerType="REQUEST",
        AuthorizerUri=uri_of("guard"),
        AuthorizerPayloadFormatVersion=handler_version,
        IdentitySource=["$request.header.Authorization"],
        **settings,
    )
    return {"AuthorizationType": "CUSTOM", "AuthorizerId": made["AuthorizerId"]}


def test_a_simple_authorizer_says_yes_or_no(echo):
    echo.deploy(f"{AUTHORIZERS}:simple", name="guard")
    api = Http().stage()
    api.route("GET /", "echo", **guard(api, EnableSimpleResponses=True, AuthorizerResultTtlInSeconds=60))
    allowed = ask(api.url, Authorization="let-me-in")
    assert allowed.json["requestContext"]["authorizer"] == {"lambda": {"member": "ann", "photos": [1, 2]}}
    refused = ask(api.url, Authorization="please")
    assert (refused.status, refused.json) == (403, {"message": "Forbidden"})
    assert (ask(api.url).status, len(echo.invocations("guard"))) == (401, 2)
    ask(api.url, Authorization="let-me-in")
    assert len(echo.invocations("guard")) == 2
    echo.clock.advance(seconds=60)
    ask(api.url, Authorization="let-me-in")
    assert len(echo.invocations("guard")) == 3


def test_the_verdicts_of_a_stage_can_be_reset(echo):
    echo.deploy(f"{AUTHORIZERS}:simple", name="guard")
    api = Http().stage()
    api.route("GET /", "echo", **guard(api, EnableSimpleResponses=True, AuthorizerResultTtlInSeconds=60))
    ask(api.url, Authorization="let-me-in")
    api.client.reset_authorizers_cache(ApiId=api.id, StageName="$default")
    ask(api.url, Authorization="let-me-in")
    assert len(echo.invocations("guard")) == 2


def test_an_authorizer_in_format_1_returns_a_policy(echo):
    echo.deploy(f"{AUTHORIZERS}:by_token", name="guard")
    api = Http().stage()
    api.route("GET /", "echo", **guard(api, "1.0"))
    assert [ask(api.url, Authorization=each).status for each in ("allow", "deny", "unknown")] == [
        200,
        403,
        401,
    ]


def test_a_stage_takes_so_many_requests(echo):
    limit = {"ThrottlingRateLimit": 1.0, "ThrottlingBurstLimit": 1}
    url = Http().stage(DefaultRouteSettings=limit).route("GET /", "echo").url
    assert [ask(url).status for _ in range(2)] == [200, 429]


def test_a_stage_is_changed_and_an_api_deployed(echo):
    api = Http().stage().route("GET /", "echo")
    where = {"ApiId": api.id, "StageName": "$default"}
    changed = api.client.update_stage(**where, StageVariables={"table": "photos"})
    assert changed["StageVariables"] == ask(api.url).json["stageVariables"] == {"table": "photos"}
    assert api.client.create_deployment(**where)["DeploymentStatus"] == "DEPLOYED"
    with pytest.raises(ClientError, match="NotFoundException"):
        api.client.update_stage(ApiId=api.id, StageName="dev")
