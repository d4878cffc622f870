"""Functions: create, read, update, delete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lambda_study.cloud.lambda_api.code import Uploaded, uploaded, with_image_config
from lambda_study.cloud.lambda_api.control_plane import ControlPlane, Given
from lambda_study.cloud.lambda_api.downloads import location_of_function
from lambda_study.cloud.lambda_api.errors import check_revision, conflict, no_such_function, refused
from lambda_study.cloud.lambda_api.function_view import CREATING, READY, UPDATING, listed, shown
from lambda_study.cloud.lambda_api.names import LATEST, Named, arn_of, new_name, read_name, unqualified
from lambda_study.cloud.lambda_api.paging import page
from lambda_study.cloud.lambda_api.records import Record
from lambda_study.cloud.lambda_api.roles import check_dead_letter, check_role
from lambda_study.cloud.lambda_api.settings import kept_of, settings_of
from lambda_study.cloud.lambda_api.tags import check_tags
from lambda_study.cloud.lambda_api.versions import publish
from lambda_study.engine import FunctionConfiguration, read_image
from lambda_study.engine.deployed import DeployedFunction


def create_function(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Make a function, and return it as Pending; it is there when the answer is."""
    name = new_name(given["FunctionName"])
    if name in plane.service.names:
        raise conflict(f"Function already exist: {name}")
    check_role(plane, given["Role"])
    check_tags(given.get("Tags", {}))
    source = uploaded(plane, given["Code"], given.get("Handler", ""))
    settings, layers = settings_of(plane, given)
    check_dead_letter(plane, given["Role"], settings.get("dead_letter", ""))
    plane.permissions.forget(name)  # those of one that was closed past the API
    plane.urls.forget(name)
    plane.service.create_function(_configuration(name, given, source, settings), source.package)
    deployed = plane.service.deployed(name)
    record = plane.records.change(
        deployed,
        code=source.code,
        role=given["Role"],
        description=given.get("Description", ""),
        kept=kept_of(given),
        layers=layers,
    )
    plane.records.of(deployed).tags.update(given.get("Tags", {}))
    if given.get("Publish"):
        version, record = publish(plane, deployed)
        return {**shown(record, version), **CREATING}
    return {**shown(record), **CREATING}


