import os


def handler(event, context):
    request = {"order": event["order"], "key": os.environ["PRINTER_KEY"]}
    print("asks the printer", request)
    return {"order": event["order"], "accepted": True}
