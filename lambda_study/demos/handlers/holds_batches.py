"""Notes that a batch has begun, and ends once the file GO is there."""

import os
import time
from pathlib import Path


def handler(event, context):
    with Path(os.environ["NOTES"]).open("a") as notes:
        notes.write('"begun"\n')
    while not Path(os.environ["GO"]).exists():
        time.sleep(0.005)
