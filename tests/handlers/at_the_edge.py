"""Functions at the edge of a distribution."""

import json


def record_of(event):
    print(json.dumps(event))
    return event["Records"][0]["cf"]


def send_home(event, context):
    """Answer for the old address, and let all others pass."""
    request = record_of(event)["request"]
    if request["uri"] == "/old":
        location = [{"key": "Location", "value": "/new.html"}]
        return {"status": "302", "statusDescription": "Found", "headers": {"location": location}}
    return request


def small_for_phones(event, context):
    request = record_of(event)["request"]
    agent = request["headers"].get("user-agent", [{"value": ""}])[0]["value"]
    if "Phone" in agent:
        request["uri"] = f"/small{request['uri']}"
    return request


def index_of_folders(event, context):
    request = record_of(event)["request"]
    if request["uri"].endswith("/"):
        request["uri"] += "index.html"
    if request["uri"] == "/status":
        return {"status": 200, "headers": {}, "body": "open"}
    return request


def keep_a_minute(event, context):
    response = record_of(event)["response"]
    response["headers"]["cache-control"] = [{"key": "Cache-Control", "value": "max-age=60"}]
    return response


def strict(event, context):
    response = record_of(event)["response"]
    response["headers"]["strict-transport-security"] = [
        {"key": "Strict-Transport-Security", "value": "max-age=63072000"}
    ]
    return response


def another_status(event, context):
    response = record_of(event)["response"]
    response["status"] = "404"
    return response


def too_much(event, context):
    record_of(event)
    return {"status": "200", "body": "x" * 50_000}


def fail(event, context):
    raise ValueError("no")


def nothing(event, context):
    record_of(event)


def forbidden_header(event, context):
    request = record_of(event)["request"]
    request["headers"]["x-cache"] = [{"key": "X-Cache", "value": "mine"}]
    return request


def read_body(event, context):
    return {"status": "200", "body": json.dumps(record_of(event)["request"]["body"])}


def two_headers_in_one(event, context):
    value = [{"value": "a\r\nSet-Cookie: eve=1"}]
    return {"status": "200", "headers": {"x-club": value}}


def wrong_length(event, context):
    return {"status": "200", "headers": {"content-length": [{"value": "7000"}]}, "body": "short"}


def another_origin(event, context):
    """Name an origin in a form that is none, which the path of the request says."""
    request = record_of(event)["request"]
    request["origin"] = {"/text": "photos", "/none": None}.get(request["uri"], {"s3": "photos"})
    return request


def query_of_numbers(event, context):
    request = record_of(event)["request"]
    request["querystring"] = {"page": 1}
    return request


def forbidden_answer(event, context):
    """Generate a response, or change one, with a header that is CloudFront's own."""
    response = record_of(event).get("response", {"status": "200", "headers": {}})
    response["headers"]["x-edge-location"] = [{"key": "X-Edge-Location", "value": "here"}]
    return response
