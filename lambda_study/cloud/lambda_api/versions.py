"""Published versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lambda_study.cloud.lambda_api.control_plane import ControlPlane, Given
from lambda_study.cloud.lambda_api.errors import check_revision, refused
from lambda_study.cloud.lambda_api.function_view import READY, listed, shown
from lambda_study.cloud.lambda_api.names import LATEST, Named, unqualified
from lambda_study.cloud.lambda_api.paging import page
from lambda_study.cloud.lambda_api.records import Record
from lambda_study.engine.deployed import DeployedFunction


def publish(
    plane: ControlPlane, deployed: DeployedFunction, description: str | None = None
) -> tuple[str, Record]:
    """Publish $LATEST, and return the number and the record of the version."""
    records, known = plane.records.of(deployed), deployed.versions
    before = records.published or records.latest
    changed = not records.latest.is_described_like(before)
    version = plane.service.publish_version(deployed.configuration.name, anew=changed)
    records.published = records.latest
    if version not in known and description is not None:
        plane.records.describe(deployed, version, description)
    return version, plane.records.of(deployed).versions[version]


def publish_version(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Publish $LATEST, and return the version: the last one again if nothing has changed."""
    deployed = plane.deployed(Named(unqualified(given)))
    latest = plane.records.of(deployed).latest
    check_revision(given, latest.revision_id)
    digest = given.get("CodeSha256") or latest.code.sha256
    if digest != latest.code.sha256:
        raise refused(
            f"CodeSHA256 ({digest}) is different from current CodeSHA256 in $LATEST "
            f"({latest.code.sha256}). Please try again with the CodeSHA256 in $LATEST."
        )
    version, record = publish(plane, deployed, given.get("Description"))
    return {**shown(record, version), **READY}


def list_versions_by_function(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Return $LATEST and the published versions, a page at a time."""
    records = plane.recorded(Named(unqualified(given)))
    all_versions = {LATEST: records.latest, **records.versions}
    items = [listed(record, version) for version, record in all_versions.items()]
    return page("Versions", items, given)


OPERATIONS = {
    "PublishVersion": publish_version,
    "ListVersionsByFunction": list_versions_by_function,
}
