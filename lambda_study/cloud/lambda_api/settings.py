"""The settings in a request, as the engine has them, and those that are given back only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lambda_study.cloud.lambda_api.control_plane import ControlPlane, Given
from lambda_study.cloud.lambda_api.errors import not_modelled, refused
from lambda_study.engine.function import Logging

KEPT = (
    "VpcConfig",
    "KMSKeyArn",
    "TracingConfig",
    "FileSystemConfigs",
    "SnapStart",
    "ImageConfig",
)
# Unlike AWS: these change how a function runs, and here nothing would: so they are refused.
_NOT_MODELLED = {
    "CapacityProviderConfig": "A function on managed instances",
    "DurableConfig": "A durable function",
    "TenancyConfig": "Tenant isolation",
    "AcceleratorConfig": "A function with an accelerator",
    "CodeSigningConfigArn": "Code signing",
    "PublishTo": "Publishing to a capacity provider",
}
_DEAD_LETTER = re.compile(r"arn:aws:(sqs|sns):[a-z0-9-]+:\d{12}:.+")


def settings_of(plane: ControlPlane, given: Given) -> tuple[dict[str, Any], tuple[Mapping[str, Any], ...]]:
    """Return the settings in a request by their names in the engine, and the layers as the API shows them."""
    for name, what in _NOT_MODELLED.items():
        if name in given:
            raise not_modelled(what)
    found = {field: given[name] for name, field in _PLAIN.items() if name in given}
    if "EphemeralStorage" in given:
        found["ephemeral_mb"] = given["EphemeralStorage"]["Size"]
    if "Environment" in given:
        found["environment"] = given["Environment"].get("Variables", {})
    if "Architectures" in given:
        found["architecture"] = given["Architectures"][0]
    if "LoggingConfig" in given:
        found["logging"] = _logging(given["LoggingConfig"])
    if "DeadLetterConfig" in given:
        found["dead_letter"] = _dead_letter(given["DeadLetterConfig"].get("TargetArn", ""))
    layers = plane.layers.named(given.get("Layers", []))
    if "Layers" in given:
        found["layers"] = tuple(str(layer.path) for layer in layers)
    return found, tuple({"Arn": layer.arn, "CodeSize": layer.code.size} for layer in layers)


def kept_of(given: Given) -> dict[str, Any]:
    """Return the settings that are given back and have no effect here.

    Unlike AWS: nothing of them is acted on: no network, no key, no file system, no trace, no snapshot.
    """
    return {name: given[name] for name in KEPT if name in given}


def _dead_letter(arn: str) -> str:
    if arn and not _DEAD_LETTER.fullmatch(arn):
        raise refused(f"The provided DLQ target ARN {arn} is invalid. Give that of a queue or a topic.")
    return arn


def _logging(given: Given) -> Logging:
    """Return how a function is to log; levels are for JSON only."""
    levels = [name for name in ("ApplicationLogLevel", "SystemLogLevel") if name in given]
    format = given.get("LogFormat", "Text")
    if format == "Text" and levels:
        raise refused(f"{levels[0]} can be set only when LogFormat is JSON.")
    return Logging(
        format,
        given.get("ApplicationLogLevel", "INFO"),
        given.get("SystemLogLevel", "INFO"),
        given.get("LogGroup", ""),
    )


_PLAIN = {
    "Handler": "handler",
    "Runtime": "runtime",
    "MemorySize": "memory_mb",
    "Timeout": "timeout_s",
}
