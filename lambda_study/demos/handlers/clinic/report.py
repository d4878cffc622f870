import time

import boto3

s3 = boto3.client("s3")


def handler(event, context):
    there = s3.list_objects_v2(Bucket="reports", Prefix=event["night"]).get("Contents", [])
    done = [each["Key"] for each in there]
    for part, reading_s in {"prints": 0.25, "visits": 0.8}.items():
        key = f"{event['night']}/{part}"
        if key not in done:
            time.sleep(reading_s)
            s3.put_object(Bucket="reports", Key=key, Body=b"...")
            print("wrote", key)
