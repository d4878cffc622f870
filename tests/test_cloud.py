"""The cloud as a whole: opened, used by several at once, and closed without anything left."""

from __future__ import annotations

import io
import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path

import boto3
import clouds
import psutil
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from lambda_study.cloud import Cloud
from lambda_study.engine import default_service, deploy
from lambda_study.errors import BadInput

cloud, real_cloud = clouds.cloud, clouds.real_cloud
HANDLERS = Path(__file__).parent / "handlers" / "basics.py"
ECHO, PUT_NUMBER = f"{HANDLERS}:echo", f"{HANDLERS}:put_number"


def test_plain_boto3_works_against_an_empty_account(cloud):
    s3 = boto3.client("s3")
    assert s3.list_buckets()["Buckets"] == []
    s3.create_bucket(Bucket="photos")
    s3.put_object(Bucket="photos", Key="a b/ü+.jpg", Body=b"picture", Metadata={"my_key": "v"})
    stored = s3.get_object(Bucket="photos", Key="a b/ü+.jpg")
    assert (stored["Body"].read(), stored["Metadata"]) == (b"picture", {"my_key": "v"})


def test_deploy_and_the_cloud_share_one_registry(cloud):
    deploy(ECHO, name="one")
    cloud.deploy(ECHO, name="two")
    assert default_service() is cloud.service
    assert [cloud.service.invoke(name, 1).payload for name in ("one", "two")] == [1, 1]


def test_after_the_cloud_deploy_has_its_own_service_again():
    before = default_service()
    with Cloud(clock="manual"):
        assert default_service() is not before
    assert default_service() is before


def test_boto3_in_a_handler_reaches_the_cloud(cloud):
    boto3.client("s3").create_bucket(Bucket="numbers")
    assert cloud.deploy(PUT_NUMBER, timeout_s=20).invoke({"n": 7}).ok
    listed = boto3.client("s3").list_objects_v2(Bucket="numbers")
    assert [each["Key"] for each in listed["Contents"]] == ["7"]


def test_eight_clients_at_once_lose_no_update(cloud):
    table = boto3.client("dynamodb")
    table.create_table(
        TableName="counts",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )

    def add(_number):
        table.update_item(
            TableName="counts",
            Key={"id": {"S": "all"}},
            UpdateExpression="ADD n :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )

    at_once(add, range(320))
    stored = table.get_item(TableName="counts", Key={"id": {"S": "all"}})
    assert stored["Item"]["n"] == {"N": "320"}


def test_eight_clients_at_once_receive_each_message_once(cloud):
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
    at_once(lambda n: sqs.send_message(QueueUrl=url, MessageBody=str(n)), range(80))

    def receive(_turn):
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=2)
        return [message["Body"] for message in answer.get("Messages", [])]

    received = chain.from_iterable(at_once(receive, range(60)))
    assert sorted(map(int, received)) == list(range(80))


def test_messages_of_a_fifo_queue_keep_their_order_whoever_else_sends(cloud):
    sqs = boto3.client("sqs")
    fifo = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    url = sqs.create_queue(QueueName="jobs.fifo", Attributes=fifo)["QueueUrl"]

    def send(group):
        for n in range(5):
            sqs.send_message(QueueUrl=url, MessageBody=f"{group} {n}", MessageGroupId=str(group))

    at_once(send, range(8))
    received = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            received.append(message["Body"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert [sorted(each for each in received if each[0] == str(g)) for g in range(8)] == [
        [each for each in received if each[0] == str(g)] for g in range(8)
    ]
    assert len(received) == 40


def test_who_waits_for_a_message_gets_it_when_it_is_sent(real_cloud):
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(sqs.receive_message, QueueUrl=url, WaitTimeSeconds=20)
        boto3.client("s3").list_buckets()  # who waits holds nobody up
        sqs.send_message(QueueUrl=url, MessageBody="here")
        assert [each["Body"] for each in waiting.result(10)["Messages"]] == ["here"]


def test_waiting_for_messages_ends_in_time():
    with Cloud(clock="x100"):
        sqs = boto3.client("sqs")
        url = sqs.create_queue(QueueName="jobs", Attributes={"ReceiveMessageWaitTimeSeconds": "20"})
        assert "Messages" not in sqs.receive_message(QueueUrl=url["QueueUrl"])


def test_nobody_waits_on_a_clock_that_stands_still(cloud):
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
    assert "Messages" not in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)


def test_one_cloud_at_a_time(cloud):
    with pytest.raises(
        BadInput, match=r"^A Cloud is open already\. Close it first: cloud\.close\(\)"
    ) as told:
        Cloud()
    assert str(told.value).endswith(", or restart the kernel and run from the top.")


def test_a_new_cloud_starts_empty():
    for _ in range(2):
        with Cloud(clock="manual"):
            assert boto3.client("sqs").list_queues().get("QueueUrls", []) == []
            boto3.client("sqs").create_queue(QueueName="jobs")


def test_a_port_that_is_taken_is_told_in_one_line():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BadInput, match=rf"^port={port} cannot be used: Address already in use"):
            Cloud(port=port)
    with Cloud(clock="manual", port=port) as cloud:
        assert cloud.endpoint_url.endswith(f":{port}")


