"""The names of moto that the cloud's S3 stands on."""

from __future__ import annotations

import pytest

from lambda_study.cloud.seam import s3


@pytest.mark.parametrize("patch", s3.PATCHES, ids=lambda patch: f"{patch.owner.__name__}.{patch.name}")
def test_what_is_patched_is_in_moto_as_it_was(patch):
    patch.check()


def test_a_bucket_s_rules_are_read_as_moto_keeps_them():
    from moto.s3.models import NotificationConfiguration

    rule = {
        "Id": "1",
        "CloudFunction": "arn:aws:lambda:us-east-1:1:function:f",
        "Event": ["s3:ObjectCreated:*"],
    }
    rule["Filter"] = {"S3Key": {"FilterRule": [{"Name": "suffix", "Value": ".jpg"}]}}
    (found,) = s3.rules_of(NotificationConfiguration(cloud_function=[rule]))
    assert found == {
        "id": "1",
        "target": "arn:aws:lambda:us-east-1:1:function:f",
        "events": ("s3:ObjectCreated:*",),
        "prefix": "",
        "suffix": ".jpg",
    }


def test_all_patches_are_taken_out_again():
    before = [vars(patch.owner)[patch.name] for patch in s3.PATCHES]
    with s3.told_to(None):  # type: ignore[arg-type]
        pass
    assert [vars(patch.owner)[patch.name] for patch in s3.PATCHES] == before
