import os


def handler(event, context):
    """Let everybody in: to the path that was asked for, or to RESOURCE."""
    statement = {
        "Effect": "Allow",
        "Action": "execute-api:Invoke",
        "Resource": os.environ.get("RESOURCE") or event["methodArn"],
    }
    return {"principalId": "ada", "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
