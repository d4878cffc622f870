"""Policies of IAM as far as this cloud decides by them: statements, wildcards, who is meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from lambda_study.engine.function import ACCOUNT

_ACCOUNT_ID = re.compile(r"\d{12}")
_SERVICE = re.compile(r"[a-z0-9.-]+\.amazon(aws)?\.com")
INVOKE = "lambda:InvokeFunction"
INVOKE_URL = "lambda:InvokeFunctionUrl"


@dataclass(frozen=True, slots=True)
class Statement:
    """One permission in a function's resource policy, as AddPermission was given it."""

    sid: str
    principal: str
    action: str = INVOKE
    source_arn: str = ""
    source_account: str = ""
    event_source_token: str = ""
    function_url_auth_type: str = ""
    principal_org_id: str = ""
    invoked_via_function_url: bool = False

    def allows(self, action: str, principal: str, source_arn: str, source_account: str = "") -> bool:
        """Return whether PRINCIPAL may do ACTION for SOURCE_ARN by this statement.

        SOURCE_ACCOUNT is the account of the source; without it, the one that its ARN names.

        >>> statement = Statement("s3", "s3.amazonaws.com", source_arn="arn:aws:s3:::photos*")
        >>> statement.allows("lambda:InvokeFunction", "s3.amazonaws.com", "arn:aws:s3:::photos-2026")
        True
        >>> statement.allows("lambda:InvokeFunction", "sns.amazonaws.com", "arn:aws:s3:::photos")
        False
        """
        return (
            matches(self.action.lower(), action.lower())
            and self.principal in ("*", principal)
            and (not self.source_arn or arn_like(self.source_arn, source_arn))
            and self.source_account in ("", source_account or account_of(source_arn))
            and not self.invoked_via_function_url
        )

    def allows_url(self, action: str, principals: tuple[str, ...], auth_type: str) -> bool:
        """Return whether one of PRINCIPALS may do ACTION by a function URL of AUTH_TYPE by this statement."""
        return (
            matches(self.action.lower(), action.lower())
            and self.principal in principals
            and not self.source_arn
            and self.function_url_auth_type in ("", auth_type)
        )

    def allows_caller(self, action: str, principals: tuple[str, ...]) -> bool:
        """Return whether a role or an account among PRINCIPALS may do ACTION by this statement.

        Unlike AWS: an organization is nobody here.
        """
        return (
            matches(self.action.lower(), action.lower())
            and self.principal in principals
            and not (self.source_arn or self.source_account or self.event_source_token)
            and not (self.invoked_via_function_url or self.principal_org_id or self.function_url_auth_type)
        )

    def to_json(self, resource: str) -> dict[str, Any]:
        """Return the statement about RESOURCE as AWS shows it in a policy."""
        equal = {
            "AWS:SourceAccount": self.source_account,
            "lambda:EventSourceToken": self.event_source_token,
            "lambda:FunctionUrlAuthType": self.function_url_auth_type,
            "aws:PrincipalOrgID": self.principal_org_id,
        }
        found = {"StringEquals": {key: value for key, value in equal.items() if value}}
        condition: dict[str, Any] = {key: value for key, value in found.items() if value}
        if self.invoked_via_function_url:
            condition["Bool"] = {"lambda:InvokedViaFunctionUrl": "true"}
        if self.source_arn:
            condition["ArnLike"] = {"AWS:SourceArn": self.source_arn}
        shown = {
            "Sid": self.sid,
            "Effect": "Allow",
            "Principal": principal_of(self.principal),
            "Action": self.action,
            "Resource": resource,
        }
        return {**shown, "Condition": condition} if condition else shown


def principal_of(given: str) -> str | dict[str, str] | None:
    """Return who GIVEN is, as a policy names it; None if it is nobody.

    >>> principal_of("s3.amazonaws.com"), principal_of("123456789012")
    ({'Service': 's3.amazonaws.com'}, {'AWS': 'arn:aws:iam::123456789012:root'})
    """
    if given == "*":
        return given
    if _ACCOUNT_ID.fullmatch(given):
        return {"AWS": f"arn:aws:iam::{given}:root"}
    if given.startswith("arn:"):
        return {"AWS": given}
    return {"Service": given} if _SERVICE.fullmatch(given) else None


