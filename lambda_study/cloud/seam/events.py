"""moto's EventBridge: its rules and targets are kept there, what they do is ours."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import moto.events.models as models
from moto.core.exceptions import JsonRESTError
from moto.events.responses import EventsHandler

from lambda_study.cloud import seam
from lambda_study.cloud.seam.patch import Patch, all_patched
from lambda_study.engine.errors import ServiceError
from lambda_study.engine.function import ACCOUNT, REGION

DEFAULT_BUS = "default"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as it is now, with its targets as PutTargets took them."""

    name: str
    arn: str
    bus: str
    pattern: str | None
    schedule: str | None
    enabled: bool
    targets: tuple[Mapping[str, Any], ...]


class RuleEngine(Protocol):
    """What answers in moto's place and is told of changes. It may only enqueue: moto's lock is held."""

    def check_rule(self, name: str, pattern: str | None, expression: str | None) -> None: ...

    def check_targets(self, targets: Sequence[Mapping[str, Any]], there: Sequence[str]) -> None: ...

    def put_events(self, entries: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]: ...

    def offer(self, rule: Rule, event: Mapping[str, Any]) -> None: ...

    def test_pattern(self, pattern: str, event: str) -> bool: ...

    def rule_changed(self, rule: Rule) -> None: ...

    def rule_gone(self, arn: str) -> None: ...


def rules(bus: str) -> tuple[Rule, ...]:
    """Return the rules of BUS in the order of their making; none if there is no such bus."""
    with seam.lock:
        found = _backend().event_buses.get(bus)
        return tuple(_rule(rule) for rule in found.rules.values()) if found else ()


def rule(bus: str, name: str) -> Rule | None:
    """Return one rule, or None."""
    with seam.lock:
        found = _backend().event_buses.get(bus)
        return _rule(found.rules[name]) if found and name in found.rules else None


def offer_to_rules(event: Mapping[str, Any]) -> None:
    """Put an event of an AWS service, already in AWS's shape, on the default bus."""
    with seam.lock:
        for rule in _backend().event_buses[DEFAULT_BUS].rules.values():
            rule.send_to_targets(dict(event))


def has_bus(bus: str) -> bool:
    """Return whether there is an event bus called BUS."""
    with seam.lock:
        return bus in _backend().event_buses


def bus_name(name_or_arn: str | None) -> str:
    """Return the name of a bus that is named, given by its ARN, or left out.

    >>> bus_name("arn:aws:events:us-east-1:123456789012:event-bus/orders"), bus_name(None)
    ('orders', 'default')
    """
    return (name_or_arn or DEFAULT_BUS).split("/")[-1]


@contextmanager
def driven_by(engine: RuleEngine) -> Iterator[None]:
    """Let ENGINE do what rules do, until the block ends."""
    with all_patched(patches(engine)):
        yield


def patches(engine: RuleEngine) -> tuple[Patch, ...]:
    """Return the functions of moto that ENGINE stands in for, or listens to."""
    backend = models.EventsBackend
    where = ("self", "name", "event_bus_arn")
    rule_fields = (
        *("self", "name", "description", "event_bus_arn", "event_pattern", "role_arn"),
        *("scheduled_expression", "state", "managed_by", "tags"),
    )
    sent = ("self", "original_event", "transform_input")
    return (
        Patch(backend, "put_rule", rule_fields, lambda moto: _put_rule(engine, moto)),
        Patch(backend, "delete_rule", where, lambda moto: _delete_rule(engine, moto)),
        Patch(backend, "enable_rule", where, lambda moto: _switch_rule(engine, moto)),
        Patch(backend, "disable_rule", where, lambda moto: _switch_rule(engine, moto)),
        Patch(backend, "put_targets", (*where, "targets"), lambda moto: _put_targets(engine, moto)),
        Patch(backend, "put_events", ("self", "events"), lambda _moto: _put_events(engine)),
        Patch(models.Rule, "send_to_targets", sent, lambda _moto: _send_to_targets(engine)),
        Patch(EventsHandler, "test_event_pattern", ("self",), lambda _moto: _test_event_pattern(engine)),
    )


Method = Callable[..., Any]


def _put_rule(engine: RuleEngine, original: Method) -> Method:
    def put_rule(self: Any, name: str, *rest: Any, **fields: Any) -> Any:
        with moto_errors():
            engine.check_rule(name, fields.get("event_pattern"), fields.get("scheduled_expression"))
        made = original(self, name, *rest, **fields)
        engine.rule_changed(_rule(made))
        return made

    return put_rule


def _delete_rule(engine: RuleEngine, original: Method) -> Method:
    def delete_rule(self: Any, name: str, event_bus_arn: str | None) -> None:
        found = rule(bus_name(event_bus_arn), name)
        original(self, name, event_bus_arn)
        if found is not None:
            engine.rule_gone(found.arn)

    return delete_rule


def _switch_rule(engine: RuleEngine, original: Method) -> Method:
    def switch_rule(self: Any, name: str, event_bus_arn: str | None) -> Any:
        done = original(self, name, event_bus_arn)
        found = rule(bus_name(event_bus_arn), name)
        if found is not None:
            engine.rule_changed(found)
        return done

    return switch_rule


def _put_targets(engine: RuleEngine, original: Method) -> Method:
    def put_targets(self: Any, name: str, event_bus_arn: str | None, targets: list[dict[str, Any]]) -> None:
        found = rule(bus_name(event_bus_arn), name)
        with moto_errors():
            engine.check_targets(targets, [target["Id"] for target in found.targets] if found else [])
        original(self, name, event_bus_arn, targets)

    return put_targets


def _put_events(engine: RuleEngine) -> Method:
    def put_events(self: Any, events: list[dict[str, Any]]) -> list[dict[str, str]]:
        with moto_errors():
            return engine.put_events(events)

    return put_events


def _send_to_targets(engine: RuleEngine) -> Method:
    def send_to_targets(self: Any, original_event: dict[str, Any], transform_input: bool = True) -> None:
        engine.offer(_rule(self), original_event)

    return send_to_targets


def _test_event_pattern(engine: RuleEngine) -> Method:
    def test_event_pattern(self: Any) -> str:
        with moto_errors():
            found = engine.test_pattern(self._get_param("EventPattern") or "", self._get_param("Event") or "")
        return json.dumps({"Result": found})

    return test_event_pattern


@contextmanager
def moto_errors() -> Iterator[None]:
    """Turn a ServiceError of ours into the error with which moto answers the caller."""
    try:
        yield
    except ServiceError as error:
        refusal = JsonRESTError(error.code, error.message)
        refusal.code = error.status
        raise refusal from None


def _backend() -> Any:
    return models.events_backends[ACCOUNT][REGION]


def _rule(rule: Any) -> Rule:
    return Rule(
        rule.name,
        rule.arn,
        rule.event_bus_name,
        rule.event_pattern.dump(),
        rule.scheduled_expression,
        rule.state != "DISABLED",
        tuple(rule.targets),
    )
