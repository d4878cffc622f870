"""The user pool and the site of the lessons, beyond what the demos show."""

from __future__ import annotations

import boto3
import clouds
import pytest

from lambda_study.demos.edge_site import Page, Site
from lambda_study.demos.user_pool import UserPool, code_sent_to
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


def test_a_code_is_found_in_the_trace_and_confirms(cloud):
    pool = UserPool(verifies_email=True)
    assert code_sent_to("ada@photos.example", cloud.trace) == ""
    assert pool.sign_up("ada", "ada@photos.example") == "UNCONFIRMED"
    assert pool.confirm("ada", code_sent_to("ada@photos.example", cloud.trace)) == "CONFIRMED"
