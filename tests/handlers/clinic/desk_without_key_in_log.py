def handler(event, context):
    print("asks the printer", event["order"])
    return {"order": event["order"], "accepted": True}
