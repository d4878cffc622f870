"""Notes the number in the event and invokes itself with the next lower one, down to 1."""

import json
import os
from pathlib import Path

import boto3

lambda_client = boto3.client("lambda")


def handler(event, context):
    with Path(os.environ["NOTES"]).open("a") as notes:
        notes.write(f"{event['left']}\n")
    if event["left"] > 1:
        again = json.dumps({"left": event["left"] - 1})
        lambda_client.invoke(FunctionName=context.function_name, InvocationType="Event", Payload=again)
