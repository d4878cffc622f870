"""A function at the edge of a distribution. It returns what it got, with a header on a response."""


def handler(event, context):
    cf = event["Records"][0]["cf"]
    if "response" not in cf:
        return cf["request"]
    entry = {"key": "X-Club", "value": "photos"}
    cf["response"]["headers"]["x-club"] = [entry]
    return cf["response"]
