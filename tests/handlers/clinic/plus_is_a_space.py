import boto3

s3 = boto3.client("s3")


def handler(event, context):
    for record in event["Records"]:
        key = record["s3"]["object"]["key"].replace("+", " ")
        print("hung up", key, s3.head_object(Bucket="exhibition", Key=key)["ContentLength"])
