"""Writes one newsletter about all the news that a batch brings."""

import json
import os

import boto3

s3 = boto3.client("s3")


def handler(event, context):
    news = [json.loads(record["body"]) for record in event["Records"]]
    lines = sorted(f"{each['member']} shows {each['photo']}." for each in news)
    name = f"newsletters/{event['Records'][0]['messageId']}.txt"
    s3.put_object(Bucket=os.environ["OFFICE"], Key=name, Body="\n".join(lines))
    print(f"news of {len(lines)}")
