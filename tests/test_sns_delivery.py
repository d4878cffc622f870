"""Topics end to end: boto3 publishes, functions and queues get the message, or a dead-letter queue does."""

from __future__ import annotations

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import boto3
import clouds
import pytest
from botocore.exceptions import ClientError
from event_targets import ACCOUNT_ARN, KeptEvents, Queue

from lambda_study.cloud.sources.sns_retries import retry_wait_s
from lambda_study.engine import ServiceError

cloud, strict_cloud, real_cloud = clouds.cloud, clouds.strict_cloud, clouds.real_cloud


class Topic:
    """A topic as a learner uses it, by boto3."""

    def __init__(self, name: str = "photos", **attributes: str) -> None:
        self.client = boto3.client("sns")
        self.arn = self.client.create_topic(Name=name, Attributes=attributes)["TopicArn"]

    def subscribe(self, endpoint: str, **attributes: str) -> str:
        """Subscribe what an ARN names, and return the ARN of the subscription."""
        protocol = endpoint.split(":")[2]
        answer = self.client.subscribe(
            TopicArn=self.arn, Protocol=protocol, Endpoint=endpoint, Attributes=attributes
        )
        return answer["SubscriptionArn"]

    def publish(self, text: str = "hello", **more: Any) -> str:
        return self.client.publish(TopicArn=self.arn, Message=text, **more)["MessageId"]


def attribute(kind: str, value: Any) -> dict[str, Any]:
    return {"DataType": kind, "BinaryValue" if kind == "Binary" else "StringValue": value}


def messages(function: KeptEvents) -> list[dict[str, Any]]:
    """What SNS sent in the events that a function got."""
    return [event["Records"][0]["Sns"] for event in function.events]


def test_a_function_gets_the_message_as_it_was_published(cloud, tmp_path):
    topic, function = Topic(), KeptEvents(cloud, tmp_path / "events")
    subscription = topic.subscribe(function.arn)
    given = {"size": attribute("Number", "3"), "raw": attribute("Binary", b"\x00\x01")}
    message_id = topic.publish(Subject="new photo", MessageAttributes=given)
    assert function.events == []  # not within the request
    cloud.settle()
    assert function.events[0]["Records"][0]["EventSubscriptionArn"] == subscription
    (sns,) = messages(function)
    assert (sns["MessageId"], sns["TopicArn"], sns["Subject"]) == (message_id, topic.arn, "new photo")
    assert sns["Timestamp"] == f"{cloud.clock.now():%Y-%m-%dT%H:%M:%S}.000Z"
    assert sns["MessageAttributes"]["raw"] == {
        "Type": "Binary",
        "Value": base64.b64encode(b"\x00\x01").decode(),
    }


def test_a_topic_that_is_not_there_is_named(cloud):
    with pytest.raises(ClientError, match="Topic does not exist") as refused:
        boto3.client("sns").publish(TopicArn=ACCOUNT_ARN.format("sns", "gone"), Message="m")
    assert refused.value.response["Error"]["Code"] == "NotFound"


def test_the_trace_names_a_message_by_its_subject_or_its_beginning(cloud, tmp_path):
    topic, function = Topic(), KeptEvents(cloud, tmp_path / "events")
    topic.subscribe(function.arn)
    topic.publish("The exhibition opens", Subject="News")
    topic.publish("The exhibition opens on Saturday,\nat eleven")
    cloud.settle()
    details = [event.detail for event in cloud.trace.of("trigger")]
    assert details == ["News", "The exhibition opens on Saturday, at ..."]


def test_several_subscribers_get_one_message_each(cloud, tmp_path):
    topic, queue = Topic(), Queue("q")
    functions = [KeptEvents(cloud, tmp_path / name, name) for name in ("one", "two")]
    for arn in (functions[0].arn, functions[1].arn, queue.arn):
        topic.subscribe(arn)
    message_id = topic.publish()
    cloud.settle()
    assert [messages(each)[0]["MessageId"] for each in functions] == [message_id] * 2
    assert [json.loads(body)["MessageId"] for body in queue.bodies()] == [message_id]


def test_raw_delivery_gives_a_queue_the_text_and_its_attributes(cloud):
    topic, queue = Topic(), Queue("q")
    topic.subscribe(queue.arn, RawMessageDelivery="true")
    topic.publish("bare", MessageAttributes={"kind": attribute("String", "photo")})
    cloud.settle()
    (message,) = queue.receive()
    assert (message["Body"], message["MessageAttributes"]["kind"]["StringValue"]) == ("bare", "photo")


def test_a_filter_policy_keeps_other_messages_away(cloud, tmp_path):
    topic, function = Topic(), KeptEvents(cloud, tmp_path / "events")
    topic.subscribe(function.arn, FilterPolicy='{"kind": ["photo"]}')
    for kind in ("photo", "film"):
        topic.publish(kind, MessageAttributes={"kind": attribute("String", kind)})
    topic.publish("without attributes")
    cloud.settle()
    assert [sns["Message"] for sns in messages(function)] == ["photo"]


