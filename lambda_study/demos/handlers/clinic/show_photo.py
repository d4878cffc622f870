import boto3

s3 = boto3.client("s3")


def handler(event, context):
    for record in event["Records"]:
        key = record["s3"]["object"]["key"]
        print("looks for", key)
        size = s3.head_object(Bucket="exhibition", Key=key)["ContentLength"]
        print("hung up", key, size)
