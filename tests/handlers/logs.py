"""Handlers that log, and one that reads what a log subscription sends."""

import base64
import gzip
import json
import logging


def talk(event, context):
    for line in event.get("lines", []):
        print(line)
    if event.get("fail"):
        raise ValueError("no such photo")
    return context.log_stream_name


def log(event, context):
    logging.getLogger().info("looked at %s", event["photo"])
    logging.getLogger().warning("blurred: %s", event["photo"])


def unpack(event, context):
    data = json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))
    print("got", len(data["logEvents"]), "events")
    return data
