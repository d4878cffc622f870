"""Reads records of a stream and notes the batches. HOW is what it does about a record that says "bad"."""

import base64
import json
import os
from pathlib import Path

HOW = os.environ.get("HOW", "raise")


def handler(event, context):
    records = [record["kinesis"] for record in event["Records"]]
    texts = [base64.b64decode(record["data"]).decode() for record in records]
    with Path(os.environ["NOTES"]).open("a") as notes:
        notes.write(json.dumps(texts) + "\n")
    if "bad" in texts and HOW == "raise":
        raise ValueError("a bad record")
    return {"batchItemFailures": [{"itemIdentifier": number} for number in bad_ones(records, texts)]}


def bad_ones(records, texts):
    return [record["sequenceNumber"] for record, text in zip(records, texts, strict=True) if text == "bad"]
