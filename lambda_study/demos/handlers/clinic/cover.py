import boto3

s3 = boto3.client("s3")


def handler(event, context):
    photo = s3.get_object(Bucket="photos", Key=event["photo"])["Body"].read()
    s3.put_object(Bucket="covers", Key="today.jpg", Body=photo)
    print("the cover is", event["photo"])
