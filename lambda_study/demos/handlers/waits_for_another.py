"""Takes until another run is there too, at most 200 ms, and notes whether there was one: true or false."""

import os
import time
from pathlib import Path

here = Path(os.environ["FOLDER"])


def handler(event, context):
    mine = here / context.aws_request_id
    mine.touch()
    until = time.monotonic() + 0.2
    while len(list(here.iterdir())) < 2 and time.monotonic() < until:
        time.sleep(0.002)
    together = len(list(here.iterdir())) > 1
    with Path(os.environ["NOTES"]).open("a") as notes:
        notes.write(f"{str(together).lower()}\n")
    time.sleep(0.01)
    mine.unlink()
