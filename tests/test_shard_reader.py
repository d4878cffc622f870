"""What one shard hands out: lanes that change in number, and how much of it is read ahead."""

from __future__ import annotations

from dataclasses import replace

import clouds
import pytest
from streams import DataStream

from lambda_study.cloud import shard_reader
from lambda_study.cloud.mappings import EventSourceMapping
from lambda_study.cloud.shard_reader import ShardReader
from lambda_study.cloud.sources import kinesis

cloud = clouds.cloud
BOTH = ["a-0", "b-0", "b-1", "a-1"]


@pytest.fixture
def stream(cloud):
    return DataStream()


def read(stream):
    """A reader of the first shard of STREAM, from its oldest record on."""
    source = kinesis.DataStream(stream.arn)
    return ShardReader(source, source.shards()[0], 0, lambda record: True, lambda count: None)


def mapped(stream, batch_size, factor=1, window_s=0):
    function = "arn:aws:lambda:us-east-1:123456789012:function:reader"
    settings = {"parallelization_factor": factor, "window_s": window_s}
    return EventSourceMapping("uuid", function, stream.arn, batch_size, **settings)


def texts(records):
    return [record.event["kinesis"]["partitionKey"] for record in records]


def keys(due):
    """The partition keys of the batches that are DUE."""
    return [texts(batch.records) for _lane, batch in due]


def fail(due, now):
    """End the batches that are DUE, so that each is to run again."""
    for lane, batch in due:
        lane.is_running = False
        lane.waiting.appendleft(batch.retried())
        lane.back_off(now)


def test_a_new_number_of_lanes_waits_for_the_batch_that_runs_and_no_other_begins(cloud, stream):
    reader, two, five = read(stream), mapped(stream, 1, 2), mapped(stream, 1, 5)
    stream.put("a-0")
    due = reader.batches(cloud.clock.now(), two)
    cloud.clock.advance(1)
    stream.put("e-0")  # of the other lane of two
    reader.look_again()
    assert reader.batches(cloud.clock.now(), five) == [] and len(reader.lanes) == 2
    fail(due, cloud.clock.now())
    cloud.clock.advance(1)
    again = reader.batches(cloud.clock.now(), five)
    assert len(reader.lanes) == 5
    assert sorted(keys(again)) == [["a"], ["e"]]
    assert sorted(batch.retries for _lane, batch in again) == [0, 1]


def test_a_change_that_waits_sets_no_time_to_look_again(cloud, stream):
    reader = read(stream)
    stream.put("a-0")
    reader.batches(cloud.clock.now(), mapped(stream, 1, 2))
    cloud.clock.advance(1)
    stream.put("e-0")  # of the other lane of two
    reader.look_again()
    reader.batches(cloud.clock.now(), mapped(stream, 1, 5))
    assert reader.due_at(mapped(stream, 1, 5)) > cloud.clock.now()


def test_a_batch_that_is_to_run_again_keeps_its_pause_and_its_retries_in_the_new_lanes(cloud, stream):
    reader, now = read(stream), cloud.clock.now()
    stream.put(*BOTH)
    fail(reader.batches(now, mapped(stream, 4)), now)
    changed = mapped(stream, 4, 10)
    assert reader.batches(now, changed) == []
    cloud.clock.advance(1)
    again = reader.batches(cloud.clock.now(), changed)
    assert sorted(keys(again)) == [["a", "a"], ["b", "b"]]
    assert [(batch.retries, lane.failures) for lane, batch in again] == [(1, 1)] * 2


def test_records_that_were_gathered_stay_in_order_when_lanes_become_one(cloud, stream):
    reader, now = read(stream), cloud.clock.now()
    stream.put(*BOTH)
    assert reader.batches(now, mapped(stream, 9, 10, window_s=60)) == []
    cloud.clock.advance(60)
    ((_lane, batch),) = reader.batches(cloud.clock.now(), mapped(stream, 9))
    assert texts(batch.records) == ["a", "b", "b", "a"]


def test_a_closed_shard_is_not_through_while_records_of_it_are_gathered(cloud, stream):
    reader, mapping = read(stream), mapped(stream, 9, window_s=60)
    stream.put("a-0")
    reader.batches(cloud.clock.now(), mapping)
    reader.shard = replace(reader.shard, is_open=False)
    assert not reader.is_drained
    cloud.clock.advance(60)
    ((lane, _batch),) = reader.batches(cloud.clock.now(), mapping)
    lane.is_running = False
    assert reader.is_drained


def test_no_more_is_read_ahead_than_the_limit_until_a_batch_ends(cloud, stream, monkeypatch):
    monkeypatch.setattr(shard_reader, "_MOST_GATHERED", 3)
    reader, mapping = read(stream), mapped(stream, 2)
    stream.put_all([f"k-{number}" for number in range(9)])
    reader.batches(cloud.clock.now(), mapping)  # takes 2 of the 3
    for _ in range(3):
        cloud.clock.advance(1)
        reader.look_again()
        reader.batches(cloud.clock.now(), mapping)
    assert len(reader.lanes[0].gathered) == 3
