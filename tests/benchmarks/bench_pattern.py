"""How long an event pattern takes to match an event that AWS sends, and to be read."""

from __future__ import annotations

import timeit

from row import Row

from lambda_study.model.event_pattern import parse

EVENT = {
    "version": "0",
    "id": "7bf73129-1428-4cd3-a780-95db273d1602",
    "detail-type": "Object Created",
    "source": "aws.s3",
    "account": "123456789012",
    "time": "2026-11-23T10:00:00Z",
    "region": "us-east-1",
    "resources": ["arn:aws:s3:::photos"],
    "detail": {
        "version": "0",
        "bucket": {"name": "photos"},
        "object": {"key": "club/cat.png", "size": 1048576, "etag": "b1946ac92492d2347c6235b4d2611184"},
        "requester": "123456789012",
        "source-ip-address": "10.0.0.77",
        "labels": [{"name": "dog", "confidence": 71.5}, {"name": "cat", "confidence": 98.25}],
    },
}
PATTERNS: dict[str, dict[str, object]] = {
    "source and type": {"source": ["aws.s3"], "detail-type": ["Object Created"]},
    "suffix and numeric": {
        "source": ["aws.s3"],
        "detail": {"object": {"key": [{"suffix": ".png"}], "size": [{"numeric": [">", 0, "<=", 5e6]}]}},
    },
    "objects in an array": {
        "detail": {"labels": {"name": ["cat"], "confidence": [{"numeric": [">=", 90]}]}},
    },
    "every operator": {
        "source": [{"prefix": "aws."}],
        "detail": {
            "bucket": {"name": [{"equals-ignore-case": "PHOTOS"}]},
            "object": {"key": [{"wildcard": "*/*.png"}], "etag": [{"anything-but": {"prefix": "c"}}]},
            "source-ip-address": [{"cidr": "10.0.0.0/24"}],
            "reason": [{"exists": False}],
            "$or": [{"requester": ["none"]}, {"version": ["0"]}],
        },
    },
}
RUNS, REPEATS = 300, 15


def run() -> list[Row]:
    rows = []
    for name, pattern in PATTERNS.items():
        ready = parse(pattern)
        assert ready.matches(EVENT), name
        rows.append(
            Row(f"event pattern: {name}", best_us(lambda ready=ready: ready.matches(EVENT)), "us", bar=30)
        )
    reading = best_us(lambda: parse(PATTERNS["suffix and numeric"]))
    return [*rows, Row("event pattern: read one", reading, "us", bar=100)]


def best_us(work: object) -> float:
    """The best mean of REPEATS rounds; the machine's other work only adds."""
    return 1e6 * min(timeit.repeat(work, number=RUNS, repeat=REPEATS)) / RUNS  # type: ignore[call-overload]
