"""The names of moto that the cloud's user pools stand on."""

from __future__ import annotations

from lambda_study.cloud.seam import cognito
from lambda_study.engine import ManualClock


def test_what_is_patched_is_in_moto_as_it_was():
    cognito.new_token(ManualClock()).check()


def test_all_patches_are_taken_out_again():
    from moto.cognitoidp.models import CognitoIdpUserPool

    before = CognitoIdpUserPool.create_jwt, CognitoIdpUserPool.MAX_ID_LENGTH
    with cognito.mended(ManualClock()):
        assert CognitoIdpUserPool.create_jwt is not before[0]
    assert (CognitoIdpUserPool.create_jwt, CognitoIdpUserPool.MAX_ID_LENGTH) == before
