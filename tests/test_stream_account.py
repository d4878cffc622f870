"""Streams of a lesson, made again when its cells are run again: everything begins anew."""

from __future__ import annotations

from pathlib import Path

import boto3
import clouds

from lambda_study.demos.stream_account import (
    make_stream,
    make_table_with_stream,
    put_all,
    read_all,
    read_stream,
)

cloud = clouds.cloud
HANDLERS = Path(__file__).with_name("handlers")


def test_a_stream_made_again_is_empty(cloud):
    arn = make_stream("raw")
    put_all("raw", ["swan.jpg DE"])
    assert read_all("raw") == ["swan.jpg DE"]
    assert make_stream("raw") == arn and read_all("raw") == []


def test_a_table_made_again_has_no_items(cloud):
    make_table_with_stream("photos")
    table = boto3.resource("dynamodb").Table("photos")
    table.put_item(Item={"photo": "swan.jpg"})
    make_table_with_stream("photos")
    assert table.scan()["Count"] == 0


def test_a_stream_read_again_is_read_from_its_beginning_by_one_mapping(cloud):
    raw = make_stream("raw")
    put_all("raw", ["swan.jpg DE"])
    function = cloud.deploy(f"{HANDLERS / 'basics'}.py:echo", name="teller")
    first = read_stream(function, raw)
    cloud.settle()
    second = read_stream(function, raw, BatchSize=5)
    cloud.clock.advance(seconds=2)
    mappings = boto3.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    assert [(each["UUID"], each["BatchSize"]) for each in mappings] == [(second, 5)] and first != second
    once, again = (each.payload["Records"] for each in cloud.invocations("teller"))
    assert once[0]["eventID"] == again[0]["eventID"]
