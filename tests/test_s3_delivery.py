"""Notifications of buckets end to end: boto3 changes objects, functions, queues and topics are told."""

from __future__ import annotations

import json
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import boto3
import clouds
import pytest
from botocore.exceptions import ClientError
from event_targets import ACCOUNT_ARN, KeptEvents, Queue

from lambda_study.cloud import Cloud

cloud, strict_cloud, real_cloud = clouds.cloud, clouds.strict_cloud, clouds.real_cloud
ALL = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]


def bucket(name: str = "photos", versioned: bool = False) -> Any:
    """A new bucket, as a resource of boto3."""
    boto3.client("s3").create_bucket(Bucket=name)
    if versioned:
        boto3.resource("s3").BucketVersioning(name).enable()
    return boto3.resource("s3").Bucket(name)


def notify(target: str, *events: str, name: str = "photos", **filters: str) -> dict[str, Any]:
    """Let the bucket NAME notify TARGET, and return the answer."""
    return configure(rule(target, *events, **filters), name=name)


def rule(target: str, *events: str, **filters: str) -> dict[str, Any]:
    kind = {"lambda": "LambdaFunctionArn", "sqs": "QueueArn", "sns": "TopicArn"}[target.split(":")[2]]
    found: dict[str, Any] = {kind: target, "Events": list(events or ALL)}
    if filters:
        rules = [{"Name": name, "Value": value} for name, value in filters.items()]
        found["Filter"] = {"Key": {"FilterRules": rules}}
    return found


def configure(*rules: dict[str, Any], name: str = "photos", **more: Any) -> dict[str, Any]:
    kinds = {"LambdaFunctionArn": "LambdaFunction", "QueueArn": "Queue", "TopicArn": "Topic"}
    lists: dict[str, list[Any]] = {}
    for each in rules:
        lists.setdefault(f"{kinds[next(iter(each))]}Configurations", []).append(each)
    bus = more.pop("bus", None)
    wanted = {**lists, **({"EventBridgeConfiguration": {}} if bus else {})}
    return boto3.client("s3").put_bucket_notification_configuration(
        Bucket=name, NotificationConfiguration=wanted, **more
    )


def told(events: list[Any]) -> list[tuple[str, str]]:
    """The names and keys of what the records tell."""
    records = [record for event in events for record in event["Records"]]
    return [(record["eventName"], record["s3"]["object"]["key"]) for record in records]


def test_a_put_runs_the_function_with_the_object_and_the_request(cloud, tmp_path):
    photos, function = bucket(), KeptEvents(cloud, tmp_path / "events")
    notify(function.arn)
    answer = photos.meta.client.put_object(Bucket="photos", Key="in/red flower.jpg", Body=b"12345")
    assert function.events == []  # it runs when the clock goes on, not within the request
    cloud.settle()
    (record,) = function.events[0]["Records"]
    assert record["eventTime"] == f"{cloud.clock.now():%Y-%m-%dT%H:%M:%S}.000Z"
    assert record["s3"]["object"] == {
        "key": "in/red+flower.jpg",
        "size": 5,
        "eTag": answer["ETag"].strip('"'),
        "sequencer": record["s3"]["object"]["sequencer"],
    }
    assert record["responseElements"]["x-amz-request-id"] == answer["ResponseMetadata"]["RequestId"]
    assert record["responseElements"]["x-amz-id-2"] == answer["ResponseMetadata"]["HostId"]


