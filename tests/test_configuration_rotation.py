"""A rotation that is watched, minute by minute, and what shares a module or a permission."""

from __future__ import annotations

import boto3
from clouds import strict_cloud
from lambda_functions import refusal

from lambda_study.demos.configuration_rotation import Watched, let_rotate, put_secret, session_of
from lambda_study.demos.small_account import HANDLERS

__all__ = ["strict_cloud"]

MISSED = Watched(((1, "tulip", "tulip"), (2, "dahlia", "tulip"), (3, "dahlia", "tulip")))
SEEN = Watched(((1, "tulip", "tulip"), (2, "dahlia", "tulip"), (3, "dahlia", "dahlia")))


def test_the_first_minute_with_the_new_value_is_told_or_that_there_is_none():
    assert SEEN.first_new == "minute 3"
    assert MISSED.first_new == "none of the 3"


def test_a_value_that_is_old_is_named_so_in_both_tables():
    assert repr(SEEN).splitlines()[2:] == [
        "2       dahlia               tulip, which is old",
        "3       dahlia               dahlia",
    ]
    assert SEEN._repr_html_().count("<strong>tulip, which is old</strong>") == 1


def test_a_session_of_a_role_may_do_what_it_was_given_alone(strict_cloud):
    strict_cloud.deploy(f"{HANDLERS}/welcome.py:handler", name="welcome")
    reader = session_of("reader", "lambda:GetFunctionConfiguration").client("lambda")
    assert reader.get_function_configuration(FunctionName="welcome")["FunctionName"] == "welcome"
    assert refusal(reader.get_function, FunctionName="welcome")[0] == "AccessDeniedException"


def test_a_function_that_may_rotate_may_be_let_again(strict_cloud):
    put_secret("tulip")
    rotator = strict_cloud.deploy(f"{HANDLERS}/rotates_secret.py:handler", name="rotator")
    assert let_rotate(rotator) == let_rotate(rotator)
    client = boto3.client("secretsmanager")
    client.rotate_secret(SecretId="club/mail", RotationLambdaARN=let_rotate(rotator))
    strict_cloud.settle()
    assert client.get_secret_value(SecretId="club/mail")["SecretString"] != "tulip"
