"""moto's log groups: filter patterns are honoured, and what subscriptions take is told.

moto itself invoked functions in `put_log_events`, whatever the pattern said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from moto.logs import models as moto_logs
from moto.logs.exceptions import LogsClientError
from moto.logs.responses import LogsResponse

from lambda_study.cloud import seam
from lambda_study.cloud.seam.patch import Patch, all_patched
from lambda_study.engine import ServiceError
from lambda_study.engine.function import ACCOUNT, REGION
from lambda_study.model.log_pattern import InvalidLogPattern, LogPattern, parse


class LogEvent(NamedTuple):
    """One event of a log stream; `timestamp` is in milliseconds since 1970."""

    timestamp: int
    message: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Subscribed:
    """Events of one stream that a subscription filter takes, for the function at `destination`."""

    group: str
    stream: str
    filter_name: str
    destination: str
    events: tuple[LogEvent, ...]


class Listener(Protocol):
    """Is asked and told by log groups, under the lock of the seam: it may note it, and nothing more."""

    def write(self) -> None:
        """Write what is not in the log groups yet: somebody is about to read."""

    def check_function(self, group: str, function_arn: str) -> None:
        """Raise ServiceError for a function to which the events of GROUP cannot be sent."""

    def subscribed(self, found: Subscribed) -> None:
        """Take events for a function."""


def write(group: str, stream: str, events: Sequence[LogEvent]) -> None:
    """Add EVENTS to a stream; group and stream are made if they are not there."""
    with seam.lock:
        backend = moto_logs.logs_backends[ACCOUNT][REGION]
        backend.ensure_log_group(group)
        backend.ensure_log_stream(group, stream)
        backend.groups[group].put_log_events(
            stream, [{"timestamp": event.timestamp, "message": event.message} for event in events]
        )


# Patches: all of them run under the lock

_listener: Listener | None = None
_last_pattern: LogPattern = parse("")


@contextmanager
def told_to(listener: Listener) -> Iterator[None]:
    """Mend moto's log groups, and tell LISTENER of what is subscribed to, until the block ends."""
    global _listener
    with all_patched(PATCHES):
        moto_logs.LogEvent._event_id = 0  # so that each cloud counts its events from the start
        _listener = listener
        try:
            yield
        finally:
            _listener = None


@contextmanager
def _moto_errors() -> Iterator[None]:
    """Turn an error of ours into the one with which moto answers the caller."""
    try:
        yield
    except ServiceError as error:
        raise LogsClientError(error.code, error.message) from None
    except InvalidLogPattern:
        raise LogsClientError("InvalidParameterException", "Invalid filter pattern") from None


def _pattern(text: str | None) -> LogPattern:
    """Return the pattern TEXT; the one of before is kept: many streams are searched by one."""
    global _last_pattern
    if _last_pattern.text != (text or ""):
        with _moto_errors():
            _last_pattern = parse(text or "")
    return _last_pattern


def _backend(moto: Callable[..., Any]) -> Callable[..., Any]:
    def logs_backend(self: Any) -> Any:
        if _listener is not None:
            _listener.write()
        return moto(self)

    return logs_backend


def _put_subscription_filter(moto: Callable[..., Any]) -> Callable[..., Any]:
    def put_subscription_filter(
        self: Any,
        log_group_name: str,
        filter_name: str,
        filter_pattern: str,
        destination_arn: str,
        role_arn: str,
    ) -> None:
        _pattern(filter_pattern)
        group = self.groups.get(log_group_name)
        if _listener is None or group is None or ":lambda:" not in destination_arn:
            moto(self, log_group_name, filter_name, filter_pattern, destination_arn, role_arn)
            return
        with _moto_errors():
            _listener.check_function(log_group_name, destination_arn)
        if filter_name in group.subscription_filters:
            group.subscription_filters[filter_name].update(filter_pattern, destination_arn, role_arn)
        else:
            group.put_subscription_filter(filter_name, filter_pattern, destination_arn, role_arn)

    return put_subscription_filter


def _send_log_events(moto: Callable[..., Any]) -> Callable[..., Any]:
    def _send_log_events(
        self: Any, service: str, destination_arn: str, filter_name: str, log_events: list[dict[str, Any]]
    ) -> None:
        pattern = _pattern(self.log_group.subscription_filters[filter_name].filter_pattern)
        taken = [event for event in log_events if pattern.matches(event["message"])]
        if not taken:
            return
        if service != "lambda" or _listener is None:
            moto(self, service, destination_arn, filter_name, taken)
            return
        events = tuple(LogEvent(each["timestamp"], each["message"], f"{each['id']:056d}") for each in taken)
        _listener.subscribed(
            Subscribed(self.log_group.name, self.log_stream_name, filter_name, destination_arn, events)
        )

    return _send_log_events


def _filter_stream(moto: Callable[..., Any]) -> Callable[..., Any]:
    def filter_log_events(
        self: Any, start_time: int, end_time: int, filter_pattern: str | None
    ) -> list[dict[str, Any]]:
        pattern = _pattern(filter_pattern)
        return [event for event in moto(self, start_time, end_time, "") if pattern.matches(event["message"])]

    return filter_log_events


def _filter_group(moto: Callable[..., Any]) -> Callable[..., Any]:
    def filter_log_events(
        self: Any,
        log_group_name: str,
        log_stream_names: list[str],
        start_time: int,
        end_time: int,
        limit: int | None,
        next_token: str | None,
        filter_pattern: str,
        interleaved: bool,
    ) -> Any:
        """Events of all streams come in the order of their times, asked for or not."""
        _pattern(filter_pattern)  # is refused in an empty group too
        told = (log_group_name, log_stream_names, start_time, end_time, limit, next_token, filter_pattern)
        return moto(self, *told, True)

    return filter_log_events


_SEARCH = ("start_time", "end_time", "limit", "next_token", "filter_pattern", "interleaved")
_FILTER = ("log_group_name", "filter_name", "filter_pattern", "destination_arn", "role_arn")
PATCHES = (
    Patch(LogsResponse, "logs_backend", ("self",), _backend),
    Patch(moto_logs.LogsBackend, "put_subscription_filter", ("self", *_FILTER), _put_subscription_filter),
    Patch(
        moto_logs.LogStream,
        "_send_log_events",
        ("self", "service", "destination_arn", "filter_name", "log_events"),
        _send_log_events,
    ),
    Patch(
        moto_logs.LogStream,
        "filter_log_events",
        ("self", "start_time", "end_time", "filter_pattern"),
        _filter_stream,
    ),
    Patch(
        moto_logs.LogGroup,
        "filter_log_events",
        ("self", "log_group_name", "log_stream_names", *_SEARCH),
        _filter_group,
    ),
)
