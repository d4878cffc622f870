"""A function at the edge of a distribution that wants to hide a page."""


def handler(event, context):
    response = event["Records"][0]["cf"]["response"]
    response["status"] = "404"
    return response
