"""Limits of the edge: what is cut off, kept and refused."""

from __future__ import annotations

import base64
import random
from datetime import UTC, datetime

import pytest

from lambda_study.cloud.seam.cloudfront import Association, Behavior, Distribution, Origin
from lambda_study.cloud.sources.edge_cache import EdgeCache, ttl_of
from lambda_study.cloud.sources.edge_event import InvalidResult, body_of, request_from, response_from
from lambda_study.cloud.sources.edge_rules import reason_against_size
from lambda_study.engine.package import Package

EDGE = Association("arn:aws:lambda:us-east-1:123456789012:function:edge:1", "viewer-request")
PHOTOS = Origin("photos", "photos.s3.amazonaws.com")
AT = datetime(2026, 11, 23, tzinfo=UTC)
REQUEST = {"method": "GET", "uri": "/a", "headers": {}, "querystring": ""}
MB = 1024 * 1024


@pytest.mark.parametrize(("event", "most"), [("viewer-request", 40_960), ("origin-request", 1_048_576)])
def test_a_function_is_told_when_a_body_was_cut_off(event, most):
    whole, cut = body_of(b"x" * most, event), body_of(b"x" * (most + 1), event)
    assert (whole["inputTruncated"], cut["inputTruncated"]) == (False, True)
    assert len(base64.b64decode(cut["data"])) == most


def test_a_package_counts_as_it_is_compressed():
    assert reason_against_size(EDGE, Package({"a.txt": bytes(60 * MB)}, "a.handler")) == ""


@pytest.mark.more
def test_a_package_that_is_too_large_is_refused_with_its_size():
    noise = Package({"a.bin": random.Random(1).randbytes(51 * MB)}, "a.handler")
    assert reason_against_size(EDGE, noise).startswith("The function code size is larger than")


@pytest.mark.parametrize(
    ("status", "control", "seconds"),
    [
        (200, "", 86_400),
        (200, "max-age=60", 60),
        (200, "max-age=60, s-maxage=90", 90),
        (200, "max-age=99999999", 31_536_000),
        (200, "no-store", 0),
        (200, "private", 0),
        (404, "", 10),
        (404, "max-age=3", 10),
    ],
)
def test_an_answer_is_kept_as_long_as_it_says_within_the_limits(status, control, seconds):
    headers = {"cache-control": control} if control else {}
    assert ttl_of(Behavior("*", PHOTOS, {}), status, headers) == seconds


def test_a_minimum_counts_even_for_what_should_not_be_kept():
    behavior = Behavior("*", PHOTOS, {}, min_ttl=5)
    assert ttl_of(behavior, 200, {"cache-control": "no-store"}) == 5


def test_an_invalidation_forgets_paths_of_one_distribution():
    cache = EdgeCache()
    for key in (("E1", "/a", ""), ("E1", "/b/c", ""), ("E2", "/a", "")):
        cache.put(key, AT, 60, 200, {}, b"")
    cache.forget("E1", ("/b/*",))
    assert cache.get(("E1", "/b/c", ""), AT) is None
    assert cache.get(("E1", "/a", ""), AT) and cache.get(("E2", "/a", ""), AT)


def test_the_first_behavior_that_fits_a_path_decides():
    small = Behavior("small/*", PHOTOS, {}, default_ttl=1)
    rest = Behavior("*", PHOTOS, {})
    distribution = Distribution("E1", "arn", "d.cloudfront.net", behaviors=(small, rest))
    assert distribution.behavior_for("/small/a.jpg") is small
    assert distribution.behavior_for("/a.jpg") is rest


@pytest.mark.parametrize(
    "result",
    [None, "request", {}, {**REQUEST, "uri": "a"}, {**REQUEST, "method": "POST"}, {**REQUEST, "headers": []}],
)
def test_a_request_of_a_wrong_form_goes_nowhere(result):
    with pytest.raises(InvalidResult):
        request_from(result, REQUEST)


@pytest.mark.parametrize("status", [None, "", "99", "600", "OK"])
def test_a_response_needs_a_status(status):
    with pytest.raises(InvalidResult, match="invalid status"):
        response_from({"status": status}, "viewer-request")
