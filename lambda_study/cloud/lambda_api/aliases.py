"""Aliases, with the weights that lead a share of the invocations to a second version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lambda_study.cloud.lambda_api.control_plane import ControlPlane, Given
from lambda_study.cloud.lambda_api.errors import (
    check_revision,
    conflict,
    no_such_alias,
    no_such_function,
    not_found,
    refused,
)
from lambda_study.cloud.lambda_api.names import LATEST, Named, arn_of, unqualified
from lambda_study.cloud.lambda_api.paging import page
from lambda_study.cloud.lambda_api.records import AliasRecord
from lambda_study.engine import Alias
from lambda_study.engine.deployed import DeployedFunction


def create_alias(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Make an alias, and return it."""
    function, name = unqualified(given), given["Name"]
    if function not in plane.service.names:
        raise no_such_function(arn_of(function, given["FunctionVersion"]))
    deployed = plane.service.deployed(function)
    if _find(deployed, name) is not None:
        raise conflict(f"Alias already exists: {arn_of(function, name)}")
    weights = _weights(given)
    _check_versions(deployed, given["FunctionVersion"], weights)
    alias = plane.service.put_alias(function, name, given["FunctionVersion"], weights)
    record = plane.records.new_alias(deployed, name, given.get("Description", ""))
    return _shown(function, alias, record)


def get_alias(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Return an alias."""
    function, name = unqualified(given), given["Name"]
    alias = _find(plane.service.deployed(function), name) if function in plane.service.names else None
    if alias is None:
        raise no_such_alias(arn_of(function, name))
    return _shown(function, alias, plane.records.alias(plane.service.deployed(function), name))


def list_aliases(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Return the aliases by name, or those that lead to one version, a page at a time."""
    function = unqualified(given)
    deployed = plane.deployed(Named(function))
    version = given.get("FunctionVersion")
    items = [
        _shown(function, alias, plane.records.alias(deployed, alias.name))
        for alias in sorted(deployed.aliases, key=lambda each: each.name)
        if version in (None, alias.version)
    ]
    return page("Aliases", items, given)


def update_alias(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Let an alias lead elsewhere, or describe it anew, and return it."""
    function, name = unqualified(given), given["Name"]
    deployed = plane.deployed(Named(function))
    before = _find(deployed, name)
    if before is None:
        raise not_found(f"Alias not found: {arn_of(function, name)}")
    record = plane.records.alias(deployed, name)
    check_revision(given, record.revision_id)
    version = given.get("FunctionVersion", before.version)
    weights = _weights(given) if "RoutingConfig" in given else dict(before.weights)
    _check_versions(deployed, version, weights)
    alias = plane.service.put_alias(function, name, version, weights)
    record = plane.records.new_alias(deployed, name, given.get("Description", record.description))
    return _shown(function, alias, record)


def delete_alias(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Delete an alias with its permissions; deleting one that is gone changes nothing."""
    function, name = unqualified(given), given["Name"]
    deployed = plane.deployed(Named(function))
    deployed.delete_alias(name)
    plane.records.of(deployed).aliases.pop(name, None)
    plane.permissions.forget(function, name)
    plane.urls.forget(function, name)
    return {}


def _find(deployed: DeployedFunction, name: str) -> Alias | None:
    return next((alias for alias in deployed.aliases if alias.name == name), None)


def _weights(given: Given) -> dict[str, float]:
    return given.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})  # type: ignore[no-any-return]


def _check_versions(deployed: DeployedFunction, version: str, weights: Mapping[str, float]) -> None:
    if len(weights) > 1:
        raise refused("Number of items in AdditionalVersionWeights cannot be greater than 1")
    if version == LATEST and weights:
        raise refused("$LATEST is not supported for an alias pointing to more than 1 version")
    if version in weights:
        raise refused(
            f"Invalid function version {version}. Function version {version} is already included in routing "
            "configuration."
        )
    for each in (version, *weights):
        if each != LATEST and each not in deployed.versions:
            raise no_such_function(arn_of(deployed.configuration.name, each))


def _shown(function: str, alias: Alias, record: AliasRecord) -> dict[str, Any]:
    found: dict[str, Any] = {
        "AliasArn": arn_of(function, alias.name),
        "Name": alias.name,
        "FunctionVersion": alias.version,
        "Description": record.description,
        "RevisionId": record.revision_id,
    }
    if alias.weights:
        found["RoutingConfig"] = {"AdditionalVersionWeights": dict(alias.weights)}
    return found


OPERATIONS = {
    "CreateAlias": create_alias,
    "GetAlias": get_alias,
    "ListAliases": list_aliases,
    "UpdateAlias": update_alias,
    "DeleteAlias": delete_alias,
}
