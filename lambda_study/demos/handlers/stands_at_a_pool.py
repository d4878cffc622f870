"""A trigger of a user pool. It prints the point at which it was asked, and does what DOES says."""

import os


def handler(event, context):
    print("asked:", event["triggerSource"])
    does = os.environ.get("DOES", "agree")
    if does == "refuse":
        raise PermissionError("Members only")
    if does == "return nothing":
        return None
    if does == "add a claim" and event["triggerSource"].startswith("TokenGeneration"):
        claims = {"claimsToAddOrOverride": {"member_since": "2019"}}
        event["response"]["claimsOverrideDetails"] = claims
    if does == "know old members" and event["triggerSource"].startswith("UserMigration"):
        event["response"]["userAttributes"] = {"email": "ada@old.example"}
        event["response"]["finalUserStatus"] = "CONFIRMED"
    return event
