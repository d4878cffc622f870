"""Execution roles for functions, as a lesson needs them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import boto3

from lambda_study.demos.small_account import policy
from lambda_study.engine import Function

Statement = dict[str, Any]
_DENIED = "is not authorized to perform: "


def let_role(function: Function, *actions: str) -> str:
    """Give FUNCTION's execution role a policy that allows ACTIONS on everything; the role's ARN.

    The role is made if it is not there.
    """
    return set_role(function, {"Effect": "Allow", "Action": list(actions), "Resource": "*"})


def set_role(function: Function, *statements: Statement) -> str:
    """Give FUNCTION's execution role a policy of STATEMENTS, in place of what it was given; its ARN.

    The role is made if it is not there. Without STATEMENTS it allows nothing.
    """
    iam = boto3.client("iam")
    arn = boto3.client("lambda").get_function_configuration(FunctionName=function.name)["Role"]
    name = arn.rsplit("/", 1)[-1]
    if name not in [role["RoleName"] for role in iam.list_roles()["Roles"]]:
        trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}}
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy({**trust, "Action": "sts:AssumeRole"}))
    if statements:
        iam.put_role_policy(RoleName=name, PolicyName="given", PolicyDocument=policy(*statements))
    elif "given" in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        iam.delete_role_policy(RoleName=name, PolicyName="given")
    return str(arn)


def allow(action: str, resource: str = "*") -> Statement:
    """The statement of a policy that allows ACTION on RESOURCE.

    >>> allow("s3:GetObject", "arn:aws:s3:::photos/*")
    {'Effect': 'Allow', 'Action': 's3:GetObject', 'Resource': 'arn:aws:s3:::photos/*'}
    """
    return {"Effect": "Allow", "Action": action, "Resource": resource}


def deny(action: str, resource: str = "*") -> Statement:
    """The statement of a policy that denies ACTION on RESOURCE, whatever else allows it."""
    return {"Effect": "Deny", "Action": action, "Resource": resource}


@dataclass(frozen=True, repr=False)
class Trials:
    """Which policies were tried, and what became of a run with each: "works", or what was denied."""

    rows: tuple[tuple[str, str], ...]

    @property
    def first_failure(self) -> int | None:
        """The number of the first policy that did not work, from 1; None if all did."""
        return next((number for number, (_, end) in enumerate(self.rows, 1) if end != "works"), None)

    def __repr__(self) -> str:
        return "\n".join(
            f"{number}. {end:<20}  {tried}" for number, (tried, end) in enumerate(self.rows, start=1)
        )


def try_policies(function: Function, event: Any, *policies: Sequence[Statement]) -> Trials:
    """Run FUNCTION with EVENT once for each of POLICIES, which its role then has alone; it keeps the last."""
    rows = []
    for statements in policies:
        set_role(function, *statements)
        result = function.invoke(event)
        rows.append((", ".join(map(_short, statements)), _end(result.payload, result.ok)))
    return Trials(tuple(rows))


def _short(statement: Statement) -> str:
    resource = str(statement["Resource"])
    name = resource if resource == "*" else resource.split(":", 5)[-1]
    no = "" if statement["Effect"] == "Allow" else "no "
    return f"{no}{statement['Action']} on {name}"


def _end(payload: Any, ok: bool) -> str:
    if ok:
        return "works"
    message = str(payload["errorMessage"])
    return message.split(_DENIED, 1)[1].split(" ", 1)[0] if _DENIED in message else message
