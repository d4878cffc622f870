"""The seam to moto as a whole: the only place that knows it, its patches, its time, its lock."""

from __future__ import annotations

import ast
from pathlib import Path

import boto3
import clouds
import pytest

import lambda_study
from lambda_study.cloud.seam import sqs_waiting, time
from lambda_study.cloud.seam.patch import MotoHasChanged, Patch, patched

PACKAGE = Path(lambda_study.__file__).parent
SEAM = PACKAGE / "cloud" / "seam"
cloud = clouds.cloud


class Queue:
    """Stands for a class of moto."""

    def send(self, message):
        return f"sent {message}"

    @staticmethod
    def name_of(url):
        return url


def loudly(moto):
    return lambda self, message: moto(self, message).upper()


def imports_moto(path):
    """Whether a module, at any place in it, imports moto."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if any(name.split(".")[0] == "moto" for name in names):
            return True
    return False


def test_only_the_seam_imports_moto():
    outside = [path for path in PACKAGE.rglob("*.py") if SEAM not in path.parents and imports_moto(path)]
    assert outside == []
    assert imports_moto(SEAM / "time.py")


@pytest.mark.parametrize("patch", [time.NEW_BUCKET, sqs_waiting.PATCH], ids=lambda patch: patch.name)
def test_every_patched_name_is_in_moto_as_it_was(patch):
    patch.check()


def test_a_patch_stands_in_moto_s_place_until_its_block_ends():
    with patched(Patch(Queue, "send", ("self", "message"), loudly)):
        assert Queue().send("hi") == "SENT HI"
    assert Queue().send("hi") == "sent hi"


def test_patches_of_one_name_wrap_each_other_and_come_off_in_turn():
    patch = Patch(
        Queue, "send", ("self", "message"), lambda moto: lambda self, message: f"<{moto(self, message)}>"
    )
    with patched(patch):
        with patched(patch):
            assert Queue().send("hi") == "<<sent hi>>"
        assert Queue().send("hi") == "<sent hi>"


def test_a_static_method_stays_one():
    with patched(Patch(Queue, "name_of", ("url",), lambda moto: lambda url: moto(url)[::-1])):
        assert Queue.name_of("abc") == Queue().name_of("abc") == "cba"


def test_a_name_that_moto_has_no_more_is_told():
    with pytest.raises(MotoHasChanged, match=r"^moto has no Queue\.publish any more\.$"):
        Patch(Queue, "publish", ("self",), loudly).check()


def test_a_function_that_takes_something_else_is_told():
    with pytest.raises(MotoHasChanged, match=r"^Queue\.send of moto takes \('self', 'message'\)\."):
        Patch(Queue, "send", ("self", "message", "delay"), loudly).check()


def test_a_patch_that_cannot_be_is_not_put_in():
    with pytest.raises(MotoHasChanged), patched(Patch(Queue, "send", ("self",), loudly)):
        pass
    assert Queue().send("hi") == "sent hi"


def test_moto_s_time_is_its_own_again_after_the_cloud(cloud):
    from moto.core.utils import utcnow

    assert utcnow() == cloud.clock.now().replace(tzinfo=None)
    cloud.close()
    assert utcnow() > cloud.clock.now().replace(tzinfo=None)


def test_every_time_that_moto_tells_is_the_clock_s(cloud):
    cloud.clock.advance(days=2)
    s3, sqs, table = boto3.client("s3"), boto3.client("sqs"), boto3.client("dynamodb")
    s3.create_bucket(Bucket="photos")
    s3.put_object(Bucket="photos", Key="a.jpg", Body=b"")
    url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
    created = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["CreatedTimestamp"])["Attributes"]
    key = {"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}
    key["AttributeDefinitions"] = [{"AttributeName": "id", "AttributeType": "S"}]
    made = table.create_table(TableName="counts", BillingMode="PAY_PER_REQUEST", **key)["TableDescription"]
    assert {
        s3.list_buckets()["Buckets"][0]["CreationDate"],
        s3.head_object(Bucket="photos", Key="a.jpg")["LastModified"],
        made["CreationDateTime"],
    } == {cloud.clock.now()}
    assert float(created["CreatedTimestamp"]) == cloud.clock.now().timestamp()


def test_moto_s_own_lambda_is_never_used(cloud, tmp_path):
    from moto.backends import get_backend

    function = cloud.deploy(f"{Path(__file__).parent / 'handlers' / 'basics.py'}:echo", name="echo")
    queue = boto3.client("sqs").create_queue(QueueName="jobs")["QueueUrl"]
    arn = "arn:aws:sqs:us-east-1:123456789012:jobs"
    boto3.client("lambda").create_event_source_mapping(FunctionName="echo", EventSourceArn=arn)
    boto3.client("sqs").send_message(QueueUrl=queue, MessageBody="1")
    cloud.settle()
    assert len(function.reports) == 1
    assert not get_backend("lambda")["123456789012"]["us-east-1"].list_functions()
