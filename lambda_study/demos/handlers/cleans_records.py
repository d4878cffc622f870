"""Turns each look of a stream, such as "swan.jpg DE", into JSON, and writes it into the stream TARGET."""

import base64
import json
import os

import boto3

kinesis = boto3.client("kinesis")


def handler(event, context):
    texts = [base64.b64decode(record["kinesis"]["data"]).decode() for record in event["Records"]]
    looks = [text.split() for text in texts]
    records = [
        {"Data": json.dumps({"photo": photo, "country": country}), "PartitionKey": photo}
        for photo, country in looks
    ]
    answer = kinesis.put_records(StreamName=os.environ["TARGET"], Records=records)
    if answer["FailedRecordCount"]:
        raise RuntimeError("not all was written")
