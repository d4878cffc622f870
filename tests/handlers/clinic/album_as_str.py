def handler(event, context):
    return {"statusCode": 200, "body": str(["swan.jpg", "owl.jpg", "heron.jpg"])}
