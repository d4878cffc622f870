"""What the seam needs of moto's Parameter Store: it fails here first when moto moves."""

from __future__ import annotations

import pytest
from clouds import cloud
from lambda_functions import refusal

from lambda_study.cloud.seam import ssm
from lambda_study.demos.small_account import shared_session

__all__ = ["cloud"]


def test_what_is_patched_is_there_as_it_was():
    for patch in ssm.patches():  # in no parameter, for which moto would be loaded by all
        patch.check()


def test_a_secure_string_is_readable_only_to_who_decrypts(cloud):
    client = shared_session().client("ssm")
    client.put_parameter(Name="/club/mail", Value="tulip", Type="SecureString")
    closed = client.get_parameter(Name="/club/mail")["Parameter"]["Value"]
    assert "tulip" not in closed and "kms" not in closed
    assert client.get_parameter(Name="/club/mail", WithDecryption=True)["Parameter"]["Value"] == "tulip"


def test_a_plain_string_is_the_same_with_and_without_decryption(cloud):
    client = shared_session().client("ssm")
    client.put_parameter(Name="/club/from", Value="kms:info@photos.example", Type="String")
    for decrypt in (True, False):
        found = client.get_parameter(Name="/club/from", WithDecryption=decrypt)["Parameter"]
        assert found["Value"] == "kms:info@photos.example"


@pytest.mark.parametrize(("tier", "most"), [("Standard", 4096), ("Advanced", 8192)])
def test_a_tier_takes_values_up_to_its_size(cloud, tier, most):
    client = shared_session().client("ssm")
    put = {"Name": "/club/large", "Type": "String", "Tier": tier, "Overwrite": True}
    assert client.put_parameter(**put, Value="x" * most)["Tier"] == tier
    code, message = refusal(client.put_parameter, **put, Value="x" * (most + 1))
    assert code == "ValidationException"
    assert f"{tier} tier parameters support a maximum parameter value of {most} characters" in message
