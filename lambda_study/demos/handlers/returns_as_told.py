import json
import os
import time


def handler(event, context):
    time.sleep(float(os.environ.get("WAIT_S", "0")))
    return json.loads(os.environ["RESPONSE"])
