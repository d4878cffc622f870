"""Tags of functions and event source mappings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lambda_study.cloud.lambda_api.control_plane import ControlPlane, Given
from lambda_study.cloud.lambda_api.errors import not_found, not_modelled, refused
from lambda_study.cloud.lambda_api.names import named_by
from lambda_study.engine import ServiceError

MOST_TAGS = 50
_MAPPING = ":event-source-mapping:"


def list_tags(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Return the tags of a function or an event source mapping."""
    return {"Tags": dict(_tags(plane, given["Resource"]))}


def tag_resource(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Add tags, or change their values."""
    if not given["Tags"]:
        raise refused("An error occurred and the request cannot be processed.")
    _keep(plane, given["Resource"], {**_tags(plane, given["Resource"]), **given["Tags"]})
    return {}


def untag_resource(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Remove tags; those that are not there do no harm."""
    tags = _tags(plane, given["Resource"])
    left = {key: value for key, value in tags.items() if key not in given["TagKeys"]}
    _keep(plane, given["Resource"], left)
    return {}


def check_tags(tags: Mapping[str, str]) -> None:
    """Raise AWS's error if one resource cannot have so many tags."""
    if len(tags) > MOST_TAGS:
        raise refused("Number of tags exceeds resource tag limit.")


def _tags(plane: ControlPlane, arn: str) -> Mapping[str, str]:
    if _MAPPING in arn:
        try:
            return plane.mappings.get(arn.rpartition(":")[2]).tags
        except ServiceError:
            raise not_found(f"Event source mapping not found: {arn}") from None
    return plane.recorded(_function(arn)).tags


def _keep(plane: ControlPlane, arn: str, tags: dict[str, str]) -> None:
    check_tags(tags)
    if _MAPPING in arn:
        plane.mappings.tag(arn.rpartition(":")[2], tags)
    else:
        plane.recorded(_function(arn)).tags = tags


def _function(arn: str) -> Any:
    if ":function:" not in arn:
        raise not_modelled(f"Tagging {arn}")
    named = named_by(arn)
    if named.qualifier:
        raise refused(
            "Tags on function aliases and versions are not supported. Please specify a function ARN."
        )
    return named


OPERATIONS = {
    "ListTags": list_tags,
    "TagResource": tag_resource,
    "UntagResource": untag_resource,
}
