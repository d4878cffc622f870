"""What a user pool refuses: answers in the name of somebody else, and answers of functions it cannot read."""

from __future__ import annotations

import boto3
import pytest

from lambda_study.cloud.sources.cognito_tokens import changed
from lambda_study.engine import ServiceError
from tests.clouds import cloud
from tests.test_source_cognito import PASSWORD, Club, Riddle, refused

__all__ = ["cloud"]

NOT_THEIRS = ("NotAuthorizedException", "Invalid session for the user.")
UNREADABLE = ("InvalidLambdaResponseException", "Unrecognizable lambda output")


def confirmed(club, name, email="ada@elsewhere.example"):
    club.sign_up(name, email)
    club.idp.admin_confirm_sign_up(UserPoolId=club.pool, Username=name)


def test_a_riddle_signs_in_who_began_it_and_nobody_else(cloud):
    club = Riddle(cloud)
    confirmed(club, "mallory")
    assert refused(club.answer, "dragonfly", "mallory") == NOT_THEIRS
    assert refused(club.answer, "dragonfly", "nobody") == NOT_THEIRS
    assert club.answer("dragonfly")["AuthenticationResult"]


def test_a_riddle_of_one_app_or_pool_is_not_answered_in_another(cloud):
    club = Riddle(cloud)
    other = club.idp.create_user_pool_client(UserPoolId=club.pool, ClientName="phone")
    elsewhere = Club(cloud)
    confirmed(elsewhere, "ada")
    for club.client in (other["UserPoolClient"]["ClientId"], elsewhere.client):
        assert refused(club.answer, "dragonfly") == NOT_THEIRS


def test_a_new_password_is_for_who_signed_in_with_the_old_one(cloud):
    club = Club(cloud)
    confirmed(club, "ada")
    club.idp.admin_create_user(UserPoolId=club.pool, Username="mallory", TemporaryPassword=PASSWORD)
    given = {"USERNAME": "mallory", "PASSWORD": PASSWORD}
    asked = club.idp.initiate_auth(ClientId=club.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=given)
    named = {key: asked[key] for key in ("ChallengeName", "Session")}
    answers = {"USERNAME": "ada", "NEW_PASSWORD": "Stolen.1234"}
    call = club.idp.respond_to_auth_challenge
    for more in ({}, {"PASSWORD_CLAIM_SECRET_BLOCK": "another session"}):
        named["ChallengeResponses"] = {**answers, **more}
        assert refused(call, ClientId=club.client, **named) == NOT_THEIRS
    assert club.sign_in("ada")["IdToken"]


@pytest.mark.parametrize("claims", [5, "email", [["a"]], {"a": 1}])
def test_claims_to_suppress_are_a_list_of_names(claims):
    with pytest.raises(ServiceError, match="Unrecognizable lambda output"):
        changed(1, {"claimsOverrideDetails": {"claimsToSuppress": claims}}, {}, {})


@pytest.mark.parametrize("name", ["scopesToAdd", "scopesToSuppress"])
def test_scopes_are_a_list_of_names(name):
    response = {"claimsAndScopeOverrideDetails": {"accessTokenGeneration": {name: [1]}}}
    with pytest.raises(ServiceError, match="Unrecognizable lambda output"):
        changed(2, response, {}, {})


@pytest.mark.parametrize(
    "groups", [{"groupsToOverride": 5}, {"iamRolesToOverride": [[]]}, {"preferredRole": []}]
)
def test_groups_are_lists_of_names_and_the_preferred_role_is_one(groups):
    with pytest.raises(ServiceError, match="Unrecognizable lambda output"):
        changed(1, {"claimsOverrideDetails": {"groupOverrideDetails": groups}}, {}, {})


def test_public_parameters_of_a_challenge_are_an_object(cloud):
    club = Club(cloud, "DefineAuthChallenge", "CreateAuthChallenge", handler="unreadable")
    confirmed(club, "ada")
    named = {"AuthFlow": "CUSTOM_AUTH", "AuthParameters": {"USERNAME": "ada"}}
    assert refused(club.idp.initiate_auth, ClientId=club.client, **named) == UNREADABLE


def test_attributes_of_a_user_who_moves_in_are_an_object_of_texts(cloud):
    club = Club(cloud, "UserMigration", handler="unreadable")
    for name in ("listed", "numbered"):
        assert refused(club.sign_in, name) == UNREADABLE
        assert refused(club.user, name)[0] == "UserNotFoundException"


def kept_tokens(club):
    from moto.cognitoidp.models import cognitoidp_backends

    pool = cognitoidp_backends["123456789012"]["us-east-1"].user_pools[club.pool]
    return [*pool.id_tokens, *pool.access_tokens, *pool.refresh_tokens]


@pytest.mark.parametrize(
    ("trigger", "handler"), [("PostAuthentication", "refuse"), ("PreTokenGeneration", "unreadable")]
)
def test_tokens_are_taken_back_when_a_function_fails_after_they_were_made(cloud, trigger, handler):
    club = Club(cloud, trigger, handler=handler)
    confirmed(club, "ada")
    refused(club.sign_in, "ada")
    assert kept_tokens(club) == []


def test_a_refresh_is_no_sign_in_to_the_function_after_it(cloud):
    club = Club(cloud, "PostAuthentication")
    confirmed(club, "ada")
    given = {"REFRESH_TOKEN": club.sign_in("ada")["RefreshToken"]}
    boto3.client("cognito-idp").initiate_auth(
        ClientId=club.client, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=given
    )
    assert club.points() == ["PostAuthentication_Authentication"]
