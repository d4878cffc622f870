import json

import boto3
from botocore.exceptions import ClientError

sqs, table = boto3.client("sqs"), boto3.client("dynamodb")
bank = sqs.get_queue_url(QueueName="bank")["QueueUrl"]


def handler(event, context):
    for record in event["Records"]:
        order = json.loads(record["body"])["order"]
        try:
            table.update_item(
                TableName="paid",
                Key={"order": {"S": order}},
                UpdateExpression="SET #p = :yes",
                ConditionExpression="attribute_not_exists(#p)",
                ExpressionAttributeNames={"#p": "charged"},
                ExpressionAttributeValues={":yes": {"BOOL": True}},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
        else:
            sqs.send_message(QueueUrl=bank, MessageBody=record["body"])
