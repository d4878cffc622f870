"""Parts of API Gateway by themselves: token buckets and paths."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from lambda_study.cloud.sources.api_paths import best
from lambda_study.cloud.sources.throttling import Throttles, TokenBucket

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_bucket_never_holds_more_than_its_burst():
    bucket = TokenBucket(rate=1, burst=2)
    assert bucket.takes(NOON)
    later = NOON + timedelta(minutes=1)
    assert [bucket.takes(later) for _ in range(3)] == [True, True, False]


@pytest.fixture
def hasty() -> Iterator[None]:
    """Threads take turns as often as they can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("hasty")
def test_the_first_requests_at_once_share_one_bucket():
    def take(throttles: Throttles, together: Barrier) -> bool:
        together.wait()
        return throttles.take(("photos", "prod"), (1, 1), NOON)

    with ThreadPoolExecutor(8) as threads:
        for _ in range(300):
            throttles, together = Throttles(), Barrier(8)
            taken = [threads.submit(take, throttles, together) for _ in range(8)]
            assert sum(each.result() for each in taken) == 1


def test_a_parameter_goes_before_a_greedy_one():
    templates = ["/photos/{all+}", "/photos/{id}"]
    assert best(templates, "/photos/7") == ("/photos/{id}", {"id": "7"})
