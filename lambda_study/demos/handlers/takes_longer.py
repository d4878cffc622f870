"""Notes each message, and takes as long for a batch as the variable TAKES_S says."""

import json
import os
import time
from pathlib import Path


def handler(event, context):
    with Path(os.environ["NOTES"]).open("a") as notes:
        for record in event["Records"]:
            notes.write(json.dumps(record["body"]) + "\n")
    if event["Records"]:
        time.sleep(float(os.environ["TAKES_S"]))
