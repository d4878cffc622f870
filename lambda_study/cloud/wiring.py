"""What a source of events gets of the cloud."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from lambda_study.cloud.targets import Targets
from lambda_study.cloud.trace import Trace
from lambda_study.engine import Invocation, LambdaService, ServiceError
from lambda_study.engine.clock import Clock
from lambda_study.engine.function import ACCOUNT
from lambda_study.engine.observer import Observers

Result = Invocation | ServiceError


def function_of(arn: str) -> tuple[str, str | None]:
    """Return the name and the qualifier of a function by its ARN, or by its name.

    >>> function_of("arn:aws:lambda:us-east-1:123456789012:function:resize:live")
    ('resize', 'live')
    >>> function_of("resize")
    ('resize', None)
    """
    name = arn.split(":function:", 1)[-1]
    name, _, qualifier = name.partition(":")
    return name, qualifier or None


@dataclass(frozen=True)
class Wiring:
    """The parts of the cloud that a source works with, and the two ways to invoke a function."""

    service: LambdaService
    clock: Clock
    trace: Trace
    permissions: Any
    targets: Targets
    ids: Callable[[], str]
    random: Random
    endpoint_url: str
    role_allows: Callable[[str, str, str], bool]  # may a function, by its role, do an action on a resource?
    observers: Observers  # who is told of what the service does

    def invoke_async(
        self,
        function_arn: str,
        event: Any,
        *,
        source: str,
        source_arn: str,
        detail: str = "",
        role_arn: str = "",
    ) -> ServiceError | None:
        """Queue EVENT for the function, as a service that pushes does; None, or why it was refused.

        SOURCE is the service's name in its principal, such as "s3"; SOURCE_ARN the bucket, topic or rule.
        The function's policy decides, or the role ROLE_ARN for a service that calls with a role of yours. A
        refusal is in the trace.
        """
        name, qualifier = function_of(function_arn)
        try:
            self.check_may_invoke(function_arn, source, source_arn, role_arn)
            self.service.invoke_async(name, event, qualifier, source=source_arn, about=detail)
        except ServiceError as error:
            self.trace.add("failure", source=source_arn, target=function_arn, detail=detail, error=str(error))
            return error
        return None

    def invoke_in_turn(
        self,
        function_arn: str,
        event: Any,
        then: Callable[[Result], None],
        *,
        source: str,
        source_arn: str,
        detail: str = "",
    ) -> None:
        """Run the function on a thread, and call THEN with what came of it when its turn has come.

        Turns come one at a time; with a manual clock in the order of these calls.
        """
        name, qualifier = function_of(function_arn)
        self.trace.add("trigger", source=source_arn, target=function_arn, detail=detail)
        self.service.invoke_in_turn(name, event, then, qualifier, source=source_arn)

    def check_role(self, role_arn: str, action: str, resource: str) -> None:
        """Raise AWS's AccessDeniedException if the role may not do ACTION on RESOURCE."""
        if not self.permissions.role_allows(role_arn, action, resource):
            role = role_arn.rsplit("/", 1)[-1]
            text = (
                f"User: arn:aws:sts::{ACCOUNT}:assumed-role/{role} is not authorized to perform: {action} on "
                f"resource: {resource} because no identity-based policy allows the {action} action"
            )
            raise ServiceError(403, "AccessDeniedException", text)

    def check_may_invoke(self, function_arn: str, source: str, source_arn: str, role_arn: str = "") -> None:
        """Raise AWS's AccessDeniedException if SOURCE may not invoke the function for SOURCE_ARN.

        The function's policy decides, or the role ROLE_ARN if there is one.
        """
        if role_arn:
            self.check_role(role_arn, "lambda:InvokeFunction", function_arn)
            return
        name, qualifier = function_of(function_arn)
        if not self.permissions.allows(name, f"{source}.amazonaws.com", source_arn, qualifier):
            text = (
                f"User: {source}.amazonaws.com is not authorized to perform: lambda:InvokeFunction on "
                f"resource: {function_arn} because no resource-based policy allows the "
                "lambda:InvokeFunction action"
            )
            raise ServiceError(403, "AccessDeniedException", text)
