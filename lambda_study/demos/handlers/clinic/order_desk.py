import os

KEY = os.environ["PRINTER_KEY"]


def handler(event, context):
    request = {"order": event["order"], "key": KEY}
    print("asks the printer", request)
    return {"order": event["order"], "accepted": True}
