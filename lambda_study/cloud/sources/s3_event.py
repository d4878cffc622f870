"""The events that S3 sends: to functions, queues and topics, and to EventBridge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

from lambda_study.engine.function import ACCOUNT, REGION

EVENT_VERSION = "2.6"
"""The version of the structure that AWS documents. Before 2.4 it was 2.1 for all events of this course, and
samples in other guides still show that; a handler that follows AWS's advice compares the 2 alone."""
PRINCIPAL = "AWS:AIDALAMBDASTUDYUSER01"
OWNER = "A1LAMBDASTUDYOWNER"
_DETAIL_TYPES = {
    "ObjectCreated": "Object Created",
    "ObjectRemoved": "Object Deleted",
    "ObjectTagging:Put": "Object Tags Added",
    "ObjectTagging:Delete": "Object Tags Deleted",
    "ObjectAcl": "Object ACL Updated",
    "ObjectRestore:Post": "Object Restore Initiated",
    "ObjectRestore:Completed": "Object Restore Completed",
}
_REASONS = {
    "ObjectCreated:Put": "PutObject",
    "ObjectCreated:Post": "POST Object",
    "ObjectCreated:Copy": "CopyObject",
    "ObjectCreated:CompleteMultipartUpload": "CompleteMultipartUpload",
    "ObjectRemoved:Delete": "DeleteObject",
    "ObjectRemoved:DeleteMarkerCreated": "DeleteObject",
}


@dataclass(frozen=True, slots=True)
class ObjectEvent:
    """What happened to an object: `name` is "ObjectCreated:Put" and the like, without "s3:".

    `size` and `etag` are those of an object that is there; `version_id` is None in a bucket without versions.
    `sequencer` is a hexadecimal number that rises from event to event; only what creates or removes an
    object has one. `request_id` and `host_id` are those of the request that caused it, from `source_ip`.
    """

    name: str
    bucket: str
    key: str
    at: datetime
    size: int | None = None
    etag: str | None = None
    version_id: str | None = None
    sequencer: str | None = None
    request_id: str = ""
    host_id: str = ""
    source_ip: str = "127.0.0.1"

    @property
    def bucket_arn(self) -> str:
        return f"arn:aws:s3:::{self.bucket}"


def encoded(key: str) -> str:
    """Return KEY as an event has it: URL-encoded with a plus for a space, the slashes kept.

    >>> encoded("photos/red flower+ü.jpg")
    'photos/red+flower%2B%C3%BC.jpg'
    """
    return quote_plus(key, safe="/")


def notification(event: ObjectEvent, configuration_id: str) -> dict[str, Any]:
    """Return what a function, a queue or a topic gets: one record.

    >>> happened = ObjectEvent("ObjectCreated:Put", "photos", "a b.jpg", datetime(2026, 11, 23), 3, "e1")
    >>> notification(happened, "to-thumbnail")["Records"][0]["s3"]["object"]
    {'key': 'a+b.jpg', 'size': 3, 'eTag': 'e1'}

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
    (read 2026-11-23).
    """
    record = {
        "eventVersion": EVENT_VERSION,
        "eventSource": "aws:s3",
        "awsRegion": REGION,
        "eventTime": iso_ms(event.at),
        "eventName": event.name,
        "userIdentity": {"principalId": PRINCIPAL},
        "requestParameters": {"sourceIPAddress": event.source_ip},
        "responseElements": {"x-amz-request-id": event.request_id, "x-amz-id-2": event.host_id},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": configuration_id,
            "bucket": {
                "name": event.bucket,
                "ownerIdentity": {"principalId": OWNER},
                "arn": event.bucket_arn,
            },
            "object": _object(event),
        },
    }
    return {"Records": [record]}


def trial_event(bucket: str, at: datetime, request_id: str, host_id: str) -> dict[str, Any]:
    """Return the message that tells a queue or topic that BUCKET was configured to notify it."""
    return {
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": iso_ms(at),
        "Bucket": bucket,
        "RequestId": request_id,
        "HostId": host_id,
    }


def bus_event(event: ObjectEvent, event_id: str) -> dict[str, Any] | None:
    """Return what the default event bus gets; None for an event that EventBridge is not told of.

    Its key is not encoded.
    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html (read 2026-11-23).
    """
    detail_type = _DETAIL_TYPES.get(event.name) or _DETAIL_TYPES.get(event.name.split(":")[0])
    if detail_type is None:
        return None
    return {
        "version": "0",
        "id": event_id,
        "detail-type": detail_type,
        "source": "aws.s3",
        "account": ACCOUNT,
        "time": event.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [event.bucket_arn],
        "detail": _detail(event),
    }


def iso_ms(at: datetime) -> str:
    """Return AT as "2026-11-23T00:00:00.000Z"."""
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"


def _object(event: ObjectEvent) -> dict[str, Any]:
    found = {
        "key": encoded(event.key),
        "size": event.size,
        "eTag": event.etag,
        "versionId": event.version_id,
        "sequencer": event.sequencer,
        "hasObjectAnnotation": False if event.name == "ObjectCreated:Copy" else None,
    }
    return {name: value for name, value in found.items() if value is not None}


def _detail(event: ObjectEvent) -> dict[str, Any]:
    found = {
        "key": event.key,
        "size": event.size,
        "etag": event.etag,
        "version-id": event.version_id,
        "sequencer": event.sequencer,
        "has-object-annotation": False if event.name == "ObjectCreated:Copy" else None,
    }
    detail = {
        "version": "0",
        "event-version": "1.2",
        "bucket": {"name": event.bucket},
        "object": {name: value for name, value in found.items() if value is not None},
        "request-id": event.request_id,
        "requester": ACCOUNT,
        "source-ip-address": event.source_ip,
    }
    if event.name in _REASONS:
        detail["reason"] = _REASONS[event.name]
    if event.name.startswith("ObjectRemoved:"):
        marker = event.name.endswith("DeleteMarkerCreated")
        detail["deletion-type"] = "Delete Marker Created" if marker else "Permanently Deleted"
    return detail
