"""Counts in the album how often photos were looked at. A record that comes twice is counted twice."""

import base64
import json
import os
from collections import Counter

import boto3

dynamodb = boto3.client("dynamodb")


def handler(event, context):
    counts = Counter()
    for record in event["Records"]:
        seen = json.loads(base64.b64decode(record["kinesis"]["data"]))
        counts.update((seen["member"], photo) for photo in seen["photos"])
    for (member, photo), count in counts.items():
        dynamodb.update_item(
            TableName=os.environ["ALBUM"],
            Key={"member": {"S": member}, "photo": {"S": photo}},
            UpdateExpression="ADD looks :count",
            ExpressionAttributeValues={":count": {"N": str(count)}},
        )
