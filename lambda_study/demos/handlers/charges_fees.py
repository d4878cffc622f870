"""Charges a fee of 30 euros in the way that the event names, and fails in its first run where it says so."""

import boto3
from botocore.exceptions import ClientError

dynamodb = boto3.client("dynamodb")


def handler(event, context):
    WAYS[event["way"]](event, First(event["order"]))


class First:
    """Raises at a place, if this is the first run for an order."""

    def __init__(self, order):
        changed = dynamodb.update_item(
            TableName="bank",
            Key={"member": {"S": f"runs of {order}"}},
            UpdateExpression="ADD euros :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
            ReturnValues="UPDATED_NEW",
        )
        self.is_first = changed["Attributes"]["euros"] == {"N": "1"}

    def fails(self, event, place):
        if self.is_first and event["fails"] == place:
            raise ConnectionError(f"failed {place}")


def charge(event, first):
    first.fails(event, "before the charge")
    dynamodb.update_item(**fee(event))
    first.fails(event, "after the charge")


def mark_then_charge(event, first):
    if accepted(dynamodb.put_item, **mark(event)):
        charge(event, first)


def charge_then_mark(event, first):
    if "Item" not in dynamodb.get_item(TableName="orders", Key={"id": {"S": event["order"]}}):
        charge(event, first)
        dynamodb.put_item(**mark(event))


def both_at_once(event, first):
    first.fails(event, "before the charge")
    accepted(dynamodb.transact_write_items, TransactItems=[{"Put": mark(event)}, {"Update": fee(event)}])
    first.fails(event, "after the charge")


def accepted(write, **parameters):
    """Whether a conditional write was made: False if the order is there already."""
    try:
        write(**parameters)
    except ClientError as error:
        if error.response["Error"]["Code"] not in REFUSALS:
            raise
        return False
    return True


def mark(event):
    return {
        "TableName": "orders",
        "Item": {"id": {"S": event["order"]}},
        "ConditionExpression": "attribute_not_exists(id)",
    }


def fee(event):
    return {
        "TableName": "bank",
        "Key": {"member": {"S": event["order"]}},
        "UpdateExpression": "ADD euros :fee",
        "ExpressionAttributeValues": {":fee": {"N": "30"}},
    }


REFUSALS = ("ConditionalCheckFailedException", "TransactionCanceledException")
WAYS = {
    "charge": charge,
    "mark, then charge": mark_then_charge,
    "charge, then mark": charge_then_mark,
    "both in one transaction": both_at_once,
}
