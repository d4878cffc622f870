"""Returns what it finds of earlier invocations and leaves a count and a file; hangs if told to."""

import tempfile
import time
from pathlib import Path

count = 0


def handler(event, context):
    global count
    file = Path(tempfile.gettempdir(), "partial-results")  # /tmp on AWS
    found = {"count": count > 0, "file": file.exists()}
    count += 1
    file.touch()
    while event.get("hang"):
        time.sleep(60)
    return [name for name, there in found.items() if there]