def test_a_filter_policy_can_read_the_body(cloud, tmp_path):
    topic, function = Topic(), KeptEvents(cloud, tmp_path / "events")
    topic.subscribe(
        function.arn, FilterPolicyScope="MessageBody", FilterPolicy='{"order": {"state": ["paid"]}}'
    )
    for state in ("open", "paid"):
        topic.publish(json.dumps({"order": {"state": state}}))
    cloud.settle()
    assert [json.loads(sns["Message"])["order"]["state"] for sns in messages(function)] == ["paid"]


def test_a_batch_delivers_each_of_its_messages(cloud, tmp_path):
    topic, function = Topic(), KeptEvents(cloud, tmp_path / "events")
    topic.subscribe(function.arn)
    entries = [{"Id": str(number), "Message": f"m{number}"} for number in range(3)]
    answer = topic.client.publish_batch(
        TopicArn=topic.arn,
        PublishBatchRequestEntries=[*entries, {"Id": "bad", "Message": "m", "Subject": "x" * 101}],
    )
    cloud.settle()
    assert sorted(sns["Message"] for sns in messages(function)) == ["m0", "m1", "m2"]
    assert {each["MessageId"] for each in answer["Successful"]} == {
        sns["MessageId"] for sns in messages(function)
    }
    assert [each["Id"] for each in answer["Failed"]] == ["bad"]


REFUSED = {
    "raw": ({"RawMessageDelivery": "true"}, r"protocol \[lambda\] does not support raw message delivery"),
    "policy": (
        {"FilterPolicy": '{"k": [{"more": 1}]}'},
        "Attributes Reason: FilterPolicy: Unrecognized match",
    ),
    "nested": ({"FilterPolicy": '{"o": {"k": ["v"]}}'}, "MessageAttributes does not support nested"),
    "scope": ({"FilterPolicyScope": "Body"}, r"Invalid value \[Body\]"),
    "redrive": ({"RedrivePolicy": '{"deadLetterTargetArn": "q"}'}, "deadLetterTargetArn is an invalid arn"),
    "number": ({"RedrivePolicy": '{"deadLetterTargetArn": 1}'}, "deadLetterTargetArn is an invalid arn"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_subscription_that_aws_refuses_is_not_made(cloud, case):
    topic, (attributes, error) = Topic(), REFUSED[case]
    with pytest.raises(ClientError, match=error) as refused:
        topic.subscribe(ACCOUNT_ARN.format("lambda", "function:f"), **attributes)
    assert refused.value.response["Error"]["Code"] == "InvalidParameter"
    assert topic.client.list_subscriptions()["Subscriptions"] == []


def test_a_fifo_topic_has_no_functions_and_keeps_the_order_of_a_queue(cloud):
    topic = Topic("orders.fifo", FifoTopic="true", ContentBasedDeduplication="true")
    with pytest.raises(ClientError, match="Invalid parameter: Invalid protocol type: lambda"):
        topic.subscribe(ACCOUNT_ARN.format("lambda", "function:f"))
    queue = Queue("orders.fifo", FifoQueue="true")
    topic.subscribe(queue.arn, RawMessageDelivery="true")
    for text in ("1", "2", "2", "3"):
        topic.publish(text, MessageGroupId="g")
    cloud.settle()
    assert queue.bodies() == ["1", "2", "3"]


def test_a_fifo_topic_sends_what_it_is_told_twice_once_in_five_minutes(cloud):
    topic = Topic("orders.fifo", FifoTopic="true", ContentBasedDeduplication="true")
    queue = Queue("standard")
    topic.subscribe(queue.arn, RawMessageDelivery="true")
    ids = [topic.publish("1", MessageGroupId="g") for _ in range(2)]
    cloud.clock.advance(minutes=5)
    topic.publish("1", MessageGroupId="g")
    cloud.settle()
    assert ids[0] == ids[1]
    assert queue.bodies() == ["1", "1"]


def test_sequence_numbers_of_a_fifo_topic_rise_and_a_duplicate_has_that_of_the_first(cloud):
    topic = Topic("orders.fifo", FifoTopic="true", ContentBasedDeduplication="true")
    queue = Queue("orders.fifo", FifoQueue="true")
    topic.subscribe(queue.arn)
    told = [
        topic.client.publish(TopicArn=topic.arn, Message=text, MessageGroupId="g") for text in ("1", "2", "1")
    ]
    entry = {"Id": "one", "Message": "3", "MessageGroupId": "g"}
    batch = topic.client.publish_batch(TopicArn=topic.arn, PublishBatchRequestEntries=[entry])
    cloud.settle()
    first, second, again, third = [answer["SequenceNumber"] for answer in (*told, batch["Successful"][0])]
    assert (int(first) < int(second) < int(third), again) == (True, first)
    assert [json.loads(body)["SequenceNumber"] for body in queue.bodies()] == [first, second, third]


def test_a_message_group_of_a_standard_topic_neither_numbers_nor_deduplicates(cloud):
    topic, queue = Topic(), Queue("q")
    topic.subscribe(queue.arn)
    told = [topic.client.publish(TopicArn=topic.arn, Message="1", MessageGroupId="g") for _ in range(2)]
    cloud.settle()
    assert not any("SequenceNumber" in answer for answer in told)
    assert ["SequenceNumber" in json.loads(body) for body in queue.bodies()] == [False, False]


def test_a_subscription_may_say_that_it_is_not_raw(cloud):
    topic, queue = Topic(), Queue("q")
    topic.subscribe(queue.arn, RawMessageDelivery="false")
    topic.publish("in an envelope")
    cloud.settle()
    assert [json.loads(body)["Message"] for body in queue.bodies()] == ["in an envelope"]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"Message": "x" * 262_145}, "Message too long"),
        ({"Message": "é" * 131_073}, "Message too long"),
        ({"Message": "m", "Subject": "x" * 101}, "Invalid parameter: Subject"),
        ({"Message": "{}", "MessageStructure": "json"}, "No default entry in JSON message body"),
        (
            {"Message": "m", "TopicArn": "photos"},
            "TopicArn Reason: An ARN must have at least 6 elements, not 1",
        ),
        (
            {"Message": "m", "MessageAttributes": {"n": attribute("Number", "abc")}},
            r"^An error occurred .ParameterValueInvalid. when calling the Publish operation: Could not cast",
        ),
    ],
    ids=["characters", "bytes", "subject", "structure", "no ARN", "no number"],
)
def test_a_message_that_aws_refuses_is_refused(cloud, given, error):
    topic = Topic()
    with pytest.raises(ClientError, match=error):
        topic.client.publish(**{"TopicArn": topic.arn, **given})


