"""moto's EventBridge Scheduler: it keeps the schedules and starts none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import unquote

from moto.scheduler.models import Schedule as MotoSchedule
from moto.scheduler.models import scheduler_backends
from moto.scheduler.responses import EventBridgeSchedulerResponse

from lambda_study.cloud import seam
from lambda_study.cloud.seam.events import moto_errors
from lambda_study.cloud.seam.patch import Patch, all_patched
from lambda_study.engine.function import ACCOUNT, REGION

DEFAULT_GROUP = "default"
_FIELDS = (
    "GroupName",
    "ScheduleExpression",
    "ScheduleExpressionTimezone",
    "StartDate",
    "EndDate",
    "FlexibleTimeWindow",
    "Target",
    "State",
    "ActionAfterCompletion",
)


@dataclass(frozen=True, slots=True)
class ScheduleRecord:
    """A schedule as it is now."""

    name: str
    group: str
    arn: str
    expression: str
    timezone: str
    window_s: int
    """How long after its time the target may be invoked; 0 without a flexible time window."""
    target: Mapping[str, Any]
    enabled: bool
    start: datetime | None
    end: datetime | None
    created_at: datetime
    deleted_after: bool
    """Whether it is deleted when it will never fire again."""


class ScheduleRunner(Protocol):
    """What is told of schedules. It may only enqueue: moto's lock is held."""

    def check(self, name: str, request: Mapping[str, Any]) -> None: ...

    def schedule_put(self, schedule: ScheduleRecord, created: bool) -> None: ...

    def schedule_gone(self, arn: str) -> None: ...

    def check_group(self, name: str, there: bool, wanted: bool) -> None: ...


def delete(group: str, name: str) -> None:
    """Delete a schedule; one that is gone changes nothing."""
    with seam.lock:
        found = _backend().schedule_groups.get(group)
        if found is not None:
            found.schedules.pop(name, None)


@contextmanager
def driven_by(runner: ScheduleRunner) -> Iterator[None]:
    """Tell RUNNER of every schedule, until the block ends."""
    with all_patched(patches(runner)):
        yield


def patches(runner: ScheduleRunner) -> tuple[Patch, ...]:
    """Return the functions of moto that RUNNER listens to."""
    api = EventBridgeSchedulerResponse
    return (
        Patch(api, "create_schedule", ("self",), lambda moto: _put_schedule(runner, moto, created=True)),
        Patch(api, "update_schedule", ("self",), lambda moto: _put_schedule(runner, moto, created=False)),
        Patch(api, "delete_schedule", ("self",), lambda moto: _delete_schedule(runner, moto)),
        Patch(api, "create_schedule_group", ("self",), lambda moto: _create_group(runner, moto)),
        Patch(api, "delete_schedule_group", ("self",), lambda moto: _delete_group(runner, moto)),
    )


Method = Callable[[Any], Any]


def _put_schedule(runner: ScheduleRunner, original: Method, created: bool) -> Method:
    def put_schedule(self: Any) -> Any:
        name = _last_part(self)
        request = {field: self._get_param(field) for field in _FIELDS}
        group = request["GroupName"] or DEFAULT_GROUP
        with moto_errors():
            runner.check_group(group, group in _backend().schedule_groups, wanted=True)
            runner.check(name, request)
        answer = original(self)
        schedule = _backend().schedule_groups[group].schedules[name]
        schedule.action_after_completion = (
            request["ActionAfterCompletion"] or "NONE"
        )  # an update of moto's forgets it
        schedule.state = request["State"] or "ENABLED"
        runner.schedule_put(_record(schedule), created)
        return answer

    return put_schedule


def _delete_schedule(runner: ScheduleRunner, original: Method) -> Method:
    def delete_schedule(self: Any) -> Any:
        group = self._get_param("groupName") or DEFAULT_GROUP
        found = _schedules(group).get(_last_part(self))
        answer = original(self)
        if found is not None:
            runner.schedule_gone(found.arn)
        return answer

    return delete_schedule


def _create_group(runner: ScheduleRunner, original: Method) -> Method:
    def create_schedule_group(self: Any) -> Any:
        name = self._get_param("Name") or _last_part(self)
        with moto_errors():
            runner.check_group(name, name in _backend().schedule_groups, wanted=False)
        return original(self)

    return create_schedule_group


def _delete_group(runner: ScheduleRunner, original: Method) -> Method:
    def delete_schedule_group(self: Any) -> Any:
        name = _last_part(self)
        with moto_errors():
            runner.check_group(name, name in _backend().schedule_groups, wanted=True)
        for schedule in _schedules(name).values():
            runner.schedule_gone(schedule.arn)
        return original(self)

    return delete_schedule_group


def _last_part(response: Any) -> str:
    return unquote(response.uri.split("?")[0].split("/")[-1])


def _backend() -> Any:
    return scheduler_backends[ACCOUNT][REGION]


def _schedules(group: str) -> Mapping[str, MotoSchedule]:
    found = _backend().schedule_groups.get(group)
    return found.schedules if found else {}


def _record(schedule: MotoSchedule) -> ScheduleRecord:
    window = schedule.flexible_time_window
    return ScheduleRecord(
        schedule.name,
        schedule.group_name,
        schedule.arn,
        schedule.schedule_expression,
        schedule.schedule_expression_timezone,
        60 * int(window.get("MaximumWindowInMinutes") or 0) if window.get("Mode") == "FLEXIBLE" else 0,
        schedule.target,
        schedule.state == "ENABLED",
        instant(schedule.start_date),
        instant(schedule.end_date),
        datetime.fromtimestamp(schedule.creation_date, UTC),
        schedule.action_after_completion == "DELETE",
    )


def instant(stamp: Any) -> datetime | None:
    """Return the time that a request gives: seconds since 1970, or ISO text; None for nothing.

    >>> instant(0.0), instant("2026-11-23T10:00:00Z")
    (datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.timezone.utc), \
datetime.datetime(2026, 11, 23, 10, 0, tzinfo=datetime.timezone.utc))
    """
    if stamp is None or stamp == "":
        return None
    if isinstance(stamp, str):
        return datetime.fromisoformat(stamp)
    return datetime.fromtimestamp(float(stamp), UTC)
