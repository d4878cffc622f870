"""Parts of API Gateway by themselves: token buckets and paths."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Barrier, BrokenBarrierError

from lambda_study.cloud.sources.api_paths import best
from lambda_study.cloud.sources.throttling import Throttles, TokenBucket

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_bucket_never_holds_more_than_its_burst():
    bucket = TokenBucket(rate=1, burst=2)
    assert bucket.takes(NOON)
    later = NOON + timedelta(minutes=1)
    assert [bucket.takes(later) for _ in range(3)] == [True, True, False]


class Awaited(tuple[float, float]):
    """A limit whose reader waits until another thread reads it too, and no longer than a moment."""

    both = Barrier(2)

    def __iter__(self) -> Iterator[float]:
        with suppress(BrokenBarrierError):
            self.both.wait(timeout=0.2)
        return super().__iter__()


def test_the_first_requests_at_once_share_one_bucket():
    throttles, limit = Throttles(), Awaited((1, 1))
    with ThreadPoolExecutor(2) as threads:
        taken = [threads.submit(throttles.take, ("photos", "prod"), limit, NOON) for _ in range(2)]
    assert sorted(each.result() for each in taken) == [False, True]


def test_a_parameter_goes_before_a_greedy_one():
    templates = ["/photos/{all+}", "/photos/{id}"]
    assert best(templates, "/photos/7") == ("/photos/{id}", {"id": "7"})
