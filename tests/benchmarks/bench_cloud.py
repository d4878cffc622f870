"""What boto3 costs against the cloud: an invocation and an object, beside boto3 alone."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import boto3
from botocore.awsrequest import AWSResponse
from row import Row

from lambda_study.cloud import Cloud

BASICS = Path(__file__).parent.parent / "handlers" / "basics.py"
ROUNDS, RUNS = 10, 30
PAYLOAD = json.dumps({"k": "v", "n": 1}).encode()


class _Null:
    """The body of an answer, as botocore reads one."""

    def stream(self):
        yield b"null"

    def read(self, *_amount):
        return b"null"


def run() -> list[Row]:
    begun = time.perf_counter()
    with Cloud() as cloud:
        opened_s = time.perf_counter() - begun
        cloud.deploy(f"{BASICS}:echo", name="echo")
        through_http, unsent, s3 = boto3.client("lambda"), boto3.client("lambda"), boto3.client("s3")
        unsent.meta.events.register("before-send", _at_once)
        s3.create_bucket(Bucket="photos")
        invoke_ms, floor_ms, put_ms = medians_ms(
            lambda: through_http.invoke(FunctionName="echo", Payload=PAYLOAD)["Payload"].read(),
            lambda: unsent.invoke(FunctionName="echo", Payload=PAYLOAD),
            lambda: s3.put_object(Bucket="photos", Key="a.jpg", Body=PAYLOAD),
        )
    floor = "boto3 alone, answered at once"
    return [
        Row("boto3 invoke, warm, through HTTP", invoke_ms, "ms", bar=3.5, peer=floor_ms, peer_name=floor),
        Row("boto3 put_object", put_ms, "ms", peer=floor_ms, peer_name=floor),
        Row("open a cloud", opened_s, "s"),
    ]


def medians_ms(*calls: Callable[[], object]) -> list[float]:
    """The median of each call, in turns, so that all see the same machine."""
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(ROUNDS):
        for call, measured in zip(calls, times, strict=True):
            for _ in range(RUNS):
                begun = time.perf_counter()
                call()
                measured.append(time.perf_counter() - begun)
    return [1000 * statistics.median(measured) for measured in times]


def _at_once(request, **_context) -> AWSResponse:
    return AWSResponse(request.url, 200, {"Content-Length": "4"}, _Null())
