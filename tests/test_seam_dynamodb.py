"""What the streams of dynamodb use of moto is there as they know it."""

from __future__ import annotations

import pytest

from lambda_study.cloud import Cloud
from lambda_study.cloud.seam import dynamodb
from lambda_study.cloud.seam.patch import MotoHasChanged, Patch


@pytest.mark.parametrize("patch", dynamodb.PATCHES, ids=lambda patch: f"{patch.owner.__name__}.{patch.name}")
def test_every_patched_function_is_in_moto_with_its_parameters(patch):
    patch.check()


def test_a_function_that_moto_does_not_have_any_more_is_told():
    with pytest.raises(MotoHasChanged, match="of moto takes"):
        Patch(dynamodb.MotoShard, "__init__", ("self",), lambda moto: moto).check()


def functions():
    return [vars(patch.owner)[patch.name] for patch in dynamodb.PATCHES]


def test_a_closed_cloud_leaves_moto_as_it_was():
    before = functions()
    with Cloud(clock="manual"):
        assert all(now is not moto for now, moto in zip(functions(), before, strict=True))
    assert functions() == before


def test_a_shard_of_moto_counts_its_records_from_its_first_number():
    table = dynamodb.MotoTable("t", "1", "us-east-1", [], [], streams={"StreamViewType": "KEYS_ONLY"})
    shard = table.stream_shard
    assert isinstance(shard, dynamodb.MotoShard) and shard.items == []
    assert table.latest_stream_label and table.stream_specification["StreamEnabled"]
    shard.items = ["first"]
    shard.starting_sequence_number += 5
    with pytest.raises(AttributeError):  # "first" is no record: it is the one that is looked at
        shard.get(shard.starting_sequence_number, 1)
    assert shard.get(shard.starting_sequence_number + 1, 1) == []
