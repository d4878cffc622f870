"""moto's buckets: what happens to their objects is told, and no longer sent to anybody by moto itself.

What is mended: a multipart upload is one event and not two, tags that come with a put are none, a delete
marker and the removal of one version are events of their own, a request id is the same in the answer and in
the event, filters are read as AWS reads them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

from moto.s3 import models as moto_s3
from moto.s3 import notifications as moto_notifications
from moto.s3.exceptions import S3ClientError
from moto.s3.responses import S3Response

from lambda_study.cloud import seam
from lambda_study.cloud.policies import account_of
from lambda_study.cloud.seam.patch import Patch, all_patched
from lambda_study.engine import ServiceError

_BUCKET = "arn:aws:s3:::"
EMPTY_ETAG = "d41d8cd98f00b204e9800998ecf8427e"
_SKIP = "x-amz-skip-destination-validation"
_MALFORMED = "The XML you provided was not well-formed or did not validate against our published schema"
_EMPTY = r"<{0}\s*(?:/>|></{0}>)"
_CREATED = ("ObjectCreated:", "ObjectRestore:")


def owner_of(arn: str) -> str:
    """Return the account of what ARN names; that of a bucket names none, and moto knows it.

    >>> owner_of("arn:aws:sns:us-east-1:999999999999:photos"), owner_of("arn:aws:s3:::not-there")
    ('999999999999', '123456789012')
    """
    named = account_of(arn)
    if not arn.startswith(_BUCKET):
        return named
    with seam.lock:
        found = moto_s3.s3_backends.bucket_accounts.get(arn.removeprefix(_BUCKET))
        return str(found[1]) if found else named


@dataclass(frozen=True, slots=True)
class Ids:
    """What S3 calls one request: both are headers of its answer."""

    request_id: str
    host_id: str


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to an object: `name` is "ObjectCreated:Put" and the like.

    `rules` are the notifications of its bucket, as `rules_of` returns them; `to_bus`, whether EventBridge is
    told too.
    """

    name: str
    bucket: str
    key: str
    size: int | None
    etag: str | None
    version_id: str | None
    ids: Ids
    rules: tuple[Mapping[str, Any], ...]
    to_bus: bool


class Listener(Protocol):
    """Is told what happens in buckets, under the lock of the seam: it may note it, and nothing more."""

    def ids(self) -> Ids:
        """Return the ids of the next request."""

    def check(self, bucket: str, rules: tuple[Mapping[str, Any], ...], skip_targets: bool) -> None:
        """Raise ServiceError for notifications that S3 refuses; SKIP_TARGETS does not ask the targets."""

    def configured(self, bucket: str, rules: tuple[Mapping[str, Any], ...], ids: Ids) -> None:
        """A bucket has new notifications."""

    def changed(self, change: Change) -> None:
        """Something has happened to an object."""


def rules_of(notifications: Any) -> tuple[Mapping[str, Any], ...]:
    """Return the notifications of a bucket: each has id, target, events, prefix and suffix."""
    if notifications is None:
        return ()
    kinds = (notifications.cloud_function, notifications.queue, notifications.topic)
    return tuple(_rule(each) for kind in kinds for each in kind)


def _rule(notification: Any) -> Mapping[str, Any]:
    by_name = {each["Name"].lower(): each["Value"] for each in _filters_of(notification)}
    return {
        "id": notification.id,
        "target": notification.arn,
        "events": tuple(notification.events),
        "prefix": by_name.get("prefix") or "",
        "suffix": by_name.get("suffix") or "",
    }


def _filters_of(notification: Any) -> list[dict[str, str]]:
    found: list[dict[str, str]] = notification.filters.get("S3Key", {}).get("FilterRule", [])
    return found


# Patches: all of them run under the lock, so one request is served at a time


class _Served:
    """The request that is served now."""

    def __init__(self) -> None:
        self.ids: Ids | None = None
        self.skip_targets = False
        self.query: frozenset[str] = frozenset()
        self.own_events = False  # inside a call whose events moto tells wrongly: they are told by the call


_listener: Listener | None = None
_served = _Served()


@contextmanager
def told_to(listener: Listener) -> Iterator[None]:
    """Mend moto's buckets and tell LISTENER of what happens in them, until the block ends."""
    global _listener
    with all_patched(PATCHES):
        _listener = listener
        try:
            yield
        finally:
            _listener = None


