"""How asynchronous events of a function are retried, and where the records of their ends go."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from lambda_study.cloud.lambda_api.control_plane import ControlPlane, Given
from lambda_study.cloud.lambda_api.errors import not_found, refused
from lambda_study.cloud.lambda_api.names import Named, arn_of, named_by, read_name
from lambda_study.cloud.lambda_api.paging import page
from lambda_study.cloud.lambda_api.roles import check_destination
from lambda_study.engine import ServiceError
from lambda_study.engine.deployed import DeployedFunction
from lambda_study.model.asynchronous import AsyncConfig

_SETTING = "event-invoke"
_FIELDS = {
    "MaximumRetryAttempts": "maximum_retry_attempts",
    "MaximumEventAgeInSeconds": "maximum_event_age_s",
}
_DESTINATIONS = {"OnSuccess": "on_success", "OnFailure": "on_failure"}
_ON_SUCCESS = re.compile(r"arn:aws:(sqs|sns|lambda|events):[a-z0-9-]*:\d{12}:.+")
_ON_FAILURE = re.compile(rf"{_ON_SUCCESS.pattern}|arn:aws:s3:::.+")


def put_function_event_invoke_config(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Let what is given hold, and for the rest AWS's defaults; return it."""
    named, deployed = _function(plane, given)
    return _set(plane, named, deployed, given, AsyncConfig(), {})


def update_function_event_invoke_config(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Change what holds, and return it."""
    named, deployed = _function(plane, given)
    before = _settings(plane, deployed).get(named.version_or_alias)
    if before is None:
        raise _none(named)
    return _set(plane, named, deployed, given, deployed.async_config(named.version_or_alias), before)


def get_function_event_invoke_config(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Return what was configured."""
    named = read_name(given)
    if named.name not in plane.service.names:
        raise _none(named)
    deployed = plane.service.deployed(named.name)
    if named.version_or_alias not in _settings(plane, deployed):
        raise _none(named)
    return _shown(plane, deployed, named.version_or_alias)


def list_function_event_invoke_configs(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Return what was configured, by version and alias, a page at a time."""
    _, deployed = _function(plane, given)
    items = [_shown(plane, deployed, qualifier) for qualifier in _settings(plane, deployed)]
    return page("FunctionEventInvokeConfigs", items, given)


def delete_function_event_invoke_config(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Let AWS's defaults hold again."""
    named = read_name(given)
    get_function_event_invoke_config(plane, given)  # raises AWS's error if there is none
    deployed = plane.service.deployed(named.name)
    deployed.delete_async_config(named.version_or_alias)
    plane.records.of(deployed).event_invoke.pop(named.version_or_alias, None)
    return {}


def _set(
    plane: ControlPlane,
    named: Named,
    deployed: DeployedFunction,
    given: Given,
    config: AsyncConfig,
    before: Mapping[str, Any],
) -> dict[str, Any]:
    """Let what is GIVEN hold, over what held BEFORE; CONFIG is that with all its defaults."""
    own = {name: given[name] for name in (*_FIELDS, "DestinationConfig") if name in given}
    if not own:
        raise refused("You must specify at least one of error handling or destination setting.")
    changes = {**asdict(config), **{field: given[name] for name, field in _FIELDS.items() if name in given}}
    if "DestinationConfig" in given:
        changes.update(_destinations(plane, named, given["DestinationConfig"]))
    plane.service.configure_async(named.name, named.version_or_alias, **changes)
    plane.records.of(deployed).event_invoke[named.version_or_alias] = {**before, **own}
    plane.records.touch(deployed, _SETTING, named.version_or_alias)
    return _shown(plane, deployed, named.version_or_alias)


def _destinations(plane: ControlPlane, named: Named, config: Given) -> dict[str, str]:
    found = {}
    for name, field in _DESTINATIONS.items():
        arn = config.get(name, {}).get("Destination", "")
        if arn:
            _check_destination(plane, named, arn, name)
        found[field] = arn
    return found


def _check_destination(plane: ControlPlane, named: Named, arn: str, name: str) -> None:
    pattern = _ON_SUCCESS if name == "OnSuccess" else _ON_FAILURE
    if not pattern.fullmatch(arn) or arn.endswith(".fifo"):
        shown = {"OnSuccess": "null", "OnFailure": "null", name: f"{name}(destination={arn})"}
        text = f"onSuccess={shown['OnSuccess']}, onFailure={shown['OnFailure']}"
        raise refused(f"The provided destination config DestinationConfig({text}) is invalid.")
    check_destination(plane, plane.recorded(Named(named.name)).latest.role, arn)
    if ":lambda:" not in arn:
        return
    target = named_by(arn)
    if target.name == named.name:
        raise refused("You can't specify the function as a destination for itself.")
    if target.name not in plane.service.names:
        raise refused(f"The destination ARN {arn} is invalid.")


def _function(plane: ControlPlane, given: Given) -> tuple[Named, DeployedFunction]:
    named = read_name(given)
    try:
        plane.version_of(named)
    except ServiceError:
        raise not_found("The function doesn't exist.") from None
    return named, plane.service.deployed(named.name)


def _settings(plane: ControlPlane, deployed: DeployedFunction) -> dict[str, Mapping[str, Any]]:
    """Return what was given for each version and alias; for `configure_async` all that it has."""
    given = plane.records.of(deployed).event_invoke
    return {
        qualifier: given.get(qualifier) or _all_of(config)
        for qualifier, config in deployed.async_configs.items()
    }


def _all_of(config: AsyncConfig) -> dict[str, Any]:
    destinations = {name: getattr(config, field) for name, field in _DESTINATIONS.items()}
    shown = {name: {"Destination": arn} for name, arn in destinations.items() if arn}
    return {**{name: getattr(config, field) for name, field in _FIELDS.items()}, "DestinationConfig": shown}


def _shown(plane: ControlPlane, deployed: DeployedFunction, qualifier: str) -> dict[str, Any]:
    settings = _settings(plane, deployed)[qualifier]
    return {
        **settings,
        "DestinationConfig": {"OnSuccess": {}, "OnFailure": {}, **settings.get("DestinationConfig", {})},
        "FunctionArn": arn_of(deployed.configuration.name, qualifier),
        "LastModified": plane.records.modified(deployed, _SETTING, qualifier),
    }


def _none(named: Named) -> ServiceError:
    arn = arn_of(named.name, named.version_or_alias)
    return not_found(f"The function {arn} doesn't have an EventInvokeConfig")


OPERATIONS = {
    "PutFunctionEventInvokeConfig": put_function_event_invoke_config,
    "UpdateFunctionEventInvokeConfig": update_function_event_invoke_config,
    "GetFunctionEventInvokeConfig": get_function_event_invoke_config,
    "ListFunctionEventInvokeConfigs": list_function_event_invoke_configs,
    "DeleteFunctionEventInvokeConfig": delete_function_event_invoke_config,
}
