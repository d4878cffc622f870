"""Takes 20 ms to import and 20 ms in each invocation."""

import time

time.sleep(0.02)


def handler(event, context):
    time.sleep(0.02)
