"""Who may invoke which function, and what a function's role may do."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lambda_study.cloud.policies import (
    INVOKE,
    INVOKE_URL,
    Statement,
    account_of,
    effects_on,
    permits,
    principal_of,
    trusts,
)
from lambda_study.engine import ServiceError

LAMBDA = "lambda.amazonaws.com"
URL_ACTIONS = (INVOKE_URL, INVOKE)
_LATEST = "$LATEST"


@dataclass(frozen=True, slots=True)
class Policy:
    """The resource policy of a function, or of one of its versions or aliases."""

    statements: tuple[Statement, ...]
    revision_id: str

    def to_json(self, resource: str) -> dict[str, Any]:
        """Return it as AWS shows it, about the function RESOURCE."""
        shown = [statement.to_json(resource) for statement in self.statements]
        return {"Version": "2012-10-17", "Id": "default", "Statement": shown}


class Permissions:
    """Resource policies of functions and their execution roles.

    Policies can be added and read in any case. They decide only if ENFORCED; else everything is allowed.
    OWNER_OF returns the account of what an ARN names.

    >>> permissions = Permissions(enforced=True)
    >>> permissions.allows("resize", "s3.amazonaws.com", "arn:aws:s3:::photos")
    False
    >>> permission = Statement("s3", "s3.amazonaws.com", source_arn="arn:aws:s3:::photos")
    >>> policy = permissions.add("resize", permission)
    >>> permissions.allows("resize", "s3.amazonaws.com", "arn:aws:s3:::photos")
    True

    Source: https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html (read 2026-11-23).
    """

    def __init__(
        self,
        enforced: bool = False,
        ids: Callable[[], str] = lambda: str(uuid.uuid4()),
        owner_of: Callable[[str], str] = account_of,
    ) -> None:
        self.enforced = enforced
        self._ids = ids
        self._owner_of = owner_of
        self._policies: dict[tuple[str, str], Policy] = {}
        self._lock = threading.Lock()

    def allows(
        self, function_name: str, principal: str, source_arn: str, qualifier: str | None = None
    ) -> bool:
        """Return whether PRINCIPAL, such as s3.amazonaws.com, may invoke the function for SOURCE_ARN.

        A version or an alias that is called by its qualifier needs a permission of its own.
        """
        if not self.enforced:
            return True
        policy = self.policy(function_name, qualifier)
        return policy is not None and any(
            statement.allows(INVOKE, principal, source_arn, self._owner_of(source_arn))
            for statement in policy.statements
        )

    def allows_caller(
        self, function_name: str, principals: tuple[str, ...], action: str, qualifier: str | None = None
    ) -> bool:
        """Return whether the function's policy lets one of PRINCIPALS, which calls its API, do ACTION."""
        policy = self.policy(function_name, qualifier)
        return policy is not None and any(
            statement.allows_caller(action, principals) for statement in policy.statements
        )

    def allows_url(
        self, function_name: str, principals: tuple[str, ...], auth_type: str, qualifier: str | None = None
    ) -> bool:
        """Return whether one of PRINCIPALS may call the function by its URL of AUTH_TYPE.

        Two permissions are needed: lambda:InvokeFunctionUrl, and since October 2025 lambda:InvokeFunction.

        Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html (read 2026-11-23).
        """
        return all(
            self.allows_by_url(action, function_name, principals, auth_type, qualifier)
            for action in URL_ACTIONS
        )

    def allows_by_url(
        self,
        action: str,
        function_name: str,
        principals: tuple[str, ...],
        auth_type: str,
        qualifier: str | None = None,
    ) -> bool:
        """Return whether one of PRINCIPALS may do one of both actions by the URL."""
        if not self.enforced:
            return True
        policy = self.policy(function_name, qualifier)
        return policy is not None and any(
            statement.allows_url(action, principals, auth_type) for statement in policy.statements
        )

    def add(self, function_name: str, statement: Statement, qualifier: str | None = None) -> Policy:
        """Add STATEMENT, and return the policy as it is now."""
        if principal_of(statement.principal) is None:
            text = "The provided principal was invalid. Please check the principal and try again."
            raise ServiceError(400, "InvalidParameterValueException", text)
        with self._lock:
            statements = self._statements(function_name, qualifier)
            if any(each.sid == statement.sid for each in statements):
                text = (
                    f"The statement id ({statement.sid}) provided already exists. Please provide a new "
                    "statement id, or remove the existing statement."
                )
                raise ServiceError(409, "ResourceConflictException", text)
            return self._keep(function_name, qualifier, (*statements, statement))

    def remove(self, function_name: str, sid: str, qualifier: str | None = None) -> None:
        """Remove the statement called SID."""
        with self._lock:
            statements = self._statements(function_name, qualifier)
            if not statements:
                text = "No policy is associated with the given resource."
                raise ServiceError(404, "ResourceNotFoundException", text)
            left = tuple(each for each in statements if each.sid != sid)
            if len(left) == len(statements):
                text = f"Statement {sid} is not found in resource policy."
                raise ServiceError(404, "ResourceNotFoundException", text)
            self._keep(function_name, qualifier, left)

    def policy(self, function_name: str, qualifier: str | None = None) -> Policy | None:
        """Return the policy of a function, or of its version or alias; None if it has none."""
        return self._policies.get(_key(function_name, qualifier))

    def forget(self, function_name: str, qualifier: str | None = None) -> None:
        """Forget the policies of a function that is gone, or of one QUALIFIER of it."""
        with self._lock:
            for key in [*self._policies]:
                if key[0] == function_name and qualifier in (None, key[1]):
                    del self._policies[key]

    def role_allows(self, role_arn: str, action: str, resource: str) -> bool:
        """Return whether the role may do ACTION, such as sqs:ReceiveMessage, on RESOURCE."""
        if not self.enforced:
            return True
        from lambda_study.cloud.seam import iam  # moto's IAM is loaded by those who need it

        return permits(iam.policies_of(role_arn), action, resource)

    def role_effects(self, role_arn: str, action: str, resource: str | None) -> set[str]:
        """Return what the policies of a role say of ACTION on RESOURCE: "Allow", "Deny", both or nothing."""
        from lambda_study.cloud.seam import iam

        return effects_on(iam.policies_of(role_arn), action, resource)

    def role_trusts(self, role_arn: str, service: str = LAMBDA) -> bool:
        """Return whether SERVICE may assume the role."""
        if not self.enforced:
            return True
        from lambda_study.cloud.seam import iam

        return trusts(iam.trust_policy_of(role_arn), service)

    def _statements(self, function_name: str, qualifier: str | None) -> tuple[Statement, ...]:
        policy = self.policy(function_name, qualifier)
        return policy.statements if policy else ()

    def _keep(self, function_name: str, qualifier: str | None, statements: tuple[Statement, ...]) -> Policy:
        policy = Policy(statements, self._ids())
        key = _key(function_name, qualifier)
        if statements:
            self._policies[key] = policy
        else:
            del self._policies[key]
        return policy


def _key(function_name: str, qualifier: str | None) -> tuple[str, str]:
    """Return where a policy is kept: a function called by $LATEST is the function itself."""
    return function_name, "" if qualifier in (None, _LATEST) else str(qualifier)
