"""Events as PutEvents takes them, and as rules see them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from lambda_study.engine.errors import ServiceError
from lambda_study.engine.function import ACCOUNT, REGION

__all__ = ["check_request", "event", "refusal", "scheduled_event", "stamp"]

_MOST_ENTRIES = 10
_MOST_BYTES = 1_048_576
_TIME_BYTES = 14
"""What AWS counts for an entry's time, however it is written."""


def check_request(entries: Sequence[Mapping[str, Any]]) -> None:
    """Raise AWS's ValidationException for a request that has no or too many entries, or is too large.

    Older courses say 256 KB; it is 1 MB now, for all entries of a request together.
    Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html (read 2026-11-23).

    >>> check_request([{}] * 11)
    Traceback (most recent call last):
    lambda_study.engine.errors.ServiceError: ValidationException: 1 validation error detected: \
Value '[PutEventsRequestEntry]' at 'entries' failed to satisfy constraint: \
Member must have length less than or equal to 10
    """
    # Unlike AWS: AWS repeats all entries in the text.
    broken = "1 validation error detected: Value '{}' at 'entries' failed to satisfy constraint: Member must "
    if not entries:
        raise _invalid(f"{broken.format('[]')}have length greater than or equal to 1")
    if len(entries) > _MOST_ENTRIES:
        text = f"have length less than or equal to {_MOST_ENTRIES}"
        raise _invalid(f"{broken.format('[PutEventsRequestEntry]')}{text}")
    if sum(map(_size, entries)) > _MOST_BYTES:
        raise _invalid("Total size of the entries in the request is over the limit.")


def _size(entry: Mapping[str, Any]) -> int:
    texts = [str(entry.get(part) or "") for part in ("Source", "DetailType", "Detail")]
    texts += entry.get("Resources") or []
    return sum(len(text.encode()) for text in texts) + (_TIME_BYTES if entry.get("Time") else 0)


def refusal(entry: Mapping[str, Any]) -> dict[str, str] | None:
    """Return what AWS answers for an ENTRY that it does not take; None for one that it takes.

    >>> refusal({"Source": "club", "DetailType": "Photo added", "Detail": "[1]"})
    {'ErrorCode': 'MalformedDetail', 'ErrorMessage': 'Detail is malformed.'}
    """
    for part in ("Source", "DetailType", "Detail"):
        if not entry.get(part):
            text = f"Parameter {part} is not valid. Reason: {part} is a required argument."
            return {"ErrorCode": "InvalidArgument", "ErrorMessage": text}
    if entry["Source"].startswith("aws."):
        return {
            "ErrorCode": "NotAuthorizedForSourceException",
            "ErrorMessage": "Not authorized for the source.",
        }
    if _object(entry["Detail"]) is None:
        return {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
    return None


def event(entry: Mapping[str, Any], event_id: str, now: datetime) -> dict[str, Any]:
    """Return the event that an ENTRY makes, in AWS's shape.

    >>> entry = {"Source": "club", "DetailType": "Photo added", "Detail": '{"key": "a.jpg"}'}
    >>> event(entry, "e1", datetime(2026, 11, 23, 10, tzinfo=UTC))["time"]
    '2026-11-23T10:00:00Z'
    """
    return _event(
        event_id,
        entry["DetailType"],
        entry["Source"],
        _time(entry.get("Time")) or now,
        list(entry.get("Resources") or []),
        _object(entry["Detail"]) or {},
    )


def scheduled_event(source: str, arn: str, event_id: str, at: datetime, detail: Any) -> dict[str, Any]:
    """Return the event of a rule's schedule, or of a schedule of Scheduler that has no input."""
    return _event(event_id, "Scheduled Event", source, at, [arn], detail)


def stamp(at: datetime) -> str:
    """Return a time as events give it: in UTC, to the second."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _event(
    event_id: str, detail_type: str, source: str, at: datetime, resources: list[str], detail: Any
) -> dict[str, Any]:
    return {
        "version": "0",
        "id": event_id,
        "detail-type": detail_type,
        "source": source,
        "account": ACCOUNT,
        "time": stamp(at),
        "region": REGION,
        "resources": resources,
        "detail": detail,
    }


def _object(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _time(given: Any) -> datetime | None:
    """The time of an entry: seconds since 1970, or ISO text."""
    if given is None or given == "":
        return None
    if isinstance(given, str):
        return datetime.fromisoformat(given)
    return datetime.fromtimestamp(float(given), UTC)


def _invalid(message: str) -> ServiceError:
    return ServiceError(400, "ValidationException", message)