def test_each_way_to_create_an_object_has_its_own_event(cloud, tmp_path):
    photos, function = bucket(), KeptEvents(cloud, tmp_path / "events")
    notify(function.arn)
    photos.put_object(Key="a", Body=b"1")
    photos.copy({"Bucket": "photos", "Key": "a"}, "b")
    upload = photos.Object("c").initiate_multipart_upload()
    part = upload.Part(1).upload(Body=b"x" * 10)
    upload.complete(MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    cloud.settle()
    assert sorted(told(function.events), key=lambda each: each[1]) == [
        ("ObjectCreated:Put", "a"),
        ("ObjectCreated:Copy", "b"),
        ("ObjectCreated:CompleteMultipartUpload", "c"),
    ]


def test_several_keys_deleted_at_once_are_an_event_each(cloud, tmp_path):
    photos, function = bucket(), KeptEvents(cloud, tmp_path / "events")
    for key in "ab":
        photos.put_object(Key=key, Body=b"1")
    notify(function.arn)
    photos.delete_objects(Delete={"Objects": [{"Key": key} for key in ("a", "b", "never there")]})
    cloud.settle()
    assert sorted(told(function.events)) == [("ObjectRemoved:Delete", "a"), ("ObjectRemoved:Delete", "b")]


def test_in_a_versioned_bucket_a_delete_marker_is_not_a_delete(cloud, tmp_path):
    photos, function = bucket(versioned=True), KeptEvents(cloud, tmp_path / "events")
    notify(function.arn)
    version = photos.put_object(Key="a", Body=b"1").version_id
    photos.Object("a").delete()
    photos.Object("a").delete(VersionId=version)
    cloud.settle()
    by_name = {event["Records"][0]["eventName"]: event for event in function.events}
    names = ["ObjectCreated:Put", "ObjectRemoved:DeleteMarkerCreated", "ObjectRemoved:Delete"]
    assert sorted(by_name) == sorted(names)
    put, marker, gone = (by_name[name]["Records"][0]["s3"]["object"] for name in names)
    assert put["versionId"] == gone["versionId"] == version
    assert marker["versionId"] != version
    assert put["sequencer"] < marker["sequencer"] < gone["sequencer"]


def test_prefix_and_suffix_choose_the_function(cloud, tmp_path):
    photos = bucket()
    jpg, png = (KeptEvents(cloud, tmp_path / name, name) for name in ("jpg", "png"))
    configure(rule(jpg.arn, prefix="in/", suffix=".jpg"), rule(png.arn, suffix=".png"))
    for key in ("in/a.jpg", "out/b.jpg", "c.png"):
        photos.put_object(Key=key, Body=b"1")
    cloud.settle()
    assert told(jpg.events) == [("ObjectCreated:Put", "in/a.jpg")]
    assert told(png.events) == [("ObjectCreated:Put", "c.png")]


def test_a_queue_gets_a_test_event_and_then_the_notification(cloud):
    photos, queue = bucket(), Queue("uploads")
    notify(queue.arn)
    cloud.settle()
    (trial,) = map(json.loads, queue.bodies())
    assert (trial["Event"], trial["Bucket"]) == ("s3:TestEvent", "photos")
    photos.put_object(Key="a", Body=b"1")
    cloud.settle()
    assert told(list(map(json.loads, queue.bodies()))) == [("ObjectCreated:Put", "a")]


def test_a_topic_hands_the_notification_on_as_its_message(cloud, tmp_path):
    photos, function = bucket(), KeptEvents(cloud, tmp_path / "events")
    sns = boto3.client("sns")
    topic = sns.create_topic(Name="uploads")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function.arn)
    notify(topic)
    cloud.settle()
    photos.put_object(Key="a", Body=b"1")
    cloud.settle()
    messages = [event["Records"][0]["Sns"] for event in function.events]
    assert {message["Subject"] for message in messages} == {"Amazon S3 Notification"}
    assert told([json.loads(messages[-1]["Message"])]) == [("ObjectCreated:Put", "a")]


def test_eventbridge_is_told_of_everything_without_filters(cloud, tmp_path):
    photos, function = bucket(), KeptEvents(cloud, tmp_path / "events")
    configure(bus=True)
    events = boto3.client("events")
    events.put_rule(Name="r", EventPattern='{"source": ["aws.s3"], "detail-type": ["Object Created"]}')
    events.put_targets(Rule="r", Targets=[{"Id": "1", "Arn": function.arn}])
    photos.put_object(Key="a b", Body=b"1")
    photos.Object("a b").delete()
    cloud.settle()
    (event,) = function.events
    assert (event["resources"], event["detail"]["object"]["key"]) == (["arn:aws:s3:::photos"], "a b")


def test_tags_are_an_event_when_they_are_put_and_not_when_they_come_with_an_object(cloud, tmp_path):
    bucket()
    function = KeptEvents(cloud, tmp_path / "events")
    notify(function.arn, "s3:ObjectCreated:*", "s3:ObjectTagging:*", "s3:ObjectAcl:Put")
    s3 = boto3.client("s3")
    s3.put_object(Bucket="photos", Key="a", Body=b"1", Tagging="club=1", ACL="private")
    cloud.settle()
    assert told(function.events) == [("ObjectCreated:Put", "a")]
    s3.put_object_tagging(Bucket="photos", Key="a", Tagging={"TagSet": [{"Key": "k", "Value": "v"}]})
    cloud.settle()
    assert told(function.events)[1:] == [("ObjectTagging:Put", "a")]


def test_an_upload_from_a_form_and_one_by_a_signed_url_are_told_apart(cloud, tmp_path):
    bucket()
    function = KeptEvents(cloud, tmp_path / "events")
    notify(function.arn)
    form = boto3.client("s3").generate_presigned_post("photos", "posted.txt")
    parts = [f'; name="{name}"\r\n\r\n{value}' for name, value in form["fields"].items()]
    parts.append('; name="file"; filename="x"\r\n\r\nhello')
    body = "".join(f"--x\r\nContent-Disposition: form-data{part}\r\n" for part in parts) + "--x--\r\n"
    send(form["url"], "POST", body.encode(), {"Content-Type": "multipart/form-data; boundary=x"})
    place = {"Bucket": "photos", "Key": "signed.txt"}
    send(boto3.client("s3").generate_presigned_url("put_object", place), "PUT", b"hello", {})
    cloud.settle()
    assert sorted(told(function.events)) == [
        ("ObjectCreated:Post", "posted.txt"),
        ("ObjectCreated:Put", "signed.txt"),
    ]


