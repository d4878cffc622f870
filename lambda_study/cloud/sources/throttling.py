"""How many requests an API takes: a token bucket."""

from __future__ import annotations

import threading
from datetime import datetime


class TokenBucket:
    """Takes RATE requests a second, and at most BURST at once.

    >>> from datetime import UTC, timedelta
    >>> noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    >>> bucket = TokenBucket(rate=1, burst=2)
    >>> [bucket.takes(noon) for _ in range(3)], bucket.takes(noon + timedelta(seconds=1))
    ([True, True, False], True)

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
    (read 2026-11-23).
    """

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._tokens = burst
        self._at: datetime | None = None
        self._lock = threading.Lock()

    def takes(self, now: datetime) -> bool:
        """Whether a request of NOW is taken."""
        with self._lock:
            passed = (now - self._at).total_seconds() if self._at else 0.0
            self._tokens = min(self._burst, self._tokens + passed * self._rate)
            self._at = now
            if self._tokens < 1:
                return False
            self._tokens -= 1
            return True


class Throttles:
    """The buckets of all stages, each by its key; a changed limit is a new bucket."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[str, ...], tuple[tuple[float, float], TokenBucket]] = {}
        self._lock = threading.Lock()

    def take(self, key: tuple[str, ...], limit: tuple[float, float] | None, now: datetime) -> bool:
        """Whether a request is taken by the bucket of KEY; without a LIMIT it is."""
        if limit is None:
            return True
        with self._lock:  # so that clients at once share one bucket
            kept = self._buckets.get(key)
            if kept is None or kept[0] != limit:
                kept = self._buckets[key] = (limit, TokenBucket(*limit))
        return kept[1].takes(now)
