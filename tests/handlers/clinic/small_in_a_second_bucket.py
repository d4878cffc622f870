import boto3

s3 = boto3.client("s3")
s3.create_bucket(Bucket="small")


def handler(event, context):
    for record in event["Records"]:
        key = record["s3"]["object"]["key"]
        photo = s3.get_object(Bucket="album", Key=key)["Body"].read()
        s3.put_object(Bucket="small", Key=key, Body=photo[:100])
