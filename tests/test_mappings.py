"""Event source mappings by Lambda's own API: what they are, and what Lambda refuses of them."""

from __future__ import annotations

import itertools
import json

import boto3
import pytest
from botocore.client import Config
from clouds import counting_ids
from lambda_functions import ARN, created, refusal

from lambda_study.cloud import Cloud

MISSING, WRONG, INVALID = "ResourceNotFoundException", "InvalidParameterValueException", "ValidationException"
NO_QUEUE = "arn:aws:sqs:us-east-1:123456789012:no"
_NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def cloud():
    with Cloud(clock="manual", ids=counting_ids()) as cloud:
        yield cloud


@pytest.fixture(scope="module")
def client(cloud):
    return boto3.client("lambda", config=Config(parameter_validation=False))


def new_queue(suffix="", **attributes):
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName=f"queue-{next(_NUMBERS)}{suffix}", Attributes=attributes)["QueueUrl"]
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def test_a_mapping_of_a_queue_has_aws_defaults(cloud, client):
    name, queue = created(client), new_queue()
    made = client.create_event_source_mapping(FunctionName=name, EventSourceArn=queue)
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert (made["BatchSize"], made["MaximumBatchingWindowInSeconds"], made["FunctionResponseTypes"]) == (
        10,
        0,
        [],
    )
    assert (made["State"], made["StateTransitionReason"]) == ("Creating", "USER_INITIATED")
    assert made["EventSourceMappingArn"].endswith(f":event-source-mapping:{made['UUID']}")
    shown = client.get_event_source_mapping(UUID=made["UUID"])
    assert (shown["State"], shown["FunctionArn"]) == ("Enabled", ARN + name)
    assert shown["LastModified"] == cloud.clock.now() and "FilterCriteria" not in shown


def test_a_mapping_keeps_all_that_it_is_given(client):
    name, queue = created(client), new_queue()
    settings = {
        "BatchSize": 100,
        "MaximumBatchingWindowInSeconds": 5,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "ScalingConfig": {"MaximumConcurrency": 2},
        "FilterCriteria": {"Filters": [{"Pattern": json.dumps({"body": {"kind": ["photo"]}})}]},
    }
    made = client.create_event_source_mapping(
        FunctionName=name, EventSourceArn=queue, Enabled=False, **settings
    )
    shown = client.get_event_source_mapping(UUID=made["UUID"])
    assert {name: shown[name] for name in settings} == settings and shown["State"] == "Disabled"


def test_a_mapping_is_updated_turned_off_and_deleted(client):
    name, queue = created(client), new_queue()
    uuid = client.create_event_source_mapping(FunctionName=name, EventSourceArn=queue)["UUID"]
    assert client.update_event_source_mapping(UUID=uuid, BatchSize=5)["State"] == "Updating"
    assert client.update_event_source_mapping(UUID=uuid, Enabled=False)["State"] == "Disabling"
    shown = client.get_event_source_mapping(UUID=uuid)
    assert (shown["State"], shown["BatchSize"]) == ("Disabled", 5)
    assert client.update_event_source_mapping(UUID=uuid, Enabled=True)["State"] == "Enabling"
    assert client.delete_event_source_mapping(UUID=uuid)["State"] == "Deleting"
    gone = (MISSING, "The resource you requested does not exist.")
    for call in (client.get_event_source_mapping, client.delete_event_source_mapping):
        assert refusal(call, UUID=uuid) == gone
    assert refusal(client.update_event_source_mapping, UUID=uuid, BatchSize=1) == gone


def test_mappings_are_listed_by_function_and_by_source(client):
    name, other, queue = created(client), created(client), new_queue()
    for function in (name, other):
        client.create_event_source_mapping(FunctionName=function, EventSourceArn=queue)
    by_function = client.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    assert [each["FunctionArn"] for each in by_function] == [ARN + name]
    by_source = client.list_event_source_mappings(EventSourceArn=queue)["EventSourceMappings"]
    assert [each["FunctionArn"] for each in by_source] == [ARN + name, ARN + other]


def test_a_mapping_may_lead_to_an_alias(client):
    name, queue = created(client, Publish=True), new_queue()
    client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    made = client.create_event_source_mapping(FunctionName=f"{name}:live", EventSourceArn=queue)
    assert made["FunctionArn"] == f"{ARN}{name}:live"


def test_one_function_reads_a_queue_once(client):
    name, queue = created(client), new_queue()
    uuid = client.create_event_source_mapping(FunctionName=name, EventSourceArn=queue)["UUID"]
    assert refusal(client.create_event_source_mapping, FunctionName=name, EventSourceArn=queue) == (
        "ResourceConflictException",
        f'An event source mapping with SQS arn (" {queue} ") and function (" {name} ") already exists. '
        f"Please update or delete the existing mapping with UUID {uuid}",
    )


