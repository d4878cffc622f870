"""The account's limits, and settings that are kept for each function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lambda_study.cloud.lambda_api.control_plane import ControlPlane, Given
from lambda_study.cloud.lambda_api.function_view import runtime_version_arn
from lambda_study.cloud.lambda_api.names import Named, arn_of, read_name, unqualified
from lambda_study.facts import fact

_MB, _GB = 1024**2, 1024**3


def get_account_settings(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Return the limits of the account, and how many functions and how much code it has."""
    account = plane.service.account
    names = plane.service.names
    sizes = [_code_size(plane, name) for name in names]
    layers = [version.code.size for name in plane.layers.names for version in plane.layers.versions(name)]
    return {
        "AccountLimit": {
            "TotalCodeSize": _whole("storage.code_per_region") * _GB,
            "CodeSizeUnzipped": _whole("package.unzipped") * _MB,
            "CodeSizeZipped": _whole("package.zip_direct_upload") * _MB,
            "ConcurrentExecutions": account.limit,
            "UnreservedConcurrentExecutions": account.unreserved,
        },
        "AccountUsage": {"TotalCodeSize": sum(sizes) + sum(layers), "FunctionCount": len(names)},
    }


def get_function_recursion_config(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Return what happens to a function in a recursive loop."""
    return {"RecursiveLoop": plane.deployed(Named(unqualified(given))).recursive_loop}


def put_function_recursion_config(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Let Lambda stop a function in a recursive loop, or allow it; return which."""
    plane.deployed(Named(unqualified(given))).recursive_loop = given["RecursiveLoop"]
    return {"RecursiveLoop": given["RecursiveLoop"]}


def get_runtime_management_config(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Return how the runtime of a function is updated: by AWS, always."""
    named = read_name(given)
    configuration = plane.record(named).revision.configuration
    # Unlike AWS: a function runs on what this machine has of its language, and nobody updates it.
    return {
        "UpdateRuntimeOn": "Auto",
        "FunctionArn": arn_of(named.name, named.qualifier),
        "RuntimeVersionArn": None if configuration.image else runtime_version_arn(configuration),
    }


def _code_size(plane: ControlPlane, name: str) -> int:
    records = plane.recorded(Named(name))
    return sum(record.code.size for record in (records.latest, *records.versions.values()))


def _whole(fact_id: str) -> int:
    return int(fact(fact_id).value)


OPERATIONS = {
    "GetAccountSettings": get_account_settings,
    "GetFunctionRecursionConfig": get_function_recursion_config,
    "PutFunctionRecursionConfig": put_function_recursion_config,
    "GetRuntimeManagementConfig": get_runtime_management_config,
}