def _tell(name: str, bucket: Any, key: str, **what: Any) -> None:
    if _listener is None or bucket.notification_configuration is None:
        return
    ids = _served.ids or _listener.ids()
    to_bus = bucket.notification_configuration.event_bridge is not None
    facts: dict[str, Any] = {"size": None, "etag": None, "version_id": None, **what}
    rules = rules_of(bucket.notification_configuration)
    _listener.changed(Change(name, bucket.name, key, ids=ids, rules=rules, to_bus=to_bus, **facts))


def _version_of(bucket: Any, version_id: str | None) -> str | None:
    return version_id if bucket.is_versioned else None


def _answering(moto: Callable[..., Any]) -> Callable[..., Any]:
    """An answer that carries the ids of its request."""

    def response(self: S3Response, request: Any, full_url: str, headers: Any) -> Any:
        if _listener is None or _served.ids is not None:
            return moto(self, request, full_url, headers)
        ids = _served.ids = _listener.ids()
        _served.skip_targets = request.headers.get(_SKIP, "").lower() == "true"
        _served.query = frozenset(parse_qs(urlsplit(full_url).query, keep_blank_values=True))
        try:
            status, answered, body = moto(self, request, full_url, headers)
        finally:
            _served.ids, _served.skip_targets, _served.query = None, False, frozenset()
        kept = {name: value for name, value in answered.items() if name.lower() != "x-amzn-requestid"}
        return status, {**kept, "x-amz-request-id": ids.request_id, "x-amz-id-2": ids.host_id}, body

    return response


def _send_event(moto: Callable[..., Any]) -> Callable[..., Any]:
    def send_event(account_id: str, event_name: Any, bucket: Any, key: Any) -> None:
        name = event_name.value.removeprefix("s3:")
        if _served.own_events or key is None or _comes_with_a_put(name):
            return
        size = key.size if name.startswith(_CREATED) else None
        etag = key.etag.replace('"', "")
        version_id = _version_of(bucket, key.version_id)
        _tell(name, bucket, key.name, size=size, etag=etag, version_id=version_id)

    return send_event


def _comes_with_a_put(name: str) -> bool:
    """Whether moto tells of tags or an ACL only because an object was put, which is no event of its own."""
    asked = {"ObjectTagging:Put": "tagging", "ObjectAcl:Put": "acl"}.get(name)
    return asked is not None and _served.ids is not None and asked not in _served.query


def _send_test_event(moto: Callable[..., Any]) -> Callable[..., Any]:
    def send_test_event(account_id: str, bucket: Any) -> None:
        if _listener is not None:
            ids = _served.ids or _listener.ids()
            _listener.configured(bucket.name, rules_of(bucket.notification_configuration), ids)

    return send_test_event


def _complete_multipart_upload(moto: Callable[..., Any]) -> Callable[..., Any]:
    def complete_multipart_upload(
        self: moto_s3.S3Backend, bucket_name: str, multipart_id: str, body: Any
    ) -> Any:
        with _telling_itself():
            key = moto(self, bucket_name, multipart_id, body)
        if key is not None:
            bucket = self.get_bucket(bucket_name)
            version_id = _version_of(bucket, key.version_id)
            etag = key.etag.replace('"', "")
            name = "ObjectCreated:CompleteMultipartUpload"
            _tell(name, bucket, key.name, size=key.size, etag=etag, version_id=version_id)
        return key

    return complete_multipart_upload


def _delete_object(moto: Callable[..., Any]) -> Callable[..., Any]:
    def delete_object(
        self: moto_s3.S3Backend,
        bucket_name: str,
        key_name: str,
        version_id: str | None = None,
        bypass: bool = False,
    ) -> tuple[bool, dict[str, Any]]:
        bucket = self.get_bucket(bucket_name)
        versions = [str(each.version_id) for each in bucket.keys.getlist(key_name, [])]
        with _telling_itself():
            done, headers = moto(self, bucket_name, key_name, version_id, bypass)
        if bucket.is_versioned and version_id is None and done:
            marker = headers["version-id"]
            name = "ObjectRemoved:DeleteMarkerCreated"
            _tell(name, bucket, key_name, etag=EMPTY_ETAG, version_id=marker)
        elif done and (str(version_id) in versions if bucket.is_versioned else versions):
            _tell("ObjectRemoved:Delete", bucket, key_name, version_id=_version_of(bucket, version_id))
        return done, headers

    return delete_object