def send(url: str, method: str, body: bytes, headers: dict[str, str]) -> None:
    request = urllib.request.Request(url, data=body, headers=headers, method=method)
    urllib.request.urlopen(request).close()


def test_filters_are_read_as_aws_reads_them(cloud, tmp_path):
    bucket()
    function = KeptEvents(cloud, tmp_path / "events")
    notify(function.arn, Prefix="in/", suffix="")
    answer = boto3.client("s3").get_bucket_notification_configuration(Bucket="photos")
    (found,) = answer["LambdaFunctionConfigurations"]
    assert found["Filter"]["Key"]["FilterRules"] == [{"Name": "prefix", "Value": "in/"}]
    notify(function.arn, prefix="", suffix="")
    with pytest.raises(ClientError, match="XML you provided was not well-formed"):
        notify(function.arn, middle="in/")


def test_notifications_end_with_the_configuration(cloud, tmp_path):
    photos, function = bucket(), KeptEvents(cloud, tmp_path / "events")
    notify(function.arn)
    configure()
    photos.put_object(Key="a", Body=b"1")
    cloud.settle()
    assert function.events == []


def test_a_function_that_is_not_there_is_refused(cloud):
    bucket()
    with pytest.raises(ClientError, match="Unable to validate the following destination configurations"):
        notify(ACCOUNT_ARN.format("lambda", "function:gone"))
    configure(rule(ACCOUNT_ARN.format("lambda", "function:gone")), SkipDestinationValidation=True)


def test_rules_that_overlap_are_refused(cloud, tmp_path):
    bucket()
    function = KeptEvents(cloud, tmp_path / "events")
    with pytest.raises(ClientError, match="Cannot have overlapping suffixes in two rules") as refused:
        configure(rule(function.arn, prefix="in"), rule(function.arn, prefix="in/"))
    assert refused.value.response["Error"]["Code"] == "InvalidArgument"


def test_a_filter_has_one_prefix_and_one_suffix(cloud, tmp_path):
    bucket()
    twice = rule(KeptEvents(cloud, tmp_path / "events").arn, prefix="in/", Prefix="out/")
    with pytest.raises(ClientError, match="Cannot specify more than one prefix rule in a filter"):
        configure(twice)


def test_a_fifo_queue_is_refused(cloud):
    bucket()
    queue = Queue("photos.fifo", FifoQueue="true")
    with pytest.raises(ClientError, match="Unable to validate the following destination configurations"):
        notify(queue.arn)


@pytest.mark.parametrize("name", ["A_b", "photos-", "my..photos"])
def test_a_name_that_no_bucket_can_have_is_refused(cloud, name):
    with pytest.raises(ClientError, match="The specified bucket is not valid") as refused:
        bucket(name)
    assert refused.value.response["Error"]["Code"] == "InvalidBucketName"


def test_without_permission_the_notification_is_refused(strict_cloud, tmp_path):
    bucket()
    function = KeptEvents(strict_cloud, tmp_path / "events")
    with pytest.raises(ClientError, match="Unable to validate the following destination configurations"):
        notify(function.arn)


def test_a_delivery_to_a_function_that_is_gone_is_in_the_trace(cloud, tmp_path):
    photos, function = bucket(), KeptEvents(cloud, tmp_path / "events")
    notify(function.arn)
    cloud.service.delete("keeps")
    photos.put_object(Key="a", Body=b"1")
    cloud.settle()
    (failure,) = cloud.trace.of("failure")
    assert (failure.source, failure.target) == ("s3:photos", "keeps")
    assert "Function not found" in failure.error


def test_the_same_seed_makes_the_same_events(tmp_path):
    events = []
    for number in range(2):
        with Cloud(clock="manual", random=Random(7), ids=clouds.counting_ids()) as seeded:
            photos, function = bucket(versioned=True), KeptEvents(seeded, tmp_path / str(number))
            notify(function.arn)
            photos.put_object(Key="a", Body=b"1")
            seeded.settle()
            events.append(function.events)
    assert events[0] == events[1]


def test_eight_clients_at_once_lose_nothing_and_double_nothing(real_cloud):
    bucket()
    queue = Queue("uploads")
    notify(queue.arn, "s3:ObjectCreated:*")
    keys = [f"{number:03}" for number in range(64)]

    def put(client: Any, number: int) -> None:
        for key in keys[number::8]:
            client.put_object(Bucket="photos", Key=key, Body=b"x")

    clients = [boto3.client("s3") for _ in range(8)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(put, clients, range(8)))
    real_cloud.settle()
    bodies = [json.loads(body) for _ in range(8) for body in queue.bodies()]
    told_of = [each for each in bodies if "Records" in each]
    assert sorted(key for _, key in told(told_of)) == keys
