"""Makes a thumbnail of each photo that comes in, and notes the photo in the album."""

import io
import os
from urllib.parse import unquote_plus

import boto3
from PIL import Image

SIZE = (128, 128)
s3 = boto3.client("s3")
dynamodb = boto3.client("dynamodb")


def handler(event, context):
    for record in event["Records"]:
        key = unquote_plus(record["s3"]["object"]["key"])
        photo = s3.get_object(Bucket=record["s3"]["bucket"]["name"], Key=key)["Body"].read()
        with Image.open(io.BytesIO(photo)) as image:
            width, height = image.size
            image.thumbnail(SIZE)
            small = io.BytesIO()
            image.convert("RGB").save(small, "JPEG")
        s3.put_object(
            Bucket=os.environ["THUMBNAILS"], Key=key, Body=small.getvalue(), ContentType="image/jpeg"
        )
        note(key, day=record["eventTime"][:10], width=width, height=height, bytes=len(photo))
        print(f"{key}: {width} x {height} -> {image.width} x {image.height}")


def note(key, **values):
    """Write the photo's row. The same event twice writes the same row: it may come twice."""
    member, _, name = key.partition("/")
    dynamodb.update_item(
        TableName=os.environ["ALBUM"],
        Key={"member": {"S": member}, "photo": {"S": name}},
        UpdateExpression="SET " + ", ".join(f"#{each} = :{each}" for each in values),
        ExpressionAttributeNames={f"#{each}": each for each in values},
        ExpressionAttributeValues={f":{each}": typed(value) for each, value in values.items()},
    )


def typed(value):
    return {"S": value} if isinstance(value, str) else {"N": str(value)}
