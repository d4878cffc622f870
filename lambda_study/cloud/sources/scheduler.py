"""EventBridge Scheduler: one target for each schedule, invoked on the clock by a role of its own."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from lambda_study.cloud.seam import scheduler as seam
from lambda_study.cloud.seam.scheduler import ScheduleRecord
from lambda_study.cloud.sources import schedule_checks
from lambda_study.cloud.sources.delivery import Delivery, GivenUp, RetryPolicy
from lambda_study.cloud.sources.errands import Errands
from lambda_study.cloud.sources.event_entries import scheduled_event, stamp
from lambda_study.cloud.sources.eventbridge import dead_letter
from lambda_study.cloud.wiring import Wiring
from lambda_study.engine.clock import Timer
from lambda_study.engine.errors import ServiceError
from lambda_study.model.schedule import Schedule

_MOMENT = timedelta(microseconds=1)
_SERVICE = "scheduler"
_UNIVERSAL = "arn:aws:scheduler:::aws-sdk:"
_NAMES = {"eventbridge": "events", "sfn": "stepfunctions"}  # where botocore has another name than Scheduler
_ACTIONS = {"sqs": "sqs:SendMessage", "sns": "sns:Publish", "events": "events:PutEvents"}


@dataclass(slots=True)
class _Armed:
    """A schedule that waits for its next time, with the rate's beat or the times that it keeps."""

    record: ScheduleRecord
    schedule: Schedule
    timer: Timer | None = None