def get_function(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Return a function's configuration, where its code lies, its tags and its reservation."""
    named = read_name(given)
    record, records = plane.record(named), plane.recorded(named)
    found: dict[str, Any] = {"Configuration": {**shown(record, named.qualifier), **READY}}
    found["Code"] = _where_it_lies(plane, record)
    if records.tags:
        found["Tags"] = dict(records.tags)
    reserved = plane.deployed(named).share.reserved
    if reserved is not None:
        found["Concurrency"] = {"ReservedConcurrentExecutions": reserved}
    return found


def get_function_configuration(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Return the configuration of a function, of a version or of what an alias leads to."""
    named = read_name(given)
    return {**shown(plane.record(named), named.qualifier), **READY}


def list_functions(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Return the functions, or with FunctionVersion=ALL all their versions, a page at a time."""
    items = []
    for name in plane.service.names:
        records = plane.recorded(Named(name))
        if given.get("FunctionVersion") != "ALL":
            items.append(listed(records.latest))
            continue
        items.append(listed(records.latest, LATEST))
        items += [listed(record, version) for version, record in records.versions.items()]
    return page("Functions", items, given)


def update_function_code(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Give $LATEST other code, and return it as InProgress; a dry run only checks."""
    name = unqualified(given)
    deployed = plane.deployed(Named(name))
    check_revision(given, plane.records.of(deployed).latest.revision_id)
    _check_package_type(deployed, given)
    source = uploaded(plane, given, deployed.configuration.handler)
    changes = source.configuration
    if source.image is not None:
        kept = plane.records.of(deployed).latest.kept.get("ImageConfig", {})
        changes["image"] = with_image_config(source.image, kept)
    if "Architectures" in given:
        changes["architecture"] = given["Architectures"][0]
    if given.get("DryRun"):
        return {**shown(plane.records.of(deployed).latest), **READY}
    plane.service.update_code(name, source.package, **changes)
    record = plane.records.change(deployed, code=source.code)
    if given.get("Publish"):
        version, record = publish(plane, deployed)
        return {**shown(record, version), **CREATING}
    return {**shown(record), "State": "Active", **UPDATING}


def update_function_configuration(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Change settings of $LATEST, and return it as InProgress."""
    name = unqualified(given)
    deployed = plane.deployed(Named(name))
    before = plane.records.of(deployed).latest
    check_revision(given, before.revision_id)
    role = given.get("Role", before.role)
    if "Role" in given:
        check_role(plane, role)
    settings, layers = settings_of(plane, given)
    check_dead_letter(plane, role, settings.get("dead_letter", ""))
    _update(plane, deployed, given, settings)
    record = plane.records.change(
        deployed,
        role=role,
        description=given.get("Description", before.description),
        kept={**before.kept, **kept_of(given)},
        layers=layers if "Layers" in given else before.layers,
    )
    return {**shown(record), "State": "Active", **UPDATING}


def delete_function(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Delete a function with all that belongs to it, or one version that no alias leads to."""
    named = read_name(given)
    if named.qualifier is not None:
        _delete_version(plane, named.name, named.qualifier)
        return {"StatusCode": 204}
    plane.deployed(named)
    plane.service.delete(named.name)
    plane.permissions.forget(named.name)
    plane.urls.forget(named.name)
    return {"StatusCode": 204}


def _configuration(
    name: str, given: Given, source: Uploaded, settings: Mapping[str, Any]
) -> FunctionConfiguration:
    if source.image is None:
        if "Handler" not in given or "Runtime" not in given:
            raise refused(
                "Runtime and Handler are mandatory parameters for functions created with deployment packages."
            )
        return FunctionConfiguration(name=name, **settings)
    image = with_image_config(source.image, given.get("ImageConfig", {}))
    own = {**source.configuration, "image": image, "handler": "", "runtime": ""}
    return FunctionConfiguration(name=name, **{**settings, **own})


def _update(
    plane: ControlPlane, deployed: DeployedFunction, given: Given, settings: Mapping[str, Any]
) -> None:
    image, name = deployed.configuration.image, deployed.configuration.name
    if image is not None and "ImageConfig" in given:
        changed = with_image_config(read_image(image.path), given["ImageConfig"])
        plane.service.update_code(name, replace(deployed.latest.package), image=changed)
    if settings:
        plane.service.update_configuration(name, **settings)


def _check_package_type(deployed: DeployedFunction, given: Given) -> None:
    is_image = deployed.configuration.image is not None
    if is_image and "ImageUri" not in given:
        raise refused("Please provide ImageUri when updating a function with packageType Image.")
    if not is_image and "ImageUri" in given:
        raise refused("Please don't provide ImageUri when updating a function with packageType Zip.")


def _where_it_lies(plane: ControlPlane, record: Record) -> dict[str, str]:
    if record.code.image_uri:
        resolved = f"{record.code.image_uri}@sha256:{record.code.sha256}"
        return {
            "RepositoryType": "ECR",
            "ImageUri": record.code.image_uri,
            "ResolvedImageUri": resolved,
        }
    return {"RepositoryType": "S3", "Location": location_of_function(plane, record)}


def _delete_version(plane: ControlPlane, name: str, qualifier: str) -> None:
    if qualifier == LATEST:
        raise refused("$LATEST version cannot be deleted without deleting the function.")
    if not qualifier.isdecimal() and not qualifier.startswith("$"):
        raise refused("Deletion of aliases is not currently supported.")
    if name not in plane.service.names:
        raise no_such_function(arn_of(name))
    deployed = plane.service.deployed(name)
    aliases = [alias.name for alias in deployed.aliases if qualifier in alias.shares]
    if aliases:
        raise conflict(
            f"Unable to delete version because the following aliases reference it: [{', '.join(aliases)}]"
        )
    deployed.delete_version(qualifier)
    plane.permissions.forget(name, qualifier)


OPERATIONS = {
    "CreateFunction": create_function,
    "GetFunction": get_function,
    "GetFunctionConfiguration": get_function_configuration,
    "ListFunctions": list_functions,
    "UpdateFunctionCode": update_function_code,
    "UpdateFunctionConfiguration": update_function_configuration,
    "DeleteFunction": delete_function,
}
