"""Errors of boto3 in a notebook: one line while a Cloud is open, and the traceback as ever without one."""

from __future__ import annotations

import os

import boto3
import pytest
from jupyter_client.manager import run_kernel

from lambda_study.cloud import Cloud
from lambda_study.lesson import aws_error

CLOSED = "The cloud is closed. Run the lesson from the top."


@pytest.fixture(scope="module")
def errors():
    """Runs a cell and returns the lines of its error."""
    without = {name: text for name, text in os.environ.items() if not name.startswith("AWS_")}
    without |= {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    with run_kernel(env=without) as client:

        def run(source):
            client.execute(source)
            lines = []
            while (said := client.get_iopub_msg(timeout=60))["content"].get("execution_state") != "idle":
                lines += said["content"].get("traceback", [])
            return "\n".join(lines).splitlines()

        run("import boto3\nfrom botocore.config import Config\nfrom lambda_study.lesson import Cloud")
        run("once = Config(retries={'total_max_attempts': 1})")
        yield run


@pytest.fixture
def s3(errors):
    errors("cloud = Cloud(clock='manual')\ns3 = boto3.client('s3', config=once)")
    yield errors
    errors("cloud.close()")


def test_what_aws_refuses_is_one_line(s3):
    [line] = s3("s3.list_objects_v2(Bucket='photos')")
    assert line.startswith("NoSuchBucket: An error occurred (NoSuchBucket) when calling ")


def test_what_boto3_refuses_is_one_line(s3):
    assert s3("s3.get_object(Bucket='photos')") == [
        'ParamValidationError: Missing required parameter in input: "Key"'
    ]
    assert s3("s3.get_object(bucket='photos', Key='a')")[0].startswith(
        'ParamValidationError: Missing required parameter in input: "Bucket"; Unknown parameter in input: '
    )


def test_an_expected_error_of_boto3_is_told_by_aws_error(capsys):
    with Cloud(clock="manual"), aws_error():
        boto3.client("s3").get_object(Key="ada.jpg")
    assert capsys.readouterr().out == 'ParamValidationError: Missing required parameter in input: "Bucket"\n'


def test_other_errors_keep_their_traceback(s3):
    assert len(s3("1 / 0")) > 3


def test_a_closed_cloud_is_told_in_one_line(s3):
    s3("cloud.close()")
    assert s3("s3.list_buckets()") == [CLOSED]
    assert s3("boto3.client('sqs')") == [CLOSED]


def test_where_nobody_can_be_reached_a_closed_cloud_is_named(s3):
    s3("cloud.close()")
    s3("keys = dict(aws_access_key_id='a', aws_secret_access_key='b', region_name='us-east-1')")
    s3("nobody = boto3.client('s3', endpoint_url='http://127.0.0.1:9', config=once, **keys)")
    assert s3("nobody.list_buckets()") == ["The cloud is closed. Run the lesson from the top."]


def test_without_a_cloud_boto3_has_its_traceback_again(s3):
    s3("cloud.close()")
    assert len(s3("s3.get_object(Bucket='photos')")) > 20
    s3("keys = dict(aws_access_key_id='a', aws_secret_access_key='b', region_name='us-east-1')")
    s3("elsewhere = boto3.client('s3', endpoint_url='http://127.0.0.1:1', config=once, **keys)")
    assert len(s3("elsewhere.list_buckets()")) > 20


def test_a_handler_of_somebody_else_stays(errors):
    errors("from IPython import get_ipython\nshell = get_ipython()\nbefore = shell.custom_exceptions")
    errors("shell.set_custom_exc((KeyError,), lambda *a, **k: None)\nown = shell.CustomTB")
    errors("Cloud(clock='manual').close()")
    assert errors("assert shell.CustomTB == own") == []
    errors("shell.set_custom_exc((), None)")
