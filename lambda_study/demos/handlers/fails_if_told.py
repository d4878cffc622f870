"""Takes 20 ms to import and 20 ms in each invocation, which fails where the variable FAIL is set."""

import os
import time

time.sleep(0.02)


def handler(event, context):
    time.sleep(0.02)
    if "FAIL" in os.environ:
        raise RuntimeError("told to fail")
