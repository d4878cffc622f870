"""Notes what it gets of a stream; fails for BAD, or reports the first such record if it is told to."""

import base64
import json
import os
from pathlib import Path


def text_of(record):
    if "kinesis" in record:
        return base64.b64decode(record["kinesis"]["data"]).decode()
    change = record["dynamodb"]
    return record["eventName"] + " " + change["Keys"]["Id"]["N"]


def number_of(record):
    kinesis = record.get("kinesis")
    return kinesis["sequenceNumber"] if kinesis else record["dynamodb"]["SequenceNumber"]


def handler(event, context):
    texts = [text_of(record) for record in event["Records"]]
    with Path(os.environ["SEEN"]).open("a", encoding="utf-8") as file:
        file.write(json.dumps({"texts": texts, "event": event}) + "\n")
    bad = [record for record in event["Records"] if os.environ.get("BAD", "bad") in text_of(record)]
    if bad and "REPORTS" in os.environ:
        return {"batchItemFailures": [{"itemIdentifier": number_of(record)} for record in bad]}
    if bad:
        raise ValueError("bad record")
    return None
