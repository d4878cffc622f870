"""What is patched in moto's SQS: AWS's rules where moto's are others, on the clock."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import boto3
import clouds
import pytest
from botocore.exceptions import ClientError
from queues import ARN, FIFO, Queue, redriven

from lambda_study.cloud import Cloud
from lambda_study.cloud.seam import queue_rules, sqs
from lambda_study.cloud.seam.patch import MotoHasChanged
from lambda_study.engine import ServiceError

BYTES = 6 * 1024 * 1024
cloud = clouds.cloud


@pytest.mark.parametrize("patch", sqs.PATCHES, ids=lambda patch: patch.name)
def test_every_patched_name_is_in_moto_as_it_was(patch):
    patch.check()


@pytest.mark.parametrize("patch", sqs.PATCHES, ids=lambda patch: patch.name)
def test_a_patched_function_that_takes_something_else_is_told(patch):
    with pytest.raises(MotoHasChanged):
        replace(patch, parameters=("self", "other")).check()


def test_moto_is_as_it_was_when_the_cloud_is_closed():
    before = [vars(patch.owner)[patch.name] for patch in sqs.PATCHES]
    with Cloud(clock="manual"):
        assert [vars(patch.owner)[patch.name] for patch in sqs.PATCHES] != before
    assert [vars(patch.owner)[patch.name] for patch in sqs.PATCHES] == before


def test_a_message_is_visible_again_at_the_very_end_of_its_time_out(cloud):
    queue = Queue(VisibilityTimeout="30")
    queue.send("a")
    assert queue.bodies() == ["a"]
    cloud.clock.advance(29.999)
    assert queue.bodies() == []
    cloud.clock.advance(0.001)
    assert queue.bodies() == ["a"]


def test_a_delayed_message_comes_at_the_end_of_its_delay(cloud):
    queue = Queue()
    queue.send("a", DelaySeconds=60)
    cloud.clock.advance(59.999)
    assert queue.bodies() == []
    cloud.clock.advance(0.001)
    assert queue.bodies() == ["a"]


def test_a_message_goes_when_its_retention_ends(cloud):
    queue = Queue(MessageRetentionPeriod="60")
    queue.send("a")
    cloud.clock.advance(59)
    assert queue.counts == (1, 0)
    cloud.clock.advance(1)
    assert queue.counts == (0, 0)


def test_a_message_group_keeps_its_order_after_a_failure(cloud):
    queue = Queue("jobs.fifo", **FIFO)
    queue.send("a", "b", "c", MessageGroupId="one")
    assert queue.bodies() == ["a", "b", "c"]
    cloud.clock.advance(30)
    assert queue.bodies() == ["a", "b", "c"]


def test_a_group_waits_while_one_of_its_messages_is_in_flight(cloud):
    queue = Queue("jobs.fifo", **FIFO)
    queue.send("a", "b", MessageGroupId="one")
    queue.send("x", MessageGroupId="two")
    [first] = queue.receive(most=1)
    assert queue.bodies() == ["x"]
    queue.delete(first)
    assert queue.bodies() == ["b"]


def test_messages_of_one_group_come_before_those_of_others(cloud):
    queue = Queue("jobs.fifo", **FIFO)
    queue.send("a1", MessageGroupId="a")
    queue.send("b1", MessageGroupId="b")
    queue.send("a2", MessageGroupId="a")
    assert queue.bodies() == ["a1", "a2", "b1"]


def test_a_duplicate_is_known_for_five_minutes_even_when_the_message_is_gone(cloud):
    queue = Queue("jobs.fifo", **FIFO)
    queue.send("a", MessageGroupId="one")
    queue.delete(queue.receive()[0])
    cloud.clock.advance(minutes=4.9)
    queue.send("a", MessageGroupId="one")
    assert queue.bodies() == []
    cloud.clock.advance(minutes=0.1)
    queue.send("a", MessageGroupId="one")
    assert queue.bodies() == ["a"]


def test_the_scope_of_deduplication_can_be_the_group(cloud):
    queue = Queue("jobs.fifo", **FIFO, DeduplicationScope="messageGroup")
    queue.send("a", MessageGroupId="one")
    queue.send("a", MessageGroupId="two")
    assert queue.bodies() == ["a", "a"]


def test_sequence_numbers_rise_with_content_based_deduplication_too(cloud):
    queue = Queue("jobs.fifo", **FIFO)
    queue.send("a", "b", MessageGroupId="one")
    numbers = [int(message["Attributes"]["SequenceNumber"]) for message in queue.receive()]
    assert numbers[0] < numbers[1]
    assert len(str(numbers[0])) == 20


def test_a_message_that_was_received_too_often_goes_to_the_dead_letter_queue(cloud):
    queue, dead = redriven("jobs", receives=2)
    queue.send("poison")
    assert queue.bodies() == ["poison"]
    cloud.clock.advance(30)
    assert queue.bodies() == ["poison"]
    cloud.clock.advance(30)
    assert (queue.bodies(), dead.bodies()) == ([], ["poison"])


def test_a_group_goes_on_when_its_first_message_is_dead(cloud):
    queue, dead = redriven("jobs", 1, **FIFO)
    queue.send("poison", "b", MessageGroupId="one")
    assert queue.bodies(most=1) == ["poison"]
    cloud.clock.advance(30)
    assert (queue.bodies(), dead.bodies()) == (["b"], ["poison"])


def test_our_own_receiving_stops_before_the_event_is_too_large(cloud):
    queue = Queue()
    queue.send(*(["x" * 1_000_000] * 8))
    assert [len(sqs.receive(queue.arn, 10, BYTES)) for _ in range(3)] == [6, 2, 0]


def test_our_own_receiving_takes_messages_of_one_group(cloud):
    queue = Queue("jobs.fifo", **FIFO)
    queue.send("a1", MessageGroupId="a")
    queue.send("b1", MessageGroupId="b")
    queue.send("a2", MessageGroupId="a")
    batches = [sqs.receive(queue.arn, 10, BYTES) for _ in range(3)]
    assert [[message.body for message in batch] for batch in batches] == [["a1", "a2"], ["b1"], []]


def test_the_time_of_the_next_message_is_known(cloud):
    queue = Queue()
    assert sqs.next_visible(queue.arn) is None
    queue.send("a", DelaySeconds=60)
    start = cloud.clock.now()
    assert (sqs.next_visible(queue.arn) - start).total_seconds() == 60
    cloud.clock.advance(60)
    sqs.receive(queue.arn, 1, BYTES)
    assert (sqs.next_visible(queue.arn) - start).total_seconds() == 90


def test_a_message_with_a_changed_visibility_is_known_at_its_time(cloud):
    queue = Queue()
    queue.send("a")
    [message] = queue.receive()
    queue.change_visibility(message, 5)
    assert (sqs.next_visible(queue.arn) - cloud.clock.now()).total_seconds() == 5


def test_a_queue_that_is_not_there_is_told_as_aws_tells_it(cloud):
    with pytest.raises(ServiceError, match="NonExistentQueue"):
        sqs.receive(ARN + "none", 1, BYTES)


def test_eight_clients_lose_no_message_and_get_none_twice(cloud):
    queue = Queue()

    def send_and_receive(client: int) -> list[str]:
        own = boto3.client("sqs")
        for number in range(20):
            own.send_message(QueueUrl=queue.url, MessageBody=f"{client}-{number}")
        got: list[str] = []
        while answer := own.receive_message(QueueUrl=queue.url, MaxNumberOfMessages=10).get("Messages"):
            got += [message["Body"] for message in answer]
        return got

    with ThreadPoolExecutor(8) as threads:
        received = Counter(body for bodies in threads.map(send_and_receive, range(8)) for body in bodies)
    received.update(queue.bodies())
    assert received == Counter(f"{client}-{number}" for client in range(8) for number in range(20))


def test_the_attributes_of_a_fifo_message_are_those_of_the_documented_sample(cloud):
    queue = Queue("jobs.fifo", **FIFO)
    queue.send("a", MessageGroupId="one")
    [message] = sqs.receive(queue.arn, 1, BYTES)
    assert list(message.attributes) == [
        *("ApproximateReceiveCount", "SentTimestamp", "SequenceNumber", "MessageGroupId", "SenderId"),
        *("MessageDeduplicationId", "ApproximateFirstReceiveTimestamp"),
    ]


def test_a_binary_attribute_comes_through_a_topic_as_it_was_sent(cloud):
    queue, sns = Queue(), boto3.client("sns")
    topic = sns.create_topic(Name="news")["TopicArn"]
    raw = {"RawMessageDelivery": "true"}
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn, Attributes=raw)
    thumb = {"thumb": {"DataType": "Binary", "BinaryValue": b"\x00\xff"}}
    sns.publish(TopicArn=topic, Message="a photo", MessageAttributes=thumb)
    cloud.settle()
    [message] = queue.receive(MessageAttributeNames=["All"])
    assert message["MessageAttributes"] == thumb


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("\N{CAMERA}" * 300_000, "InvalidParameterValue"),
        ("a\x01b", "InvalidMessageContents"),
        ("", "MissingParameter"),
    ],
    ids=["too many bytes", "no character of XML", "nothing"],
)
def test_a_body_that_sqs_does_not_take_is_refused(cloud, body, code):
    queue = Queue()
    with pytest.raises(ClientError) as refused:
        queue.send(body)
    assert refused.value.response["Error"]["Code"] == code
    assert queue.counts == (0, 0)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("DelaySeconds", "901", "InvalidAttributeValue"),
        ("MessageRetentionPeriod", "59", "InvalidAttributeValue"),
        ("VisibilityTimeout", "43201", "InvalidAttributeValue"),
        ("VisibilityTimeout", "abc", "InvalidAttributeValue"),
        ("MaximumMessageSize", "1048577", "InvalidAttributeValue"),
        ("Foo", "1", "InvalidAttributeName"),
    ],
)
def test_an_attribute_that_sqs_does_not_take_is_refused(cloud, name, value, code):
    with pytest.raises(ClientError) as refused:
        Queue("photos", **{name: value})
    assert refused.value.response["Error"]["Code"] == code
    with pytest.raises(ClientError, match=name):
        Queue().configure(**{name: value})


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        ("{", "not a valid JSON map"),
        ("[1]", "not a valid JSON map"),
        ('{"maxReceiveCount": 1}', "mandatory attribute: deadLetterTargetArn"),
        (f'{{"maxReceiveCount": 0, "deadLetterTargetArn": "{ARN}jobs"}}', "from 1 to 1000"),
        (f'{{"maxReceiveCount": "abc", "deadLetterTargetArn": "{ARN}jobs"}}', "from 1 to 1000"),
        (f'{{"maxReceiveCount": 3, "deadLetterTargetArn": "{ARN}none"}}', "does not exist"),
        (f'{{"maxReceiveCount": 3, "deadLetterTargetArn": "{ARN}line.fifo"}}', "same type of queue"),
    ],
)
def test_a_redrive_policy_that_sqs_does_not_take_changes_nothing(cloud, policy, reason):
    Queue("line.fifo", **FIFO)
    queue = Queue()
    with pytest.raises(ClientError, match=reason) as refused:
        queue.configure(VisibilityTimeout="7", RedrivePolicy=policy)
    assert refused.value.response["Error"]["Code"] == "InvalidParameterValue"
    assert sqs.visibility_timeout_s(queue.arn) == 30


def test_a_redrive_policy_is_taken_away_by_an_empty_one(cloud):
    queue, dead = redriven("jobs", 1)
    queue.configure(RedrivePolicy="")
    queue.send("a")
    for _ in range(3):
        queue.receive()
        cloud.clock.advance(30)
    assert (queue.counts, dead.counts) == ((1, 0), (0, 0))


@pytest.mark.parametrize(
    ("count", "value", "reason"), [(11, "x", "exceeds the allowed maximum"), (1, "", "non-empty value")]
)
def test_message_attributes_that_sqs_does_not_take_send_nothing(cloud, count, value, reason):
    queue = Queue()
    notes = {f"note-{number}": {"DataType": "String", "StringValue": value} for number in range(count)}
    with pytest.raises(ClientError, match=reason):
        queue.send("a", MessageAttributes=notes)
    assert queue.counts == (0, 0)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [("MaxNumberOfMessages", 11, "between 1 and 10"), ("WaitTimeSeconds", 21, ">= 0 and <= 20")],
)
def test_a_receiver_that_asks_for_too_much_is_told_in_the_words_of_sqs(cloud, name, value, reason):
    with pytest.raises(ClientError) as refused:
        boto3.client("sqs").receive_message(QueueUrl=Queue().url, **{name: value})
    text = f"Value {value} for parameter {name} is invalid. Reason: Must be {reason}, if provided."
    assert refused.value.response["Error"]["Message"] == text


def test_a_fifo_queue_forgets_ids_that_are_older_than_five_minutes(cloud):
    queue = Queue("line.fifo", **FIFO)
    for number in range(12):
        queue.send(str(number), MessageGroupId="one")
        cloud.clock.advance(60)
    (sent,) = [each for key, each in queue_rules._sent.items() if key.name == "line.fifo"]
    assert len(sent.ids) == 5


def test_an_older_message_that_comes_late_to_a_dead_letter_queue_expires_on_its_own_time(cloud):
    queue, dead = redriven("jobs", 1, VisibilityTimeout="30")
    dead.configure(MessageRetentionPeriod="60")
    queue.send("old")
    cloud.clock.advance(20)
    dead.send("young")
    queue.receive()
    cloud.clock.advance(30)
    queue.receive()
    assert dead.counts == (2, 0)
    cloud.clock.advance(10)
    assert dead.bodies() == ["young"]


def test_the_time_of_a_fifo_message_begins_anew_in_the_dead_letter_queue(cloud):
    queue, dead = redriven("line", 1, **FIFO)
    dead.configure(MessageRetentionPeriod="60")
    queue.send("a", MessageGroupId="one")
    queue.receive()
    cloud.clock.advance(50)
    queue.receive()
    cloud.clock.advance(50)
    assert dead.bodies() == ["a"]


def test_message_attributes_count_towards_the_size_of_a_message(cloud):
    queue = Queue()
    note = {"n": {"DataType": "String", "StringValue": "x" * 99}}
    queue.configure(MaximumMessageSize="1024")
    queue.send("x" * (1024 - 99 - len("n" + "String")), MessageAttributes=note)
    with pytest.raises(ClientError, match="Message must be shorter than 1024 bytes"):
        queue.send("x" * (1025 - 99 - len("n" + "String")), MessageAttributes=note)
