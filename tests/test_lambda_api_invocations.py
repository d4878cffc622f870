"""Invocations by Lambda's own API: in three types, with what each can be refused for, and as a stream."""

from __future__ import annotations

import base64
import json

import boto3
import pytest
from botocore.client import Config
from clouds import counting_ids
from lambda_functions import ARN, created, refusal

from lambda_study.cloud import Cloud

TELLS = """
    def handler(event, context):
        print("hello")
        if event == "fail":
            raise ValueError("no photo")
        custom = context.client_context and context.client_context.custom
        return {"event": event, "id": context.aws_request_id, "custom": custom}
"""
NO_JSON = "Could not parse request body into json: Could not parse payload into json: "
VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"


@pytest.fixture(scope="module")
def cloud():
    with Cloud(clock="manual", ids=counting_ids()) as cloud:
        yield cloud


@pytest.fixture(scope="module")
def client(cloud):
    return boto3.client("lambda", config=Config(retries={"total_max_attempts": 1}))


@pytest.fixture(scope="module")
def function(client):
    return created(client, TELLS)


def test_an_invocation_brings_the_response_its_version_and_its_request_id(client, function):
    answer = client.invoke(FunctionName=function, Payload=b'{"n": 1}')
    told = json.loads(answer["Payload"].read())
    assert (answer["StatusCode"], answer["ExecutedVersion"], told["event"]) == (200, "$LATEST", {"n": 1})
    assert told["id"] == answer["ResponseMetadata"]["RequestId"]
    assert "FunctionError" not in answer and "LogResult" not in answer


def test_no_payload_is_an_empty_object(client, function):
    assert json.loads(client.invoke(FunctionName=function)["Payload"].read())["event"] == {}


def test_the_tail_of_the_log_comes_if_it_is_asked_for(client, function):
    answer = client.invoke(FunctionName=function, LogType="Tail")
    log = base64.b64decode(answer["LogResult"]).decode()
    assert "\nhello\n" in log and "START RequestId: " in log


def test_an_error_of_the_handler_is_no_error_of_the_call(client, function):
    answer = client.invoke(FunctionName=function, Payload=b'"fail"')
    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    assert json.loads(answer["Payload"].read())["errorMessage"] == "no photo"


def test_an_event_is_queued_and_runs_on_the_clock(cloud, client, function):
    before = len(cloud.service.reports(function))
    answer = client.invoke(FunctionName=function, InvocationType="Event", Payload=b"1")
    assert answer["StatusCode"] == 202 and answer["Payload"].read() == b""
    assert len(cloud.service.reports(function)) == before
    cloud.settle()
    report = cloud.service.reports(function)[-1]
    assert report.request_id == answer["ResponseMetadata"]["RequestId"]


def test_a_dry_run_runs_nothing(cloud, client, function):
    before = cloud.service.reports(function)
    assert client.invoke(FunctionName=function, InvocationType="DryRun")["StatusCode"] == 204
    assert cloud.service.reports(function) == before


def test_the_older_operation_queues_too(cloud, client, function):
    assert client.invoke_async(FunctionName=function, InvokeArgs=b"{}")["Status"] == 202
    cloud.settle()


def test_the_client_context_reaches_the_handler(client, function):
    context = base64.b64encode(b'{"custom": {"app": "photos"}}').decode()
    answer = client.invoke(FunctionName=function, ClientContext=context)
    assert json.loads(answer["Payload"].read())["custom"] == {"app": "photos"}
    code, text = refusal(client.invoke, FunctionName=function, ClientContext="photos")
    assert code == "InvalidRequestContentException" and text.startswith("Client context must be a valid")


@pytest.mark.parametrize(
    ("payload", "problem", "line", "column"),
    [
        (b"hello", f"Unrecognized token 'hello': was expecting {VALUES}", 1, 1),
        (b"{'n': 1}", "Unexpected character (''' (code 39)): was expecting double-quote to start", 1, 2),
        (b"NaN", f"Unrecognized token 'NaN': was expecting {VALUES}", 1, 1),
        (b'{"n": ', "Unexpected end-of-input", 1, 7),
        (b"n\x87r", "Invalid UTF-8 start byte 0x87", 1, 3),
        (b'{"n": 1,\n  }', "Unexpected character ('}' (code 125)): was expecting double-quote", 2, 3),
    ],
)
def test_a_payload_that_is_no_json_is_refused(client, function, payload, problem, line, column):
    code, text = refusal(client.invoke, FunctionName=function, Payload=payload)
    assert code == "InvalidRequestContentException" and text.startswith(f"{NO_JSON}{problem}")
    assert text.endswith(f"line: {line}, column: {column}]")


def test_an_event_that_is_too_large_is_refused(client, function):
    code = "RequestEntityTooLargeException"
    payload = b'"' + b"x" * 6_291_556 + b'"'
    assert refusal(client.invoke, FunctionName=function, Payload=payload) == (
        code,
        "Request must be smaller than 6291456 bytes for the InvokeFunction operation",
    )
    assert refusal(client.invoke, FunctionName=function, InvocationType="Event", Payload=payload) == (
        code,
        "6291558 byte payload is too large for the Event invocation type (limit 1048576 bytes)",
    )


def test_a_function_version_or_alias_that_is_not_there_is_told(client, function):
    missing = "ResourceNotFoundException", "Function not found: {}"
    assert refusal(client.invoke, FunctionName="nobody") == (
        missing[0],
        missing[1].format(f"{ARN}nobody:$LATEST"),
    )
    for qualifier in ("7", "live"):
        told = refusal(client.invoke, FunctionName=function, Qualifier=qualifier)
        assert told == (missing[0], missing[1].format(f"{ARN}{function}:{qualifier}"))


def test_a_throttled_invocation_tells_the_reason(client):
    function = created(client)
    client.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
    with pytest.raises(client.exceptions.TooManyRequestsException) as caught:
        client.invoke(FunctionName=function)
    told = caught.value.response
    assert told["ResponseMetadata"]["HTTPStatusCode"] == 429 and told["Error"]["Message"] == "Rate Exceeded."
    assert told["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"


def test_an_invocation_type_that_is_none_is_refused(cloud, function):
    client = boto3.client("lambda", config=Config(parameter_validation=False))
    code, text = refusal(client.invoke, FunctionName=function, InvocationType="Later")
    assert code == "ValidationException" and text.endswith(
        "Value 'Later' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: "
        "[Event, RequestResponse, DryRun]"
    )


def test_a_response_stream_has_chunks_and_an_end(client, function):
    answer = client.invoke_with_response_stream(FunctionName=function, Payload=b'{"n": 1}', LogType="Tail")
    chunk, end = answer["EventStream"]
    assert json.loads(chunk["PayloadChunk"]["Payload"])["event"] == {"n": 1}
    assert b"hello" in base64.b64decode(end["InvokeComplete"]["LogResult"])
    assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "$LATEST")


def test_a_response_stream_that_fails_tells_it_at_its_end(client, function):
    answer = client.invoke_with_response_stream(FunctionName=function, Payload=b'"fail"')
    (end,) = answer["EventStream"]
    assert end["InvokeComplete"]["ErrorCode"] == "Unhandled"
    assert json.loads(end["InvokeComplete"]["ErrorDetails"])["errorMessage"] == "no photo"
