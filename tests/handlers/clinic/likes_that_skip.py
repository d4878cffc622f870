import base64
import json


def handler(event, context):
    for record in event["Records"]:
        try:
            print("counted", json.loads(base64.b64decode(record["kinesis"]["data"]))["photo"])
        except ValueError:
            continue
