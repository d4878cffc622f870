"""The buckets, queues, topics and all else around the application's functions, made by boto3."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import boto3

from lambda_study.demos.edge_site import configuration
from lambda_study.demos.photo_club.functions import Resource
from lambda_study.engine.function import ACCOUNT, REGION

_DAY_S = 86_400
Settings = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Made:
    """A resource that is there: its ARN, and what CloudFormation's Ref gives of it."""

    arn: str
    ref: str


def make_plain(resources: Mapping[str, Resource]) -> dict[str, Made]:
    """Make what needs no function to be there, of RESOURCES: buckets, tables, topics, queues, streams."""
    plain = {name: each for name, each in resources.items() if each.kind in _MAKERS}
    return {name: _MAKERS[each.kind](name, each.settings) for name, each in plain.items()}


def subscribe(topic: Made, queue: Made) -> None:
    """Let TOPIC send its messages to QUEUE as they are, without an envelope."""
    sqs, sns = boto3.client("sqs"), boto3.client("sns")
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue.arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic.arn}},
    }
    sqs.set_queue_attributes(QueueUrl=queue.ref, Attributes={"Policy": policy(statement)})
    sns.subscribe(
        TopicArn=topic.arn, Protocol="sqs", Endpoint=queue.arn, Attributes={"RawMessageDelivery": "true"}
    )


def make_role(name: str, service: str, *statements: Mapping[str, object]) -> str:
    """Make a role that SERVICE may assume, with STATEMENTS as its policy; its ARN."""
    iam = boto3.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}}
    role = iam.create_role(
        RoleName=name, AssumeRolePolicyDocument=policy({**trust, "Action": "sts:AssumeRole"})
    )
    iam.put_role_policy(RoleName=name, PolicyName=name, PolicyDocument=policy(*statements))
    return str(role["Role"]["Arn"])


def make_site(bucket: Made) -> Made:
    """Make a distribution before BUCKET that keeps what it serves for a day."""
    client = boto3.client("cloudfront")
    made = client.create_distribution(DistributionConfig=configuration(bucket.ref, _DAY_S, []))
    return Made(str(made["Distribution"]["ARN"]), str(made["Distribution"]["Id"]))


def make_alarm(name: str, function: str, topic: Made) -> Made:
    """Make an alarm that tells TOPIC when a run of FUNCTION has failed within a minute."""
    boto3.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions=[{"Name": "FunctionName", "Value": function}],
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="notBreaching",
        AlarmActions=[topic.arn],
    )
    return Made(f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}", name)


def policy(*statements: Mapping[str, object]) -> str:
    """The text of a policy with STATEMENTS."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def _bucket(name: str, _settings: Settings) -> Made:
    boto3.client("s3").create_bucket(Bucket=name)
    return Made(f"arn:aws:s3:::{name}", name)


def _table(name: str, _settings: Settings) -> Made:
    """A table of photos by member; its index "by_day" finds those of a day, its stream tells of changes."""
    keys = {"member": "HASH", "photo": "RANGE"}
    by_day = {
        "IndexName": "by_day",
        "KeySchema": [
            {"AttributeName": "day", "KeyType": "HASH"},
            {"AttributeName": "photo", "KeyType": "RANGE"},
        ],
        "Projection": {"ProjectionType": "ALL"},
    }
    made = boto3.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys.items()],
        AttributeDefinitions=[
            {"AttributeName": key, "AttributeType": "S"} for key in ("member", "photo", "day")
        ],
        GlobalSecondaryIndexes=[by_day],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    return Made(str(made["TableDescription"]["TableArn"]), name)


def _topic(name: str, _settings: Settings) -> Made:
    arn = str(boto3.client("sns").create_topic(Name=name)["TopicArn"])
    return Made(arn, arn)


def _queue(name: str, settings: Settings) -> Made:
    client = boto3.client("sqs")
    url = str(client.create_queue(QueueName=name, Attributes={**settings})["QueueUrl"])
    asked = client.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return Made(str(asked["Attributes"]["QueueArn"]), url)


def _stream(name: str, _settings: Settings) -> Made:
    boto3.client("kinesis").create_stream(StreamName=name, ShardCount=1)
    return Made(f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{name}", name)


_MAKERS: Mapping[str, Callable[[str, Settings], Made]] = MappingProxyType(
    {"bucket": _bucket, "table": _table, "topic": _topic, "queue": _queue, "stream": _stream}
)
