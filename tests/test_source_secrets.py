"""Secrets Manager: values, labels, and rotations by a function that really runs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from clouds import cloud, strict_cloud
from lambda_functions import refusal

from lambda_study.cloud.seam import secretsmanager
from lambda_study.demos.small_account import HANDLERS, shared_session

__all__ = ["cloud", "strict_cloud"]

STEPS = ["createSecret", "setSecret", "testSecret", "finishSecret"]


@pytest.fixture
def client(cloud):
    client = boto3_client()
    client.create_secret(Name="club/mail", SecretString="tulip")
    return client


def boto3_client():
    """A client of one session for all tests, which keeps the service model that it has read."""
    return shared_session().client("secretsmanager")


def rotator(cloud):
    """The ARN of a function that rotates secrets."""
    return cloud.deploy(f"{HANDLERS}/rotates_secret.py:handler", name="rotator").configuration.arn


def labels(client):
    return sorted(map(sorted, client.describe_secret(SecretId="club/mail")["VersionIdsToStages"].values()))


def steps(cloud):
    return [each.payload for each in cloud.invocations("rotator")]


def test_what_is_patched_is_there_as_it_was():
    for patch in secretsmanager.patches():  # in no parameter, for which moto would be loaded by all
        patch.check()


def test_a_secret_has_the_time_of_the_clouds_clock(cloud, client):
    cloud.clock.advance(hours=1)
    client.put_secret_value(SecretId="club/mail", SecretString="dahlia")
    made = client.get_secret_value(SecretId="club/mail")["CreatedDate"]
    assert made.astimezone(UTC) == datetime(2026, 11, 23, 1, tzinfo=UTC)


def test_a_secret_has_at_most_64_kilobytes(client):
    assert client.create_secret(Name="large", SecretString="x" * 65_536)["Name"] == "large"
    code, message = refusal(client.create_secret, Name="larger", SecretString="x" * 65_537)
    assert code == "ValidationException" and "less than or equal to 65536" in message


def test_a_rotation_runs_the_function_for_four_steps_and_moves_the_label(cloud, client):
    told = client.rotate_secret(SecretId="club/mail", RotationLambdaARN=rotator(cloud))
    cloud.settle()
    assert steps(cloud) == STEPS
    now = client.get_secret_value(SecretId="club/mail")
    assert now["VersionId"] == told["VersionId"] and now["SecretString"] != "tulip"
    before = client.get_secret_value(SecretId="club/mail", VersionStage="AWSPREVIOUS")
    assert before["SecretString"] == "tulip"


@pytest.mark.more
def test_a_secret_rotates_again_after_the_days_of_its_rules(cloud, client):
    rules = {"AutomaticallyAfterDays": 30}
    client.rotate_secret(SecretId="club/mail", RotationLambdaARN=rotator(cloud), RotationRules=rules)
    cloud.settle()
    cloud.clock.advance(hours=30 * 24 - 1)
    assert len(steps(cloud)) == 4
    cloud.clock.advance(hours=1)
    assert steps(cloud) == STEPS * 2
    assert client.describe_secret(SecretId="club/mail")["LastRotatedDate"].astimezone(UTC).day == 23


@pytest.mark.more
def test_a_rotation_that_is_cancelled_does_not_come_again(cloud, client):
    rules = {"AutomaticallyAfterDays": 1}
    client.rotate_secret(SecretId="club/mail", RotationLambdaARN=rotator(cloud), RotationRules=rules)
    cloud.settle()
    client.cancel_rotate_secret(SecretId="club/mail")
    cloud.clock.advance(hours=48)
    assert len(steps(cloud)) == 4


def test_a_step_that_fails_ends_the_rotation_and_leaves_the_old_value(cloud, client):
    fails = cloud.deploy(f"{HANDLERS}/raises.py:handler", name="fails").configuration.arn
    client.rotate_secret(SecretId="club/mail", RotationLambdaARN=fails)
    cloud.settle()
    assert len(cloud.invocations("fails")) == 1
    assert [event.detail for event in cloud.trace.of("failure")] == ["createSecret"]
    assert client.get_secret_value(SecretId="club/mail")["SecretString"] == "tulip"
    assert labels(client) == [["AWSCURRENT"], ["AWSPENDING"]]
    assert refusal(client.rotate_secret, SecretId="club/mail")[0] == "InvalidRequestException"


def test_a_secret_without_a_function_cannot_rotate(client):
    code, message = refusal(client.rotate_secret, SecretId="club/mail")
    assert code == "InvalidRequestException" and "Lambda function ARN" in message


def test_a_secret_that_is_not_there_cannot_rotate(client):
    assert refusal(client.rotate_secret, SecretId="other")[0] == "ResourceNotFoundException"


def test_a_rotation_comes_again_within_a_thousand_days(cloud, client):
    given = {"SecretId": "club/mail", "RotationLambdaARN": rotator(cloud)}
    code, told = refusal(client.rotate_secret, RotationRules={"AutomaticallyAfterDays": 1001}, **given)
    assert code == "InvalidParameterException" and "within 1-1000" in told


def test_a_schedule_of_rotations_is_not_modelled(cloud, client):
    rules = {"ScheduleExpression": "rate(4 hours)"}
    given = {"SecretId": "club/mail", "RotationLambdaARN": rotator(cloud), "RotationRules": rules}
    assert "is not modelled here" in refusal(client.rotate_secret, **given)[1]


def test_secrets_manager_needs_the_permission_of_the_function(strict_cloud):
    client = boto3_client()
    client.create_secret(Name="club/mail", SecretString="tulip")
    arn = rotator(strict_cloud)
    code, message = refusal(client.rotate_secret, SecretId="club/mail", RotationLambdaARN=arn)
    assert code == "AccessDeniedException" and "secretsmanager.amazonaws.com" in message
    assert labels(client) == [["AWSCURRENT"]]
