"""Who may invoke a function: AddPermission, RemovePermission, GetPolicy."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lambda_study.cloud.lambda_api.control_plane import ControlPlane, Given
from lambda_study.cloud.lambda_api.errors import (
    check_revision,
    no_such_alias,
    no_such_function,
    no_such_resource,
    not_found,
    refused,
)
from lambda_study.cloud.lambda_api.names import LATEST, Named, read_name
from lambda_study.cloud.policies import Statement

_FIELDS = {
    "StatementId": "sid",
    "Principal": "principal",
    "Action": "action",
    "SourceArn": "source_arn",
    "SourceAccount": "source_account",
    "EventSourceToken": "event_source_token",
    "FunctionUrlAuthType": "function_url_auth_type",
    "InvokedViaFunctionUrl": "invoked_via_function_url",
    "PrincipalOrgID": "principal_org_id",
}


def add_permission(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Add a statement to the policy of a function, a version or an alias, and return it as JSON."""
    named = read_name(given)
    if named.qualifier == LATEST:
        raise refused("We currently do not support adding policies for $LATEST.")
    _check_there(plane, named)
    _check_policy_revision(plane, named, given)
    statement = Statement(**{field: given[name] for name, field in _FIELDS.items() if name in given})
    plane.permissions.add(named.name, statement, named.qualifier)
    return {"Statement": json.dumps(statement.to_json(named.arn), separators=(",", ":"))}


def remove_permission(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Remove a statement from a policy."""
    named = read_name(given)
    if named.name not in plane.service.names:
        raise not_found(f"No policy found for: {named.arn}")
    _check_there(plane, named)
    _check_policy_revision(plane, named, given)
    plane.permissions.remove(named.name, given["StatementId"], named.qualifier)
    return {}


def get_policy(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Return a policy as JSON, with its revision."""
    named = read_name(given)
    policy = plane.permissions.policy(named.name, named.qualifier)
    if policy is None or named.name not in plane.service.names:
        raise no_such_resource()
    text = json.dumps(policy.to_json(named.arn), separators=(",", ":"))
    return {"Policy": text, "RevisionId": policy.revision_id}


def _check_policy_revision(plane: ControlPlane, named: Named, given: Given) -> None:
    policy = plane.permissions.policy(named.name, named.qualifier)
    if policy is not None:
        check_revision(given, policy.revision_id, "GetPolicy")
    elif "RevisionId" in given:
        check_revision(given, plane.record(named).revision_id)


def _check_there(plane: ControlPlane, named: Named) -> None:
    if named.name not in plane.service.names or named.qualifier is None:
        plane.deployed(Named(named.name))
        return
    deployed = plane.service.deployed(named.name)
    if named.qualifier in (*deployed.versions, *(alias.name for alias in deployed.aliases)):
        return
    is_version = named.qualifier.isdecimal() or "$" in named.qualifier
    raise (no_such_function if is_version else no_such_alias)(named.arn)


OPERATIONS = {
    "AddPermission": add_permission,
    "RemovePermission": remove_permission,
    "GetPolicy": get_policy,
}
