import boto3

s3 = boto3.client("s3")


def handler(event, context):
    for record in event["Records"]:
        key = record["s3"]["object"]["key"]
        if not key.startswith("small-"):
            photo = s3.get_object(Bucket="album", Key=key)["Body"].read()
            s3.put_object(Bucket="album", Key="small-" + key, Body=photo[:100])
