"""What a request to S3 needs to be allowed: its API has no names of operations, only methods and paths."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote
from xml.sax.saxutils import unescape

from lambda_study.cloud.exchange import Request

_BUCKET = "arn:aws:s3:::"
_SETTINGS = {
    "notification": "BucketNotification",
    "policy": "BucketPolicy",
    "tagging": "BucketTagging",
    "versioning": "BucketVersioning",
    "acl": "BucketAcl",
    "cors": "BucketCORS",
    "location": "BucketLocation",
    "lifecycle": "LifecycleConfiguration",
    "encryption": "EncryptionConfiguration",
    "website": "BucketWebsite",
    "publicAccessBlock": "BucketPublicAccessBlock",
    "ownershipControls": "BucketOwnershipControls",
    "logging": "BucketLogging",
}
_WITH_A_DELETE = ("BucketPolicy", "BucketWebsite")  # who may put another setting may take it away, too
_OF_OBJECTS = {"GET": "Get", "HEAD": "Get", "PUT": "Put", "POST": "Put", "DELETE": "Delete"}
_OF_BUCKETS = {"PUT": "CreateBucket", "DELETE": "DeleteBucket"}
_KEY = re.compile(rb"<Key>(.*?)</Key>", re.DOTALL)


def actions_of_s3(request: Request) -> Iterator[tuple[str, str]]:
    """Yield each action with its resource.

    Unlike AWS: DeleteObjects is refused as a whole where one key is; there the answer tells it for each key.

    >>> list(actions_of_s3(Request("GET", "/photos", "list-type=2")))
    [('s3:ListBucket', 'arn:aws:s3:::photos')]
    >>> copied = Request("PUT", "/small/a.jpg", headers={"x-amz-copy-source": "/photos/a.jpg"})
    >>> [action for action, _ in actions_of_s3(copied)]
    ['s3:GetObject', 's3:PutObject']

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
    (read 2026-11-23).
    """
    bucket, _, key = unquote(request.path.lstrip("/")).partition("/")
    if not bucket:
        yield "s3:ListAllMyBuckets", "*"
    elif key:
        yield from _of_object(request, f"{_BUCKET}{bucket}/{key}")
    else:
        yield from _of_bucket(request, f"{_BUCKET}{bucket}")


def _of_object(request: Request, arn: str) -> Iterator[tuple[str, str]]:
    asked, verb = request.parameters, _OF_OBJECTS.get(request.method, "Get")
    source = request.header("x-amz-copy-source")
    if source:
        copied, _, version = source.lstrip("/").partition("?versionId=")
        yield f"s3:GetObject{'Version' if version else ''}", f"{_BUCKET}{unquote(copied)}"
    if request.method == "DELETE" and "uploadId" in asked:
        yield "s3:AbortMultipartUpload", arn
        return
    part = "Tagging" if "tagging" in asked else "Acl" if "acl" in asked else ""
    version = "Version" if "versionId" in asked and verb != "Put" else ""
    yield f"s3:{verb}Object{version}{part}", arn


def _of_bucket(request: Request, arn: str) -> Iterator[tuple[str, str]]:
    setting = next((name for query, name in _SETTINGS.items() if query in request.parameters), "")
    if setting:
        deletes = request.method == "DELETE" and setting in _WITH_A_DELETE
        verb = "Delete" if deletes else "Get" if request.method == "GET" else "Put"
        yield f"s3:{verb}{setting}", arn
    elif request.method == "POST":
        for key in _KEY.findall(request.body):
            yield "s3:DeleteObject", f"{arn}/{unescape(key.decode())}"
    elif request.method in _OF_BUCKETS:
        yield f"s3:{_OF_BUCKETS[request.method]}", arn
    else:
        yield f"s3:ListBucket{'Versions' if 'versions' in request.parameters else ''}", arn
