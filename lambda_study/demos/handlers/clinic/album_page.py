PHOTOS = {"2026": ["swan.jpg", "owl.jpg", "heron.jpg"]}


def handler(event, context):
    year = event["queryStringParameters"]["year"]
    print("asked for", year)
    return {"statusCode": 200, "body": PHOTOS[year]}
