"""Tries several ways to read the log events that a subscription sends, and returns those that succeed."""

import base64
import gzip
import json

WAYS = {
    "JSON": lambda data: json.loads(data),
    "base64, JSON": lambda data: json.loads(base64.b64decode(data)),
    "gzip, base64, JSON": lambda data: json.loads(base64.b64decode(gzip.decompress(data.encode()))),
    "base64, gzip, JSON": lambda data: json.loads(gzip.decompress(base64.b64decode(data))),
}


def handler(event, context):
    return [name for name, read in WAYS.items() if succeeds(read, event["awslogs"]["data"])]


def succeeds(read, data):
    try:
        return "logEvents" in read(data)
    except (ValueError, OSError):
        return False
