"""Fetches a secret when its environment starts, and returns what it has."""

import boto3

password = boto3.client("secretsmanager").get_secret_value(SecretId="club/mail")["SecretString"]


def handler(event, context):
    return password
