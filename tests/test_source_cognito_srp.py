"""Signing in to a user pool without sending the password: a client of its own, and a server that checks."""

from __future__ import annotations

from base64 import b64decode, b64encode
from hashlib import sha256
from hmac import digest

import pytest
from botocore.exceptions import ClientError

from lambda_study.cloud.sources.cognito_srp import GENERATOR, MULTIPLIER, PRIME, padded
from tests.clouds import cloud, strict_cloud
from tests.test_source_cognito import PASSWORD, Club

__all__ = ["cloud", "strict_cloud"]
STAMP = "Mon Nov 23 10:00:00 UTC 2026"
SECRET = 0xC1B


@pytest.fixture
def club(cloud):
    club = Club(cloud)
    club.sign_up("ada")
    club.idp.admin_confirm_sign_up(UserPoolId=club.pool, Username="ada")
    return club


def number(*parts):
    return int.from_bytes(sha256(b"".join(parts)).digest(), "big")


def signed(club, told, password):
    """What the browser of somebody signs who types in PASSWORD, as the client's side of RFC 5054 has it."""
    pool, user, theirs = club.pool.split("_")[1], told["USER_ID_FOR_SRP"], int(told["SRP_B"], 16)
    scramble = number(padded(pow(GENERATOR, SECRET, PRIME)), padded(theirs))
    inner = sha256(f"{pool}{user}:{password}".encode()).digest()
    private = number(padded(int(told["SALT"], 16)), inner)
    shared = pow(theirs - MULTIPLIER * pow(GENERATOR, private, PRIME), SECRET + scramble * private, PRIME)
    key = digest(digest(padded(scramble), padded(shared), "sha256"), b"Caldera Derived Key\1", "sha256")[:16]
    said = f"{pool}{user}".encode() + b64decode(told["SECRET_BLOCK"], validate=True) + STAMP.encode()
    return b64encode(digest(key, said, "sha256")).decode()


def asked(club, public=None):
    public = f"{pow(GENERATOR, SECRET, PRIME):x}" if public is None else public
    given = {"USERNAME": "ada", "SRP_A": public}
    flow = {"ClientId": club.client, "AuthFlow": "USER_SRP_AUTH"}
    return club.idp.initiate_auth(**flow, AuthParameters=given)["ChallengeParameters"]


def answered(club, told, signature):
    given = {
        "USERNAME": told["USERNAME"],
        "PASSWORD_CLAIM_SECRET_BLOCK": told["SECRET_BLOCK"],
        "PASSWORD_CLAIM_SIGNATURE": signature,
        "TIMESTAMP": STAMP,
    }
    return club.idp.respond_to_auth_challenge(
        ClientId=club.client, ChallengeName="PASSWORD_VERIFIER", ChallengeResponses=given
    )


def refused(call, *given):
    with pytest.raises(ClientError) as error:
        call(*given)
    return error.value.response["Error"]["Code"], error.value.response["Error"]["Message"]


def test_the_parameters_are_those_of_cognito_s_clients():
    assert f"{MULTIPLIER:x}" == "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6"
    assert PRIME.bit_length() == 3072 and pow(GENERATOR, (PRIME - 1) // 2, PRIME) == 1  # a prime, most likely


def test_who_knows_the_password_is_signed_in(club):
    told = asked(club)
    done = answered(club, told, signed(club, told, PASSWORD))
    assert set(done["AuthenticationResult"]) >= {"IdToken", "AccessToken", "RefreshToken"}


def test_a_wrong_password_is_refused(club):
    told = asked(club)
    wrong = "NotAuthorizedException", "Incorrect username or password."
    assert refused(answered, club, told, signed(club, told, PASSWORD + "5")) == wrong


def test_a_signature_that_is_made_up_is_refused(club):
    for signature in ("anything", "", "\u00fc"):
        assert refused(answered, club, asked(club), signature)[0] == "NotAuthorizedException"


def test_a_session_takes_one_answer(club):
    told = asked(club)
    refused(answered, club, told, "guessed")
    again = refused(answered, club, told, signed(club, told, PASSWORD))
    assert again == ("NotAuthorizedException", "Invalid session for the user.")


def test_a_session_of_another_flow_proves_nothing(club):
    club.idp.admin_create_user(UserPoolId=club.pool, Username="ben", TemporaryPassword=PASSWORD)
    given = {"USERNAME": "ben", "PASSWORD": PASSWORD}
    first = club.idp.initiate_auth(ClientId=club.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=given)
    told = {"USERNAME": "ben", "SECRET_BLOCK": first["Session"]}
    assert refused(answered, club, told, "x") == ("NotAuthorizedException", "Invalid session for the user.")


def test_a_number_that_would_prove_everything_is_refused(club):
    for public in ("0", f"{PRIME:x}", "no number"):
        assert refused(asked, club, public)[0] == "InvalidParameterException"


def test_two_sign_ins_are_told_different_numbers(club):
    first, second = asked(club), asked(club)
    assert first["SALT"] != second["SALT"] and first["SRP_B"] != second["SRP_B"]
