"""Tells a topic of each photo that is new in the album."""

import json
import os

import boto3

sns = boto3.client("sns")


def handler(event, context):
    for record in event["Records"]:
        row = record["dynamodb"]["NewImage"]
        news = {"member": row["member"]["S"], "photo": row["photo"]["S"]}
        sns.publish(TopicArn=os.environ["NEWS"], Subject="A new photo", Message=json.dumps(news))