@pytest.mark.parametrize(
    ("settings", "code", "text"),
    [
        ({"BatchSize": 11}, WRONG, "Maximum batch window in seconds must be greater than 0"),
        ({"BatchSize": 10001}, INVALID, "'10001' at 'batchSize' failed"),
        ({"MaximumBatchingWindowInSeconds": 301}, INVALID, "'301' at 'maximumBatching"),
        ({"ScalingConfig": {"MaximumConcurrency": 1}}, INVALID, "'1' at 'scalingConfig.max"),
        ({"FilterCriteria": {"Filters": [{"Pattern": '{"a": 1}'}]}}, WRONG, "Invalid filter pattern"),
        ({"FilterCriteria": {"Filters": [{"Pattern": "text"}]}}, WRONG, "Invalid filter pattern"),
        ({"FilterCriteria": {"Filters": [{"Pattern": "{}"}] * 6}}, WRONG, "At most 5 filters are allowed"),
        ({"FunctionResponseTypes": ["Other"]}, INVALID, "at 'functionResponseTypes' failed"),
        ({"DestinationConfig": {"OnFailure": {"Destination": ""}}}, WRONG, "Unsupported"),
        ({"EventSourceArn": "arn:aws:s3:::photos"}, WRONG, "Unrecognized event source."),
        ({"EventSourceArn": None}, WRONG, "Unrecognized event source."),
        ({"FunctionName": "nobody"}, WRONG, "Function does not exist"),
        ({"EventSourceArn": NO_QUEUE}, WRONG, "The specified queue does not exist."),
        ({"Topics": ["photos"]}, "NotModelledException", "Topics of an event source mapping"),
    ],
)  # fmt: skip
def test_settings_of_a_mapping_that_cannot_be_are_refused(client, settings, code, text):
    given = {"FunctionName": created(client), "EventSourceArn": new_queue(), **settings}
    given = {name: value for name, value in given.items() if value is not None}
    told = refusal(client.create_event_source_mapping, **given)
    assert told[0] == code and text in told[1]
    assert client.list_event_source_mappings(FunctionName=given["FunctionName"])["EventSourceMappings"] == []


def test_a_message_must_be_hidden_for_as_long_as_the_function_may_run(client):
    name, queue = created(client, Timeout=60), new_queue()
    assert refusal(client.create_event_source_mapping, FunctionName=name, EventSourceArn=queue) == (
        WRONG, "Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds",
    )  # fmt: skip
    client.create_event_source_mapping(FunctionName=name, EventSourceArn=new_queue(VisibilityTimeout="60"))


def test_a_fifo_queue_has_small_batches_and_no_window(client):
    name, queue = created(client), new_queue(".fifo", FifoQueue="true")
    for settings in ({"BatchSize": 11}, {"MaximumBatchingWindowInSeconds": 1}):
        told = refusal(
            client.create_event_source_mapping, FunctionName=name, EventSourceArn=queue, **settings
        )
        assert told[0] == WRONG and "FIFO queue" in told[1]


@pytest.mark.parametrize("service", ["kinesis", "dynamodb"])
def test_a_stream_needs_a_place_to_start(client, service):
    stream = f"arn:aws:{service}:us-east-1:123456789012:stream/photos"
    name = created(client)
    told = refusal(client.create_event_source_mapping, FunctionName=name, EventSourceArn=stream)
    assert told == (
        WRONG,
        "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: "
        "Member must not be null.",
    )
    given = {"FunctionName": name, "EventSourceArn": stream, "StartingPosition": "FIRST"}
    told = refusal(client.create_event_source_mapping, **given)
    assert told[0] == INVALID and "at 'startingPosition' failed to satisfy constraint" in told[1]


def test_a_change_that_cannot_be_changes_nothing(client):
    name, queue = created(client), new_queue()
    uuid = client.create_event_source_mapping(FunctionName=name, EventSourceArn=queue)["UUID"]
    assert refusal(client.update_event_source_mapping, UUID=uuid, BatchSize=20)[0] == WRONG
    assert client.get_event_source_mapping(UUID=uuid)["BatchSize"] == 10


def test_a_mapping_has_tags(client):
    name, queue = created(client), new_queue()
    tags = {"club": "photo"}
    made = client.create_event_source_mapping(FunctionName=name, EventSourceArn=queue, Tags=tags)
    arn = made["EventSourceMappingArn"]
    client.tag_resource(Resource=arn, Tags={"stage": "test"})
    assert client.list_tags(Resource=arn)["Tags"] == {"club": "photo", "stage": "test"}
    client.delete_event_source_mapping(UUID=made["UUID"])
    assert refusal(client.list_tags, Resource=arn) == (MISSING, f"Event source mapping not found: {arn}")
