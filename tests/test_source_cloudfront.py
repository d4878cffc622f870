"""Distributions: functions at four points around a cache, in front of a bucket."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError

from lambda_study.cloud.addresses import distribution_url
from lambda_study.facts import fact
from tests.clouds import cloud

__all__ = ["cloud"]

HANDLERS = Path(__file__).parent / "handlers" / "at_the_edge.py"
ARN = "arn:aws:lambda:us-east-1:123456789012:function:"
ALL_METHODS = {"Quantity": 7, "Items": ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"]}


class Site:
    """A bucket with two pages behind a distribution; FUNCTIONS stand at its edge, by event."""

    def __init__(self, cloud, functions=None, behavior=None, include_body=False, **more):
        self.cloud, self.cloudfront = cloud, boto3.client("cloudfront")
        s3 = self.s3 = boto3.client("s3")
        s3.create_bucket(Bucket="photos")
        s3.put_object(Bucket="photos", Key="new.html", Body=b"new", ContentType="text/html")
        s3.put_object(Bucket="photos", Key="small/new.html", Body=b"small", ContentType="text/html")
        s3.put_object(Bucket="photos", Key="club/index.html", Body=b"club", ContentType="text/html")
        items = [
            {"LambdaFunctionARN": at_the_edge(cloud, name), "EventType": event, "IncludeBody": include_body}
            for event, name in (functions or {}).items()
        ]
        self.made = self.cloudfront.create_distribution(
            DistributionConfig=configuration(items, behavior or {}, more)
        )["Distribution"]
        self.id = self.made["Id"]

    def get(self, path="/new.html", method="GET", data=None, **headers):
        url = f"{distribution_url(self.cloud.endpoint_url, self.id)}{path}"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        asked = urllib.request.Request(url, data, named, method=method)
        try:
            with urllib.request.build_opener(NoRedirect).open(asked) as answer:
                return answer.status, dict(answer.headers), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read()

    def seen(self, path="/new.html", **headers):
        status, told, _ = self.get(path, **headers)
        return status, told["X-Cache"].removesuffix(" from cloudfront")

    def event(self, name):
        lines = [line for each in self.cloud.invocations(name) for line in each.logs]
        return next(json.loads(line) for line in lines if line.startswith("{"))


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def at_the_edge(cloud, name, **settings):
    function = cloud.deploy(f"{HANDLERS}:{name}", name=name.replace("_", "-"), **settings)
    return f"{ARN}{function.name}:{function.publish_version()}"


def configuration(items, behavior, more):
    return {
        "CallerReference": "site",
        "Comment": "",
        "Enabled": True,
        "Origins": {
            "Quantity": 1,
            "Items": [
                {
                    "Id": "photos",
                    "DomainName": "photos.s3.amazonaws.com",
                    "S3OriginConfig": {"OriginAccessIdentity": ""},
                }
            ],
        },
        "DefaultCacheBehavior": {
            "TargetOriginId": "photos",
            "ViewerProtocolPolicy": "allow-all",
            "LambdaFunctionAssociations": {"Quantity": len(items), "Items": items},
            **behavior,
        },
        **more,
    }


def refused(cloud, function_arn, event="viewer-request"):
    items = [{"LambdaFunctionARN": function_arn, "EventType": event}]
    with pytest.raises(ClientError) as told:
        boto3.client("cloudfront").create_distribution(DistributionConfig=configuration(items, {}, {}))
    error = told.value.response["Error"]
    assert error["Code"] == "InvalidLambdaFunctionAssociation"
    return error["Message"]


def test_an_association_can_be_read_again(cloud):
    site = Site(cloud, {"viewer-request": "send_home"})
    config = site.cloudfront.get_distribution_config(Id=site.id)["DistributionConfig"]
    assert config["DefaultCacheBehavior"]["LambdaFunctionAssociations"] == {
        "Quantity": 1,
        "Items": [
            {
                "LambdaFunctionARN": f"{ARN}send-home:1",
                "EventType": "viewer-request",
                "IncludeBody": False,
            }
        ],
    }


def test_a_bucket_is_asked_once_and_the_cache_answers_until_it_is_too_old(cloud):
    site = Site(cloud, behavior={"MinTTL": 0, "DefaultTTL": 60, "MaxTTL": 3600})
    assert site.get()[2] == b"new"
    assert site.seen() == (200, "Hit")
    cloud.clock.advance(seconds=59)
    assert site.get()[1]["Age"] == "59"
    cloud.clock.advance(seconds=1)
    assert site.seen() == (200, "Miss")


def test_an_invalidation_forgets_what_is_kept(cloud):
    site = Site(cloud)
    site.get()
    site.s3.put_object(Bucket="photos", Key="new.html", Body=b"newer")
    assert site.get()[2] == b"new"
    paths = {"Quantity": 1, "Items": ["/*"]}
    site.cloudfront.create_invalidation(
        DistributionId=site.id, InvalidationBatch={"Paths": paths, "CallerReference": "1"}
    )
    assert site.get()[2] == b"newer"


def test_a_viewer_request_runs_for_each_request_and_an_origin_request_for_a_miss_only(cloud):
    site = Site(cloud, {"viewer-request": "send_home", "origin-request": "index_of_folders"})
    assert [site.get("/club/")[2] for _ in range(3)] == [b"club"] * 3
    assert len(cloud.invocations("send-home")) == 3
    assert len(cloud.invocations("index-of-folders")) == 1


def test_a_viewer_request_gets_the_documented_event(cloud):
    site = Site(cloud, {"viewer-request": "send_home"})
    site.get("/new.html?size=large", user_agent="curl/8")
    cf = site.event("send-home")["Records"][0]["cf"]
    assert list(cf) == ["config", "request"]
    assert cf["config"]["distributionId"] == site.id and cf["config"]["eventType"] == "viewer-request"
    assert cf["config"]["distributionDomainName"] == site.made["DomainName"]
    request = cf["request"]
    assert list(request) == ["clientIp", "headers", "method", "querystring", "uri"]
    assert (request["method"], request["querystring"], request["uri"]) == ("GET", "size=large", "/new.html")
    assert request["headers"]["host"] == [{"key": "Host", "value": site.made["DomainName"]}]
    assert request["headers"]["user-agent"][0]["value"] == "curl/8"


def test_an_origin_request_tells_of_the_origin_and_an_origin_response_of_both(cloud):
    site = Site(cloud, {"origin-request": "index_of_folders", "origin-response": "keep_a_minute"})
    site.get("/new.html?size=large", user_agent="curl/8")
    request = site.event("index-of-folders")["Records"][0]["cf"]["request"]
    assert request["origin"]["s3"]["domainName"] == "photos.s3.amazonaws.com"
    assert request["headers"]["host"][0]["value"] == "photos.s3.amazonaws.com"
    assert (request["querystring"], request["headers"]["user-agent"][0]["value"]) == ("", "Amazon CloudFront")
    cf = site.event("keep-a-minute")["Records"][0]["cf"]
    assert list(cf) == ["config", "request", "response"]
    assert (cf["response"]["status"], cf["response"]["statusDescription"]) == ("200", "OK")


def test_a_function_answers_itself_and_nothing_else_runs(cloud):
    site = Site(cloud, {"viewer-request": "send_home", "viewer-response": "strict"})
    status, headers, _ = site.get("/old")
    assert (status, headers["Location"]) == (302, "/new.html")
    assert headers["X-Cache"] == "LambdaGeneratedResponse from cloudfront"
    assert not cloud.invocations("strict")


def test_what_an_origin_request_generates_is_kept(cloud):
    site = Site(cloud, {"origin-request": "index_of_folders"})
    assert site.get("/status")[2] == b"open"
    assert site.seen("/status") == (200, "Hit")
    assert len(cloud.invocations("index-of-folders")) == 1


def test_a_rewritten_path_is_kept_under_its_own_name(cloud):
    site = Site(cloud, {"viewer-request": "small_for_phones"})
    assert site.get(user_agent="Phone")[2] == b"small"
    assert site.get(user_agent="Desk")[2] == b"new"
    assert site.seen(user_agent="Phone") == (200, "Hit")


def test_an_origin_response_decides_how_long_its_answer_is_kept(cloud):
    site = Site(cloud, {"origin-response": "keep_a_minute"})
    site.get()
    cloud.clock.advance(seconds=61)
    assert site.seen() == (200, "Miss")


def test_a_viewer_response_adds_a_header_to_hits_too_but_cannot_change_the_status(cloud):
    site = Site(cloud, {"viewer-response": "strict"})
    site.get()
    assert site.get()[1]["Strict-Transport-Security"] == "max-age=63072000"
    assert len(cloud.invocations("strict")) == 2


@pytest.mark.parametrize(
    ("event", "name", "status", "seen"),
    [
        ("viewer-response", "another_status", 502, "LambdaValidationError"),
        ("viewer-request", "too_much", 502, "LambdaValidationError"),
        ("origin-request", "too_much", 200, "LambdaGeneratedResponse"),
        ("viewer-request", "nothing", 502, "LambdaValidationError"),
        ("viewer-request", "forbidden_header", 502, "LambdaValidationError"),
        ("viewer-request", "two_headers_in_one", 502, "LambdaValidationError"),
        ("viewer-request", "query_of_numbers", 502, "LambdaValidationError"),
        ("viewer-request", "forbidden_answer", 502, "LambdaValidationError"),
        ("origin-response", "forbidden_answer", 502, "LambdaValidationError"),
        ("viewer-response", "forbidden_answer", 502, "LambdaValidationError"),
        ("viewer-request", "wrong_length", 200, "LambdaGeneratedResponse"),
        ("viewer-request", "fail", 503, "LambdaExecutionError"),
    ],
)
def test_what_a_function_does_wrong_is_told_to_the_viewer(cloud, event, name, status, seen):
    assert Site(cloud, {event: name}).seen() == (status, seen)


def test_a_function_that_is_throttled_is_a_limit(cloud):
    site = Site(cloud, {"viewer-request": "send_home"})
    boto3.client("lambda").put_function_concurrency(FunctionName="send-home", ReservedConcurrentExecutions=0)
    assert site.seen() == (503, "LambdaLimitExceeded")


def test_an_error_of_the_bucket_is_kept_ten_seconds_and_has_no_viewer_response(cloud):
    site = Site(cloud, {"viewer-response": "strict"})
    assert site.get("/none")[0] == 404
    assert not cloud.invocations("strict")
    assert site.seen("/none") == (404, "Hit")
    cloud.clock.advance(seconds=10)
    assert site.seen("/none") == (404, "Error")


def test_a_body_is_shown_up_to_a_limit_to_who_asks_for_it(cloud):
    behavior = {"AllowedMethods": ALL_METHODS}
    site = Site(cloud, {"viewer-request": "read_body"}, behavior, include_body=True)
    body = json.loads(site.get(method="POST", data=b"hi")[2])
    assert body == {"inputTruncated": False, "action": "read-only", "encoding": "base64", "data": "aGk="}


@pytest.mark.parametrize("path", ["/text", "/none", "/new.html"])
def test_an_origin_is_an_object_with_objects(cloud, path):
    assert Site(cloud, {"origin-request": "another_origin"}).seen(path) == (502, "LambdaValidationError")


@pytest.mark.parametrize("method", ["PUT", "POST", "PATCH", "DELETE"])
def test_a_distribution_reads_its_bucket_and_changes_nothing_in_it(cloud, method):
    site = Site(cloud, behavior={"AllowedMethods": ALL_METHODS})
    status, _, body = site.get(method=method, data=b"HELLO")
    assert (status, body.count(b"\n")) == (405, 1)
    assert site.s3.get_object(Bucket="photos", Key="new.html")["Body"].read() == b"new"


def test_methods_that_are_not_allowed_are_refused(cloud):
    assert Site(cloud).get(method="POST", data=b"x")[0] == 403


@pytest.mark.parametrize(
    ("settings", "event", "reason"),
    [
        ({"environment": {"STAGE": "b"}}, "viewer-request", "The function cannot have environment"),
        ({"memory_mb": 256}, "viewer-request", "The function memory size is larger than the maximum"),
        ({"timeout_s": 31}, "origin-request", "The function timeout is larger than the maximum"),
    ],
)
def test_rules_of_the_edge_are_checked_when_a_function_is_associated(cloud, settings, event, reason):
    arn = at_the_edge(cloud, "send_home", **settings)
    assert refused(cloud, arn, event).startswith(reason)


def test_a_function_at_the_origin_may_have_more_memory(cloud):
    at_the_edge(cloud, "index_of_folders", memory_mb=1024)
    items = [{"LambdaFunctionARN": f"{ARN}index-of-folders:1", "EventType": "origin-request"}]
    boto3.client("cloudfront").create_distribution(DistributionConfig=configuration(items, {}, {}))


def test_only_a_numbered_version_in_the_one_region_can_be_associated(cloud):
    at_the_edge(cloud, "send_home")
    assert "must reference a specific function version" in refused(cloud, f"{ARN}send-home")
    assert "us-east-1" in refused(cloud, f"{ARN.replace('us-east-1', 'eu-west-1')}send-home:1")


def test_the_trace_tells_each_visit(cloud):
    site = Site(cloud, {"viewer-request": "send_home"})
    site.get(), site.get()
    details = [event.detail for event in cloud.trace if event.target == "viewer"]
    assert details == ["GET /new.html 200 Miss", "GET /new.html 200 Hit"]


def test_eight_viewers_at_once_get_their_pages(cloud):
    site = Site(cloud, dict(zip(fact("edge.trigger_points").value, EDGE, strict=True)))
    with ThreadPoolExecutor(8) as viewers:
        answers = list(viewers.map(lambda number: site.get(f"/new.html?{number}")[2], range(16)))
    assert answers == [b"new"] * 16
    assert len(cloud.invocations("strict")) == 16


EDGE = ("send_home", "index_of_folders", "keep_a_minute", "strict")


def test_a_distribution_is_updated_from_what_was_read(cloud):
    site = Site(cloud, {"viewer-request": "send_home"})
    told = site.cloudfront.get_distribution_config(Id=site.id)
    config = told["DistributionConfig"]
    nobody = {"Quantity": 0}
    config["DefaultCacheBehavior"]["LambdaFunctionAssociations"] = nobody
    site.cloudfront.update_distribution(Id=site.id, IfMatch=told["ETag"], DistributionConfig=config)
    assert site.get("/old")[0] == 404
    assert not cloud.invocations("send-home")


def test_a_path_can_have_functions_of_its_own(cloud):
    arn = at_the_edge(cloud, "send_home")
    item = {"LambdaFunctionARN": arn, "EventType": "viewer-request"}
    other = {
        "PathPattern": "old*",
        "TargetOriginId": "photos",
        "ViewerProtocolPolicy": "allow-all",
        "LambdaFunctionAssociations": {"Quantity": 1, "Items": [item]},
    }
    site = Site(cloud, CacheBehaviors={"Quantity": 1, "Items": [other]})
    assert (site.get("/old")[0], site.get("/new.html")[0]) == (302, 200)
    assert len(cloud.invocations("send-home")) == 1


def test_aws_s_own_policies_decide_how_long_pages_are_kept(cloud):
    disabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    site = Site(cloud, behavior={"CachePolicyId": disabled})
    assert [site.seen(), site.seen()] == [(200, "Miss"), (200, "Miss")]


def test_a_head_gets_headers_alone(cloud):
    status, headers, body = Site(cloud).get(method="HEAD")
    assert (status, headers["Content-Type"], body) == (200, "text/html", b"")


def test_what_a_head_leaves_in_the_cache_is_no_page(cloud):
    site = Site(cloud)
    site.get(method="HEAD")
    assert site.get()[2] == b"new"
    assert site.seen(method="HEAD") == (200, "Hit")


def test_the_origin_answers_options_which_are_not_kept(cloud):
    site = Site(cloud, behavior={"AllowedMethods": ALL_METHODS})
    assert [site.seen(method="OPTIONS") for _ in range(2)] == [(200, "Miss")] * 2
