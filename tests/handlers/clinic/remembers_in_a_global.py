import json

import boto3

sqs = boto3.client("sqs")
bank = sqs.get_queue_url(QueueName="bank")["QueueUrl"]
paid = set()


def handler(event, context):
    for record in event["Records"]:
        order = json.loads(record["body"])["order"]
        if order not in paid:
            paid.add(order)
            sqs.send_message(QueueUrl=bank, MessageBody=record["body"])
