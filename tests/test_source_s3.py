"""S3 as an event source: the event it sends, which changes it tells of, and to whom."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lambda_study.cloud.sources.s3_event import ObjectEvent, bus_event, encoded, notification, trial_event
from lambda_study.cloud.sources.s3_notification import Notification, check_overlap, names
from lambda_study.engine.errors import ServiceError

AT = datetime(1970, 1, 1, tzinfo=UTC)
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:thumbnail"
PUT = ObjectEvent(
    "ObjectCreated:Put",
    "photos",
    "HappyFace.jpg",
    AT,
    size=1024,
    etag="d41d8cd98f00b204e9800998ecf8427e",
    version_id="096fKKXTRTtl3on89fVO",
    sequencer="0055AED6DCD90281E5",
    request_id="C3D13FE58DE4C810",
    host_id="FMyUVURIY8",
    source_ip="172.16.0.1",
)


def test_a_put_has_every_field_of_the_documented_event():
    (record,) = notification(PUT, "testConfigRule")["Records"]
    assert list(record) == [
        "eventVersion",
        "eventSource",
        "awsRegion",
        "eventTime",
        "eventName",
        "userIdentity",
        "requestParameters",
        "responseElements",
        "s3",
    ]
    assert (record["eventSource"], record["eventName"]) == ("aws:s3", "ObjectCreated:Put")
    assert record["eventTime"] == "1970-01-01T00:00:00.000Z"
    assert list(record["userIdentity"]) == ["principalId"]
    assert record["requestParameters"] == {"sourceIPAddress": "172.16.0.1"}
    assert record["responseElements"] == {"x-amz-request-id": "C3D13FE58DE4C810", "x-amz-id-2": "FMyUVURIY8"}


def test_a_put_describes_bucket_and_object_as_documented():
    s3 = notification(PUT, "testConfigRule")["Records"][0]["s3"]
    assert (s3["s3SchemaVersion"], s3["configurationId"]) == ("1.0", "testConfigRule")
    assert list(s3["bucket"]) == ["name", "ownerIdentity", "arn"]
    assert s3["bucket"]["arn"] == "arn:aws:s3:::photos"
    assert s3["object"] == {
        "key": "HappyFace.jpg",
        "size": 1024,
        "eTag": "d41d8cd98f00b204e9800998ecf8427e",
        "versionId": "096fKKXTRTtl3on89fVO",
        "sequencer": "0055AED6DCD90281E5",
    }


def test_the_major_version_is_the_one_that_handlers_compare():
    assert notification(PUT, "rule")["Records"][0]["eventVersion"].split(".")[0] == "2"


def test_a_removed_object_has_neither_size_nor_etag():
    gone = ObjectEvent("ObjectRemoved:Delete", "photos", "a.jpg", AT, sequencer="01")
    assert notification(gone, "rule")["Records"][0]["s3"]["object"] == {"key": "a.jpg", "sequencer": "01"}


@pytest.mark.parametrize(
    ("key", "in_event"),
    [
        ("red flower.jpg", "red+flower.jpg"),
        ("testupload/dir1/testfile.txt", "testupload/dir1/testfile.txt"),
        ("a@b", "a%40b"),
        ("a+b", "a%2Bb"),
        ("ü.jpg", "%C3%BC.jpg"),
    ],
)
def test_a_key_is_url_encoded_but_for_its_slashes(key, in_event):
    assert encoded(key) == in_event


def test_the_test_event_has_the_documented_fields():
    event = trial_event("photos", AT, "5582815E1AEA5ADF", "8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3e")
    assert list(event) == ["Service", "Event", "Time", "Bucket", "RequestId", "HostId"]
    assert (event["Service"], event["Event"]) == ("Amazon S3", "s3:TestEvent")


def test_the_bus_gets_the_documented_event_with_the_key_as_it_is():
    event = bus_event(ObjectEvent("ObjectCreated:Put", "b", "a b", AT, 5, "b19", sequencer="61"), "1779")
    assert event is not None
    assert (event["detail-type"], event["source"], event["resources"]) == (
        "Object Created",
        "aws.s3",
        ["arn:aws:s3:::b"],
    )
    assert event["time"] == "1970-01-01T00:00:00Z"
    assert event["detail"]["object"] == {"key": "a b", "size": 5, "etag": "b19", "sequencer": "61"}
    assert event["detail"]["reason"] == "PutObject"
    assert set(event["detail"]) >= {"version", "bucket", "request-id", "requester", "source-ip-address"}


def test_the_bus_is_told_how_an_object_went():
    marker = bus_event(ObjectEvent("ObjectRemoved:DeleteMarkerCreated", "b", "k", AT), "1")
    gone = bus_event(ObjectEvent("ObjectRemoved:Delete", "b", "k", AT), "2")
    assert marker is not None
    assert gone is not None
    assert (marker["detail-type"], marker["detail"]["deletion-type"]) == (
        "Object Deleted",
        "Delete Marker Created",
    )
    assert gone["detail"]["deletion-type"] == "Permanently Deleted"


def rule(*events: str, prefix: str = "", suffix: str = "") -> Notification:
    return Notification("1", FUNCTION, events, prefix, suffix)


def test_a_wildcard_stands_for_all_events_of_its_kind():
    assert list(names("s3:ObjectCreated:*")) == [
        "ObjectCreated:Put",
        "ObjectCreated:Post",
        "ObjectCreated:Copy",
        "ObjectCreated:CompleteMultipartUpload",
    ]


def test_prefix_and_suffix_must_both_fit():
    images = rule("s3:ObjectCreated:*", prefix="images/", suffix=".jpg")
    keys = ["images/a.jpg", "images/a.png", "logs/a.jpg"]
    assert [images.takes("ObjectCreated:Put", key) for key in keys] == [True, False, False]


def test_a_space_in_a_prefix_is_written_as_a_plus():
    assert rule("s3:ObjectCreated:*", prefix="red+flowers/").takes("ObjectCreated:Put", "red flowers/1.jpg")


CREATED, CREATED_PUT = "s3:ObjectCreated:*", "s3:ObjectCreated:Put"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (rule(CREATED), rule(CREATED, prefix="images")),
        (rule(CREATED, suffix="jpg"), rule(CREATED_PUT, suffix="pg")),
        (rule(CREATED, prefix="images", suffix="jpg"), rule(CREATED_PUT, suffix="jpg")),
        (rule(CREATED, prefix="im"), rule(CREATED, prefix="images")),
    ],
)
def test_two_rules_for_the_same_event_of_the_same_object_are_refused(one, other):
    with pytest.raises(ServiceError, match="Cannot have overlapping suffixes") as refused:
        check_overlap([one, other])
    assert refused.value.code == "InvalidArgument"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (rule(CREATED_PUT, prefix="images/"), rule(CREATED_PUT, prefix="logs/")),
        (rule(CREATED, suffix=".jpg"), rule(CREATED, suffix=".png")),
        (rule(CREATED, prefix="images", suffix=".jpg"), rule(CREATED, prefix="images", suffix=".png")),
        (rule(CREATED_PUT, prefix="image/"), rule("s3:ObjectRemoved:*", prefix="image/")),
        (rule(CREATED_PUT), rule("s3:ObjectCreated:Copy")),
    ],
)
def test_rules_that_never_meet_are_taken(one, other):
    check_overlap([one, other])