def test_a_function_that_is_gone_is_not_tried_again_and_the_message_is_kept(cloud, tmp_path):
    topic, queue = Topic(), Queue("dead")
    gone = ACCOUNT_ARN.format("lambda", "function:gone")
    topic.subscribe(gone, RedrivePolicy=json.dumps({"deadLetterTargetArn": queue.arn}))
    message_id = topic.publish()
    cloud.settle()
    assert [json.loads(body)["MessageId"] for body in queue.bodies()] == [message_id]
    (failure,) = cloud.trace.of("failure")
    assert "Function not found" in failure.error


def test_without_permission_the_message_goes_to_the_dead_letter_queue(strict_cloud, tmp_path):
    topic, queue = Topic(), Queue("dead")
    function = KeptEvents(strict_cloud, tmp_path / "events")
    topic.subscribe(function.arn, RedrivePolicy=json.dumps({"deadLetterTargetArn": queue.arn}))
    topic.publish()
    strict_cloud.settle()
    assert (function.events, len(queue.bodies())) == ([], 1)
    assert "not authorized" in strict_cloud.trace.of("failure")[0].error


def test_a_subscription_to_a_queue_that_is_gone_says_so_in_the_trace(cloud):
    topic = Topic()
    topic.subscribe(ACCOUNT_ARN.format("sqs", "gone"))
    topic.publish()
    cloud.settle()
    (failure,) = cloud.trace.of("failure")
    assert (failure.target, "does not exist" in failure.error) == ("sqs:gone", True)


def test_faults_of_the_server_are_tried_again_for_23_days():
    waits = [retry_wait_s(tried) for tried in range(100_015)]
    assert waits[:5] == [0, 0, 0, 1, 1]
    assert waits[5] == 1
    assert waits[14] == 20
    assert timedelta(days=23) < timedelta(seconds=sum(waits)) < timedelta(days=24)
    assert retry_wait_s(100_015) is None


def test_an_outage_of_lambda_is_waited_out(cloud, tmp_path, monkeypatch):
    topic, function = Topic(), KeptEvents(cloud, tmp_path / "events")
    topic.subscribe(function.arn)
    began, healthy = cloud.clock.now(), cloud.service.invoke_async

    def down_for_three_seconds(*given: Any, **more: Any) -> Any:
        if cloud.clock.now() < began + timedelta(seconds=3):
            raise ServiceError(503, "ServiceUnavailableException", "Try again.")
        return healthy(*given, **more)

    monkeypatch.setattr(cloud.service, "invoke_async", down_for_three_seconds)
    topic.publish()
    cloud.clock.advance(minutes=1)
    tried_after = [(each.at - began).total_seconds() for each in cloud.trace.of("failure")]
    assert tried_after == [0, 0, 0, 0, 1, 2]  # and then after three seconds
    assert len(function.events) == 1


def test_eight_clients_at_once_lose_nothing_and_double_nothing(real_cloud):
    topic, queue = Topic(), Queue("q")
    topic.subscribe(queue.arn, RawMessageDelivery="true")
    texts = [f"{number:03}" for number in range(64)]

    def publish(client: Any, number: int) -> None:
        for text in texts[number::8]:
            client.publish(TopicArn=topic.arn, Message=text)

    clients = [boto3.client("sns") for _ in range(8)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(publish, clients, range(8)))
    real_cloud.settle()
    assert sorted(body for _ in range(8) for body in queue.bodies()) == texts