def test_closing_leaves_no_thread_process_port_or_variable():
    with Cloud(clock="manual"):  # what Python loads once is there from now on
        boto3.client("s3").list_buckets()
    before = (set(threading.enumerate()), psutil.Process().children(recursive=True), dict(os.environ))
    with pytest.raises(ZeroDivisionError), Cloud(clock="real") as cloud:
        cloud.deploy(ECHO).invoke_async(1)
        boto3.client("s3").list_buckets()
        raise ZeroDivisionError
    after = (set(threading.enumerate()), psutil.Process().children(recursive=True), dict(os.environ))
    assert after == before
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(cloud.endpoint_url)


def test_closing_ends_handlers_that_run_and_clients_that_wait(tmp_path):
    quiet = Config(retries={"total_max_attempts": 1})
    event = {"begun": str(tmp_path / "begun"), "until": str(tmp_path / "never")}
    with Cloud() as cloud, ThreadPoolExecutor() as threads:
        cloud.deploy(f"{HANDLERS}:wait", name="wait", timeout_s=60)
        sqs, functions = boto3.client("sqs", config=quiet), boto3.client("lambda", config=quiet)
        url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
        received = threads.submit(sqs.receive_message, QueueUrl=url, WaitTimeSeconds=20)
        invoked = threads.submit(functions.invoke, FunctionName="wait", Payload=json.dumps(event))
        clouds.wait_for((tmp_path / "begun").exists)
        closes = time.monotonic()
        cloud.close()
        assert time.monotonic() - closes < 10
        for waiting in (invoked, received):
            clouds.wait_for(waiting.done)


def test_closing_answers_each_of_many_who_wait_for_messages_at_once():
    quiet = Config(retries={"total_max_attempts": 1})
    with Cloud() as cloud, ThreadPoolExecutor(8) as threads:
        sqs = boto3.client("sqs", config=quiet)
        url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
        asked = threading.Barrier(9)
        sqs.meta.events.register("before-send", lambda **_: asked.wait(10) and None)
        waiting = [threads.submit(sqs.receive_message, QueueUrl=url, WaitTimeSeconds=20) for _ in range(8)]
        asked.wait(10)
        cloud.close()
        closed = time.monotonic()
        for each in waiting:
            each.exception(20)
        assert time.monotonic() - closed < 10


def test_a_cloud_that_could_not_open_leaves_nothing(monkeypatch):
    before = dict(os.environ)
    with pytest.raises(BadInput):
        Cloud(clock="fast")
    assert dict(os.environ) == before
    Cloud(clock="manual").close()


def test_a_program_that_forgets_to_close_its_cloud_ends():
    program = "from lambda_study.cloud import Cloud; import boto3; Cloud(); boto3.client('s3').list_buckets()"
    assert subprocess.run([sys.executable, "-c", program], timeout=60).returncode == 0


def test_no_profile_file_or_endpoint_of_before_is_used(monkeypatch, tmp_path):
    config = tmp_path / "config"
    config.write_text("[profile real]\nregion = eu-west-1\nendpoint_url = http://127.0.0.1:1\n")
    theirs = {
        "AWS_PROFILE": "real",
        "AWS_CONFIG_FILE": str(config),
        "AWS_SHARED_CREDENTIALS_FILE": str(config),
        "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1",
        "AWS_ACCESS_KEY_ID": "AKIAREAL",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
        "HTTP_PROXY": "http://127.0.0.1:1",
    }
    for name, value in theirs.items():
        monkeypatch.setenv(name, value)
    with Cloud(clock="manual") as cloud:
        s3 = boto3.client("s3")
        assert s3.meta.endpoint_url == cloud.endpoint_url
        assert s3.meta.region_name == "us-east-1"
        assert s3._request_signer._credentials.access_key == "testing"
        assert s3.list_buckets()["Buckets"] == []
    assert {name: os.environ.get(name) for name in theirs} == theirs


def test_a_session_that_boto3_has_made_before_is_put_aside(monkeypatch):
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "real")
    boto3.setup_default_session(region_name="eu-west-1")
    theirs = boto3.DEFAULT_SESSION
    assert theirs.get_credentials().access_key == "AKIAREAL"
    with Cloud(clock="manual"):
        s3 = boto3.client("s3")
        assert (s3.meta.region_name, s3._request_signer._credentials.access_key) == ("us-east-1", "testing")
    assert boto3.DEFAULT_SESSION is theirs


