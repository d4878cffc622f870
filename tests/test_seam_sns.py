"""The names of moto that the cloud's SNS stands on."""

from __future__ import annotations

import pytest

from lambda_study.cloud.seam import sns


@pytest.mark.parametrize("patch", sns.PATCHES, ids=lambda patch: f"{patch.owner.__name__}.{patch.name}")
def test_what_is_patched_is_in_moto_as_it_was(patch):
    patch.check()


def test_all_patches_are_taken_out_again():
    before = [vars(patch.owner)[patch.name] for patch in sns.PATCHES]
    with sns.told_to(None):  # type: ignore[arg-type]
        pass
    assert [vars(patch.owner)[patch.name] for patch in sns.PATCHES] == before


def test_a_subscription_is_read_as_moto_keeps_it():
    from moto.sns.models import SNSBackend, Subscription, Topic

    topic = Topic("photos", SNSBackend("us-east-1", "123456789012"))
    kept = Subscription("123456789012", topic, "arn:aws:sqs:us-east-1:123456789012:q", "sqs")
    kept.attributes = {"RawMessageDelivery": True, "RedrivePolicy": '{"deadLetterTargetArn": "arn:dead"}'}
    found = sns._subscription(kept)
    assert (found.protocol, found.raw, found.dead_letter) == ("sqs", True, "arn:dead")
