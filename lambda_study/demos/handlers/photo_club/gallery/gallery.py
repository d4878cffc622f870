"""Lists the photos of the member who asks, and notes that they were looked at."""

import json
import os
from urllib.parse import quote

import boto3

dynamodb = boto3.client("dynamodb")
kinesis = boto3.client("kinesis")


def handler(event, context):
    member = event["requestContext"]["authorizer"]["jwt"]["claims"]["cognito:username"]
    photos = [shown(row) for row in rows_of(member)]
    if photos:
        looks = {"member": member, "photos": [each["photo"] for each in photos]}
        kinesis.put_record(
            StreamName=os.environ["LOOKS"], PartitionKey=member, Data=json.dumps(looks).encode()
        )
    return {
        "statusCode": 200,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps({"photos": photos}),
    }


def rows_of(member):
    pages = dynamodb.get_paginator("query").paginate(
        TableName=os.environ["ALBUM"],
        KeyConditionExpression="#member = :member",
        ExpressionAttributeNames={"#member": "member"},
        ExpressionAttributeValues={":member": {"S": member}},
    )
    return (row for page in pages for row in page["Items"])


def shown(row):
    numbers = {name: int(row[name]["N"]) for name in ("width", "height", "looks") if name in row}
    key = f"{row['member']['S']}/{row['photo']['S']}"
    return {"photo": row["photo"]["S"], "thumbnail": f"/{quote(key)}", **numbers}
