"""Books the order in the event, unless it is booked already. The event's `way` says how that is found out."""

import os
from pathlib import Path

import boto3
from botocore.exceptions import ClientError

dynamodb = boto3.client("dynamodb")
seen = set()


def handler(event, context):
    order, way = event["order"], event["way"]
    known = {
        "global variable": lambda: order in seen,
        "request id": lambda: not is_new(context.aws_request_id),
        "order number": lambda: not is_new(order),
        "order number, unconditional": lambda: False,
    }
    if known[way]():
        return
    seen.add(order)
    with Path(os.environ["NOTES"]).open("a") as notes:
        notes.write(f'"{order}"\n')
    dynamodb.put_item(TableName="orders", Item={"id": {"S": f"booked {order}"}})


def is_new(id):
    try:
        dynamodb.put_item(
            TableName="orders",
            Item={"id": {"S": id}},
            ConditionExpression="attribute_not_exists(id)",
        )
    except ClientError:
        return False
    return True
