import base64
import json

import boto3

sqs = boto3.client("sqs")
bad_likes = sqs.get_queue_url(QueueName="bad-likes")["QueueUrl"]


def handler(event, context):
    for record in event["Records"]:
        text = base64.b64decode(record["kinesis"]["data"]).decode()
        try:
            print("counted", json.loads(text)["photo"])
        except ValueError:
            sqs.send_message(QueueUrl=bad_likes, MessageBody=text)
