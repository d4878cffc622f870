"""Every limit check of the engine. The numbers are facts; what breaks one is told in one line."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from lambda_study.engine.errors import Refused, ServiceError
from lambda_study.engine.runtimes.identifiers import check_runtime
from lambda_study.errors import BadInput
from lambda_study.facts import fact
from lambda_study.model.asynchronous import AsyncConfig

ARCHITECTURES = ("x86_64", "arm64")
DEAD_LETTER_SERVICES = ("sqs", "sns")
SUCCESS_SERVICES = ("sqs", "sns", "lambda", "events")
FAILURE_SERVICES = (*SUCCESS_SERVICES, "s3")
# AWS counts bytes and names this bound in the error text itself.
RESPONSE_BYTES = 6_291_556
_NAME = re.compile(r"[A-Za-z0-9_-]+")
_ALIAS = re.compile(r"(?![0-9]+$)[A-Za-z0-9_-]+")
ALIAS_LENGTH = 128
_NOT_IN_A_VARIABLE = re.compile(r"[\0\ud800-\udfff]")
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_VARIABLES = (
    "Lambda was unable to configure your environment variables because the environment variables "
    "you have provided "
)
_UNRESERVED = "decreases account's UnreservedConcurrentExecution below its minimum value of "
_API_FIELDS = {
    "memory_mb": "memorySize",
    "timeout_s": "timeout",
    "ephemeral_mb": "ephemeralStorage.size",
    "maximum_retry_attempts": "maximumRetryAttempts",
    "maximum_event_age_s": "maximumEventAgeInSeconds",
}


def check_configuration(configuration: Any) -> None:
    """Raise BadInput for the first value of a FunctionConfiguration that Lambda would refuse."""
    check_name(configuration.name)
    check_memory(configuration.memory_mb)
    check_timeout(configuration.timeout_s)
    check_ephemeral(configuration.ephemeral_mb)
    check_environment(configuration.environment)
    if configuration.architecture not in ARCHITECTURES:
        raise BadInput(f"architecture={configuration.architecture!r} is unknown. Choose x86_64 or arm64.")
    if configuration.image is not None:
        check_image_settings(configuration.image)
    else:
        check_runtime(configuration.runtime)
    if configuration.dead_letter:
        check_destination("dead_letter", configuration.dead_letter, DEAD_LETTER_SERVICES)
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
    lambda_study.engine.errors.Refused: memory_mb=64 is below the minimum of 128 MB. Choose 128 to 10,240.
    """
    _check_whole("memory_mb", memory_mb, _whole("memory.min"), _whole("memory.max"), "MB")


def check_timeout(timeout_s: int) -> None:
    """Raise BadInput unless a function can have TIMEOUT_S.

    >>> check_timeout(901)
    Traceback (most recent call last):
    lambda_study.engine.errors.Refused: timeout_s=901 is above the maximum of 900 s. Choose 1 to 900.
    """
    _check_whole("timeout_s", timeout_s, 1, _whole("timeout.max"), "s")


def check_ephemeral(ephemeral_mb: int) -> None:
    """Raise BadInput unless a function can have EPHEMERAL_MB in /tmp.

    >>> check_ephemeral(100)
    Traceback (most recent call last):
    lambda_study.engine.errors.Refused: ephemeral_mb=100 is below the minimum of 512 MB. Choose 512 to 10,240.
    """
    _check_whole("ephemeral_mb", ephemeral_mb, _whole("tmp.min"), _whole("tmp.max"), "MB")


def check_reserved(reserved_concurrency: int | None, limit: int, others: int = 0) -> None:
    """Raise BadInput unless a function can reserve RESERVED_CONCURRENCY of the account's LIMIT.

    OTHERS is what other functions have reserved.

    >>> check_reserved(500, limit=1000, others=600)
    Traceback (most recent call last):
    lambda_study.engine.errors.Refused: reserved_concurrency=500 is above the maximum of 300 environments: \
600 of 1,000 are reserved by other functions, and 100 stay unreserved. Choose 0 to 300.
    """
    if reserved_concurrency is None:
        return
    least_unreserved = _whole("concurrency.unreserved_minimum")
    most = max(0, limit - least_unreserved - others)
    if _is_whole(reserved_concurrency) and reserved_concurrency > most:
        taken = f"{others:,} of {limit:,} are reserved by other functions, and " if others else ""
        raise Refused(
            f"reserved_concurrency={reserved_concurrency} is above the maximum of {most:,} environments: "
            f"{taken}{least_unreserved:,} stay unreserved. Choose 0 to {most:,}.",
            f"Specified ReservedConcurrentExecutions for function {_UNRESERVED}[{least_unreserved}].",
        )
    _check_whole("reserved_concurrency", reserved_concurrency, 0, most, "environments")


