PRICES = {"A4": 3, "A3": 5, "A2": 9}


def handler(event, context):
    return {"usd": PRICES[event["size"]]}
