"""Event source mappings: which queue or stream a function reads.

Unlike AWS: a change is through when the answer is, which still says Creating or Updating. There it takes up
to a minute.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from lambda_study.cloud import mapping_rules as rules
from lambda_study.cloud.lambda_api.control_plane import ControlPlane, Given
from lambda_study.cloud.lambda_api.errors import not_modelled, refused
from lambda_study.cloud.lambda_api.names import Named, named_by
from lambda_study.cloud.lambda_api.paging import page
from lambda_study.cloud.lambda_api.tags import check_tags
from lambda_study.cloud.mappings import EventSourceMapping
from lambda_study.engine import ServiceError

_MOST = 100
_BATCH_ITEM_FAILURES = "ReportBatchItemFailures"
_FIELDS = {
    "Enabled": "enabled",
    "BatchSize": "batch_size",
    "MaximumBatchingWindowInSeconds": "window_s",
    "StartingPosition": "starting_position",
    "StartingPositionTimestamp": "starting_position_timestamp",
    "MaximumRetryAttempts": "maximum_retry_attempts",
    "MaximumRecordAgeInSeconds": "maximum_record_age_s",
    "BisectBatchOnFunctionError": "bisect_on_error",
    "ParallelizationFactor": "parallelization_factor",
    "TumblingWindowInSeconds": "tumbling_window_s",
}
_OF_STREAMS = (
    "StartingPosition",
    "StartingPositionTimestamp",
    "MaximumRetryAttempts",
    "MaximumRecordAgeInSeconds",
    "BisectBatchOnFunctionError",
    "ParallelizationFactor",
    "TumblingWindowInSeconds",
)
_NOT_MODELLED = (
    "SelfManagedEventSource",
    "AmazonManagedKafkaEventSourceConfig",
    "SelfManagedKafkaEventSourceConfig",
    "DocumentDBEventSourceConfig",
    "ProvisionedPollerConfig",
    "Topics",
    "Queues",
)


def create_event_source_mapping(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Begin to read a source for a function, and return the mapping as Creating."""
    _check_modelled(given)
    source = given.get("EventSourceArn")
    if source is None:
        raise refused("Unrecognized event source.")
    check_tags(given.get("Tags", {}))
    function_arn = _function_arn(plane, given["FunctionName"])
    settings = _settings(given, rules.service_of(source))
    _check_role(plane, function_arn, source)
    tags = MappingProxyType(dict(given.get("Tags", {})))
    return _shown(plane.mappings.create(function_arn, source, **settings, tags=tags), "Creating")


