"""Every limit check of the engine. The numbers are facts; what breaks one is told in one line."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from lambda_study.engine.errors import ServiceError
from lambda_study.engine.runtimes.identifiers import check_runtime
from lambda_study.errors import BadInput
from lambda_study.facts import fact

ARCHITECTURES = ("x86_64", "arm64")
# AWS counts bytes and names this bound in the error text itself.
RESPONSE_BYTES = 6_291_556
_NAME = re.compile(r"[A-Za-z0-9_-]+")
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def check_configuration(configuration: Any) -> None:
    """Raise BadInput for the first value of a FunctionConfiguration that Lambda would refuse."""
    check_name(configuration.name)
    check_memory(configuration.memory_mb)
    check_timeout(configuration.timeout_s)
    check_environment(configuration.environment)
    if configuration.architecture not in ARCHITECTURES:
        raise BadInput(f"architecture={configuration.architecture!r} is unknown. Choose x86_64 or arm64.")
    if configuration.image is not None:
        check_image_settings(configuration.image)
    else:
        check_runtime(configuration.runtime)
    longest = _whole("handler.length")
    if len(configuration.handler) > longest:
        raise BadInput(f"The handler's name has {len(configuration.handler)} characters. At most {longest}.")


def check_name(name: str) -> None:
    """Raise BadInput unless NAME can be a function's name.

    >>> check_name("resize it")
    Traceback (most recent call last):
    lambda_study.errors.BadInput: name="resize it" is not allowed. Use letters, digits, - and _.
    """
    longest = _whole("function.name_length")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise BadInput(f'name="{name}" is not allowed. Use letters, digits, - and _.')
    if len(name) > longest:
        raise BadInput(f"name has {len(name)} characters. A function's name has at most {longest}.")


def check_memory(memory_mb: int) -> None:
    """Raise BadInput unless a function can have MEMORY_MB.

    >>> check_memory(64)
    Traceback (most recent call last):
    lambda_study.errors.BadInput: memory_mb=64 is below the minimum of 128 MB. Choose 128 to 10,240.
    """
    _check_whole("memory_mb", memory_mb, _whole("memory.min"), _whole("memory.max"), "MB")


def check_timeout(timeout_s: int) -> None:
    """Raise BadInput unless a function can have TIMEOUT_S.

    >>> check_timeout(901)
    Traceback (most recent call last):
    lambda_study.errors.BadInput: timeout_s=901 is above the maximum of 900 s. Choose 1 to 900.
    """
    _check_whole("timeout_s", timeout_s, 1, _whole("timeout.max"), "s")


def check_reserved(reserved_concurrency: int | None, limit: int) -> None:
    """Raise BadInput unless a function can reserve RESERVED_CONCURRENCY of the account's LIMIT."""
    if reserved_concurrency is None:
        return
    most = max(0, limit - _whole("concurrency.unreserved_minimum"))
    _check_whole("reserved_concurrency", reserved_concurrency, 0, most, "environments")


def check_environment(variables: Mapping[str, str]) -> None:
    """Raise BadInput for a variable that Lambda would refuse, for its name, its value or the size of all.

    >>> check_environment({"AWS_REGION": "eu-central-1"})
    Traceback (most recent call last):
    lambda_study.errors.BadInput: environment: "AWS_REGION" is reserved: Lambda sets it. Choose another name.
    """
    for key, value in variables.items():
        if not isinstance(key, str) or not _KEY.fullmatch(key) or len(key) < _whole("env.key_min_length"):
            raise BadInput(
                f'environment: "{key}" is not allowed. Use two or more letters, digits and _, a letter first.'
            )
        if key in fact("env.reserved").value:
            raise BadInput(f'environment: "{key}" is reserved: Lambda sets it. Choose another name.')
        if not isinstance(value, str):
            raise BadInput(f'environment: the value of "{key}" is {value!r}. Write it as text: "{value}".')
    size = len(json.dumps(dict(variables), separators=(",", ":")).encode())
    most = _whole("env.size") * 1024
    if variables and size > most:
        raise BadInput(f"environment: all variables together take {size:,} bytes. At most {most:,}.")


def check_event_size(event: bytes) -> None:
    """Raise AWS's error for a synchronous event above 6 MB."""
    most = _whole("payload.sync_request_bytes")
    if len(event) > most:
        text = f"Request must be smaller than {most} bytes for the InvokeFunction operation"
        raise ServiceError(413, "RequestEntityTooLargeException", text)


def response_too_large() -> dict[str, str]:
    """Return AWS's payload for a response above its limit."""
    return {
        "errorMessage": "Response payload size exceeded maximum allowed payload size "
        f"({RESPONSE_BYTES} bytes).",
        "errorType": "Function.ResponseSizeTooLarge",
    }


def as_payload(value: Mapping[str, str]) -> bytes:
    """Return VALUE as the JSON text of a payload that Lambda itself writes."""
    return json.dumps(value, separators=(",", ":")).encode()


def init_limit_s() -> float:
    """Return how long an init may take."""
    return float(_whole("init.limit"))


def package_bytes() -> int:
    """Return how large an unzipped package may be."""
    return _whole("package.unzipped") * 1024 * 1024


def check_image_settings(image: Any) -> None:
    """Raise BadInput if entrypoint, cmd and working folder of IMAGE together are too long."""
    size = sum(len(word.encode()) for word in (*image.command, image.working_dir))
    most = _whole("package.image_settings") * 1024
    if size > most:
        raise BadInput(f"Entrypoint, cmd and workingdir together take {size:,} bytes. At most {most:,}.")


def image_bytes() -> int:
    """Return how large an unpacked container image may be."""
    return _whole("package.image") * 1024**3


@cache
def _whole(fact_id: str) -> int:
    value = fact(fact_id).value
    assert isinstance(value, int | Decimal)
    return int(value)


def _check_whole(name: str, value: object, least: int, most: int, unit: str) -> None:
    choose = f"Choose {least:,} to {most:,}."
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadInput(f"{name}={value!r} is not a whole number. {choose}")
    if value < least:
        raise BadInput(f"{name}={value} is below the minimum of {least:,} {unit}. {choose}")
    if value > most:
        raise BadInput(f"{name}={value} is above the maximum of {most:,} {unit}. {choose}")
