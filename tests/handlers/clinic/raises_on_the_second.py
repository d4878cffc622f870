import json

import boto3

sqs, table = boto3.client("sqs"), boto3.client("dynamodb")
bank = sqs.get_queue_url(QueueName="bank")["QueueUrl"]


def handler(event, context):
    for record in event["Records"]:
        table.put_item(
            TableName="paid",
            Item={"order": {"S": json.loads(record["body"])["order"]}},
            ConditionExpression="attribute_not_exists(#o)",
            ExpressionAttributeNames={"#o": "order"},
        )
        sqs.send_message(QueueUrl=bank, MessageBody=record["body"])
