"""Reserved and provisioned concurrency."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lambda_study.cloud.lambda_api.control_plane import ControlPlane, Given
from lambda_study.cloud.lambda_api.errors import no_such_alias, no_such_function, refused
from lambda_study.cloud.lambda_api.function_view import stamp
from lambda_study.cloud.lambda_api.names import LATEST, Named, arn_of, read_name, unqualified
from lambda_study.cloud.lambda_api.paging import page
from lambda_study.engine import ServiceError
from lambda_study.engine.deployed import DeployedFunction

_PROVISIONED = "provisioned"


def put_function_concurrency(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Reserve concurrency for a function, and return how much."""
    name = unqualified(given)
    if name not in plane.service.names:
        raise no_such_function(arn_of(name, LATEST))
    number = given["ReservedConcurrentExecutions"]
    plane.service.update_configuration(name, reserved_concurrency=number)
    return {"ReservedConcurrentExecutions": number}


def get_function_concurrency(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Return how much a function has reserved; nothing without a reservation."""
    reserved = plane.deployed(Named(unqualified(given))).share.reserved
    return {"ReservedConcurrentExecutions": reserved}


def delete_function_concurrency(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Take the reservation of a function back."""
    name = unqualified(given)
    plane.deployed(Named(name))
    plane.service.update_configuration(name, reserved_concurrency=None)
    return {}


def put_provisioned_concurrency_config(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Start environments ahead for a version or an alias, and return how many are ready."""
    named = read_name(given)
    if named.qualifier == LATEST:
        raise refused("Provisioned Concurrency Configs cannot be applied to unpublished function versions.")
    deployed, qualifier = _checked(plane, named), named.version_or_alias
    number = given["ProvisionedConcurrentExecutions"]
    _check_version_is_free(deployed, qualifier)
    # Unlike AWS: the environments are there when the answer is. It answers at once, and says IN_PROGRESS.
    plane.service.provision(named.name, number, qualifier)
    plane.records.of(deployed).provisioned[qualifier] = number
    plane.records.touch(deployed, _PROVISIONED, qualifier)
    return _shown(plane, deployed, qualifier)


def get_provisioned_concurrency_config(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Return how many environments were asked for, and how many are ready."""
    named = read_name(given)
    _refuse_latest(named)
    deployed = _checked(plane, named)
    if named.version_or_alias not in _requested(plane, deployed):
        text = "No Provisioned Concurrency Config found for this function"
        raise ServiceError(404, "ProvisionedConcurrencyConfigNotFoundException", text)
    return _shown(plane, deployed, named.version_or_alias)


def list_provisioned_concurrency_configs(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Return what is provisioned of a function, by version and alias, a page at a time."""
    name = unqualified(given)
    deployed = plane.deployed(Named(name))
    items = [
        {"FunctionArn": arn_of(name, qualifier), **_shown(plane, deployed, qualifier)}
        for qualifier in _requested(plane, deployed)
    ]
    return page("ProvisionedConcurrencyConfigs", items, given)


def delete_provisioned_concurrency_config(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Take the provisioned concurrency of a version or an alias back."""
    named = read_name(given)
    _refuse_latest(named)
    deployed, qualifier = _checked(plane, named), named.version_or_alias
    if qualifier in _requested(plane, deployed):
        plane.service.provision(named.name, 0, qualifier)
    plane.records.of(deployed).provisioned.pop(qualifier, None)
    return {}


def _refuse_latest(named: Named) -> None:
    if named.qualifier == LATEST:
        raise refused("The function resource provided must be an alias or a published version.")


def _checked(plane: ControlPlane, named: Named) -> DeployedFunction:
    """Return the function; AWS's error if its version or alias is not there."""
    there = named.name in plane.service.names
    if named.version_or_alias.isdecimal():
        if not there or named.qualifier not in plane.service.deployed(named.name).versions:
            raise no_such_function(named.arn)
    elif not there or named.qualifier not in _aliases(plane.service.deployed(named.name)):
        raise no_such_alias(named.arn)
    return plane.service.deployed(named.name)


def _aliases(deployed: DeployedFunction) -> set[str]:
    return {alias.name for alias in deployed.aliases}


def _check_version_is_free(deployed: DeployedFunction, qualifier: str) -> None:
    """Raise AWS's error if version QUALIFIER is one that a provisioned alias leads to."""
    for alias in deployed.aliases:
        if qualifier in alias.shares and alias.name in deployed.provisioned:
            text = "Version is pointed by a Provisioned Concurrency alias"
            raise ServiceError(409, "ResourceConflictException", text)


def _requested(plane: ControlPlane, deployed: DeployedFunction) -> dict[str, int]:
    """Return how many were asked for, by version and alias; those that the engine alone knows too."""
    there = _aliases(deployed) | set(deployed.versions)
    asked = plane.records.of(deployed).provisioned
    both = {**deployed.provisioned, **asked}
    return {qualifier: number for qualifier, number in both.items() if qualifier in there}


def _shown(plane: ControlPlane, deployed: DeployedFunction, qualifier: str) -> dict[str, Any]:
    requested, available = (
        numbers.get(qualifier, 0) for numbers in (_requested(plane, deployed), deployed.provisioned)
    )
    found = {
        "RequestedProvisionedConcurrentExecutions": requested,
        "AvailableProvisionedConcurrentExecutions": available,
        "AllocatedProvisionedConcurrentExecutions": available,
        "Status": "READY" if available == requested else "FAILED",
        "LastModified": stamp(plane.records.modified(deployed, _PROVISIONED, qualifier)),
    }
    return found if available == requested else {**found, "StatusReason": "FUNCTION_ERROR_INIT_FAILURE"}


OPERATIONS = {
    "PutFunctionConcurrency": put_function_concurrency,
    "GetFunctionConcurrency": get_function_concurrency,
    "DeleteFunctionConcurrency": delete_function_concurrency,
    "PutProvisionedConcurrencyConfig": put_provisioned_concurrency_config,
    "GetProvisionedConcurrencyConfig": get_provisioned_concurrency_config,
    "ListProvisionedConcurrencyConfigs": list_provisioned_concurrency_configs,
    "DeleteProvisionedConcurrencyConfig": delete_provisioned_concurrency_config,
}
