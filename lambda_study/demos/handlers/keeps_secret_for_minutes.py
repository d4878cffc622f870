"""Keeps a secret for TTL_S seconds, then fetches it again. The event says what time it is."""

import os
from datetime import datetime, timedelta

import boto3

secrets = boto3.client("secretsmanager")
TTL = timedelta(seconds=int(os.environ.get("TTL_S", "300")))
kept = {}


def password(now):
    if not kept or now - kept["at"] >= TTL:
        value = secrets.get_secret_value(SecretId="club/mail")["SecretString"]
        kept.update(value=value, at=now)
    return kept["value"]


def handler(event, context):
    return password(datetime.fromisoformat(event["time"]))
