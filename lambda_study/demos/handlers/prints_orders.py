"""Prints orders: 20 ms to wake the printer up, 2 ms for each order. It notes when each was sent."""

import json
import os
import time
from pathlib import Path


def handler(event, context):
    time.sleep(0.02)
    sent = []
    for record in event["Records"]:
        time.sleep(0.002)
        sent.append(int(record["attributes"]["SentTimestamp"]))
    with Path(os.environ["NOTES"]).open("a") as notes:
        notes.write(json.dumps(sent) + "\n")
