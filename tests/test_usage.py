"""What the bill of a cloud counts of the services around Lambda."""

from __future__ import annotations

import boto3
import clouds
import pytest

cloud = clouds.cloud
ID = {"Id": {"N": "1"}}


def used(cloud):
    return {line.item.removesuffix(", free tier"): line.quantity for line in cloud.bill().lines}


@pytest.fixture
def table(cloud):
    client = boto3.client("dynamodb")
    client.create_table(
        TableName="photos",
        KeySchema=[{"AttributeName": "Id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "Id", "AttributeType": "N"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return client


def test_a_message_that_names_a_fifo_queue_is_no_request_to_one(cloud):
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="see line.fifo")
    assert (used(cloud)["SQS standard"], "SQS fifo" in used(cloud)) == (2, False)


def test_a_request_of_200_kb_counts_as_four_in_sqs_sns_and_eventbridge(cloud):
    sqs, sns, text = boto3.client("sqs"), boto3.client("sns"), "é" * 100_000
    url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody=text)
    sns.publish(TopicArn=sns.create_topic(Name="news")["TopicArn"], Message=text)
    entry = {"Source": "club", "DetailType": "d", "Detail": f'{{"note": "{text}"}}'}
    boto3.client("events").put_events(Entries=[entry, {**entry, "Detail": "{}"}])
    found = used(cloud)
    assert (found["SQS standard"], found["SNS publish"], found["EventBridge events"]) == (1 + 4, 4, 4 + 1)


def test_a_batch_of_small_messages_to_a_topic_is_one_request(cloud):
    sns = boto3.client("sns")
    entries = [{"Id": str(number), "Message": "m"} for number in range(10)]
    topic = sns.create_topic(Name="news")["TopicArn"]
    sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries)
    assert used(cloud)["SNS publish"] == 1


def test_each_item_that_is_written_takes_its_units(cloud, table):
    puts = [{"PutRequest": {"Item": {"Id": {"N": str(number)}}}} for number in range(3)]
    table.batch_write_item(RequestItems={"photos": puts})
    table.transact_write_items(TransactItems=[{"Delete": {"TableName": "photos", "Key": ID}}])
    table.put_item(TableName="photos", Item={**ID, "note": {"S": "x" * 2500}})
    assert used(cloud)["DynamoDB writes"] == 3 + 2 + 3


def test_queries_scans_and_batches_are_read_too(cloud, table):
    table.scan(TableName="photos", ConsistentRead=True)
    table.query(
        TableName="photos",
        KeyConditionExpression="Id = :id",
        ExpressionAttributeValues={":id": {"N": "1"}},
    )
    table.batch_get_item(RequestItems={"photos": {"Keys": [ID]}})
    table.transact_get_items(TransactItems=[{"Get": {"TableName": "photos", "Key": ID}}])
    assert used(cloud)["DynamoDB reads"] == (2 + 1 + 1 + 4) / 2
