"""Counts the thumbnails of the day before, and writes a report about them."""

import json
from datetime import datetime, timedelta

import boto3

dynamodb = boto3.client("dynamodb")
s3 = boto3.client("s3")


def handler(event, context):
    night = datetime.fromisoformat(event["time"])
    day = f"{night - timedelta(days=1):%Y-%m-%d}"
    found = dynamodb.query(
        TableName="thumbnails",
        Select="COUNT",
        KeyConditionExpression="taken = :day",
        ExpressionAttributeValues={":day": {"S": day}},
    )
    report = {"day": day, "thumbnails": found["Count"]}
    s3.put_object(Bucket="reports", Key=f"{day}.json", Body=json.dumps(report))
    return report
