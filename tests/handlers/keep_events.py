"""Writes every event that it gets as a line of JSON; an event that asks for it fails."""

import json
import os
from pathlib import Path


def handler(event, context):
    with Path(os.environ["EVENTS_FILE"]).open("a") as file:
        file.write(json.dumps(event) + "\n")
    if isinstance(event, dict) and event.get("fail"):
        raise ValueError("told to fail")
