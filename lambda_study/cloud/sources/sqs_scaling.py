"""How many batches of one queue Lambda works on at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from lambda_study.facts import fact

_STEP = timedelta(seconds=1)


class Scaling:
    """The concurrency of one mapping: it grows while messages wait, and falls back when none does.

    A standard queue begins with 5 batches at a time and gets up to 300 more a minute, up to 1,250. A FIFO
    queue has one batch for each message group that is active. A MAXIMUM_CONCURRENCY bounds both.

    Unlike AWS: the growth is even, five each second, and does not slow down after errors; how AWS does both
    is not documented.

    >>> from datetime import UTC
    >>> eight = datetime(2026, 11, 23, 8, tzinfo=UTC)
    >>> scaling = Scaling()
    >>> scaling.allowed(eight)
    5
    >>> scaling.crowded(eight)
    >>> scaling.allowed(eight + timedelta(minutes=1))
    305

    Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html (read 2026-11-23).
    """

    def __init__(self, maximum_concurrency: int | None = None, fifo: bool = False) -> None:
        rule = fact("sqs.scaling").value
        self._most: int = min(maximum_concurrency or rule["max"], rule["max"])
        self._first: int = self._most if fifo else min(rule["start"], self._most)
        self._each_second: int = rule["per_minute"] // 60
        self._crowded_since: datetime | None = None

    def allowed(self, now: datetime) -> int:
        """Return how many batches may be worked on at a time."""
        if self._crowded_since is None:
            return self._first
        seconds = int((now - self._crowded_since).total_seconds())
        return min(self._most, self._first + seconds * self._each_second)

    def crowded(self, now: datetime) -> None:
        """Tell that messages wait although all that is allowed runs."""
        self._crowded_since = self._crowded_since or now

    def quiet(self) -> None:
        """Tell that no message waits."""
        self._crowded_since = None

    def grows_at(self, now: datetime) -> datetime | None:
        """Return when more will be allowed, None if that is all."""
        return now + _STEP if self.allowed(now) < self._most else None
