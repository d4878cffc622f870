"""What PutRule and PutTargets refuse of a rule and of its targets.

Unlike AWS: the texts about a dead-letter queue, an input path and a missing template are our own.
Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html (read 2026-11-23).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lambda_study.cloud.sources.input_transformer import check_target_input
from lambda_study.engine.errors import ServiceError

__all__ = ["check_rule_name", "check_target"]

_RULE_NAME = r"[\.\-_A-Za-z0-9]+"
_LONGEST_RULE_NAME = 64
_PARTS_OF_AN_ARN = 6
_RETRIES = (0, 185)
_AGES_S = (60, 86_400)


def check_rule_name(name: str) -> None:
    """Raise AWS's ValidationException for a name that no rule can have.

    >>> check_rule_name("two words")
    Traceback (most recent call last):
    lambda_study.engine.errors.ServiceError: ValidationException: 1 validation error detected: \
Value 'two words' at 'name' failed to satisfy constraint: \
Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+
    """
    if not re.fullmatch(_RULE_NAME, name):
        raise _broken("name", name, f"satisfy regular expression pattern: {_RULE_NAME}")
    if len(name) > _LONGEST_RULE_NAME:
        raise _broken("name", name, f"have length less than or equal to {_LONGEST_RULE_NAME}")


def check_target(target: Mapping[str, Any], number: int) -> None:
    """Raise AWS's ValidationException for a TARGET that PutTargets refuses, the NUMBER-th from 1 on."""
    arn, name = str(target["Arn"]), target["Id"]
    if len(arn.split(":")) < _PARTS_OF_AN_ARN:
        raise _invalid(f"Parameter {arn} is not valid. Reason: Provided Arn is not in correct format.")
    policy, where = target.get("RetryPolicy") or {}, f"targets.{number}.member.retryPolicy"
    _check_range(f"{where}.maximumRetryAttempts", policy.get("MaximumRetryAttempts"), *_RETRIES)
    _check_range(f"{where}.maximumEventAgeInSeconds", policy.get("MaximumEventAgeInSeconds"), *_AGES_S)
    queue = (target.get("DeadLetterConfig") or {}).get("Arn")
    if queue and not re.fullmatch(r"arn:aws:sqs:[^:]+:\d{12}:[^:]+", queue):
        raise _invalid(f"The dead-letter queue of target {name} has to be the ARN of an SQS queue: {queue}")
    _check_paths(target, name)
    check_target_input(target)


def _check_paths(target: Mapping[str, Any], name: str) -> None:
    transformer = target.get("InputTransformer")
    if transformer is not None and not transformer.get("InputTemplate"):
        raise _invalid(f"The InputTransformer of target {name} has no InputTemplate.")
    paths = [target.get("InputPath"), *((transformer or {}).get("InputPathsMap") or {}).values()]
    for path in paths:
        if path and not path.startswith("$"):
            raise _invalid(f"Invalid InputPath for target {name}: {path}. A JSON path begins with $.")


def _check_range(where: str, value: int | None, low: int, high: int) -> None:
    if value is not None and value < low:
        raise _broken(where, value, f"have value greater than or equal to {low}")
    if value is not None and value > high:
        raise _broken(where, value, f"have value less than or equal to {high}")


def _broken(where: str, value: Any, must: str) -> ServiceError:
    text = f"Value '{value}' at '{where}' failed to satisfy constraint: Member must {must}"
    return _invalid(f"1 validation error detected: {text}")


def _invalid(message: str) -> ServiceError:
    return ServiceError(400, "ValidationException", message)
