"""Writes at night what the day before has brought to the album."""

import json
import os
from collections import Counter
from datetime import datetime, timedelta

import boto3

dynamodb = boto3.client("dynamodb")
s3 = boto3.client("s3")


def handler(event, context):
    night = datetime.fromisoformat(event["time"].replace("Z", "+00:00"))
    day = f"{night - timedelta(days=1):%Y-%m-%d}"
    rows = list(rows_of(day))
    report = {
        "day": day,
        "photos": len(rows),
        "members": dict(Counter(row["member"]["S"] for row in rows)),
        "bytes": sum(int(row["bytes"]["N"]) for row in rows),
    }
    s3.put_object(Bucket=os.environ["OFFICE"], Key=f"reports/{day}.json", Body=json.dumps(report))
    print(json.dumps(report))
    return report


def rows_of(day):
    pages = dynamodb.get_paginator("query").paginate(
        TableName=os.environ["ALBUM"],
        IndexName="by_day",
        KeyConditionExpression="#day = :day",
        ExpressionAttributeNames={"#day": "day"},
        ExpressionAttributeValues={":day": {"S": day}},
    )
    return (row for page in pages for row in page["Items"])
