import base64
import json


def handler(event, context):
    for record in event["Records"]:
        like = json.loads(base64.b64decode(record["kinesis"]["data"]))
        print("counted", like["photo"])
