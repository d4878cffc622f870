"""moto's roles: which policies they have, and who may assume them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from moto.core.config import default_user_config

from lambda_study.cloud import seam
from lambda_study.engine.function import ACCOUNT

_PARTITION = "aws"

Policy = Mapping[str, Any]


@contextmanager
def with_aws_policies() -> Iterator[None]:
    """Let accounts know AWS's own policies, such as AWSLambdaBasicExecutionRole, until the block ends."""
    settings = default_user_config["iam"]
    before = settings["load_aws_managed_policies"]
    settings["load_aws_managed_policies"] = True
    try:
        yield
    finally:
        settings["load_aws_managed_policies"] = before


def policies_of(role_arn: str) -> tuple[Policy, ...]:
    """Return the policies of a role, its own and those attached to it; none for a role that is not there."""
    with seam.lock:
        role = _role(role_arn)
        if role is None:
            return ()
        attached = (_document(policy) for policy in role.managed_policies.values())
        return tuple(json.loads(text) for text in (*role.policies.values(), *attached))


def trust_policy_of(role_arn: str) -> Policy | None:
    """Return the policy that says who may assume a role; None for a role that is not there."""
    with seam.lock:
        role = _role(role_arn)
        policy: Policy | None = None if role is None else json.loads(role.assume_role_policy_document)
        return policy


def _role(role_arn: str) -> Any:
    from moto.iam.models import iam_backends  # half of a cloud's start, and few programs ask for roles

    roles = iam_backends[ACCOUNT][_PARTITION].roles.values()
    return next((role for role in roles if role.arn == role_arn), None)


def _document(policy: Any) -> str:
    text: str = next(version.document for version in policy.versions if version.is_default)
    return text
