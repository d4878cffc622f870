"""Layers: publish, list, read and delete their versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lambda_study.cloud.lambda_api.code import archive_of
from lambda_study.cloud.lambda_api.control_plane import ControlPlane, Given
from lambda_study.cloud.lambda_api.downloads import location_of_layer
from lambda_study.cloud.lambda_api.errors import no_such_resource
from lambda_study.cloud.lambda_api.function_view import stamp
from lambda_study.cloud.lambda_api.layers import LayerVersion
from lambda_study.cloud.lambda_api.paging import page
from lambda_study.cloud.lambda_api.records import code_of_zip
from lambda_study.engine.archive import package_of_bytes

_DESCRIBED = ("CompatibleRuntimes", "CompatibleArchitectures", "LicenseInfo")


def publish_layer_version(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Make a zip archive the next version of a layer, and return it."""
    data = archive_of(plane, given["Content"])
    package_of_bytes(data, "")  # raises AWS's error for what cannot be unpacked
    described = {name: given[name] for name in _DESCRIBED if name in given}
    described["Description"] = given.get("Description", "")
    version = plane.layers.publish(_name(given), data, code_of_zip(data), plane.clock.now(), described)
    return _whole(plane, version)


def get_layer_version(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Return a version of a layer."""
    return _whole(plane, plane.layers.get(_name(given), given["VersionNumber"]))


def get_layer_version_by_arn(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Return the version of a layer that an ARN names."""
    arn, _, number = given["Arn"].rpartition(":")
    if not number.isdecimal():
        raise no_such_resource()
    return _whole(plane, plane.layers.get(arn.rpartition(":")[2], int(number)))


def list_layer_versions(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Return the versions of a layer, the newest first, a page at a time."""
    versions = plane.layers.versions(_name(given))
    return page("LayerVersions", [_listed(each) for each in versions if _fits(each, given)], given)


def list_layers(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Return the layers, each with its newest version, a page at a time."""
    items = []
    for name in plane.layers.names:
        fitting = [version for version in plane.layers.versions(name) if _fits(version, given)]
        if fitting:
            item = {"LayerName": name, "LayerArn": fitting[0].layer_arn}
            items.append({**item, "LatestMatchingVersion": _listed(fitting[0])})
    return page("Layers", items, given)


def delete_layer_version(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Delete a version of a layer; functions that have it keep it."""
    plane.layers.delete(_name(given), given["VersionNumber"])
    return {}


def _name(given: Given) -> str:
    """Return the name of a layer that is given as a name or an ARN."""
    name: str = given["LayerName"].rpartition(":")[2]
    return name


def _fits(version: LayerVersion, given: Given) -> bool:
    wanted = {
        "CompatibleRuntimes": given.get("CompatibleRuntime"),
        "CompatibleArchitectures": given.get("CompatibleArchitecture"),
    }
    return all(value is None or value in version.described.get(name, ()) for name, value in wanted.items())


def _listed(version: LayerVersion) -> dict[str, Any]:
    return {
        "LayerVersionArn": version.arn,
        "Version": version.number,
        "CreatedDate": stamp(version.created),
        **version.described,
    }


def _whole(plane: ControlPlane, version: LayerVersion) -> dict[str, Any]:
    content = {
        "Location": location_of_layer(plane, version),
        "CodeSha256": version.code.sha256,
        "CodeSize": version.code.size,
    }
    return {"Content": content, "LayerArn": version.layer_arn, **_listed(version)}


OPERATIONS = {
    "PublishLayerVersion": publish_layer_version,
    "GetLayerVersion": get_layer_version,
    "GetLayerVersionByArn": get_layer_version_by_arn,
    "ListLayerVersions": list_layer_versions,
    "ListLayers": list_layers,
    "DeleteLayerVersion": delete_layer_version,
}
