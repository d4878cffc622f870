"""Handlers that say who may call an API."""

import json


def by_token(event, context):
    """The token is what to say: allow, deny, unknown, or only:PATH of the ARN."""
    token = event["authorizationToken"]
    if token == "unknown":
        raise Exception("Unauthorized")
    if token == "broken":
        return {"principalId": "ann"}
    resource = event["methodArn"] if token == "this" else "*"
    statement = {
        "Effect": "Deny" if token == "deny" else "Allow",
        "Action": "execute-api:Invoke",
        "Resource": resource,
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    return {"principalId": "ann", "policyDocument": policy, "context": {"member": True, "year": 2026}}


def by_request(event, context):
    token = (event.get("queryStringParameters") or {}).get("ticket")
    effect = "Allow" if token == "valid" else "Deny"
    statement = {"Effect": effect, "Action": "execute-api:Invoke", "Resource": event["methodArn"]}
    return {"principalId": "ann", "policyDocument": {"Statement": [statement]}}


def simple(event, context):
    allowed = event["identitySource"][0] == "let-me-in"
    return {"isAuthorized": allowed, "context": {"member": "ann", "photos": [1, 2]}}


def as_told(event, context):
    """Return what the token says."""
    return json.loads(event["authorizationToken"])
