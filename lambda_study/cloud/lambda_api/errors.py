"""Refusals that several operations share, in AWS's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lambda_study.engine import ServiceError


def refused(text: str) -> ServiceError:
    """Return the error for a value that cannot be."""
    return ServiceError(400, "InvalidParameterValueException", text)


def not_found(text: str) -> ServiceError:
    """Return the error for something that is not there."""
    return ServiceError(404, "ResourceNotFoundException", text)


def no_such_resource() -> ServiceError:
    """Return the error that names nothing."""
    return not_found("The resource you requested does not exist.")


def no_such_function(arn: str) -> ServiceError:
    """Return the error for a function, a version or an alias that is not there."""
    return not_found(f"Function not found: {arn}")


def no_such_alias(arn: str) -> ServiceError:
    """Return the error for an alias that is not there, of the operations on aliases."""
    return not_found(f"Cannot find alias arn: {arn}")


def conflict(text: str) -> ServiceError:
    """Return the error for something that is in the way of a change."""
    return ServiceError(409, "ResourceConflictException", text)


def not_modelled(what: str) -> ServiceError:
    """Return the error for what AWS has and this cloud has not: it is said, and nothing else happens."""
    return ServiceError(501, "NotModelledException", f"{what} is not modelled here. AWS has it.")


def check_revision(given: Mapping[str, Any], revision_id: str, call: str = "GetFunction/GetAlias") -> None:
    """Raise AWS's error if the request expects another revision than REVISION_ID."""
    if given.get("RevisionId") not in (None, revision_id):
        text = (
            "The Revision Id provided does not match the latest Revision Id. Call the "
            f"{call} API to retrieve the latest Revision Id"
        )
        raise ServiceError(412, "PreconditionFailedException", text)
