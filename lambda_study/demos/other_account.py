"""Another account of AWS, which has a role, buckets of its own, and perhaps a permission of ours."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from lambda_study.demos.roles import Statement
from lambda_study.demos.small_account import policy, shared_session


class RoleSession:
    """A session of a role, by AssumeRole: `client` makes clients that sign with its keys."""

    def __init__(self, role_arn: str, name: str) -> None:
        sts = shared_session().client("sts")
        keys = sts.assume_role(RoleArn=role_arn, RoleSessionName=name)["Credentials"]
        self.keys = (keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])

    def client(self, service: str) -> Any:
        """A client of SERVICE that acts for the role."""
        key, secret, token = self.keys
        return shared_session().client(
            service, aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token
        )


class OtherAccount:
    """The account NUMBER, and a role in it, made if it is not there. `client` signs as a session of the role.

    >>> from lambda_study.cloud import Cloud
    >>> with Cloud(clock="manual", enforce_permissions=True):
    ...     OtherAccount().client("sts").get_caller_identity()["Arn"]
    'arn:aws:sts::999999999999:assumed-role/partner/visit'
    """

    def __init__(self, number: str = "999999999999", role: str = "partner") -> None:
        self.number = number
        self.role_arn = f"arn:aws:iam::{number}:role/{role}"
        self._session = RoleSession(self.role_arn, "visit")
        trust = {"Effect": "Allow", "Principal": {"AWS": number}, "Action": "sts:AssumeRole"}
        self._role = role
        iam = self.client("iam")
        with suppress(iam.exceptions.EntityAlreadyExistsException):
            iam.create_role(RoleName=role, AssumeRolePolicyDocument=policy(trust))

    def client(self, service: str) -> Any:
        """A client of SERVICE that acts for this account."""
        return self._session.client(service)

    def set_role(self, *statements: Statement) -> None:
        """Give the role a policy of STATEMENTS, in place of what it was given."""
        self.client("iam").put_role_policy(
            RoleName=self._role, PolicyName="given", PolicyDocument=policy(*statements)
        )

    def take_bucket(self, name: str) -> Any:
        """Delete our bucket NAME with all in it, and let this account make one of that name; its client."""
        ours = shared_session().client("s3")
        if name in [bucket["Name"] for bucket in ours.list_buckets()["Buckets"]]:
            for each in ours.list_objects_v2(Bucket=name).get("Contents", []):
                ours.delete_object(Bucket=name, Key=each["Key"])
            ours.delete_bucket(Bucket=name)
        theirs = self.client("s3")
        theirs.create_bucket(Bucket=name)
        return theirs
