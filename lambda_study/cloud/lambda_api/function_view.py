"""A function as Lambda's API shows it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from lambda_study.cloud.lambda_api.names import arn_of
from lambda_study.cloud.lambda_api.records import Record
from lambda_study.engine.function import FunctionConfiguration
from lambda_study.engine.runtimes.languages import launcher_for
from lambda_study.engine.runtimes.launcher import version_arn

CREATING = {
    "State": "Pending",
    "StateReason": "The function is being created.",
    "StateReasonCode": "Creating",
}
"""What the answer to CreateFunction says.

Unlike AWS: the function is there when the answer is. There it takes a moment.
"""
UPDATING = {
    "LastUpdateStatus": "InProgress",
    "LastUpdateStatusReason": "The function is being created.",
    "LastUpdateStatusReasonCode": "Creating",
}
READY = {"State": "Active", "LastUpdateStatus": "Successful"}


def shown(record: Record, qualifier: str | None = None) -> dict[str, Any]:
    """Return the configuration of the revision in RECORD, without its state; its ARN ends in QUALIFIER."""
    configuration = record.revision.configuration
    return {
        "FunctionName": configuration.name,
        "FunctionArn": arn_of(configuration.name, qualifier),
        "Role": record.role,
        "CodeSize": record.code.size,
        "CodeSha256": record.code.sha256,
        "Description": record.description,
        "Timeout": configuration.timeout_s,
        "MemorySize": configuration.memory_mb,
        "LastModified": stamp(record.last_modified),
        "Version": configuration.version,
        "RevisionId": record.revision_id,
        "PackageType": configuration.package_type,
        "Architectures": [configuration.architecture],
        "EphemeralStorage": {"Size": configuration.ephemeral_mb},
        **_how_it_runs(configuration),
        **_what_belongs_to_it(record),
    }


def listed(record: Record, qualifier: str | None = None) -> dict[str, Any]:
    """Return a revision as it stands in a list, which says less of it."""
    found = shown(record, qualifier)
    found.pop("RuntimeVersionConfig", None)
    return found


def stamp(at: datetime) -> str:
    """Return a time as the API writes it in texts.

    >>> from datetime import UTC
    >>> stamp(datetime(2026, 11, 23, 9, 30, tzinfo=UTC))
    '2026-11-23T09:30:00.000+0000'
    """
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}+0000"


def runtime_version_arn(configuration: FunctionConfiguration) -> str:
    """Return the ARN of what runs a function's runtime here, as its INIT_START line shows it."""
    return version_arn(launcher_for(configuration.runtime).version())


def _how_it_runs(configuration: FunctionConfiguration) -> dict[str, Any]:
    """Return handler and runtime of a zip package; an image has none."""
    if configuration.image is not None:
        return {}
    return {
        "Handler": configuration.handler,
        "Runtime": configuration.runtime,
        "RuntimeVersionConfig": {"RuntimeVersionArn": runtime_version_arn(configuration)},
    }


def _what_belongs_to_it(record: Record) -> dict[str, Any]:
    configuration, kept = record.revision.configuration, dict(record.kept)
    snap_start = kept.pop("SnapStart", {"ApplyOn": "None"})
    image_config = kept.pop("ImageConfig", None)
    found = {
        "TracingConfig": {"Mode": "PassThrough"},
        "SnapStart": {**snap_start, "OptimizationStatus": "Off"},
        **kept,
        "LoggingConfig": _logging(configuration),
    }
    if configuration.environment:
        found["Environment"] = {"Variables": dict(configuration.environment)}
    if configuration.dead_letter:
        found["DeadLetterConfig"] = {"TargetArn": configuration.dead_letter}
    if record.layers:
        found["Layers"] = [dict(layer) for layer in record.layers]
    if image_config:
        found["ImageConfigResponse"] = {"ImageConfig": image_config}
    return found


def _logging(configuration: FunctionConfiguration) -> dict[str, str]:
    logging = configuration.logging
    found = {"LogFormat": logging.format, "LogGroup": configuration.log_group}
    if logging.format == "JSON":
        found["ApplicationLogLevel"] = logging.application_level
        found["SystemLogLevel"] = logging.system_level
    return found
