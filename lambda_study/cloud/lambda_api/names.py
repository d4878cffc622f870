"""The ways to name a function: its name, a part of its ARN, the ARN, each with a version or an alias."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from lambda_study.cloud.lambda_api.validation import broken
from lambda_study.engine import ServiceError
from lambda_study.engine.function import ACCOUNT, REGION

LATEST = "$LATEST"
_LONGEST = 64
_NAME = re.compile(
    r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((?P<region>[a-z]{2}(-[a-z]+)+-\d):)?((?P<account>\d{12}):)?"
    r"(function:)?(?P<name>[a-zA-Z0-9-_]+)(:(?P<qualifier>.+))?"
)


class Named(NamedTuple):
    """A function that a request names, and the version or alias of it; None if there is none."""

    name: str
    qualifier: str | None = None

    @property
    def arn(self) -> str:
        """The ARN as it was named, with its qualifier."""
        return arn_of(self.name, self.qualifier)

    @property
    def version_or_alias(self) -> str:
        """The qualifier, $LATEST without one."""
        return self.qualifier or LATEST


def read_name(given: Mapping[str, Any]) -> Named:
    """Return the function that a request names by FunctionName and Qualifier.

    >>> read_name({"FunctionName": "arn:aws:lambda:us-east-1:123456789012:function:resize:live"})
    Named(name='resize', qualifier='live')
    >>> read_name({"FunctionName": "function:resize", "Qualifier": "1"})
    Named(name='resize', qualifier='1')
    >>> read_name({"FunctionName": "resize:1", "Qualifier": "2"})
    Traceback (most recent call last):
    lambda_study.engine.errors.ServiceError: InvalidParameterValueException: The derived qualifier from the \
function name does not match the specified qualifier.
    """
    named, qualifier = named_by(given["FunctionName"]), given.get("Qualifier")
    if named.qualifier and qualifier and named.qualifier != qualifier:
        text = "The derived qualifier from the function name does not match the specified qualifier."
        raise ServiceError(400, "InvalidParameterValueException", text)
    return Named(named.name, named.qualifier or qualifier)


def named_by(text: str) -> Named:
    """Return the function that TEXT names; AWS's error for one elsewhere."""
    found = _NAME.fullmatch(text)
    if found is None:
        raise ServiceError(404, "ResourceNotFoundException", f"Function not found: {text}")
    if found["region"] not in (None, REGION):
        text = f"Functions from '{found['region']}' are not reachable in this region ('{REGION}')"
        raise ServiceError(404, "ResourceNotFoundException", text)
    if found["account"] not in (None, ACCOUNT):
        text = f"User of account {ACCOUNT} is not authorized to use functions of account {found['account']}."
        raise ServiceError(403, "AccessDeniedException", text)
    return Named(found["name"], found["qualifier"])


def new_name(text: str) -> str:
    """Return the name of a function that is to be made; AWS's error for one that is too long."""
    name = named_by(text).name
    if len(name) > _LONGEST:
        constraint = f"Member must have length less than or equal to {_LONGEST}"
        text = f"1 validation error detected: {broken(name, 'functionName', constraint)}"
        raise ServiceError(400, "InvalidParameterValueException", text)
    return name


def unqualified(given: Mapping[str, Any]) -> str:
    """Return the name of the function for an operation that knows no versions and aliases."""
    named = read_name(given)
    if named.qualifier is not None:
        text = (
            "This operation is permitted on Lambda functions only. Aliases and versions do not support this "
            "operation. Please specify either a function name or an unqualified function ARN."
        )
        raise ServiceError(400, "InvalidParameterValueException", text)
    return named.name


def arn_of(name: str, qualifier: str | None = None) -> str:
    """Return the ARN of a function, or of its version or alias QUALIFIER."""
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"
    return f"{arn}:{qualifier}" if qualifier else arn
