"""Tables of DynamoDB in one line of a demo."""

from __future__ import annotations

import boto3
from botocore.exceptions import ClientError


def make_keyed_table(name: str, **keys: str) -> None:
    """Make a table with KEYS of text, such as photo="HASH"; one of this name that is there stays."""
    try:
        boto3.client("dynamodb").create_table(
            TableName=name,
            KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys.items()],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
            BillingMode="PAY_PER_REQUEST",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceInUseException":
            raise