class Scheduler:
    """Schedules at work. moto keeps them, and tells of every change; here they are due and deliver.

    Unlike AWS: a target is invoked at the second that is due. AWS promises the minute.
    """

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._armed: dict[str, _Armed] = {}
        self._lock = threading.RLock()
        self._errands = Errands(wiring.clock, chained=False)
        self._stack = ExitStack()
        self._stack.callback(self._errands.close)
        self._stack.enter_context(seam.driven_by(self))

    def close(self) -> None:
        """Let no schedule fire any more."""
        self._stack.close()
        for arn in list(self._armed):
            self.schedule_gone(arn)

    # -- asked and told by the seam

    def check(self, name: str, request: Mapping[str, Any]) -> None:
        """Raise AWS's error for a schedule that is refused."""
        schedule_checks.check_schedule(name, request, self._wiring.clock.now())
        role = request["Target"].get("RoleArn", "")
        if not self._wiring.permissions.role_trusts(role, f"{_SERVICE}.amazonaws.com"):
            text = "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."
            raise ServiceError(400, "ValidationException", text)

    def check_group(self, name: str, there: bool, wanted: bool) -> None:
        """Raise AWS's error for a group that is missing, or there already."""
        schedule_checks.check_group(name, there, wanted)

    def schedule_put(self, record: ScheduleRecord, created: bool) -> None:
        """Wait for the times of a new or changed schedule, and for no others of it."""
        self.schedule_gone(record.arn)
        if not record.enabled:
            return
        armed = _Armed(record, schedule_checks.read_expression(record.expression, record.timezone))
        after = record.created_at - _MOMENT if created else self._wiring.clock.now()
        with self._lock:
            self._armed[record.arn] = armed
            self._wait(armed, first_time(armed.schedule, record, after))

    def schedule_gone(self, arn: str) -> None:
        """Wait no more for a schedule that was deleted or replaced."""
        with self._lock:
            armed = self._armed.pop(arn, None)
            if armed is not None and armed.timer is not None:
                armed.timer.cancel()

    # -- on the clock

    def _wait(self, armed: _Armed, due: datetime | None) -> None:
        if due is not None:
            armed.timer = self._wiring.clock.call_at(due, lambda: self._due(armed, due))

    def _due(self, armed: _Armed, due: datetime) -> None:
        record = armed.record
        with self._lock:
            if not self._holds(armed):
                return
            following = first_time(armed.schedule, record, due)
            self._wait(armed, following)
        late_s = self._wiring.random.uniform(0, record.window_s) if record.window_s else 0.0
        self._errands.call_in(late_s, partial(self._start, armed, due, following is None))

    def _start(self, armed: _Armed, due: datetime, last: bool) -> None:
        """Deliver, unless the schedule was deleted or changed while its flexible time window was open."""
        if not self._holds(armed):
            return
        record = armed.record
        Delivery(
            self._errands,
            RetryPolicy.of(record.target),
            partial(self._send, record, due),
            lambda _error: True,  # unlike a rule: whatever the error is
            partial(self._ended, armed, due, last),
        ).start()

    def _holds(self, armed: _Armed) -> bool:
        """Whether a schedule is as it was: neither deleted nor replaced."""
        return self._armed.get(armed.record.arn) is armed

    def _send(self, record: ScheduleRecord, due: datetime, attempt: int) -> ServiceError | None:
        arn, role = record.target["Arn"], record.target.get("RoleArn", "")
        text = self._input(record, due, attempt)
        if arn.split(":")[2] == "lambda":
            return self._wiring.invoke_async(
                arn,
                json.loads(text),
                source=_SERVICE,
                source_arn=record.arn,
                detail=stamp(due),
                role_arn=role,
            )
        try:
            self._deliver(record.target, role, text)
        except ServiceError as error:
            self._wiring.trace.add("failure", source=record.arn, target=arn, error=str(error))
            return error
        self._wiring.trace.add("delivery", source=record.arn, target=arn, detail=stamp(due))
        return None

    def _deliver(self, target: Mapping[str, Any], role: str, text: str) -> None:
        """Send TEXT to a queue or a topic; to an event bus as the detail of an event."""
        arn = target["Arn"]
        if arn.startswith(_UNIVERSAL):
            service, operation = arn.removeprefix(_UNIVERSAL).split(":")
            self._call(service, operation, role, text)
            return
        self._wiring.check_role(role, _ACTIONS.get(arn.split(":")[2], ""), arn)
        parameters = target.get("EventBridgeParameters")
        if parameters:
            self._wiring.targets.put_event(arn, {**parameters, "Detail": text})
        else:
            group = (target.get("SqsParameters") or {}).get("MessageGroupId")
            self._wiring.targets.deliver(arn, text, group_id=group)

    def _call(self, service: str, operation: str, role: str, text: str) -> None:
        """Call an operation of AWS's API with TEXT as its parameters: a universal target."""
        self._wiring.check_role(role, f"{service}:{operation[0].upper()}{operation[1:]}", "*")
        self._wiring.targets.call(_NAMES.get(service, service), operation, json.loads(text))

    def _input(self, record: ScheduleRecord, due: datetime, attempt: int) -> str:
        """What the target gets: its input, with the context attributes filled in, or AWS's own event."""
        given = record.target.get("Input")
        if not given:
            # AWS writes the empty detail as text, not as an object.
            return json.dumps(scheduled_event("aws.scheduler", record.arn, self._wiring.ids(), due, "{}"))
        attributes = {
            "schedule-arn": record.arn,
            "scheduled-time": stamp(due),
            "execution-id": self._wiring.ids(),
            "attempt-number": str(attempt),
        }
        for name, value in attributes.items():
            given = given.replace(f"<aws.scheduler.{name}>", value)
        return str(given)

    def _ended(self, armed: _Armed, due: datetime, last: bool, end: GivenUp | None) -> None:
        """Send what was given up to the dead-letter queue; delete a schedule that is done, if it says so.

        One that was changed since waits for its new time.
        """
        record = armed.record
        queue = (record.target.get("DeadLetterConfig") or {}).get("Arn")
        if end is not None and queue:
            attributes = {
                "ERROR_CODE": end.error.code,
                "ERROR_MESSAGE": end.error.message,
                "EXECUTION_ID": self._wiring.ids(),
                "EXHAUSTED_RETRY_CONDITION": end.condition,
                "IS_PAYLOAD_TRUNCATED": "false",
                "RETRY_ATTEMPTS": str(end.retries),
                "SCHEDULED_TIME": stamp(due),
                "SCHEDULE_ARN": record.arn,
                "TARGET_ARN": record.target["Arn"],
            }
            body = self._input(record, due, end.retries + 1)
            dead_letter(self._wiring, queue, body, attributes, record.arn)
        if last and record.deleted_after and self._holds(armed):
            seam.delete(record.group, record.name)
            self.schedule_gone(record.arn)


def first_time(schedule: Schedule, record: ScheduleRecord, after: datetime) -> datetime | None:
    """Return when a schedule is due first AFTER a time, inside its start and end; None for never again.

    A rate counts from its start date; without one, from its creation, and is due at once. A one-time
    schedule has neither a start nor an end.

    Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html (read 2026-11-23).
    """
    if schedule.kind == "at":
        return schedule.next(after)
    if isinstance(schedule.timing, timedelta):
        origin = record.start or record.created_at
        beats = max(0, (after - origin) // schedule.timing + 1)
        due: datetime | None = origin + beats * schedule.timing
    else:
        due = schedule.next(max(after, record.start - _MOMENT) if record.start else after)
    ended = due is not None and record.end is not None and due > record.end
    return None if ended else due
