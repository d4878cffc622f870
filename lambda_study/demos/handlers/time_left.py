"""Looks for the time that is left of an invocation.

With `note` (a file) in the event it runs into its timeout, and writes the file if that raises anything.
"""

import os
import time
from pathlib import Path


def handler(event, context):
    if "note" in event:
        wait_for_an_exception(Path(event["note"]))
    places = {
        "event": "deadline" in event,
        "environment variable": any("TIMEOUT" in name for name in os.environ),
        "context": context.get_remaining_time_in_millis() > 0,
    }
    return [place for place, there in places.items() if there]


def wait_for_an_exception(note):
    try:
        while True:
            time.sleep(60)
    except BaseException as error:
        note.write_text(repr(error))
        raise
    finally:
        note.with_suffix(".finally").touch()
