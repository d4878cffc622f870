"""The names of moto that the cloud's distributions stand on."""

from __future__ import annotations

from lambda_study.cloud.seam import cloudfront


def test_what_is_patched_is_in_moto_as_it_was():
    for patch in cloudfront.patches(None):
        patch.check()


def test_all_patches_are_taken_out_again():
    before = [vars(patch.owner)[patch.name] for patch in cloudfront.patches(None)]
    with cloudfront.told_to(None):
        pass
    assert [vars(patch.owner)[patch.name] for patch in cloudfront.patches(None)] == before
