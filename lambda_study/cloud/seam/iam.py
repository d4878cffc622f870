"""moto's roles: which policies they have, and who may assume them. AWS's own policies are known."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import cache
from typing import Any

from lambda_study.cloud import seam
from lambda_study.cloud.exchange import Request, Response
from lambda_study.cloud.policies import account_of
from lambda_study.cloud.requests import service_of
from lambda_study.cloud.seam.patch import Patch, all_patched

_PARTITION = "aws"
_OF_AWS = "arn:aws:iam::aws:policy/"

Policy = Mapping[str, Any]


class AwsPolicies:
    """Lets an account know AWS's own policies, such as AWSLambdaBasicExecutionRole.

    ANSWER is moto's. moto can load all 1,500 policies, for each account, which takes longer than a cloud
    takes to open: so each is loaded when it is named.
    """

    def __init__(self, answer: Callable[[Request], Response]) -> None:
        self._answer = answer
        self._stack = ExitStack()
        self._begun = self._closed = False

    def answer(self, request: Request) -> Response:
        """Return moto's answer to REQUEST."""
        if service_of(request) == "iam":
            with seam.lock:
                self._begin()
        return self._answer(request)

    def close(self) -> None:
        """Take the patches out again; none is put in from now on."""
        with seam.lock:
            self._closed = True
            self._stack.close()

    def _begin(self) -> None:
        if not self._begun and not self._closed:
            self._begun = True
            self._stack.enter_context(all_patched(patches()))


def patches() -> tuple[Patch, ...]:
    """Return the patches of what asks for a policy by its ARN."""
    backend = _models().IAMBackend
    return (
        Patch(backend, "attach_role_policy", ("self", "policy_arn", "role_name"), _knowing),
        Patch(backend, "get_policy", ("self", "policy_arn"), _knowing),
        Patch(backend, "get_policy_version", ("self", "policy_arn", "version_id"), _knowing),
    )


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


def assumed_role(access_key: str) -> tuple[str, str] | None:
    """Return the ARN of the role and the name of the session that ACCESS_KEY was made for by AssumeRole."""
    from moto.sts.models import sts_backends

    with seam.lock:
        for account in [*sts_backends]:
            for session in sts_backends[account][_PARTITION].assumed_roles:
                if session.access_key_id == access_key:
                    return session.role_arn, session.session_name
    return None


def _role(role_arn: str) -> Any:
    roles = _models().iam_backends[account_of(role_arn)][_PARTITION].roles.values()
    return next((role for role in roles if role.arn == role_arn), None)


def _document(policy: Any) -> str:
    text: str = next(version.document for version in policy.versions if version.is_default)
    return text


def _knowing(moto: Callable[..., Any]) -> Callable[..., Any]:
    def ask(self: Any, policy_arn: str, *rest: Any) -> Any:
        name = policy_arn.rpartition("/")[2]
        if policy_arn.startswith(_OF_AWS) and policy_arn not in self.managed_policies:
            found = _catalogue().get(name)
            if found is not None:
                new = _models().AWSManagedPolicy.from_data(name, self.account_id, self.region_name, found)
                self.managed_policies[new.arn] = new
        return moto(self, policy_arn, *rest)

    return ask


@cache
def _catalogue() -> Mapping[str, Any]:
    """Return what moto knows of AWS's policies, by their names."""
    catalogue: Mapping[str, Any] = json.loads(_models().aws_managed_policies_data)
    return catalogue


def _models() -> Any:
    from moto.iam import models  # as large as the rest of a cloud, and few programs ask for roles

    return models
