"""Writes each event it gets into the file that NOTES names. With FAIL set, it raises after that."""

import json
import os
from pathlib import Path


def handler(event, context):
    with Path(os.environ["NOTES"]).open("a") as notes:
        notes.write(json.dumps(event) + "\n")
    if "FAIL" in os.environ:
        raise ValueError("told to fail")
