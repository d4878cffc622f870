"""What a rule's target gets of an event."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from lambda_study.cloud.sources.input_transformer import RuleContext, check_target_input, target_input
from lambda_study.engine import ServiceError

RULE = RuleContext(
    "arn:aws:events:us-east-2:123456789012:rule/example", "example", datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
)
# The sample event of AWS's page on input transformation.
EC2 = {
    "version": "0",
    "id": "7bf73129-1428-4cd3-a780-95db273d1602",
    "detail-type": "EC2 Instance State-change Notification",
    "source": "aws.ec2",
    "account": "123456789012",
    "time": "2015-11-11T21:29:54Z",
    "region": "us-east-1",
    "resources": ["arn:aws:ec2:us-east-1:123456789012:instance/i-abcd1111"],
    "detail": {"instance-id": "i-0123456789", "state": "RUNNING"},
}
PATHS = {"instance": "$.detail.instance-id", "state": "$.detail.state", "gone": "$.detail.nothing"}


def filled(template: str, event: dict[str, Any] = EC2, paths: dict[str, str] = PATHS) -> str:
    return target_input(
        {"InputTransformer": {"InputPathsMap": paths, "InputTemplate": template}}, event, RULE
    )


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ('"instance <instance> is in <state>"', '"instance i-0123456789 is in RUNNING"'),
        (r'"instance \"<instance>\" is in <state>"', r'"instance \"i-0123456789\" is in RUNNING"'),
        ('{"instance" : <instance>, "state": <state>}', '{"instance":"i-0123456789","state":"RUNNING"}'),
        (
            r'{"state": "<state>", "instanceStatus": "instance \"<instance>\" is in <state>"}',
            r'{"state":"RUNNING","instanceStatus":"instance \"i-0123456789\" is in RUNNING"}',
        ),
        (
            '{"state": [ 9, <state>, true ], "Transformed" : "Yes"}',
            '{"state":[9,"RUNNING",true],"Transformed":"Yes"}',
        ),
        ('"<aws.events.rule-name> triggered"', '"example triggered"'),
        ('{"arn": <aws.events.rule-arn>}', '{"arn":"arn:aws:events:us-east-2:123456789012:rule/example"}'),
    ],
)
def test_the_templates_of_aws_s_page_give_the_outputs_of_aws_s_page(template: str, expected: str) -> None:
    assert filled(template) == expected


def test_a_missing_variable_leaves_nothing_in_a_text_and_an_empty_text_in_json() -> None:
    assert filled('"it is <gone>"') == '"it is "'
    assert filled('{"command": <gone>}') == '{"command":""}'


def test_the_whole_event_comes_with_its_detail_and_the_other_one_without() -> None:
    body = json.loads(filled('{"all": <aws.events.event.json>, "head": <aws.events.event>}'))
    assert body["all"] == EC2
    assert "detail" not in body["head"]
    assert body["head"]["detailType"] == EC2["detail-type"]


def test_the_ingestion_time_is_that_of_eventbridge_and_not_the_event_s_own() -> None:
    assert filled('"<aws.events.event.ingestion-time> <time>"', paths={"time": "$.time"}) == (
        '"2026-11-23T10:00:00Z 2015-11-11T21:29:54Z"'
    )


def test_a_number_and_an_object_keep_their_kind_outside_quotes_and_lose_their_quotes_inside() -> None:
    event = {"detail": {"size": 3, "tags": {"a": "b"}}}
    paths = {"size": "$.detail.size", "tags": "$.detail.tags"}
    assert filled('{"size": <size>, "tags": <tags>}', event, paths) == '{"size":3,"tags":{"a":"b"}}'
    assert filled('"<size> of <tags>"', event, paths) == '"3 of {a:b}"'


def test_eventbridge_escapes_nothing_so_a_quote_in_a_value_breaks_the_json() -> None:
    body = filled('{"say": "<word>"}', {"detail": {"word": 'a "b"'}}, {"word": "$.detail.word"})
    with pytest.raises(ValueError):
        json.loads(body)


def test_an_input_path_sends_the_part_as_json() -> None:
    assert (
        target_input({"InputPath": "$.detail"}, EC2, RULE)
        == '{"instance-id":"i-0123456789","state":"RUNNING"}'
    )
    assert target_input({"InputPath": "$.detail.state"}, EC2, RULE) == '"RUNNING"'
    assert target_input({"InputPath": "$.resources[0]"}, EC2, RULE).startswith('"arn:aws:ec2')


def test_a_constant_input_is_sent_as_it_is_written() -> None:
    assert target_input({"Input": '{"n":  1}'}, EC2, RULE) == '{"n":  1}'


def test_without_anything_the_whole_event_is_sent() -> None:
    assert json.loads(target_input({"Id": "1"}, EC2, RULE)) == EC2


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (
            {"InputPath": "$.a", "InputTransformer": {"InputTemplate": '"x"'}},
            "Only one of Input, InputPath, or InputTransformer must be provided for target t.",
        ),
        (
            {"InputTransformer": {"InputTemplate": '"<notdefinedkey>"'}},
            "InputTemplate for target t contains invalid placeholder notdefinedkey.",
        ),
        ({"Input": "{"}, "JSON syntax error in input for target t"),
    ],
)
def test_put_targets_refuses_an_input_with_aws_s_words(target: dict[str, Any], message: str) -> None:
    with pytest.raises(ServiceError) as refused:
        check_target_input({"Id": "t", **target})
    assert (refused.value.code, refused.value.message) == ("ValidationException", message)
