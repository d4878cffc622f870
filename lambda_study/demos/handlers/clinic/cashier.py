import json

import boto3

sqs, table = boto3.client("sqs"), boto3.client("dynamodb")
bank = sqs.get_queue_url(QueueName="bank")["QueueUrl"]


def handler(event, context):
    for record in event["Records"]:
        order = json.loads(record["body"])
        table.put_item(TableName="paid", Item={"order": {"S": order["order"]}})
        sqs.send_message(QueueUrl=bank, MessageBody=record["body"])
        print("charged", order["order"])
