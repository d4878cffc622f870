"""SNS as an event source: the messages it sends, its filter policies, and how it delivers."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lambda_study.cloud.sources.sns_fifo import FifoMemory
from lambda_study.cloud.sources.sns_filter import ATTRIBUTES, BODY, read_policy
from lambda_study.cloud.sources.sns_message import Message, check, envelope, lambda_event
from lambda_study.engine.errors import ServiceError
from lambda_study.facts import fact

MOST_BYTES = fact("sns.message_max").value["default"]
AT = datetime(2019, 1, 2, 12, 45, 7, tzinfo=UTC)
TOPIC = "arn:aws:sns:us-east-1:123456789012:sns-lambda"
SUBSCRIPTION = f"{TOPIC}:21be56ed-a058-49f5-8c98-aedd2564c486"


def message(text: str = "Hello from SNS!", **more: Any) -> Message:
    return Message(TOPIC, text, "95df01b4-ee98-5cb9-9903-4c221d41eb5e", AT, **more)


def attributes(**values: tuple[str, str]) -> dict[str, dict[str, str]]:
    return {name: {"Type": kind, "Value": value} for name, (kind, value) in values.items()}


def test_a_function_gets_one_record_with_every_documented_field():
    binary = attributes(Test=("String", "TestString"), TestBinary=("Binary", "VGVzdA=="))
    (record,) = lambda_event(message(subject="TestInvoke", attributes=binary), SUBSCRIPTION)["Records"]
    assert record["EventSource"] == "aws:sns"
    assert (record["EventVersion"], record["EventSubscriptionArn"]) == ("1.0", SUBSCRIPTION)
    assert set(record["Sns"]) == {
        "Type",
        "MessageId",
        "TopicArn",
        "Subject",
        "Message",
        "Timestamp",
        "SignatureVersion",
        "Signature",
        "SigningCertUrl",
        "UnsubscribeUrl",
        "MessageAttributes",
    }
    assert record["Sns"]["Timestamp"] == "2019-01-02T12:45:07.000Z"
    assert record["Sns"]["MessageAttributes"] == binary


def test_a_function_gets_a_null_subject_and_no_attributes_where_there_are_none():
    sns = lambda_event(message(), SUBSCRIPTION)["Records"][0]["Sns"]
    assert (sns["Subject"], sns["MessageAttributes"]) == (None, {})


def test_a_function_gets_numbers_and_arrays_as_strings():
    numbers = attributes(n=("Number", "1"), tags=("String.Array", '["a"]'))
    sns = lambda_event(message(attributes=numbers), SUBSCRIPTION)["Records"][0]["Sns"]
    assert {each["Type"] for each in sns["MessageAttributes"].values()} == {"String"}


def test_a_queue_gets_an_envelope_with_other_spellings():
    body = envelope(message(attributes=attributes(n=("Number", "1"))), SUBSCRIPTION)
    assert {"SigningCertURL", "UnsubscribeURL"} <= set(body)
    assert "Subject" not in body
    assert body["MessageAttributes"] == {"n": {"Type": "Number", "Value": "1"}}


def test_each_protocol_gets_its_own_text():
    both = message('{"default": "d", "sqs": "q"}', structure="json", attributes=attributes(a=("String", "1")))
    assert lambda_event(both, SUBSCRIPTION)["Records"][0]["Sns"]["Message"] == "d"
    assert envelope(both, SUBSCRIPTION)["Message"] == "q"
    assert "MessageAttributes" not in envelope(both, SUBSCRIPTION)


def test_a_message_of_256_kb_is_taken_and_one_byte_more_is_not():
    check("x" * MOST_BYTES, None, {}, None, MOST_BYTES)
    with pytest.raises(ServiceError, match="Invalid parameter: Message too long"):
        check("x" * (MOST_BYTES - 5), None, attributes(a=("String", "")), None, MOST_BYTES)


@pytest.mark.parametrize(
    ("text", "error"),
    [("", "Empty message"), ("{", "JSON message body failed to parse"), ("{}", "No default entry")],
)
def test_a_message_that_cannot_be_delivered_is_refused(text, error):
    with pytest.raises(ServiceError, match=error):
        check(text, None, {}, "json", MOST_BYTES)


INTERESTS = {
    "exact": '{"interests": ["rugby", "tennis"]}',
    "but": '{"interests": [{"anything-but": ["rugby", "tennis"]}]}',
    "prefix": '{"interests": [{"prefix": "bas"}]}',
    "case": '{"interests": [{"equals-ignore-case": "tennis"}]}',
    "there": '{"interests": [{"exists": true}]}',
}


@pytest.mark.parametrize(
    ("policy", "kind", "value", "taken"),
    [
        ("exact", "String", "rugby", True),
        ("exact", "String", "baseball", False),
        ("exact", "String.Array", '["rugby", "baseball"]', True),
        ("exact", "String.Array", '["baseball"]', False),
        ("but", "String", "baseball", True),
        ("but", "String.Array", '["rugby", "baseball"]', True),
        ("but", "String.Array", '["rugby"]', False),
        ("prefix", "String", "baseball", True),
        ("prefix", "String", "rugby", False),
        ("case", "String", "TENNIS", True),
        ("there", "Binary", "AAAA", False),
    ],
)
def test_a_policy_on_attributes_takes_what_aws_documents(policy, kind, value, taken):
    given = message(attributes=attributes(interests=(kind, value)))
    assert read_policy(INTERESTS[policy]).takes(given) is taken


@pytest.mark.parametrize(
    ("policy", "value", "taken"),
    [
        ('{"price": [{"numeric": ["=", 301.5]}]}', "3.015e2", True),
        ('{"price": [{"numeric": [">", 0, "<=", 150]}]}', "150", True),
        ('{"price": [{"numeric": ["<", 0]}]}', "1", False),
        ('{"price": [{"anything-but": [100, 500]}]}', "100.1", True),
        ('{"price": [{"anything-but": [100, 500]}]}', "100", False),
    ],
)
def test_numbers_are_compared_as_numbers(policy, value, taken):
    assert read_policy(policy).takes(message(attributes=attributes(price=("Number", value)))) is taken


def test_all_keys_must_match_and_one_value_of_each():
    policy = read_policy('{"interests": ["rugby", "football"], "price": [{"numeric": [">", 100]}]}')
    fits = attributes(interests=("String", "football"), price=("Number", "101"))
    assert policy.takes(message(attributes=fits))
    assert not policy.takes(message(attributes=attributes(interests=("String", "rugby"))))


def test_that_an_attribute_is_missing_can_only_be_told_of_a_message_with_attributes():
    policy = read_policy('{"store": [{"exists": false}]}')
    assert policy.takes(message(attributes=attributes(other=("String", "x"))))
    assert not policy.takes(message())


def test_null_takes_a_message_without_the_attribute():
    policy = read_policy('{"attr1": [null, {"anything-but": "whatever"}]}')
    assert policy.takes(message())
    assert not policy.takes(message(attributes=attributes(attr1=("String", "whatever"))))


def test_a_policy_on_the_body_looks_inside():
    policy = read_policy('{"order": {"state": ["paid"]}}', BODY)
    texts = ['{"order": {"state": "paid"}}', '{"order": {"state": "open"}}', "no JSON", "[]"]
    assert [policy.takes(message(text)) for text in texts] == [True, False, False, False]


@pytest.mark.parametrize(
    ("policy", "scope", "text"),
    [
        ('{"k": [["v"]]}', BODY, "FilterPolicy: Match value must be String, number, true, false, or null"),
        ('{"k": [{"wrong-operator": true}]}', BODY, "FilterPolicy: Unrecognized match type wrong-operator"),
        ('{"k": "v"}', BODY, 'FilterPolicy: "k" must be an object or an array'),
        ('{"k": [{"exists": "no"}]}', BODY, "exists match pattern must be either true or false"),
        ('{"o": {"k": ["v"]}}', ATTRIBUTES, "scope MessageAttributes does not support nested"),
        (json.dumps({str(n): ["v"] for n in range(6)}), ATTRIBUTES, "can not have more than 5 keys"),
        (json.dumps({"a": list("abcdefghijklm"), "b": list("abcdefghijklm")}), BODY, "is too complex"),
        ("{", ATTRIBUTES, "failed to parse JSON"),
    ],
)
def test_a_policy_that_aws_refuses_gets_its_reason(policy, scope, text):
    with pytest.raises(ServiceError, match=text) as refused:
        read_policy(policy, scope)
    assert refused.value.code == "InvalidParameter"


def test_the_combinations_of_a_nested_policy_count_with_their_depth():
    values = {"a": {"b": {"c": list("1234")}}, "d": {"e": list("123")}}  # 4 x 3 x 3 x 2 = 72
    read_policy(json.dumps(values), BODY)
    values["d"]["e"] = [str(n) for n in range(7)]  # 4 x 3 x 7 x 2 = 168
    with pytest.raises(ServiceError, match="too complex"):
        read_policy(json.dumps(values), BODY)


def test_a_fifo_topic_forgets_what_is_older_than_five_minutes():
    memory = FifoMemory()
    for minute in range(60):
        memory.take(replace(message(str(minute)), at=AT + timedelta(minutes=minute)))
    assert len(memory._sent) == 5
