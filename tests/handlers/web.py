"""Handlers of requests over HTTP."""

import json
import time
from pathlib import Path


def echo(event, context):
    return {"statusCode": 200, "body": json.dumps(event)}


def as_told(event, context):
    """Return what the query, or the body, says."""
    return json.loads(event["body"])


def slow(event, context):
    time.sleep(1)
    return {"statusCode": 200}


def fails(event, context):
    raise RuntimeError("no photo")


def waits(event, context):
    """Tell that it runs, and do not end."""
    Path(event["queryStringParameters"]["begun"]).touch()
    time.sleep(60)


def page(event, context):
    """A page that asks its own API for the rest."""
    if event["rawPath"].endswith("/name"):
        return {"name": "swan"}
    html = """<!doctype html><title>Photo club</title><h1>...</h1>
    <script>fetch("name").then(r => r.json()).then(d => document.querySelector("h1").textContent = d.name)
    </script>"""
    return {"statusCode": 200, "headers": {"Content-Type": "text/html; charset=utf-8"}, "body": html}
