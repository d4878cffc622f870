"""The user pool and the site of the lessons, beyond what the demos show."""

from __future__ import annotations

import boto3
import clouds
import pytest

from lambda_study.cloud import Cloud
from lambda_study.demos.edge_site import Page, Site
from lambda_study.demos.user_pool import UserPool, code_sent_to
from lambda_study.demos.web import ask
from lambda_study.errors import BadInput

cloud = clouds.cloud


def test_a_page_prints_as_a_line():
    page = Page(200, {"X-Cache": "Miss from cloudfront"}, "The club\n")
    assert (page.seen, repr(page)) == ("Miss", "200 Miss: The club")


def test_an_event_that_there_is_not_is_told_in_one_line(cloud):
    boto3.client("s3").create_bucket(Bucket="photos")
    with pytest.raises(BadInput, match="guest-request is no event of the edge"):
        Site("photos", guest_request=cloud.deploy("tests/handlers/at_the_edge.py:send_home"))


def test_two_sites_can_stand_before_one_bucket(cloud):
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="photos")
    s3.put_object(Bucket="photos", Key="index.html", Body=b"The club")
    first, second = Site("photos"), Site("photos", ttl_s=60)
    assert first.id != second.id
    assert first.get().body == second.get("/").body == "The club"


def test_a_site_can_be_made_and_mended_again_as_when_a_cell_runs_twice(cloud):
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="photos")
    for body in ("The club", "The club, corrected", "The club, corrected again"):
        s3.put_object(Bucket="photos", Key="index.html", Body=body.encode())
        site = Site("photos")
        assert site.get().body == body
    for body in ("new", "newer"):
        s3.put_object(Bucket="photos", Key="index.html", Body=body.encode())
        site.invalidate("/*")
        assert site.get().body == body


def test_a_closed_cloud_is_told_in_one_line():
    with Cloud(clock="manual") as cloud:
        boto3.client("s3").create_bucket(Bucket="photos")
        site = Site("photos")
        url = cloud.endpoint_url
    with pytest.raises(BadInput, match="The cloud is closed"):
        site.get()
    with pytest.raises(BadInput, match="The cloud is closed"):
        ask(url)


def test_a_code_is_found_in_the_trace_and_confirms(cloud):
    pool = UserPool(verifies_email=True)
    assert code_sent_to("ada@photos.example", cloud.trace) == ""
    assert pool.sign_up("ada", "ada@photos.example") == "UNCONFIRMED"
    assert pool.confirm("ada", code_sent_to("ada@photos.example", cloud.trace)) == "CONFIRMED"
