"""Handlers of requests over HTTP."""

import json
import time


def echo(event, context):
    return {"statusCode": 200, "body": json.dumps(event)}


def as_told(event, context):
    """Return what the query, or the body, says."""
    return json.loads(event["body"])


def slow(event, context):
    time.sleep(1)
    return {"statusCode": 200}


def fails(event, context):
    raise RuntimeError("no photo")
