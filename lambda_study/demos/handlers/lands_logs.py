"""Stores each batch of log events that a subscription sends as one object of the bucket archive."""

import base64
import gzip
import json

import boto3

s3 = boto3.client("s3")


def handler(event, context):
    batch = json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))
    lines = [each["message"] for each in batch["logEvents"]]
    s3.put_object(Bucket="archive", Key=batch["logEvents"][0]["id"], Body="\n".join(lines).encode())
    return batch
