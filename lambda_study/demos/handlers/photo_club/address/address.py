"""Gives a member the address to which one photo may be put, for five minutes."""

import json
import os

import boto3
from botocore.config import Config

s3 = boto3.client("s3", config=Config(signature_version="s3v4"))
VALID_S = 300


def handler(event, context):
    member = event["requestContext"]["authorizer"]["jwt"]["claims"]["cognito:username"]
    name = name_in(event)
    if not name or "/" in name:
        return answer(400, {"message": 'Give the name of a photo, as {"name": "swan.jpg"}.'})
    photo = {"Bucket": os.environ["PHOTOS"], "Key": f"{member}/{name}"}
    return answer(201, {"put": s3.generate_presigned_url("put_object", Params=photo, ExpiresIn=VALID_S)})


def name_in(event):
    try:
        given = json.loads(event["body"])["name"]
    except (KeyError, TypeError, ValueError):
        return ""
    return given if isinstance(given, str) else ""


def answer(status, content):
    return {
        "statusCode": status,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps(content),
    }
