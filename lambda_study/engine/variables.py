"""The environment variables that a handler sees, and the headers that come with its events."""

from __future__ import annotations

import os
from pathlib import Path

from lambda_study.engine.credentials import session_variables
from lambda_study.engine.event import Event
from lambda_study.engine.function import REGION, FunctionConfiguration, Logging
from lambda_study.engine.image import Image
from lambda_study.engine.layers import layer_variables

RUN_MARKER = "LAMBDA_STUDY_RUN"
# Nothing listens there: a handler that calls AWS gets an error, and never reaches a real account.
NO_ENDPOINT = "http://127.0.0.1:9"
CONTAINER_PATH = "/usr/local/bin:/usr/bin:/bin:/opt/bin"  # for an image that says nothing of it
ON_DEMAND, PROVISIONED = "on-demand", "provisioned-concurrency"
_FROM_HOST = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", RUN_MARKER)


def handler_variables(
    configuration: FunctionConfiguration,
    task_root: Path,
    temporary_folder: Path,
    log_stream: str,
    initialization: str = ON_DEMAND,
    layers_root: Path | None = None,
    endpoint_url: str = NO_ENDPOINT,
) -> dict[str, str]:
    """Return the whole environment of a handler's process. Of the host's own only the search paths go in.

    ENDPOINT_URL is where a handler that calls AWS gets its answers.

    Unlike AWS: LAMBDA_TASK_ROOT is the real folder of the package, LANG is C.UTF-8, and TMPDIR leads to a
    folder of the environment's own; a handler that writes to a fixed /tmp writes to the host's.
    """
    if configuration.image is not None:
        return _container_variables(
            configuration, configuration.image, log_stream, initialization, endpoint_url
        )
    temporary = str(temporary_folder)
    given = {name: os.environ[name] for name in _FROM_HOST if name in os.environ}
    given |= configuration.environment
    if layers_root is not None:
        given |= layer_variables(layers_root, configuration.runtime, given)
    return {
        **given,
        **_lambda_variables(configuration, log_stream, initialization, endpoint_url),
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{configuration.runtime}",
        "_HANDLER": configuration.handler,
        "LAMBDA_TASK_ROOT": str(task_root),
        "PWD": str(task_root),
        "HOME": temporary,
        "TMPDIR": temporary,
        "TEMP": temporary,
        "TMP": temporary,
        "LANG": "C.UTF-8",
    }


def container_path(configuration: FunctionConfiguration) -> str:
    """Return where a container of the function looks for programs."""
    image_env = configuration.image.env if configuration.image is not None else {}
    return configuration.environment.get("PATH") or image_env.get("PATH") or CONTAINER_PATH


def _container_variables(
    configuration: FunctionConfiguration,
    image: Image,
    log_stream: str,
    initialization: str,
    endpoint_url: str,
) -> dict[str, str]:
    """Return the whole environment of a container: the image's, the function's, and Lambda's on top."""
    return {
        **image.env,
        **{name: os.environ[name] for name in (RUN_MARKER,) if name in os.environ},
        **configuration.environment,
        **_lambda_variables(configuration, log_stream, initialization, endpoint_url),
        "PATH": container_path(configuration),
        "LAMBDA_TASK_ROOT": "/var/task",
        "PWD": image.working_dir,
    }


def _lambda_variables(
    configuration: FunctionConfiguration, log_stream: str, initialization: str, endpoint_url: str
) -> dict[str, str]:
    return {
        "AWS_LAMBDA_FUNCTION_NAME": configuration.name,
        "AWS_LAMBDA_FUNCTION_VERSION": configuration.version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(configuration.memory_mb),
        "AWS_LAMBDA_LOG_GROUP_NAME": configuration.log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
        **_log_variables(configuration.logging),
        "AWS_LAMBDA_INITIALIZATION_TYPE": initialization,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        **session_variables(configuration.name, configuration.version),
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "TZ": configuration.environment.get("TZ", ":UTC"),
    }


def _log_variables(logging: Logging) -> dict[str, str]:
    """Return what lets a runtime log as JSON; without it, it logs as text."""
    if logging.format == "Text":
        return {}
    return {"AWS_LAMBDA_LOG_FORMAT": logging.format, "AWS_LAMBDA_LOG_LEVEL": logging.application_level}


def next_headers(event: Event, deadline_ms: int) -> str:
    """Return the headers that EVENT comes with, as HTTP text."""
    root = f"1-{deadline_ms // 1000:08x}-{event.request_id.replace('-', '')[:24]:0<24}"
    headers = (
        f"Lambda-Runtime-Aws-Request-Id: {event.request_id}\r\n"
        f"Lambda-Runtime-Deadline-Ms: {deadline_ms}\r\n"
        f"Lambda-Runtime-Invoked-Function-Arn: {event.arn}\r\n"
        f"Lambda-Runtime-Trace-Id: Root={root};Sampled=0;{event.lineage}\r\n"
    )
    if not event.client_context:
        return headers
    return f"{headers}Lambda-Runtime-Client-Context: {event.client_context}\r\n"
