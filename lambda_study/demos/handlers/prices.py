"""What prints cost; with the variable BROKEN it asks for a field that callers do not send."""

import os


def handler(event, context):
    if "BROKEN" in os.environ:
        return {"price": 2 * event["prints"] * event["members"]}
    return {"price": 2 * event["prints"]}