def update_event_source_mapping(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Change a mapping, turn it on or off, and return it as it begins to change."""
    _check_modelled(given)
    before = plane.mappings.get(given["UUID"])
    changes = _settings(given, before.service)
    if "FunctionName" in given:
        changes["function_arn"] = _function_arn(plane, given["FunctionName"])
        _check_role(plane, changes["function_arn"], before.event_source_arn)
    after = plane.mappings.update(before.uuid, **changes)
    turned = "Enabling" if after.enabled else "Disabling"
    return _shown(after, turned if after.enabled != before.enabled else "Updating")


def get_event_source_mapping(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Return a mapping."""
    return _shown_now(plane, plane.mappings.get(given["UUID"]))


def list_event_source_mappings(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Return the mappings of a function, of a source or all, a page at a time."""
    function = named_by(given["FunctionName"]).name if "FunctionName" in given else ""
    found = plane.mappings.list(function, given.get("EventSourceArn", ""))
    return page("EventSourceMappings", [_shown_now(plane, each) for each in found], given, _MOST)


def delete_event_source_mapping(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Read no more for a mapping, and return it as Deleting."""
    return _shown(plane.mappings.delete(given["UUID"]), "Deleting")


def _check_modelled(given: Given) -> None:
    for name in _NOT_MODELLED:
        if name in given:
            raise not_modelled(f"{name} of an event source mapping")


def _function_arn(plane: ControlPlane, text: str) -> str:
    named = named_by(text)
    try:
        plane.version_of(named)
    except ServiceError:
        raise refused("Function does not exist") from None
    return named.arn


def _check_role(plane: ControlPlane, function_arn: str, source_arn: str) -> None:
    """Raise AWS's error if the function's role may not read the source, with enforcement on."""
    role = plane.recorded(Named(named_by(function_arn).name)).latest.role
    for action in rules.actions(rules.service_of(source_arn)):
        if not plane.permissions.role_allows(role, action, source_arn):
            raise rules.not_permitted(source_arn, action)


def _settings(given: Given, service: str) -> dict[str, Any]:
    """Return the settings in a request by their names in EventSourceMapping."""
    if service in rules.QUEUES:
        for name in _OF_STREAMS:
            if name in given and name != "StartingPosition":
                raise refused(f"Unsupported {name} parameter for given event source mapping type.")
        if "DestinationConfig" in given:
            raise refused("Unsupported DestinationConfig parameter for given event source mapping type.")
    found = {field: given[name] for name, field in _FIELDS.items() if name in given}
    if "FilterCriteria" in given:
        filters = given["FilterCriteria"].get("Filters", [])
        found["filters"] = tuple(each.get("Pattern", "{}") for each in filters)
    if "FunctionResponseTypes" in given:
        found["report_batch_item_failures"] = _BATCH_ITEM_FAILURES in given["FunctionResponseTypes"]
    if "ScalingConfig" in given:
        found["maximum_concurrency"] = given["ScalingConfig"].get("MaximumConcurrency")
    if "DestinationConfig" in given:
        found["on_failure"] = given["DestinationConfig"].get("OnFailure", {}).get("Destination", "")
    return found


def _shown_now(plane: ControlPlane, mapping: EventSourceMapping) -> dict[str, Any]:
    """The mapping, and how its poller has fared with a stream."""
    found = _shown(mapping, mapping.state)
    result = getattr(plane.mappings.poller(mapping.uuid), "last_result", "")
    return {**found, "LastProcessingResult": result} if result else found


def _shown(mapping: EventSourceMapping, state: str) -> dict[str, Any]:
    is_stream = mapping.service in rules.STREAMS
    found: dict[str, Any] = {
        "UUID": mapping.uuid,
        "EventSourceMappingArn": mapping.arn,
        "EventSourceArn": mapping.event_source_arn,
        "FunctionArn": mapping.function_arn,
        "LastModified": mapping.last_modified,
        "BatchSize": mapping.batch_size,
        "MaximumBatchingWindowInSeconds": mapping.window_s,
        "FunctionResponseTypes": [_BATCH_ITEM_FAILURES] if mapping.report_batch_item_failures else [],
        "State": state,
        "StateTransitionReason": "User action" if is_stream else "USER_INITIATED",
    }
    if mapping.filters:
        found["FilterCriteria"] = {"Filters": [{"Pattern": pattern} for pattern in mapping.filters]}
    if mapping.maximum_concurrency is not None:
        found["ScalingConfig"] = {"MaximumConcurrency": mapping.maximum_concurrency}
    return {**found, **_of_stream(mapping)} if is_stream else found


def _of_stream(mapping: EventSourceMapping) -> dict[str, Any]:
    destination = {"OnFailure": {"Destination": mapping.on_failure}} if mapping.on_failure else {}
    return {
        **{name: getattr(mapping, _FIELDS[name]) for name in _OF_STREAMS},
        "DestinationConfig": destination,
        "LastProcessingResult": "No records processed",
    }


OPERATIONS = {
    "CreateEventSourceMapping": create_event_source_mapping,
    "UpdateEventSourceMapping": update_event_source_mapping,
    "GetEventSourceMapping": get_event_source_mapping,
    "ListEventSourceMappings": list_event_source_mappings,
    "DeleteEventSourceMapping": delete_event_source_mapping,
}
