"""User pools: who may sign up and in, decided by functions while the user waits."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError

from lambda_study.cloud.seam.cognito import claims_of
from lambda_study.cloud.sources.cognito_triggers import Triggers
from lambda_study.engine import ServiceError
from lambda_study.facts import fact
from tests.clouds import cloud, strict_cloud

__all__ = ["cloud", "strict_cloud"]

HANDLERS = Path(__file__).parent / "handlers" / "user_pool.py"
ARN = "arn:aws:lambda:us-east-1:123456789012:function:"
PASSWORD = "Camera.1234"


class Club:
    """A user pool with an app client, as a member's browser sees it."""

    def __init__(self, cloud, *triggers, handler="handler", verify=(), **more):
        cloud.deploy(f"{HANDLERS}:{handler}", name=handler.replace("_", "-"), timeout_s=40)
        self.cloud, self.idp = cloud, boto3.client("cognito-idp")
        self.arn = ARN + handler.replace("_", "-")
        config = {**dict.fromkeys(triggers, self.arn), **more}
        made = self.idp.create_user_pool(
            PoolName="club", LambdaConfig=config, AutoVerifiedAttributes=list(verify)
        )["UserPool"]
        self.pool, self.pool_arn = made["Id"], made["Arn"]
        client = self.idp.create_user_pool_client(UserPoolId=self.pool, ClientName="web")
        self.client = client["UserPoolClient"]["ClientId"]

    def sign_up(self, name, email="ada@elsewhere.example", **more):
        attributes = [{"Name": "email", "Value": email}]
        return self.idp.sign_up(
            ClientId=self.client, Username=name, Password=PASSWORD, UserAttributes=attributes, **more
        )

    def sign_in(self, name, password=PASSWORD, **more):
        given = {"USERNAME": name, "PASSWORD": password}
        return self.idp.initiate_auth(
            ClientId=self.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=given, **more
        )["AuthenticationResult"]

    def user(self, name):
        return self.idp.admin_get_user(UserPoolId=self.pool, Username=name)

    def events(self, name="handler"):
        lines = [line for each in self.cloud.invocations(name) for line in each.logs]
        return [json.loads(line) for line in lines if line.startswith("{")]

    def points(self):
        return [event["triggerSource"] for event in self.events()]


def refused(call, *arguments, **named):
    with pytest.raises(ClientError) as told:
        call(*arguments, **named)
    return told.value.response["Error"]["Code"], told.value.response["Error"]["Message"]


