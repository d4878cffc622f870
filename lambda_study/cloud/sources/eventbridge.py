"""EventBridge: events on a bus, rules that match them or fire on time, and what their targets get."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Any

from lambda_study.cloud.seam import events as seam
from lambda_study.cloud.seam.events import Rule
from lambda_study.cloud.sources.delivery import Delivery, GivenUp, RetryPolicy
from lambda_study.cloud.sources.errands import Errands
from lambda_study.cloud.sources.event_entries import check_request, event, refusal, scheduled_event, stamp
from lambda_study.cloud.sources.input_transformer import RuleContext, target_input
from lambda_study.cloud.sources.rule_schedules import RuleSchedules
from lambda_study.cloud.sources.target_checks import check_rule_name, check_target
from lambda_study.cloud.wiring import Wiring
from lambda_study.engine.errors import ServiceError
from lambda_study.errors import BadInput
from lambda_study.model import event_pattern, schedule

_MOST_TARGETS = 5
_REQUIRED = ("id", "account", "source", "time", "region", "detail-type")


class EventBridge:
    """Rules at work. moto keeps them, and tells of every change; here they match, fire and deliver."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._schedules = RuleSchedules(wiring.clock, self._fire)
        self._errands = Errands(wiring.clock, chained=False)
        self._stack = ExitStack()
        self._stack.callback(self._errands.close)
        self._stack.callback(self._schedules.close)
        self._stack.enter_context(seam.driven_by(self))

    def close(self) -> None:
        """Let no rule fire any more."""
        self._stack.close()

    def publish(self, told: Mapping[str, Any], bus: str = seam.DEFAULT_BUS) -> None:
        """Put an event of an AWS service, already in AWS's shape, on a bus."""
        now = self._wiring.clock.now()
        self._errands.call_in(0, lambda: self._route(bus, told, now, forwarded=False))

    # -- asked and told by the seam

    def check_rule(self, name: str, pattern: str | None, expression: str | None) -> None:
        """Raise AWS's error for a name, a pattern or a schedule that PutRule refuses."""
        check_rule_name(name)
        if pattern:
            _pattern(pattern)
        if expression:
            _schedule(expression)

    def check_targets(self, targets: Sequence[Mapping[str, Any]], there: Sequence[str]) -> None:
        """Raise AWS's error for TARGETS that PutTargets refuses, on a rule where some are THERE."""
        for number, target in enumerate(targets, start=1):
            check_target(target, number)
        if len({*there, *(target["Id"] for target in targets)}) > _MOST_TARGETS:
            text = "The requested resource exceeds the maximum number allowed."
            raise ServiceError(400, "LimitExceededException", text)

    def put_events(self, entries: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
        """Take the entries of a PutEvents request, and return the answer to each."""
        check_request(entries)
        return [refusal(entry) or {"EventId": self._accept(entry)} for entry in entries]

    def offer(self, rule: Rule, told: Mapping[str, Any]) -> None:
        """Offer an event to one rule, as moto does for the services that it knows."""
        now = self._wiring.clock.now()
        given = dict(told)
        given.pop("ingestion-time", None)
        if isinstance(given.get("time"), int | float):
            given["time"] = stamp(datetime.fromtimestamp(given["time"], UTC))
        self._errands.call_in(0, lambda: self._match(rule, given, now, forwarded=False))

    def test_pattern(self, pattern: str, told: str) -> bool:
        """Return whether a pattern matches an event, as TestEventPattern says, or raise its errors."""
        try:
            given = json.loads(told)
        except ValueError:
            given = None
        if not isinstance(given, dict) or any(field not in given for field in _REQUIRED):
            raise ServiceError(400, "ValidationException", "Parameter Event is not valid.")
        return _pattern(pattern).matches(given)

    def rule_changed(self, rule: Rule) -> None:
        """Set, move or stop the schedule of a rule."""
        if rule.schedule:
            self._schedules.put(rule.arn, _schedule(rule.schedule), rule.enabled)
        else:
            self._schedules.stop(rule.arn)

    def rule_gone(self, arn: str) -> None:
        """Stop the schedule of a rule that was deleted."""
        self._schedules.stop(arn)

    # -- on the clock

    def _accept(self, entry: Mapping[str, Any]) -> str:
        """Queue an entry for the rules of its bus. A bus that is not there loses it, as on AWS."""
        now, event_id = self._wiring.clock.now(), self._wiring.ids()
        told, bus = event(entry, event_id, now), seam.bus_name(entry.get("EventBusName"))
        self._errands.call_in(0, lambda: self._route(bus, told, now, forwarded=False))
        return event_id

    def _route(self, bus: str, told: Mapping[str, Any], ingested_at: datetime, forwarded: bool) -> None:
        if not seam.has_bus(bus):
            # On AWS nobody is told.
            self._wiring.trace.add(
                "failure", source=told["source"], target=f"events:event-bus/{bus}", error="no such event bus"
            )
        for rule in seam.rules(bus):
            self._match(rule, told, ingested_at, forwarded)

    def _match(self, rule: Rule, told: Mapping[str, Any], ingested_at: datetime, forwarded: bool) -> None:
        if rule.enabled and rule.pattern and _pattern(rule.pattern).matches(told):
            self._deliver_all(rule, told, ingested_at, forwarded)

    def _fire(self, arn: str, at: datetime) -> None:
        rule = seam.rule(seam.DEFAULT_BUS, arn.rsplit("/", 1)[-1])
        if rule is not None:
            told = scheduled_event("aws.events", arn, self._wiring.ids(), at, {})
            self._deliver_all(rule, told, at, forwarded=False)

    def _deliver_all(
        self, rule: Rule, told: Mapping[str, Any], ingested_at: datetime, forwarded: bool
    ) -> None:
        for target in rule.targets:
            text = target_input(target, told, RuleContext(rule.arn, rule.name, ingested_at))
            Delivery(
                self._errands,
                RetryPolicy.of(target),
                partial(self._send, rule, target, told, text, forwarded),
                _is_tried_again,
                partial(self._ended, rule, target, told),
            ).start()

    def _send(
        self,
        rule: Rule,
        target: Mapping[str, Any],
        told: Mapping[str, Any],
        text: str,
        forwarded: bool,
        attempt: int,
    ) -> ServiceError | None:
        """Send TEXT to a target once."""
        arn = target["Arn"]
        service = arn.split(":")[2]
        try:
            if service == "lambda":
                return self._invoke(rule, arn, text, told["detail-type"])
            if service == "events":
                self._forward(rule, arn, told, forwarded)
            else:
                group = (target.get("SqsParameters") or {}).get("MessageGroupId")
                self._wiring.targets.deliver(arn, text, group_id=group)
        except ServiceError as error:
            self._wiring.trace.add("failure", source=rule.arn, target=arn, error=str(error))
            return error
        self._wiring.trace.add("delivery", source=rule.arn, target=arn, detail=told["detail-type"])
        return None

    def _invoke(self, rule: Rule, arn: str, text: str, detail: str) -> ServiceError | None:
        try:
            payload = json.loads(text)
        except ValueError:
            raise ServiceError(400, "InvalidRequestContentException", "The input is no JSON.") from None
        return self._wiring.invoke_async(arn, payload, source="events", source_arn=rule.arn, detail=detail)

    def _forward(self, rule: Rule, arn: str, told: Mapping[str, Any], forwarded: bool) -> None:
        """Put an event on another bus. From there it goes on to no third one, as on AWS."""
        bus = seam.bus_name(arn)
        if ":event-bus/" not in arn:  # an archive, for example
            raise ServiceError(400, "InvalidParameterValueException", f"{arn} cannot be a target here.")
        if not seam.has_bus(bus):
            raise ServiceError(404, "ResourceNotFoundException", f"Event bus {bus} does not exist.")
        if forwarded:
            raise ServiceError(400, "InvalidParameterException", "An event goes from bus to bus once.")
        now = self._wiring.clock.now()
        self._errands.call_in(0, lambda: self._route(bus, told, now, forwarded=True))

    def _ended(
        self, rule: Rule, target: Mapping[str, Any], told: Mapping[str, Any], end: GivenUp | None
    ) -> None:
        """Send an event that was given up to the target's dead-letter queue, if it has one."""
        queue = (target.get("DeadLetterConfig") or {}).get("Arn")
        if end is None or not queue:
            return
        attributes = {
            "RULE_ARN": rule.arn,
            "TARGET_ARN": target["Arn"],
            "ERROR_CODE": _error_code(end.error),
            "ERROR_MESSAGE": end.error.message,
            "RETRY_ATTEMPTS": str(end.retries),
        }
        if end.condition:
            attributes["EXHAUSTED_RETRY_CONDITION"] = end.condition
        dead_letter(self._wiring, queue, json.dumps(told), attributes, rule.arn)


def dead_letter(
    wiring: Wiring, queue: str, body: str, attributes: Mapping[str, str], source_arn: str
) -> None:
    """Send BODY to a dead-letter queue; one that is not there is in the trace, and the event is lost."""
    try:
        wiring.targets.deliver(queue, body, attributes)
    except ServiceError as error:
        wiring.trace.add("failure", source=source_arn, target=queue, detail="dead letter", error=str(error))
    else:
        wiring.trace.add("delivery", source=source_arn, target=queue, detail="dead letter")


def _is_tried_again(error: ServiceError) -> bool:
    """Whether a rule tries again: not what needs somebody to mend it, such as a permission or a target.

    Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html (read 2026-11-23).
    """
    return error.status == 429 or error.status >= 500


def _error_code(error: ServiceError) -> str:
    """AWS's word in ERROR_CODE. Unlike AWS: only these, AWS has some more."""
    if error.status == 403:
        return "NO_PERMISSIONS"
    if error.status == 404 or "NonExistent" in error.code or "NotFound" in error.code:
        return "NO_RESOURCE"
    if error.status == 429:
        return "THROTTLING"
    return "ERROR_FROM_TARGET" if error.status < 500 else "INTERNAL_ERROR"


@lru_cache(maxsize=256)
def _pattern(text: str) -> event_pattern.EventPattern:
    try:
        return event_pattern.parse(text)
    except BadInput as error:
        raise ServiceError(400, "InvalidEventPatternException", str(error)) from None


@lru_cache(maxsize=256)
def _schedule(expression: str) -> schedule.Schedule:
    try:
        return schedule.parse(expression)
    except BadInput:
        text = "Parameter ScheduleExpression is not valid."
        raise ServiceError(400, "ValidationException", text) from None
