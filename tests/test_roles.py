"""What Lambda may do by a function's execution role, where permissions count."""

from __future__ import annotations

import json

import boto3
import pytest
from clouds import strict_cloud
from lambda_functions import created, refusal

__all__ = ["strict_cloud"]

QUEUE = "arn:aws:sqs:us-east-1:123456789012:photos"
ROLES = "arn:aws:iam::123456789012:role/"
WRONG = "InvalidParameterValueException"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


def role(name, trust=TRUST, **policies):
    """Make a role with POLICIES of its own, and return its ARN."""
    iam = boto3.client("iam")
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    for policy, (action, resource) in policies.items():
        statement = {"Effect": "Allow", "Action": action, "Resource": resource}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=document)
    return arn


def test_a_function_needs_a_role_that_lambda_may_assume(strict_cloud):
    client = boto3.client("lambda")
    no_lambda = json.loads(json.dumps(TRUST).replace("lambda.", "ec2."))
    text = "The role defined for the function cannot be assumed by Lambda."
    for arn in ("arn:aws:iam::123456789012:role/nobody", role("ec2-only", no_lambda)):
        with pytest.raises(client.exceptions.InvalidParameterValueException, match=text):
            created(client, Role=arn)
    name = created(client, Role=role("resizer"))
    other = "arn:aws:iam::123456789012:role/nobody"
    assert refusal(client.update_function_configuration, FunctionName=name, Role=other) == (WRONG, text)


def test_a_mapping_needs_a_role_that_may_read_the_queue(strict_cloud):
    client, sqs = boto3.client("lambda"), boto3.client("sqs")
    sqs.create_queue(QueueName="photos")
    some = role("some", read=(["sqs:ReceiveMessage", "sqs:GetQueueAttributes"], QUEUE))
    name = created(client, Role=role("none"))
    mapping = {"FunctionName": name, "EventSourceArn": QUEUE}
    told = "The provided execution role does not have permissions to call {} on SQS"
    refused = refusal(client.create_event_source_mapping, **mapping)
    assert refused == (WRONG, told.format("ReceiveMessage"))
    client.update_function_configuration(FunctionName=name, Role=some)
    refused = refusal(client.create_event_source_mapping, **mapping)
    assert refused == (WRONG, told.format("DeleteMessage"))
    boto3.client("iam").attach_role_policy(
        RoleName="some",
        PolicyArn="arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole",
    )
    assert client.create_event_source_mapping(**mapping)["State"] == "Creating"


def test_a_dead_letter_queue_and_a_destination_need_a_role_that_may_send(strict_cloud):
    client = boto3.client("lambda")
    queue = {"DeadLetterConfig": {"TargetArn": QUEUE}}
    told = "The provided execution role does not have permissions to call SendMessage on SQS"
    with pytest.raises(client.exceptions.InvalidParameterValueException, match=told):
        created(client, Role=role("silent"), **queue)
    name = created(client, Role=f"{ROLES}silent")
    assert refusal(client.update_function_configuration, FunctionName=name, **queue) == (WRONG, told)
    destination = {"OnFailure": {"Destination": QUEUE}}
    put = client.put_function_event_invoke_config
    assert refusal(put, FunctionName=name, DestinationConfig=destination) == (
        WRONG, f"The function's execution role does not have permissions to call SendMessage on {QUEUE}",
    )  # fmt: skip
    sends = role("sends", send=("sqs:SendMessage", QUEUE))
    client.update_function_configuration(FunctionName=name, Role=sends, **queue)
    assert put(FunctionName=name, DestinationConfig=destination)["DestinationConfig"]["OnFailure"]
