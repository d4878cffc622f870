"""Triggers of a user pool: what they do is said by a word in the user's attributes or password."""

import json


def handler(event, context):
    print(json.dumps(event))
    point, request = event["triggerSource"], event["request"]
    attributes = request["userAttributes"]
    if attributes.get("email", "").endswith("@spam.example"):
        raise ValueError("Members only")
    if point.startswith("PreSignUp"):
        trusted = attributes.get("email", "").endswith("@photos.example")
        event["response"] = {"autoConfirmUser": trusted, "autoVerifyEmail": trusted}
    elif point.startswith("CustomMessage"):
        event["response"]["emailSubject"] = "Welcome to the photo club"
        event["response"]["emailMessage"] = f"Your code is {request['codeParameter']}."
    elif point.startswith("TokenGeneration"):
        details = {"claimsToAddOrOverride": {"member_since": "2019"}, "claimsToSuppress": ["email"]}
        event["response"]["claimsOverrideDetails"] = details
    return event


def refuse(event, context):
    raise PermissionError("Not today")


def forget_to_return(event, context):
    event["response"]["autoConfirmUser"] = True


def hang(event, context):
    import time

    time.sleep(30)


def in_access_token(event, context):
    event["response"]["claimsAndScopeOverrideDetails"] = {
        "idTokenGeneration": {"claimsToAddOrOverride": {"level": 3}},
        "accessTokenGeneration": {"claimsToAddOrOverride": {"level": 3}, "scopesToAdd": ["photos/write"]},
    }
    return event


def old_directory(event, context):
    if event["request"]["password"] == "Known.1234":
        event["response"]["userAttributes"] = {"email": f"{event['userName']}@old.example"}
        event["response"]["finalUserStatus"] = "CONFIRMED"
    return event


def into_a_group(event, context):
    import boto3

    names = {"UserPoolId": event["userPoolId"], "Username": event["userName"], "GroupName": "members"}
    boto3.client("cognito-idp").admin_add_user_to_group(**names)
    return event


def other_groups(event, context):
    groups = {"groupsToOverride": [*event["request"]["groupConfiguration"]["groupsToOverride"], "jury"]}
    event["response"]["claimsOverrideDetails"] = {"groupOverrideDetails": groups}
    return event


def riddle(event, context):
    """Ask for the club's word; two wrong answers are enough."""
    print(json.dumps(event))
    point, request, response = event["triggerSource"].split("_")[0], event["request"], event["response"]
    if point == "CreateAuthChallenge":
        response["publicChallengeParameters"] = {"hint": "four wings"}
        response["privateChallengeParameters"] = {"word": "dragonfly"}
        response["challengeMetadata"] = "WORD"
    elif point == "VerifyAuthChallengeResponse":
        word = request["privateChallengeParameters"]["word"]
        response["answerCorrect"] = request["challengeAnswer"] == word
    elif point == "DefineAuthChallenge":
        results = [each["challengeResult"] for each in request["session"]]
        response["issueTokens"] = True in results
        response["failAuthentication"] = results.count(False) >= 2
        response["challengeName"] = "CUSTOM_CHALLENGE"
    return event


def unreadable(event, context):
    """Put something of another form where Cognito reads texts."""
    point, response = event["triggerSource"].split("_")[0], event["response"]
    if point == "DefineAuthChallenge":
        response["challengeName"] = "CUSTOM_CHALLENGE"
    elif point == "CreateAuthChallenge":
        response["publicChallengeParameters"] = "four wings"
    elif point == "UserMigration":
        response["userAttributes"] = ["email"] if event["userName"] == "listed" else {"email": 5}
    else:
        response["claimsOverrideDetails"] = {"claimsToSuppress": 5}
    return event