@contextmanager
def _telling_itself() -> Iterator[None]:
    _served.own_events = True
    try:
        yield
    finally:
        _served.own_events = False


def _read_notification(moto: Callable[..., Any]) -> Callable[..., Any]:
    """Filters as AWS takes them: a name in any case, and an empty value, which filters nothing."""

    def read(self: S3Response) -> Any:
        text = self.body.decode() if isinstance(self.body, bytes) else self.body
        text = re.sub(r"<Name>(prefix|suffix)</Name>", lambda found: found[0].lower(), text, flags=re.I)
        text = text.replace("<name>", "<Name>").replace("</name>", "</Name>")
        text = re.sub(rf"<FilterRule><Name>\w+</Name>{_EMPTY.format('Value')}</FilterRule>", "", text)
        self.body = re.sub(rf"<Filter>{_EMPTY.format('S3Key')}</Filter>", "", text)
        try:
            return moto(self)
        except (AssertionError, KeyError):
            raise S3ClientError("MalformedXML", _MALFORMED) from None

    return read


def _create_bucket(moto: Callable[..., Any]) -> Callable[..., Any]:
    """moto looks at the length of a name alone."""

    def create(self: moto_s3.S3Backend, bucket_name: str, *rest: Any, **named: Any) -> Any:
        if not _BUCKET_NAME.fullmatch(bucket_name) or ".." in bucket_name:
            raise S3ClientError("InvalidBucketName", "The specified bucket is not valid.")
        return moto(self, bucket_name, *rest, **named)

    return create


def _put_notification(moto: Callable[..., Any]) -> Callable[..., Any]:
    def put(self: moto_s3.S3Backend, bucket_name: str, notification_config: dict[str, Any]) -> None:
        self.get_bucket(bucket_name)  # NoSuchBucket comes before what is wrong with the destinations
        if _listener is not None and notification_config:
            wanted = moto_s3.NotificationConfiguration(
                topic=notification_config.get("TopicConfiguration"),
                queue=notification_config.get("QueueConfiguration"),
                cloud_function=notification_config.get("CloudFunctionConfiguration"),
            )
            _check_filters(wanted)
            try:
                _listener.check(bucket_name, rules_of(wanted), _served.skip_targets)
            except ServiceError as error:
                raise S3ClientError(error.code, error.message) from None
        moto(self, bucket_name, notification_config)

    return put


def _check_filters(notifications: Any) -> None:
    """Raise AWS's error for a filter with two prefixes or two suffixes."""
    for each in (*notifications.cloud_function, *notifications.queue, *notifications.topic):
        names = [one["Name"].lower() for one in _filters_of(each)]
        for name in names:
            if names.count(name) > 1:
                text = f"Cannot specify more than one {name} rule in a filter."
                raise S3ClientError("InvalidArgument", text)


# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html (read 2026-11-23)
_BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_DELETING = ("self", "bucket_name", "key_name", "version_id", "bypass")
_RESPONSE = ("self", "request", "full_url", "headers")
_CREATING = ("self", "bucket_name", "region_name", "bucket_namespace")
PATCHES = (
    Patch(moto_s3.S3Backend, "create_bucket", _CREATING, _create_bucket),
    Patch(S3Response, "key_response", _RESPONSE, _answering),
    Patch(S3Response, "bucket_response", _RESPONSE, _answering),
    Patch(S3Response, "_notification_config_from_body", ("self",), _read_notification),
    Patch(moto_notifications, "send_event", ("account_id", "event_name", "bucket", "key"), _send_event),
    Patch(moto_notifications, "send_test_event", ("account_id", "bucket"), _send_test_event),
    Patch(moto_s3.S3Backend, "delete_object", _DELETING, _delete_object),
    Patch(
        moto_s3.S3Backend,
        "complete_multipart_upload",
        ("self", "bucket_name", "multipart_id", "body"),
        _complete_multipart_upload,
    ),
    Patch(
        moto_s3.S3Backend,
        "put_bucket_notification_configuration",
        ("self", "bucket_name", "notification_config"),
        _put_notification,
    ),
)