def test_a_bill_has_the_invocations_and_the_requests_around_them(cloud):
    cloud.deploy(ECHO).invoke_all([1, 2])
    sqs = boto3.client("sqs")
    sqs.create_queue(QueueName="jobs")
    boto3.client("s3").create_bucket(Bucket="photos")
    boto3.client("events").put_events(
        Entries=[{"Source": "club", "DetailType": "d", "Detail": "{}"} for _ in range(3)]
    )
    used = {line.item: line.quantity for line in cloud.bill().lines}
    assert used["Logs ingested"] > 0
    assert {item: used[item] for item in used if not item.startswith(("Duration", "Logs"))} == {
        "Requests": 2,
        "S3 PUT": 1,
        "SQS standard": 1,
        "EventBridge events": 3,
    }


def at_once(call, values):
    """Call CALL with each of VALUES from eight threads, and return the results."""
    with ThreadPoolExecutor(8) as threads:
        return list(threads.map(call, values))


def test_what_moto_does_not_model_is_told_by_name(cloud):
    with pytest.raises(ClientError) as told:
        boto3.client("sqs").start_message_move_task(SourceArn="arn:aws:sqs:us-east-1:123456789012:dead")
    assert told.value.response["Error"]["Code"] == "NotModelled"
    assert told.value.response["Error"]["Message"] == "sqs StartMessageMoveTask is not modelled here."


def test_a_function_in_a_template_is_refused_and_not_made_elsewhere(cloud):
    template = json.dumps({"Resources": {"Resize": {"Type": "AWS::Lambda::Function", "Properties": {}}}})
    with pytest.raises(ClientError, match="Make functions by deploy, or by the API of Lambda"):
        boto3.client("cloudformation").create_stack(StackName="club", TemplateBody=template)


def test_a_signed_url_works_for_programs_without_keys(cloud):
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="photos")
    where = {"Bucket": "photos", "Key": "a b.jpg"}
    to_put = s3.generate_presigned_url("put_object", where)
    put = urllib.request.Request(to_put, data=b"picture", method="PUT")
    assert urllib.request.urlopen(put).status == 200
    assert urllib.request.urlopen(s3.generate_presigned_url("get_object", where)).read() == b"picture"


@pytest.mark.parametrize("path", ["/2015-03-31/functions", "/_lambda-study/advance?hours=1"])
def test_a_web_page_can_make_no_function_and_move_no_clock(cloud, path):
    asked = urllib.request.Request(
        cloud.endpoint_url + path, data=b"{}", headers={"Origin": "https://example.com"}
    )
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(asked)


@pytest.mark.parametrize(
    "wrong",
    [{"clock": None}, {"port": "many"}, {"port": 70_000}, {"random": 5}]
    + [{"concurrency_limit": limit} for limit in (0, -1, 1.5, "10", True)],
)
def test_what_a_cloud_cannot_take_is_told_in_one_line(wrong):
    with pytest.raises(BadInput, match=r"^(clock|port|random|concurrency_limit)\b.*\.$"):
        Cloud(**wrong)


def test_a_small_account_runs_no_more_at_once_than_its_limit():
    with Cloud(clock="manual", concurrency_limit=2) as cloud:
        cloud.deploy(ECHO, name="echo").invoke_all([1, 2, 3])
        assert len(cloud.service.environments("echo")) == 2
        limits = boto3.client("lambda").get_account_settings()["AccountLimit"]
        assert (limits["ConcurrentExecutions"], limits["UnreservedConcurrentExecutions"]) == (2, 2)


@pytest.mark.parametrize(
    "header",
    ["Content-Length: many", "Content-Length: -1", "Content-Length: 1_0", "Content-Length: +5"]
    + [f"Transfer-Encoding: chunked\r\n\r\n{size}" for size in ("zz", "-2", "")],
)
def test_a_request_without_an_end_is_refused_and_its_connection_closed(cloud, header):
    port = int(cloud.endpoint_url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(f"POST / HTTP/1.1\r\n{header}\r\n\r\n".encode())
        answered = connection.makefile("rb").read()
    assert answered.startswith(b"HTTP/1.1 400 Bad Request\r\n")


@pytest.mark.parametrize(
    "cut",
    ["Content-Length: 100000\r\n\r\nonly this"]
    + [f"Transfer-Encoding: chunked\r\n\r\n{chunks}" for chunks in ("9\r\nonly", "4\r\nonly\r\n")],
)
def test_an_upload_that_is_cut_off_stores_nothing(cloud, cut):
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="photos")
    port = int(cloud.endpoint_url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(f"PUT /photos/cut.jpg HTTP/1.1\r\nHost: 127.0.0.1\r\n{cut}".encode())
        connection.shutdown(socket.SHUT_WR)
        assert connection.makefile("rb").read().startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert "Contents" not in s3.list_objects_v2(Bucket="photos")


def test_a_body_in_chunks_and_one_in_parts_come_whole(cloud):
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="photos")
    picture = bytes(range(256)) * 40_000
    s3.upload_fileobj(io.BytesIO(picture), "photos", "large")  # in parts
    s3.put_object(Bucket="photos", Key="small", Body=io.BytesIO(picture[:1000]))  # with a checksum at its end
    assert s3.get_object(Bucket="photos", Key="large")["Body"].read() == picture
    assert s3.get_object(Bucket="photos", Key="small")["Body"].read() == picture[:1000]
