"""A worker for a queue: notes what it gets, and fails for a body that begins with "bad"."""

import json
import os
from pathlib import Path


def handler(event, context):
    records = event["Records"]
    with Path(os.environ["SEEN"]).open("a", encoding="utf-8") as seen:
        seen.write(json.dumps([record["body"] for record in records]) + "\n")
    bad = [record["messageId"] for record in records if record["body"].startswith("bad")]
    if os.environ.get("REPORTS"):
        return {"batchItemFailures": [{"itemIdentifier": each} for each in bad]}
    if bad:
        raise ValueError("a bad message")
    return "ok"
