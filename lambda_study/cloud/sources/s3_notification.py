"""The notification configuration of a bucket: which events go where, and which configurations AWS refuses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from urllib.parse import unquote_plus

from lambda_study.engine.errors import ServiceError

EVENTS = {
    "ObjectCreated": ("Put", "Post", "Copy", "CompleteMultipartUpload"),
    "ObjectRemoved": ("Delete", "DeleteMarkerCreated"),
    "ObjectRestore": ("Post", "Completed", "Delete"),
    "ObjectTagging": ("Put", "Delete"),
    "ObjectAcl": ("Put",),
}


@dataclass(frozen=True, slots=True)
class Notification:
    """One rule of a bucket: objects whose key begins with `prefix` and ends with `suffix`.

    `events` are as AWS writes them, "s3:ObjectCreated:*"; `target` is the ARN of a function, queue or topic.
    """

    id: str
    target: str
    events: tuple[str, ...]
    prefix: str = ""
    suffix: str = ""

    @property
    def service(self) -> str:
        """The service of the target: lambda, sqs or sns."""
        return self.target.split(":")[2]

    def takes(self, event: str, key: str) -> bool:
        """Return whether EVENT ("ObjectCreated:Put") on KEY is notified of.

        >>> rule = Notification("1", "arn:aws:lambda:...", ("s3:ObjectCreated:*",), "in/", ".jpg")
        >>> rule.takes("ObjectCreated:Copy", "in/a.jpg"), rule.takes("ObjectCreated:Put", "in/a.png")
        (True, False)
        >>> rule.takes("ObjectRemoved:Delete", "in/a.jpg")
        False
        """
        return any(event in names(each) for each in self.events) and self._fits(key)

    def _fits(self, key: str) -> bool:
        return key.startswith(unquote_plus(self.prefix)) and key.endswith(unquote_plus(self.suffix))


def names(event: str) -> Iterator[str]:
    """Yield the events that EVENT stands for: itself, or all of its kind for "s3:ObjectCreated:*".

    >>> list(names("s3:ObjectRemoved:*"))
    ['ObjectRemoved:Delete', 'ObjectRemoved:DeleteMarkerCreated']
    """
    kind, _, action = event.removeprefix("s3:").partition(":")
    for each in EVENTS.get(kind, ()):
        if action in ("*", each):
            yield f"{kind}:{each}"


def check_overlap(notifications: Sequence[Notification]) -> None:
    """Raise AWS's error when two rules would take the same event of the same object.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
    (read 2026-11-23).
    """
    for one, other in combinations(notifications, 2):
        shared = {name for event in one.events for name in names(event)}
        if shared.isdisjoint(name for event in other.events for name in names(event)):
            continue
        if _overlap(one.prefix, other.prefix) and _overlap(one.suffix[::-1], other.suffix[::-1]):
            raise ServiceError(
                400,
                "InvalidArgument",
                "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the "
                "prefixes are overlapping for the same event type.",
            )


def not_validated(target: str, why: str) -> ServiceError:
    """Return AWS's error for a TARGET that S3 cannot reach; WHY is what AWS adds to it.

    >>> arn = "arn:aws:lambda:us-east-1:123456789012:function:gone"
    >>> print(not_validated(arn, f"Not authorized to invoke function [{arn}]").message)
    Unable to validate the following destination configurations
    """
    text = "Unable to validate the following destination configurations"
    return ServiceError(400, "InvalidArgument", text, f"{target}: {why}")


def _overlap(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)
