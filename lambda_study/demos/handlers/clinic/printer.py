import time


def handler(event, context):
    for record in event["Records"]:
        print("printing", record["body"])
        time.sleep(0.4)  # paper feed
        print("printed", record["body"])
