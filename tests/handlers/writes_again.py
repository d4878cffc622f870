"""The recursion trap: writes to where its events come from, up to MOST times in a chain.

SEND names the way: s3, sns, sqs or lambda.
"""

import os

import boto3

CLIENT = boto3.client(os.environ["SEND"])
TARGET = os.environ["TARGET"]


def handler(event, context):
    runs = int(os.environ["_X_AMZN_TRACE_ID"].rpartition(":")[2])
    if runs >= int(os.environ.get("MOST", "99")):
        return
    if os.environ["SEND"] == "s3":
        CLIENT.put_object(Bucket=TARGET, Key=f"{context.aws_request_id}.txt", Body=b"again")
    elif os.environ["SEND"] == "sns":
        CLIENT.publish(TopicArn=TARGET, Message="again")
    elif os.environ["SEND"] == "lambda":
        CLIENT.invoke(FunctionName=TARGET, InvocationType="Event", Payload="{}")
    else:
        CLIENT.send_message(QueueUrl=TARGET, MessageBody="again")
