"""Processes orders one by one; "bad" can be processed from its third receive on. HOW is what it reports."""

import os
from pathlib import Path

HOW = os.environ["HOW"]


def handler(event, context):
    failed = []
    for record in event["Records"]:
        if failed and HOW == "stop":
            failed.append(record)
        elif is_bad(record):
            failed.append(record)
            if HOW == "raise":
                raise ValueError("a bad order")
        else:
            note(record["body"])
    if HOW == "swallow":
        return None
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in failed]}


def is_bad(record):
    return record["body"] == "bad" and int(record["attributes"]["ApproximateReceiveCount"]) < 3


def note(body):
    with Path(os.environ["NOTES"]).open("a") as notes:
        notes.write(f'"{body}"\n')
