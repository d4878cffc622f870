"""Makes a thumbnail of each photo it is notified of, and notes which requests it sends for that.

A photo's metadata may name the bucket of its thumbnail and a naming; its folder, which errors are caught.
"""

import io
import json
import os
import time
import uuid
from pathlib import Path
from urllib.parse import unquote_plus

import boto3
from botocore.exceptions import ClientError
from PIL import Image, UnidentifiedImageError

CAUGHT = {
    "catch all": (UnidentifiedImageError, ClientError),
    "catch that exception": (UnidentifiedImageError,),
}
s3 = boto3.client("s3")


def handler(event, context):
    for record in event["Records"]:
        key = unquote_plus(record["s3"]["object"]["key"])
        try:
            make_thumbnail(record["s3"]["bucket"]["name"], key, context)
        except CAUGHT.get(key.split("/")[0], ()) as error:
            print(f"skipped: {error}")


def make_thumbnail(bucket, key, context):
    note("GetObject", bucket)
    photo = s3.get_object(Bucket=bucket, Key=key)
    target = photo["Metadata"].get("target", "thumbnails")
    thumbnail = io.BytesIO()
    with Image.open(photo["Body"]) as picture:
        picture.thumbnail((8, 8))
        picture.save(thumbnail, "JPEG")
    note("PutObject", target)
    name = name_of(key, photo["Metadata"].get("naming"), context)
    s3.put_object(Bucket=target, Key=f"small-{name}", Body=thumbnail.getvalue(), Metadata=photo["Metadata"])


def name_of(key, naming, context):
    names = {"uuid": uuid.uuid4, "time": time.time_ns, "request id": lambda: context.aws_request_id}
    return names[naming]() if naming in names else key


def note(action, bucket):
    with Path(os.environ["NOTES"]).open("a") as notes:
        notes.write(json.dumps(f"s3:{action} {bucket}") + "\n")
