"""Counts the changes of a photo in the photo itself, so that each run causes another change."""

import os

import boto3

dynamodb = boto3.client("dynamodb")


def handler(event, context):
    for record in event["Records"]:
        dynamodb.update_item(
            TableName=os.environ["TABLE"],
            Key=record["dynamodb"]["Keys"],
            UpdateExpression="ADD changes :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )
