"""What the streams of kinesis use of moto is there as they know it."""

from __future__ import annotations

import pytest

from lambda_study.cloud import Cloud
from lambda_study.cloud.seam import kinesis
from lambda_study.cloud.seam.patch import MotoHasChanged, Patch


@pytest.mark.parametrize("patch", kinesis.PATCHES, ids=lambda patch: f"{patch.owner.__name__}.{patch.name}")
def test_every_patched_function_is_in_moto_with_its_parameters(patch):
    patch.check()


def test_a_function_that_moto_does_not_have_any_more_is_told():
    with pytest.raises(MotoHasChanged, match="of moto takes"):
        Patch(kinesis.MotoShard, "__init__", ("self",), lambda moto: moto).check()


def functions():
    return [vars(patch.owner)[patch.name] for patch in kinesis.PATCHES]


def test_a_closed_cloud_leaves_moto_as_it_was():
    before = functions()
    with Cloud(clock="manual"):
        assert all(now is not moto for now, moto in zip(functions(), before, strict=True))
    assert functions() == before


def test_a_shard_of_moto_has_the_fields_that_are_read():
    shard = kinesis.MotoShard(0, 0, 1, parent="p", adjacent_parent="q")
    assert (shard.parent, shard.adjacent_parent, shard.is_open, shard.records) == ("p", "q", True, {})
    assert (shard._shard_id, shard.starting_hash, shard.ending_hash) == (0, 0, 1)
    number = shard.put_record("key", "data", "")
    (record,), last, _behind = shard.get_records("0", 1)
    assert (number, last, record.sequence_number) == ("1", 1, 1)
    assert record.created_at_datetime.tzinfo is None and record.created_at > 0
