"""What a distribution keeps, and for how long."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from lambda_study.cloud.seam.cloudfront import Behavior

ERRORS_S = 10  # how long an error is kept, at least, as CloudFront does where nothing else is said
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that is kept from AT until UNTIL: its status, headers and body."""

    at: datetime
    until: datetime
    status: int
    headers: Mapping[str, str]
    body: bytes


class EdgeCache:
    """The answers that distributions keep.

    Unlike AWS: there is one edge location, which never runs out of space, and requests for the same thing
    that come at the same time each ask the origin.
    """

    def __init__(self) -> None:
        self._kept: dict[Key, Kept] = {}
        self._lock = threading.Lock()

    def get(self, key: Key, now: datetime) -> Kept | None:
        """Return what is kept under KEY and is not too old."""
        with self._lock:
            kept = self._kept.get(key)
            return kept if kept is not None and now < kept.until else None

    def put(
        self, key: Key, now: datetime, ttl_s: int, status: int, headers: Mapping[str, str], body: bytes
    ) -> None:
        """Keep an answer for TTL_S seconds; with 0 it is not kept."""
        with self._lock:
            if ttl_s > 0:
                self._kept[key] = Kept(now, now + timedelta(seconds=ttl_s), status, headers, body)
            else:
                self._kept.pop(key, None)

    def forget(self, distribution_id: str, paths: tuple[str, ...]) -> None:
        """Forget what a distribution keeps under PATHS, which may end with *."""
        with self._lock:
            for key in [*self._kept]:
                if key[0] == distribution_id and any(fnmatchcase(key[1], path) for path in paths):
                    del self._kept[key]


def key_of(distribution_id: str, behavior: Behavior, uri: str, query: str, headers: Mapping[str, str]) -> Key:
    """Return what two requests have in common that get the same answer: the headers and query only if asked.

    >>> from lambda_study.cloud.seam.cloudfront import Origin
    >>> behavior = Behavior("*", Origin("photos", "photos.s3.amazonaws.com"), {})
    >>> key_of("E1", behavior, "/a.jpg", "size=large", {"user-agent": "phone"})
    ('E1', '/a.jpg', '')
    """
    named = (headers.get(name.lower(), "") for name in behavior.headers)
    return (distribution_id, uri, query if behavior.forwards_query else "", *named)


def ttl_of(behavior: Behavior, status: int, headers: Mapping[str, str]) -> int:
    """Return for how many seconds an answer with these HEADERS, in lower case, is kept.

    >>> from lambda_study.cloud.seam.cloudfront import Origin
    >>> behavior = Behavior("*", Origin("photos", "photos.s3.amazonaws.com"), {}, max_ttl=3600)
    >>> ttl_of(behavior, 200, {"cache-control": "max-age=60"}), ttl_of(behavior, 200, {})
    (60, 3600)

    Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html
    (read 2026-11-23).
    """
    control = headers.get("cache-control", "").lower()
    found = re.search(r"s-maxage=(\d+)", control) or re.search(r"max-age=(\d+)", control)
    if status >= 400:
        return max(ERRORS_S, int(found[1]) if found else 0)
    if re.search(r"no-store|no-cache|private", control):
        return behavior.min_ttl
    wanted = int(found[1]) if found else behavior.default_ttl
    return min(max(wanted, behavior.min_ttl), max(behavior.max_ttl, behavior.min_ttl))
