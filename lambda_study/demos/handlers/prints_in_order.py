"""Notes each order with its message group, and raises for one that is "bad"."""

import json
import os
from pathlib import Path


def handler(event, context):
    for record in event["Records"]:
        with Path(os.environ["NOTES"]).open("a") as notes:
            notes.write(json.dumps([record["attributes"]["MessageGroupId"], record["body"]]) + "\n")
        if record["body"] == "bad":
            raise ValueError("this order cannot be printed")
