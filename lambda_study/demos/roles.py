"""Execution roles for functions, as a lesson needs them."""

from __future__ import annotations

import boto3

from lambda_study.demos.small_account import policy
from lambda_study.engine import Function


def let_role(function: Function, *actions: str) -> str:
    """Give FUNCTION's execution role a policy that allows ACTIONS on everything; the role's ARN.

    The role is made if it is not there.
    """
    iam = boto3.client("iam")
    arn = boto3.client("lambda").get_function_configuration(FunctionName=function.name)["Role"]
    name = arn.rsplit("/", 1)[-1]
    if name not in [role["RoleName"] for role in iam.list_roles()["Roles"]]:
        trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}}
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy({**trust, "Action": "sts:AssumeRole"}))
    allowed = policy({"Effect": "Allow", "Action": list(actions), "Resource": "*"})
    iam.put_role_policy(RoleName=name, PolicyName="given", PolicyDocument=allowed)
    return str(arn)