def account_of(arn: str) -> str:
    """Return the account in ARN. That of a bucket names none: here all buckets are of the one account.

    >>> account_of("arn:aws:sns:us-east-1:999999999999:photos"), account_of("arn:aws:s3:::photos")
    ('999999999999', '123456789012')
    """
    parts = arn.split(":", 5)
    return (parts[4] if len(parts) > 4 else "") or ACCOUNT


def arn_like(pattern: str, arn: str) -> bool:
    """Return whether ARN matches PATTERN by the rules of ArnLike: * and ? in each of six parts.

    >>> arn_like("arn:aws:events:*:*:rule/nightly*", "arn:aws:events:us-east-1:123456789012:rule/nightly-1")
    True
    >>> arn_like("arn:aws:*:photos", "arn:aws:s3:::photos")
    False

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    (read 2026-11-23).
    """
    wanted, given = pattern.split(":", 5), arn.split(":", 5)
    return len(wanted) == len(given) and all(map(matches, wanted, given))


def matches(pattern: str, text: str) -> bool:
    """Return whether TEXT is as PATTERN says, in which * stands for any text and ? for one character."""
    return bool(_compiled(pattern).fullmatch(text))


def permits(policies: Iterable[Mapping[str, Any]], action: str, resource: str | None) -> bool:
    """Return whether POLICIES together allow ACTION on RESOURCE: one allows it, and none denies it.

    >>> read = {"Effect": "Allow", "Action": "sqs:Receive*", "Resource": "*"}
    >>> permits([{"Statement": read}], "sqs:ReceiveMessage", "arn:aws:sqs:us-east-1:123456789012:photos")
    True
    >>> permits([{"Statement": [read]}], "sqs:DeleteMessage", "arn:aws:sqs:us-east-1:123456789012:photos")
    False

    Unlike AWS: the conditions of a statement are not looked at.
    """
    return effects_on(policies, action, resource) == {"Allow"}


def effects_on(policies: Iterable[Mapping[str, Any]], action: str, resource: str | None) -> set[str]:
    """Return what POLICIES say of ACTION on RESOURCE: "Allow", "Deny", both or nothing.

    Of a RESOURCE that is None, which is not looked at, they say "Deny" where they deny it of everything.
    """
    return {
        str(statement.get("Effect"))
        for policy in policies
        for statement in _listed(policy.get("Statement"))
        if _names(statement, "Action", action) and _is_about(statement, resource)
    }


def trusts(policy: Mapping[str, Any] | None, service: str) -> bool:
    """Return whether a role with the trust POLICY may be assumed by SERVICE, as lambda.amazonaws.com."""
    return any(
        statement.get("Effect") == "Allow"
        and _names(statement, "Action", "sts:AssumeRole")
        and service in _listed(_services(statement.get("Principal")))
        for statement in _listed((policy or {}).get("Statement"))
    )


def _services(principal: Any) -> Any:
    return principal.get("Service") if isinstance(principal, Mapping) else None


def _is_about(statement: Mapping[str, Any], resource: str | None) -> bool:
    if resource is not None:
        return _names(statement, "Resource", resource)
    return statement.get("Effect") == "Allow" or "*" in _listed(statement.get("Resource"))


def _names(statement: Mapping[str, Any], key: str, value: str) -> bool:
    """Return whether the Action or Resource of STATEMENT, or all but its NotAction, is VALUE."""
    fold = str.lower if key == "Action" else str
    if f"Not{key}" in statement:
        return not any(matches(fold(each), fold(value)) for each in _listed(statement[f"Not{key}"]))
    named = _listed(statement.get(key, "*" if key == "Resource" else ()))
    return any(matches(fold(each), fold(value)) for each in named)


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)