def check_not_below_provisioned(reserved_concurrency: int, provisioned: int) -> None:
    """Raise BadInput if a function would reserve less than it has provisioned.

    >>> check_not_below_provisioned(1, 2)
    Traceback (most recent call last):
    lambda_study.engine.errors.Refused: reserved_concurrency=1 is below the 2 provisioned environments. \
Provision fewer first.
    """
    if reserved_concurrency < provisioned:
        raise Refused(
            f"reserved_concurrency={reserved_concurrency} is below the {provisioned:,} provisioned "
            "environments. Provision fewer first.",
            f" ReservedConcurrentExecutions  {reserved_concurrency} should not be lower than function's "
            f"total provisioned concurrency [{provisioned}].",
        )


def check_provisioned(environments: int, reserved: int | None, unreserved: int, others: int) -> None:
    """Raise BadInput unless a version can have so many provisioned ENVIRONMENTS.

    RESERVED is what its function has reserved, UNRESERVED what no function has; OTHERS are provisioned
    already, of the same part.
    """
    least = _whole("pc.unreserved_minimum")
    most = max(0, (unreserved - least if reserved is None else reserved) - others)
    if _is_whole(environments) and environments > most:
        raise Refused(
            f"{environments} provisioned environments are too many. Choose 0 to {most:,}.",
            "Requested Provisioned Concurrency should not be greater than the "
            "reservedConcurrentExecution for function"
            if reserved is not None
            else "Specified ConcurrentExecutions for function is greater than account's unreserved "
            f"concurrency [{unreserved}]."
            if environments > unreserved
            else f"Specified ConcurrentExecutions for function {_UNRESERVED}[{least}].",
        )
    _check_whole("environments", environments, 0, most, "environments")


def check_async(config: AsyncConfig) -> None:
    """Raise BadInput for the first value of CONFIG that Lambda would refuse.

    >>> check_async(AsyncConfig(maximum_retry_attempts=3))
    Traceback (most recent call last):
    lambda_study.engine.errors.Refused: maximum_retry_attempts=3 is above the maximum of 2 retries. \
Choose 0 to 2.
    """
    least, most = fact("async.retries_range").value
    _check_whole("maximum_retry_attempts", config.maximum_retry_attempts, int(least), int(most), "retries")
    youngest, oldest = _whole("async.min_event_age"), _whole("async.max_event_age")
    _check_whole("maximum_event_age_s", config.maximum_event_age_s, youngest, oldest, "s")
    if config.on_success:
        check_destination("on_success", config.on_success, SUCCESS_SERVICES)
    if config.on_failure:
        check_destination("on_failure", config.on_failure, FAILURE_SERVICES)


def check_destination(name: str, arn: str, services: tuple[str, ...]) -> None:
    """Raise BadInput unless ARN can be where records of asynchronous invocations go.

    >>> check_destination("on_success", "arn:aws:s3:::bucket", ("sqs", "sns", "lambda", "events"))
    Traceback (most recent call last):
    lambda_study.errors.BadInput: on_success="arn:aws:s3:::bucket" is no destination. Give the ARN of one of \
sqs, sns, lambda, events.
    """
    parts = arn.split(":") if isinstance(arn, str) else []
    if len(parts) < 6 or parts[0] != "arn" or parts[2] not in services:
        raise BadInput(f'{name}="{arn}" is no destination. Give the ARN of one of {", ".join(services)}.')
    if arn.endswith(".fifo"):
        raise BadInput(f'{name}="{arn}" is FIFO. Lambda sends to standard queues and topics only.')


def check_alias(name: str, version: str, weights: Mapping[str, float], versions: Collection[str]) -> None:
    """Raise BadInput unless alias NAME can lead to VERSION, and by WEIGHTS to one more of VERSIONS.

    >>> check_alias("live", "1", {"2": 0.1}, ["1"])
    Traceback (most recent call last):
    lambda_study.errors.BadInput: version="2" is not published. Published are: 1.
    """
    if not isinstance(name, str) or not _ALIAS.fullmatch(name) or len(name) > ALIAS_LENGTH:
        raise BadInput(f'alias "{name}" is not allowed. Use letters, digits, - and _, and not digits alone.')
    if not isinstance(weights, Mapping):
        raise BadInput(f'weights={weights!r} is no dict. Write {{"2": 0.1}} for 10 % to version 2.')
    for each in (version, *weights):
        check_qualifier("version", each)
        if each not in versions and (each != "$LATEST" or weights):
            known = ", ".join(versions) or "none yet; call publish_version() first"
            raise BadInput(f'version="{each}" is not published. Published are: {known}.')
    if len(weights) > 1 or version in weights:
        raise BadInput(f"weights={dict(weights)!r}: an alias leads to two different versions at most.")
    for share in weights.values():
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
            raise BadInput(f"weights: {share!r} is no share. Give a number from 0 to 1: 0.1 is 10 %.")


