def handler(event, context):
    return {"order": event["order"], "accepted": True}
