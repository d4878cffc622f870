"""The operations on function URLs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lambda_study.cloud.addresses import function_url
from lambda_study.cloud.function_url_configs import FunctionUrlConfig, new_url_id
from lambda_study.cloud.lambda_api.control_plane import ControlPlane, Given
from lambda_study.cloud.lambda_api.errors import conflict, no_such_resource
from lambda_study.cloud.lambda_api.function_view import stamp
from lambda_study.cloud.lambda_api.names import Named, arn_of, read_name
from lambda_study.cloud.lambda_api.paging import page

_BUFFERED = "BUFFERED"


def create_function_url_config(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Give a function, or an alias of it, a URL."""
    named = _there(plane, given)
    if plane.urls.of(named.name, named.qualifier) is not None:
        text = "FunctionUrlConfig exists for this Lambda function"
        raise conflict(
            f"Failed to create function url config for [functionArn = {named.arn}]. Error message:  {text}"
        )
    now = plane.clock.now()
    config = FunctionUrlConfig(
        new_url_id(plane.ids()),
        named.name,
        named.qualifier,
        given["AuthType"],
        now,
        now,
        given.get("Cors"),
        given.get("InvokeMode", _BUFFERED),
    )
    plane.urls.put(config)
    shown = _shown(plane, config)
    shown.pop("LastModifiedTime")
    return shown


def update_function_url_config(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Change the URL's settings; its address stays."""
    config = _config(plane, given)
    config = replace(
        config,
        auth_type=given.get("AuthType", config.auth_type),
        cors=given.get("Cors", config.cors),
        invoke_mode=given.get("InvokeMode", config.invoke_mode),
        modified=plane.clock.now(),
    )
    plane.urls.put(config)
    return _shown(plane, config)


def get_function_url_config(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Return how a function's URL is configured."""
    return _shown(plane, _config(plane, given))


def list_function_url_configs(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Return the URLs of a function and its aliases, a page at a time."""
    named = read_name(given)
    plane.deployed(named)
    configs = [_shown(plane, each) for each in plane.urls.all_of(named.name)]
    return page("FunctionUrlConfigs", configs, given)


def delete_function_url_config(plane: ControlPlane, given: Given) -> Mapping[str, Any]:
    """Take a URL away; a new one has another address."""
    config = _config(plane, given)
    plane.urls.remove(config.id)
    return {}


def _there(plane: ControlPlane, given: Given) -> Named:
    """Return the function or alias that is named; AWS's error if it is not there."""
    named = read_name(given)
    if named.name not in plane.service.names:
        raise no_such_resource()
    plane.version_of(named)
    return named


def _config(plane: ControlPlane, given: Given) -> FunctionUrlConfig:
    named = _there(plane, given)
    config = plane.urls.of(named.name, named.qualifier)
    if config is None:
        raise no_such_resource()
    return config


def _shown(plane: ControlPlane, config: FunctionUrlConfig) -> dict[str, Any]:
    return {
        "FunctionUrl": function_url(plane.endpoint_url, config.id),
        "FunctionArn": arn_of(config.function_name, config.qualifier),
        "AuthType": config.auth_type,
        "Cors": config.cors,
        "CreationTime": stamp(config.created),
        "LastModifiedTime": stamp(config.modified),
        "InvokeMode": config.invoke_mode,
    }


OPERATIONS = {
    "CreateFunctionUrlConfig": create_function_url_config,
    "UpdateFunctionUrlConfig": update_function_url_config,
    "GetFunctionUrlConfig": get_function_url_config,
    "ListFunctionUrlConfigs": list_function_url_configs,
    "DeleteFunctionUrlConfig": delete_function_url_config,
}
