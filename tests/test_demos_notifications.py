"""What a lesson says in one line of a bucket's notifications is what boto3 would say in many."""

from __future__ import annotations

import boto3
import clouds
import pytest
from botocore.exceptions import ClientError

from lambda_study.demos.notifications import bucket_rule, let_bucket, notify
from lambda_study.demos.small_account import HANDLERS

strict_cloud = clouds.strict_cloud
CREATED = "s3:ObjectCreated:*"


@pytest.fixture
def function(strict_cloud):
    boto3.client("s3").create_bucket(Bucket="photos")
    return strict_cloud.deploy(f"{HANDLERS / 'counter.py'}:handler", name="counter")


def test_a_bucket_calls_only_whom_it_was_let(function):
    with pytest.raises(ClientError, match="Unable to validate"):
        notify("photos", bucket_rule(function, CREATED))
    let_bucket(function, "photos")
    notify("photos", bucket_rule(function, CREATED))


def test_new_rules_replace_the_old_ones(function):
    let_bucket(function, "photos")
    notify("photos", bucket_rule(function, CREATED))
    notify("photos", bucket_rule(function, CREATED, suffix=".jpg"))
    kept = boto3.client("s3").get_bucket_notification_configuration(Bucket="photos")
    (rule,) = kept["LambdaFunctionConfigurations"]
    assert [(each["Name"].lower(), each["Value"]) for each in rule["Filter"]["Key"]["FilterRules"]] == [
        ("suffix", ".jpg")
    ]


def test_a_bucket_that_is_not_there_is_told_before_anything_about_the_function(function):
    with pytest.raises(ClientError, match="specified bucket does not exist") as refused:
        notify("photo", bucket_rule(function, CREATED))
    answer = refused.value.response
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == ("NoSuchBucket", 404)


def test_a_bucket_may_be_let_in_twice(function):
    let_bucket(function, "photos")
    let_bucket(function, "photos")
    notify("photos", bucket_rule(function, CREATED))
