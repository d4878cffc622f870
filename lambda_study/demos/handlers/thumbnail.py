"""Makes a thumbnail of each photo that is uploaded, and notes the photo in a table."""

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
        bucket = record["s3"]["bucket"]["name"]
        key = unquote_plus(record["s3"]["object"]["key"])
        make_thumbnail(bucket, key)


def make_thumbnail(bucket, key):
    photo = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    with Image.open(io.BytesIO(photo)) as image:
        width, height = image.size
        image.thumbnail(SIZE)
        small = io.BytesIO()
        image.convert("RGB").save(small, "JPEG")
    s3.put_object(Bucket=os.environ["THUMBNAILS"], Key=key, Body=small.getvalue(), ContentType="image/jpeg")
    dynamodb.put_item(
        TableName=os.environ["TABLE"],
        Item={
            "photo": {"S": key},
            "width": {"N": str(width)},
            "height": {"N": str(height)},
            "bytes": {"N": str(len(photo))},
        },
    )
    print(f"{key}: {width} x {height} -> {image.width} x {image.height}")
