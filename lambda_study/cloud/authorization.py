"""Whether a caller may do what it asks for: decided before a service answers, by the policies of its role."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from xml.sax.saxutils import escape

from lambda_study.cloud.asked import Asked, asked_of
from lambda_study.cloud.caller import Caller, caller_of
from lambda_study.cloud.exchange import Request, Response
from lambda_study.cloud.function_url_configs import FunctionUrlConfig
from lambda_study.cloud.lambda_api.writing import write_error
from lambda_study.cloud.not_modelled import error_response
from lambda_study.cloud.permissions import URL_ACTIONS, Permissions
from lambda_study.cloud.requests import operation_of
from lambda_study.cloud.wiring import function_of
from lambda_study.engine import ServiceError
from lambda_study.engine.function import ACCOUNT, REGION

Answer = Callable[[Request], Response]
IDENTITY, RESOURCE = "identity-based", "resource-based"
_LIST = "s3:ListBucket"
# Errors have other names and statuses in some services. Elsewhere: 400 AccessDeniedException.
_ERRORS = {
    "s3": (403, "AccessDenied"),
    "sqs": (403, "AccessDenied"),
    "sns": (403, "AuthorizationError"),
    "lambda": (403, "AccessDeniedException"),
    "sts": (403, "AccessDenied"),
    "iam": (403, "AccessDenied"),
    "monitoring": (403, "AccessDenied"),
}


class Guard(Protocol):
    """What stands before the services: it lets a request through to ANSWER, or answers itself."""

    def answer(self, request: Request, service: str, answer: Answer) -> Response: ...


class Unguarded:
    """Lets every request through."""

    def answer(self, request: Request, service: str, answer: Answer) -> Response:
        """Return what ANSWER says to REQUEST."""
        return answer(request)


@dataclass(frozen=True, slots=True)
class Denial:
    """Why CALLER may not do what it asked for: a KIND of policy does not allow it, or denies it."""

    caller: Caller
    asked: Asked
    kind: str = IDENTITY
    explicit: bool = False

    def text(self, service: str = "") -> str:
        """Return the message as AWS writes it, and as SERVICE does: each names actions in its own way.

        >>> caller = Caller("arn:aws:iam::123456789012:role/resizer", "resize")
        >>> Denial(caller, Asked("sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:jobs")).text()
        'User: arn:aws:sts::123456789012:assumed-role/resizer/resize is not authorized to perform: \
sqs:SendMessage on resource: arn:aws:sqs:us-east-1:123456789012:jobs because no identity-based policy \
allows the sqs:SendMessage action'

        Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
        (read 2026-11-23).
        """
        action, resource = self.asked.action, self.asked.resource or "*"
        if service == "sqs":
            action = action.lower()
        elif service == "sns":
            action = action.replace("sns:", "SNS:")
        elif service == "s3":
            resource = f'"{resource}"'
        told = f"User: {self.caller.arn} is not authorized to perform: {action} on resource: {resource} "
        if self.explicit:
            return f"{told}with an explicit deny in an {self.kind} policy"
        return f"{told}because no {self.kind} policy allows the {action} action"


class Authorization:
    """Lets callers do what their roles allow, where permissions count. The account itself may do everything.

    ROLE_OF returns the execution role of a function.

    Unlike AWS: of what is asked, identity-based policies of roles decide, and the resource-based policies of
    functions. Policies of buckets, queues, topics, tables, keys and secrets, conditions, boundaries of
    permissions, policies of sessions and of organizations do not count. A session of another account is
    checked where it asks for a function of this one.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    (read 2026-11-23).
    """

    def __init__(self, permissions: Permissions, role_of: Callable[[str], str]) -> None:
        self._permissions = permissions
        self._role_of = role_of

    def caller(self, request: Request) -> Caller | None:
        """Return who signed REQUEST; None for the account itself."""
        return caller_of(request, self._role_of)

    def answer(self, request: Request, service: str, answer: Answer) -> Response:
        """Return what ANSWER says to REQUEST, or AWS's refusal."""
        caller = self.caller(request)
        if caller is None:
            return answer(request)
        if service == "sts" and operation_of(request, service) == "GetCallerIdentity":
            return _identity(caller)
        if not self._permissions.enforced:
            return answer(request)
        for asked in asked_of(request, service):
            denial = self.denial(caller, asked)
            if denial is not None:
                return _refusal(request, service, denial)
        response = answer(request)
        hidden = service == "s3" and response.status == 404 and b"NoSuchBucket" not in response.body
        return (self._hidden(request, caller) if hidden else None) or response

    def denial(self, caller: Caller, asked: Asked) -> Denial | None:
        """Return why CALLER may not do what is ASKED for; None if it may."""
        if asked.action.startswith("lambda:"):
            return self._denial_of_lambda(caller, asked)
        if caller.account != ACCOUNT:
            return None
        return self._denial_by_role(caller, asked)

    def may_call_url(self, caller: Caller | None, config: FunctionUrlConfig) -> bool:
        """Return whether CALLER, who has signed its request, may call the URL of CONFIG."""
        if caller is None or not self._permissions.enforced:
            return True
        arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{config.function_name}"
        arn += f":{config.qualifier}" if config.qualifier else ""
        return all(self._may_by_url(caller, Asked(action, arn), config) for action in URL_ACTIONS)

    def _may_by_url(self, caller: Caller, asked: Asked, config: FunctionUrlConfig) -> bool:
        let_in = self._permissions.allows_by_url(
            asked.action,
            config.function_name,
            self._principals(caller),
            config.auth_type,
            config.qualifier,
        )
        return self._decided(caller, asked, let_in) is None

    def _denial_by_role(self, caller: Caller, asked: Asked) -> Denial | None:
        effects = self._permissions.role_effects(caller.role_arn, *asked)
        return None if effects == {"Allow"} else Denial(caller, asked, explicit="Deny" in effects)

    def _denial_of_lambda(self, caller: Caller, asked: Asked) -> Denial | None:
        name, qualifier = function_of(asked.resource or "")
        principals = self._principals(caller)
        let_in = self._permissions.allows_caller(name, principals, asked.action, qualifier)
        return self._decided(caller, asked, let_in)

    def _decided(self, caller: Caller, asked: Asked, let_in: bool) -> Denial | None:
        """Return why what is ASKED of a function is denied, whose own policy has LET the caller IN or not.

        Within an account one of both policies has to allow it, from another account both; none may deny.
        """
        at_home = caller.account == ACCOUNT
        if not at_home and not let_in:
            return Denial(caller, asked, RESOURCE)
        denial = self._denial_by_role(caller, asked)
        return None if denial is None or (at_home and let_in and not denial.explicit) else denial

    def _principals(self, caller: Caller) -> tuple[str, ...]:
        """Return whom a function's policy may name to mean CALLER: of another account, all of it too."""
        if caller.account == ACCOUNT:
            return caller.principals
        return (*caller.principals, caller.account, f"arn:aws:iam::{caller.account}:root")

    def _hidden(self, request: Request, caller: Caller) -> Response | None:
        """Who may not list a bucket is not told that an object is missing in it."""
        reads = [each for each in asked_of(request, "s3") if each.action == "s3:GetObject"]
        for asked in reads:
            bucket = (asked.resource or "").partition("/")[0]
            denial = self.denial(caller, Asked(_LIST, bucket))
            if denial is not None:
                return _refusal(request, "s3", denial)
        return None


def _refusal(request: Request, service: str, denial: Denial) -> Response:
    status, code = _ERRORS.get(service, (400, "AccessDeniedException"))
    text = denial.text(service)
    if service == "lambda":
        return write_error(ServiceError(status, code, text))
    response = error_response(request, status, code, text)
    if service != "sqs":
        return response
    return Response(status, {**response.headers, "x-amzn-query-error": f"{code};Sender"}, response.body)


def _identity(caller: Caller) -> Response:
    """Return the answer to GetCallerIdentity."""
    parts = {"Arn": caller.arn, "UserId": f"AROAEXAMPLE:{caller.session}", "Account": caller.account}
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in parts.items())
    result = f"<GetCallerIdentityResult>{inner}</GetCallerIdentityResult>"
    xmlns = "https://sts.amazonaws.com/doc/2011-06-15/"
    body = f'<GetCallerIdentityResponse xmlns="{xmlns}">{result}</GetCallerIdentityResponse>'
    return Response(200, {"Content-Type": "text/xml"}, body.encode())
