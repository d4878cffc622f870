"""Processes a batch of a queue and notes each message that is done. HOW is what it does about bad ones."""

import os
from pathlib import Path

HOW = os.environ.get("HOW", "raise")


def handler(event, context):
    failed = []
    for record in event["Records"]:
        if record["body"] != "bad":
            note(record["body"])
        elif HOW == "raise":
            raise ValueError("a bad message")
        elif HOW == "report":
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def note(body):
    with Path(os.environ["NOTES"]).open("a") as notes:
        notes.write(f'"{body}"\n')