def test_a_trigger_gets_the_documented_event(cloud):
    club = Club(cloud, "PreSignUp")
    club.sign_up(
        "ada", ValidationData=[{"Name": "invited", "Value": "yes"}], ClientMetadata={"from": "poster"}
    )
    (event,) = club.events()
    assert list(event) == list(fact("cognito.event_keys").value)
    assert (event["version"], event["triggerSource"]) == ("1", "PreSignUp_SignUp")
    assert (event["region"], event["userPoolId"], event["userName"]) == ("us-east-1", club.pool, "ada")
    assert event["callerContext"] == {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": club.client}
    assert event["request"] == {
        "userAttributes": {"email": "ada@elsewhere.example"},
        "validationData": {"invited": "yes"},
        "clientMetadata": {"from": "poster"},
    }
    assert event["response"] == {"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False}


def test_a_function_confirms_whom_it_trusts_and_the_confirmation_is_an_event_too(cloud):
    club = Club(cloud, "PreSignUp", "PostConfirmation")
    assert club.sign_up("ada", "ada@photos.example")["UserConfirmed"] is True
    assert club.user("ada")["UserStatus"] == "CONFIRMED"
    assert {"Name": "email_verified", "Value": "true"} in club.user("ada")["UserAttributes"]
    assert club.points() == ["PreSignUp_SignUp", "PostConfirmation_ConfirmSignUp"]


def test_an_error_of_the_function_refuses_the_user_and_is_what_the_client_reads(cloud):
    club = Club(cloud, "PreSignUp")
    code, message = refused(club.sign_up, "eve", "eve@spam.example")
    assert (code, message) == (
        "UserLambdaValidationException",
        "PreSignUp failed with error Members only.",
    )
    assert refused(club.user, "eve")[0] == "UserNotFoundException"
    assert cloud.trace[-1].kind == "failure"


def test_no_function_is_asked_about_a_password_that_the_pool_refuses(cloud):
    club = Club(cloud, "PreSignUp")
    call = club.idp.sign_up
    code, _ = refused(call, ClientId=club.client, Username="ada", Password="short")
    assert (code, club.points()) == ("InvalidPasswordException", [])


def test_signing_in_asks_three_functions_in_order(cloud):
    club = Club(cloud, "PreSignUp", "PreAuthentication", "PostAuthentication", "PreTokenGeneration")
    club.sign_up("ada", "ada@photos.example")
    club.sign_in("ada", ClientMetadata={"device": "phone"})
    assert club.points()[1:] == [
        "PreAuthentication_Authentication",
        "PostAuthentication_Authentication",
        "TokenGeneration_Authentication",
    ]
    before, after, tokens = (event["request"] for event in club.events()[1:])
    assert before["validationData"] == {"device": "phone"} and before["userNotFound"] is False
    assert "clientMetadata" not in after and after["newDeviceUsed"] is False
    assert tokens["groupConfiguration"]["groupsToOverride"] == []


def test_a_wrong_password_is_found_after_the_first_of_them(cloud):
    club = Club(cloud, "PreSignUp", "PreAuthentication", "PostAuthentication")
    club.sign_up("ada", "ada@photos.example")
    assert refused(club.sign_in, "ada", "Wrong.1234")[0] == "NotAuthorizedException"
    assert club.points()[1:] == ["PreAuthentication_Authentication"]


def test_a_function_adds_and_suppresses_claims_of_the_id_token_only(cloud):
    club = Club(cloud, "PreSignUp", "PreTokenGeneration")
    club.sign_up("ada", "ada@photos.example")
    tokens = club.sign_in("ada")
    claims = claims_of(tokens["IdToken"])
    assert claims["member_since"] == "2019" and "email" not in claims
    assert "member_since" not in claims_of(tokens["AccessToken"])
    assert claims["iat"] == int(cloud.clock.now().timestamp())
    assert club.idp.get_user(AccessToken=tokens["AccessToken"])["Username"] == "ada"


def test_an_event_of_version_2_changes_the_access_token_too(cloud):
    club = Club(
        cloud,
        handler="in_access_token",
        PreTokenGenerationConfig={"LambdaVersion": "V2_0", "LambdaArn": f"{ARN}in-access-token"},
    )
    club.sign_up("ada")
    club.idp.admin_confirm_sign_up(UserPoolId=club.pool, Username="ada")
    tokens = club.sign_in("ada")
    access = claims_of(tokens["AccessToken"])
    assert (access["level"], access["scope"]) == (3, "aws.cognito.signin.user.admin photos/write")
    assert club.idp.get_user(AccessToken=tokens["AccessToken"])["Username"] == "ada"


def test_tokens_are_refreshed_without_another_sign_in(cloud):
    club = Club(cloud, "PreSignUp", "PreAuthentication", "PreTokenGeneration")
    club.sign_up("ada", "ada@photos.example")
    given = {"REFRESH_TOKEN": club.sign_in("ada")["RefreshToken"]}
    club.idp.initiate_auth(ClientId=club.client, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=given)
    assert club.points()[-1] == "TokenGeneration_RefreshTokens"
    assert club.points().count("PreAuthentication_Authentication") == 1


def test_a_function_that_fails_after_the_sign_in_leaves_no_tokens(cloud):
    club = Club(cloud, "PostAuthentication", handler="refuse")
    club.sign_up("ada")
    club.idp.admin_confirm_sign_up(UserPoolId=club.pool, Username="ada")
    assert refused(club.sign_in, "ada")[1] == "PostAuthentication failed with error Not today."


def test_a_failing_post_confirmation_is_told_to_a_user_who_is_confirmed_all_the_same(cloud):
    club = Club(cloud, "PostConfirmation", handler="refuse")
    club.sign_up("ada")
    call = club.idp.confirm_sign_up
    code, message = refused(call, ClientId=club.client, Username="ada", ConfirmationCode="1")
    assert (code, message[:31]) == ("UserLambdaValidationException", "PostConfirmation failed with er")
    assert club.user("ada")["UserStatus"] == "CONFIRMED"


def test_a_function_words_the_message_with_the_code_which_confirms(cloud):
    club = Club(cloud, "CustomMessage", verify=["email"])
    told = club.sign_up("ada")["CodeDeliveryDetails"]
    assert (told["Destination"], told["DeliveryMedium"]) == ("a***@e***", "EMAIL")
    message = cloud.trace[-1].detail
    found = re.fullmatch(r"Welcome to the photo club: Your code is (\d{6})\.", message)
    call = club.idp.confirm_sign_up
    assert refused(call, ClientId=club.client, Username="ada", ConfirmationCode="wrong")[0] == (
        "CodeMismatchException"
    )
    call(ClientId=club.client, Username="ada", ConfirmationCode=found[1])
    assert club.user("ada")["UserStatus"] == "CONFIRMED"


def test_a_new_code_is_sent_on_request(cloud):
    club = Club(cloud, "CustomMessage", verify=["email"])
    club.sign_up("ada")
    club.idp.resend_confirmation_code(ClientId=club.client, Username="ada")
    club.idp.forgot_password(ClientId=club.client, Username="ada")
    assert club.points() == [
        "CustomMessage_SignUp",
        "CustomMessage_ResendCode",
        "CustomMessage_ForgotPassword",
    ]


def test_a_user_made_by_an_administrator_goes_through_the_same_gate(cloud):
    club = Club(cloud, "PreSignUp", "CustomMessage", "PostAuthentication", "PreTokenGeneration")
    email = [{"Name": "email", "Value": "ada@elsewhere.example"}]
    club.idp.admin_create_user(
        UserPoolId=club.pool, Username="ada", TemporaryPassword=PASSWORD, UserAttributes=email
    )
    given = {"USERNAME": "ada", "PASSWORD": PASSWORD}
    asked = club.idp.initiate_auth(ClientId=club.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=given)
    club.idp.respond_to_auth_challenge(
        ClientId=club.client,
        ChallengeName=asked["ChallengeName"],
        Session=asked["Session"],
        ChallengeResponses={"USERNAME": "ada", "NEW_PASSWORD": "Another.1234"},
    )
    assert club.points() == [
        "PreSignUp_AdminCreateUser",
        "CustomMessage_AdminCreateUser",
        "PostAuthentication_Authentication",
        "TokenGeneration_NewPasswordChallenge",
    ]


def test_a_user_of_an_old_directory_moves_in_with_the_first_sign_in(cloud):
    club = Club(cloud, "UserMigration", handler="old_directory")
    assert club.sign_in("ada", "Known.1234")["IdToken"]
    assert club.user("ada")["UserStatus"] == "CONFIRMED"
    assert refused(club.sign_in, "eve", "Guess.1234")[0] == "UserNotFoundException"


def test_a_function_may_itself_call_cognito(cloud):
    club = Club(cloud, "PostConfirmation", handler="into_a_group")
    club.idp.create_group(UserPoolId=club.pool, GroupName="members")
    club.sign_up("ada")
    club.idp.admin_confirm_sign_up(UserPoolId=club.pool, Username="ada")
    assert claims_of(club.sign_in("ada")["IdToken"])["cognito:groups"] == ["members"]


def test_a_function_sees_and_overrides_the_groups_in_both_tokens(cloud):
    club = Club(cloud, "PreTokenGeneration", handler="other_groups")
    club.idp.create_group(UserPoolId=club.pool, GroupName="members")
    club.sign_up("ada")
    club.idp.admin_confirm_sign_up(UserPoolId=club.pool, Username="ada")
    club.idp.admin_add_user_to_group(UserPoolId=club.pool, Username="ada", GroupName="members")
    tokens = club.sign_in("ada")
    for name in ("IdToken", "AccessToken"):
        assert claims_of(tokens[name])["cognito:groups"] == ["members", "jury"]


def test_nobody_is_confirmed_twice(cloud):
    club = Club(cloud, "PreSignUp", "PostConfirmation")
    club.sign_up("ada", "ada@photos.example")
    call = club.idp.confirm_sign_up
    code, message = refused(call, ClientId=club.client, Username="ada", ConfirmationCode="1")
    assert (code, message) == (
        "NotAuthorizedException",
        "User cannot be confirmed. Current status is CONFIRMED",
    )
    assert club.points().count("PostConfirmation_ConfirmSignUp") == 1


def test_a_function_that_does_not_return_the_event_is_not_understood(cloud):
    club = Club(cloud, "PreSignUp", handler="forget_to_return")
    assert refused(club.sign_up, "ada") == ("InvalidLambdaResponseException", "Unrecognizable lambda output")


def test_cognito_needs_a_permission_of_the_function(strict_cloud):
    club = Club(strict_cloud, "PreSignUp")
    reason = "PreSignUp invocation failed due to error AccessDeniedException."
    assert refused(club.sign_up, "ada") == ("UnexpectedLambdaException", reason)
    boto3.client("lambda").add_permission(
        FunctionName="handler",
        StatementId="pool",
        Action="lambda:InvokeFunction",
        Principal="cognito-idp.amazonaws.com",
        SourceArn=club.pool_arn,
    )
    assert club.sign_up("ada")["UserSub"]


def test_a_function_that_hangs_is_called_three_times(cloud, monkeypatch):
    monkeypatch.setattr(Triggers, "timeout_s", 0.05)
    club = Club(cloud, "PreSignUp", handler="hang")
    reason = "PreSignUp invocation failed due to error Socket timeout while invoking Lambda function."
    assert refused(club.sign_up, "ada") == ("UnexpectedLambdaException", reason)
    assert sum(event.kind == "trigger" for event in cloud.trace) == fact("cognito.attempts").value


def test_eight_people_sign_up_and_in_at_the_same_time(cloud):
    club = Club(cloud, "PreSignUp", "PreTokenGeneration")

    def join(number):
        club.sign_up(f"member{number}", f"member{number}@photos.example")
        return claims_of(club.sign_in(f"member{number}")["IdToken"])["cognito:username"]

    with ThreadPoolExecutor(8) as people:
        assert sorted(people.map(join, range(8))) == [f"member{number}" for number in range(8)]


class Riddle(Club):
    """A pool whose members are asked for a word, and for no password."""

    def __init__(self, cloud):
        points = ("DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse")
        super().__init__(cloud, *points, handler="riddle")
        self.sign_up("ada")
        self.idp.admin_confirm_sign_up(UserPoolId=self.pool, Username="ada")
        given = {"USERNAME": "ada"}
        self.told = self.idp.initiate_auth(ClientId=self.client, AuthFlow="CUSTOM_AUTH", AuthParameters=given)

    def answer(self, word, name="ada"):
        self.told = self.idp.respond_to_auth_challenge(
            ClientId=self.client,
            ChallengeName="CUSTOM_CHALLENGE",
            Session=self.told["Session"],
            ChallengeResponses={"USERNAME": name, "ANSWER": word},
        )
        return self.told


def test_three_functions_ask_for_a_word_in_the_place_of_a_password(cloud):
    club = Riddle(cloud)
    assert club.told["ChallengeParameters"] == {"USERNAME": "ada", "hint": "four wings"}
    tokens = club.answer("dragonfly")["AuthenticationResult"]
    assert claims_of(tokens["IdToken"])["cognito:username"] == "ada"
    assert [event["triggerSource"].partition("_")[0] for event in club.events("riddle")] == [
        "DefineAuthChallenge",
        "CreateAuthChallenge",
        "VerifyAuthChallengeResponse",
        "DefineAuthChallenge",
    ]


def test_the_functions_are_told_of_each_answer_before_and_end_it(cloud):
    club = Riddle(cloud)
    assert club.answer("fly")["ChallengeName"] == "CUSTOM_CHALLENGE"
    assert refused(club.answer, "bee") == ("NotAuthorizedException", "Incorrect username or password.")
    wrong = {"challengeName": "CUSTOM_CHALLENGE", "challengeResult": False, "challengeMetadata": "WORD"}
    assert club.events("riddle")[-1]["request"]["session"] == [wrong, wrong]


def test_an_answer_belongs_to_one_session(cloud):
    club = Riddle(cloud)
    first = club.told
    club.answer("fly")
    club.told = first
    assert refused(club.answer, "dragonfly")[0] == "NotAuthorizedException"


def test_a_riddle_is_for_those_who_are_confirmed(cloud):
    club = Riddle(cloud)
    club.sign_up("bob")
    for name, code in (("bob", "UserNotConfirmedException"), ("eve", "UserNotFoundException")):
        given = {"USERNAME": name}
        call = club.idp.initiate_auth
        assert refused(call, ClientId=club.client, AuthFlow="CUSTOM_AUTH", AuthParameters=given)[0] == code


def test_custom_challenges_need_a_function_that_defines_them(cloud):
    club = Club(cloud, "PreSignUp")
    club.sign_up("ada", "ada@photos.example")
    given = {"USERNAME": "ada"}
    call = club.idp.initiate_auth
    code, message = refused(call, ClientId=club.client, AuthFlow="CUSTOM_AUTH", AuthParameters=given)
    assert (code, message) == (
        "InvalidParameterException",
        "Custom auth lambda trigger is not configured for the user pool.",
    )


def test_claims_of_version_1_are_strings():
    from lambda_study.cloud.sources.cognito_tokens import changed

    response = {"claimsOverrideDetails": {"claimsToAddOrOverride": {"level": 3}}}
    with pytest.raises(ServiceError, match="Unrecognizable lambda output"):
        changed(1, response, {}, {})


def test_what_cognito_alone_decides_cannot_be_changed():
    from lambda_study.cloud.sources.cognito_tokens import changed

    details = {"claimsToAddOrOverride": {"sub": "eve"}, "claimsToSuppress": ["iss"]}
    claims = {"sub": "ada", "iss": "pool"}
    assert changed(1, {"claimsOverrideDetails": details}, claims, {})[0] == claims
