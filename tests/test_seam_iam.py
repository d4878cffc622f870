"""What the seam needs of moto's IAM: it fails here first when moto moves."""

from __future__ import annotations

import json

import boto3
import pytest
from clouds import cloud
from lambda_functions import refusal

from lambda_study.cloud.exchange import Request, Response
from lambda_study.cloud.seam import iam, s3, secretsmanager
from lambda_study.demos.other_account import OtherAccount

__all__ = ["cloud"]

BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


@pytest.mark.parametrize("patch", iam.patches(), ids=lambda patch: patch.name)
def test_what_is_patched_is_there_as_it_was(patch):
    patch.check()


def test_who_asks_after_the_close_puts_no_patch_in():
    backend = iam.patches()[0].owner
    before = dict(vars(backend))
    policies = iam.AwsPolicies(lambda request: Response(200))
    policies.close()
    signed = "AWS4-HMAC-SHA256 Credential=testing/20261123/us-east-1/iam/aws4_request, Signature=0"
    policies.answer(Request("POST", "/", headers={"authorization": signed}))
    assert dict(vars(backend)) == before


def test_a_role_has_its_own_policies_and_those_attached(cloud):
    client = boto3.client("iam")
    document = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}
    arn = client.create_role(RoleName="club", AssumeRolePolicyDocument=json.dumps(document))["Role"]["Arn"]
    assert iam.policies_of(arn) == () and iam.trust_policy_of(arn) == document
    client.put_role_policy(RoleName="club", PolicyName="own", PolicyDocument=json.dumps(document))
    made = client.create_policy(PolicyName="shared", PolicyDocument=json.dumps(document))["Policy"]["Arn"]
    client.attach_role_policy(RoleName="club", PolicyArn=made)
    assert iam.policies_of(arn) == (document, document)
    assert iam.policies_of(f"{arn}-other") == () and iam.trust_policy_of(f"{arn}-other") is None


def test_policies_of_aws_are_known_when_they_are_named(cloud):
    client = boto3.client("iam")
    shown = client.get_policy(PolicyArn=BASIC)["Policy"]
    version = client.get_policy_version(PolicyArn=BASIC, VersionId=shown["DefaultVersionId"])
    assert "logs:PutLogEvents" in version["PolicyVersion"]["Document"]["Statement"][0]["Action"]
    assert refusal(client.get_policy, PolicyArn=f"{BASIC}2")[0] == "NoSuchEntity"


def test_the_keys_of_a_session_tell_its_role_and_its_name(cloud):
    role = "arn:aws:iam::999999999999:role/partner"
    keys = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName="visit")["Credentials"]
    assert iam.assumed_role(keys["AccessKeyId"]) == (role, "visit")
    assert iam.assumed_role("testing") is None


def test_a_bucket_has_an_owner_and_a_secret_an_arn(cloud):
    OtherAccount().client("s3").create_bucket(Bucket="theirs")
    boto3.client("s3").create_bucket(Bucket="ours")
    owners = [s3.owner_of(f"arn:aws:s3:::{name}") for name in ("theirs", "ours", "nobodys")]
    assert owners == ["999999999999", "123456789012", "123456789012"]
    made = boto3.client("secretsmanager").create_secret(Name="club", SecretString="x")["ARN"]
    assert (secretsmanager.arn_of_secret("club"), secretsmanager.arn_of_secret("other")) == (made, None)