def check_qualifier(name: str, value: object) -> None:
    """Raise BadInput unless VALUE, called NAME, can name a version or an alias.

    >>> check_qualifier("qualifier", 1)
    Traceback (most recent call last):
    lambda_study.errors.BadInput: qualifier=1 is no text. Write '1'.
    """
    if not isinstance(value, str):
        raise BadInput(f"{name}={value!r} is no text. Write {str(value)!r}.")


def check_layers(number: int) -> None:
    """Raise BadInput if a function cannot have so many layers."""
    most = _whole("layers.max")
    if number > most:
        raise Refused(
            f"layers: {number} are given. At most {most}.", f"Cannot reference more than {most} layers."
        )


def check_zipped(name: str, size: int) -> None:
    """Raise BadInput if an archive of SIZE bytes is too large to be sent to Lambda."""
    most = _whole("package.zip_direct_upload") * 1024 * 1024
    if size > most:
        raise Refused(
            f'"{name}" has {size:,} bytes zipped. At most {most:,} go straight to Lambda, more through S3.',
            f"Zipped size must be smaller than {most} bytes",
            "RequestEntityTooLargeException",
            413,
        )


def check_unzipped(name: str, size: int) -> None:
    """Raise BadInput if SIZE bytes are too many for a function's code with its layers."""
    if size > package_bytes():
        raise Refused(
            f'"{name}" has {size:,} bytes unzipped. At most {package_bytes():,}, layers included.',
            f"Unzipped size must be smaller than {package_bytes()} bytes",
        )


def check_environment(variables: Mapping[str, str]) -> None:
    """Raise BadInput for a variable that Lambda would refuse, for its name, its value or the size of all.

    >>> check_environment({"AWS_REGION": "eu-central-1"})
    Traceback (most recent call last):
    lambda_study.engine.errors.Refused: environment: "AWS_REGION" is reserved: Lambda sets it. \
Choose another name.
    """
    for key, value in variables.items():
        if not isinstance(key, str) or not _KEY.fullmatch(key) or len(key) < _whole("env.key_min_length"):
            raise BadInput(
                f'environment: "{key}" is not allowed. Use two or more letters, digits and _, a letter first.'
            )
        if key in fact("env.reserved").value:
            raise Refused(
                f'environment: "{key}" is reserved: Lambda sets it. Choose another name.',
                f"{_VARIABLES}contains reserved keys that are currently not supported for modification. "
                f"Reserved keys used in this request: {key}",
            )
        if not isinstance(value, str):
            raise BadInput(f'environment: the value of "{key}" is {value!r}. Write it as text: "{value}".')
        if _NOT_IN_A_VARIABLE.search(value):
            raise BadInput(f'environment: the value of "{key}" has a NUL or half a character. Leave it out.')
    text = json.dumps(dict(variables), separators=(",", ":"))
    size, most = len(text.encode()), _whole("env.size") * 1024
    if variables and size > most:
        raise Refused(
            f"environment: all variables together take {size:,} bytes. At most {most:,}.",
            f"{_VARIABLES}exceeded the 4KB limit. String measured: {text}",
        )


def check_event_size(event: bytes, asynchronous: bool = False) -> None:
    """Raise AWS's error for an event above 6 MB, or above 1 MB if nobody waits for the result."""
    most = _whole("payload.async") * 1024 * 1024 if asynchronous else _whole("payload.sync_request_bytes")
    if len(event) > most:
        text = (
            f"{len(event)} byte payload is too large for the Event invocation type (limit {most} bytes)"
            if asynchronous
            else f"Request must be smaller than {most} bytes for the InvokeFunction operation"
        )
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


def provisioned_init_limit_s(timeout_s: int) -> float:
    """Return how long the init of a provisioned environment may take."""
    return float(max(_whole("init.limit.pc_snapstart_lmi_min"), timeout_s))


def vcpus(memory_mb: int) -> float:
    """Return the CPUs that a function with MEMORY_MB has: one whole one at 1,769 MB.

    >>> vcpus(1769), round(vcpus(128), 3)
    (1.0, 0.072)
    """
    return memory_mb / _whole("vcpu.full_at")


def descriptors() -> int:
    """Return how many files, sockets and pipes an execution environment may have open."""
    return _whole("fd.max")


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


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _check_whole(name: str, value: object, least: int, most: int, unit: str) -> None:
    choose = f"Choose {least:,} to {most:,}."
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadInput(f"{name}={value!r} is not a whole number. {choose}")
    field = _API_FIELDS.get(name, name)
    broken = (
        f"1 validation error detected: Value '{value}' at '{field}' failed to satisfy constraint: Member "
    )
    if value < least:
        message = f"{broken}must have value greater than or equal to {least}"
        text = f"{name}={value} is below the minimum of {least:,} {unit}. {choose}"
        raise Refused(text, message, "ValidationException")
    if value > most:
        message = f"{broken}must have value less than or equal to {most}"
        text = f"{name}={value} is above the maximum of {most:,} {unit}. {choose}"
        raise Refused(text, message, "ValidationException")
