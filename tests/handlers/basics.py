"""Handlers as a learner writes them, for tests of the cloud."""

import time
from pathlib import Path

import boto3


def echo(event, context):
    return event


def put_number(event, context):
    boto3.client("s3").put_object(Bucket="numbers", Key=str(event["n"]), Body=b"x")


def fail(event, context):
    raise ValueError(f"no {event}")


def wait(event, context):
    """Tell that it has begun, and wait for a file."""
    Path(event["begun"]).touch()
    while not Path(event["until"]).exists():
        time.sleep(0.005)
