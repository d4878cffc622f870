"""What EventBridge Scheduler refuses of a schedule, with its texts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from lambda_study.cloud.seam.scheduler import instant
from lambda_study.engine.errors import ServiceError
from lambda_study.errors import BadInput
from lambda_study.model import schedule

__all__ = ["check_group", "check_schedule", "read_expression"]

_NAME = r"^[0-9a-zA-Z-_.]+$"
_QUEUE = r"^arn:aws[a-z-]*:sqs:[a-z0-9\-]+:\d{12}:[a-zA-Z0-9\-_]+$"
_MOST_RETRIES = 185
_AGES_S = (60, 86_400)
_LONGEST_WINDOW_MIN = 1440
_LATE = timedelta(minutes=5)
_UNIVERSAL = r"arn:aws:scheduler:::aws-sdk:[a-z0-9-]+:([a-zA-Z0-9]+)"
_READ_ONLY = (
    *("get", "describe", "list", "poll", "receive", "search", "scan", "query", "select", "read", "lookup"),
    *("discover", "validate", "batchGet", "batchDescribe", "batchRead", "transactGet", "adminGet"),
    *("adminList", "testMigration", "retrieve", "testConnection", "translateDocument", "isAuthorized"),
    "invokeModel",
)
_JSON_TARGETS = ("lambda", "states", "events", "scheduler")


def check_schedule(name: str, request: Mapping[str, Any], now: datetime) -> None:
    """Raise AWS's ValidationException for a schedule that CreateSchedule or UpdateSchedule refuses.

    Unlike AWS: the texts about time zones, flexible time windows, universal targets and inputs are our own.
    Source: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
    (read 2026-11-23).
    """
    if not re.fullmatch(_NAME, name):
        raise _broken("name", name, f"satisfy regular expression pattern: {_NAME}")
    read_expression(request["ScheduleExpression"], request.get("ScheduleExpressionTimezone") or "UTC")
    _check_window(request.get("FlexibleTimeWindow") or {})
    _check_dates(instant(request.get("StartDate")), instant(request.get("EndDate")), now)
    _check_target(request.get("Target") or {})


def read_expression(expression: str, timezone: str) -> schedule.Schedule:
    """Return the schedule that an expression stands for in a time zone, or raise AWS's ValidationException.

    >>> read_expression("rate(9 years)", "UTC")
    Traceback (most recent call last):
    lambda_study.engine.errors.ServiceError: ValidationException: Invalid Schedule Expression rate(9 years).
    """
    try:
        schedule.parse(expression, scheduler=True)
    except BadInput:
        raise _invalid(f"Invalid Schedule Expression {expression}.") from None
    try:
        return schedule.parse(expression, timezone=timezone)
    except BadInput:
        raise _invalid(f"Invalid Schedule Expression Timezone {timezone}.") from None


def check_group(name: str, there: bool, wanted: bool) -> None:
    """Raise AWS's error for a group that has to be there, or must not be there yet."""
    if wanted and not there:
        raise ServiceError(404, "ResourceNotFoundException", f"Schedule group {name} does not exist.")
    if there and not wanted:
        raise ServiceError(409, "ConflictException", f"Schedule group {name} already exists.")


def _check_window(window: Mapping[str, Any]) -> None:
    minutes = window.get("MaximumWindowInMinutes")
    if window.get("Mode") == "OFF" and minutes is not None:
        raise _invalid("MaximumWindowInMinutes is not allowed when FlexibleTimeWindow Mode is OFF.")
    if window.get("Mode") == "FLEXIBLE" and minutes is None:
        raise _invalid("MaximumWindowInMinutes is required when FlexibleTimeWindow Mode is FLEXIBLE.")
    if minutes is not None:
        _check_range("flexibleTimeWindow.maximumWindowInMinutes", minutes, 1, _LONGEST_WINDOW_MIN)


def _check_dates(start: datetime | None, end: datetime | None, now: datetime) -> None:
    if start is not None and start < now - _LATE:
        raise _invalid("The StartDate you specify cannot be earlier than 5 minutes ago.")
    if start is not None and end is not None and end <= start:
        raise _invalid("The EndDate you specify must come after the StartDate.")


def _check_target(target: Mapping[str, Any]) -> None:
    arn = target.get("Arn", "")
    if len(arn.split(":")) < 6 or not arn.startswith("arn:"):
        raise _invalid("Provided Arn is not in correct format.")
    if arn.split(":")[2] == "scheduler":
        _check_universal(arn, target.get("Input") or "")
    policy = target.get("RetryPolicy") or {}
    if "MaximumRetryAttempts" in policy:
        where = "target.retryPolicy.maximumRetryAttempts"
        _check_range(where, policy["MaximumRetryAttempts"], 0, _MOST_RETRIES)
    if "MaximumEventAgeInSeconds" in policy:
        where = "target.retryPolicy.maximumEventAgeInSeconds"
        _check_range(where, policy["MaximumEventAgeInSeconds"], *_AGES_S)
    queue = (target.get("DeadLetterConfig") or {}).get("Arn")
    if queue and not re.fullmatch(_QUEUE, queue):
        raise _broken("target.deadLetterConfig.arn", queue, f"satisfy regular expression pattern: {_QUEUE}")
    if target.get("Input") and arn.split(":")[2] in _JSON_TARGETS:
        _read_input(target["Input"])


def _check_universal(arn: str, text: str) -> None:
    """Raise ValidationException for what is no universal target.

    Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
    (read 2026-11-23).
    """
    found = re.fullmatch(_UNIVERSAL, arn)
    if found is None or not text:
        raise _invalid("A universal target names a service and an operation, and has an Input.")
    if found[1].startswith(_READ_ONLY):
        raise _invalid(f"A universal target only reads with {found[1]}. Scheduler calls no such operation.")
    if not isinstance(_read_input(text), dict):
        raise _invalid("The Input of a universal target must be a JSON object of parameters.")


def _read_input(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise _invalid("The Input of this target must be well-formed JSON.") from None


def _check_range(where: str, value: int, low: int, high: int) -> None:
    if value < low:
        raise _broken(where, value, f"have value greater than or equal to {low}")
    if value > high:
        raise _broken(where, value, f"have value less than or equal to {high}")


def _broken(where: str, value: Any, must: str) -> ServiceError:
    return _invalid(
        f"1 validation error detected: Value '{value}' at '{where}' failed to satisfy constraint: "
        f"Member must {must}"
    )


def _invalid(message: str) -> ServiceError:
    return ServiceError(400, "ValidationException", message)
