"""The filter policy of a subscription to an SNS topic: which messages it takes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lambda_study.cloud.sources.sns_message import Message, invalid
from lambda_study.model.event_pattern import EventPattern, InvalidEventPattern, parse

ATTRIBUTES, BODY = "MessageAttributes", "MessageBody"
_MOST_KEYS, _MOST_COMBINATIONS = 5, 150


@dataclass(frozen=True, slots=True)
class FilterPolicy:
    """A policy that AWS takes, on the attributes of a message or on its body, which then must be JSON."""

    pattern: EventPattern
    scope: str
    nullable: frozenset[str] = frozenset()
    """The attributes that the policy allows to be null: one that a message lacks counts as null."""

    def takes(self, message: Message) -> bool:
        """Return whether the subscription gets MESSAGE."""
        found = _body(message) if self.scope == BODY else self._attributes(message)
        return found is not None and self.pattern.matches(found)

    def _attributes(self, message: Message) -> Mapping[str, Any] | None:
        found = {name: _value(each) for name, each in message.attributes.items()}
        found = {name: value for name, value in found.items() if value is not _IGNORED}
        if not found and not self.nullable:
            return None  # "exists": false asks for at least one attribute
        return {**dict.fromkeys(self.nullable), **found}


@lru_cache(maxsize=256)
def read_policy(text: str, scope: str = ATTRIBUTES) -> FilterPolicy:
    """Return the policy that TEXT, a JSON object, stands for.

    The operators are those of event patterns, of which AWS made one library.

    >>> read_policy('{"price": [{"numeric": [">", 100]}]}').scope
    'MessageAttributes'
    >>> read_policy('{"price": [{"more": 100}]}')
    Traceback (most recent call last):
    lambda_study.engine.errors.ServiceError: InvalidParameter: Invalid parameter: FilterPolicy: \
Unrecognized match type more

    Errors: `ServiceError` with AWS's text. Unlike AWS: without a line and a column.
    Source: https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
    (read 2026-11-23).
    """
    policy = _object(text)
    if scope == ATTRIBUTES and any(isinstance(value, dict) for value in policy.values()):
        raise invalid("Filter policy scope MessageAttributes does not support nested filter policy")
    leaves = list(_leaves(policy, 1))
    if len(leaves) > _MOST_KEYS:
        raise invalid("FilterPolicy: Filter policy can not have more than 5 keys")
    _check_complexity(leaves)
    try:
        pattern = parse(text)
    except InvalidEventPattern as error:
        raise invalid(f"FilterPolicy: {error.reason}") from None
    nullable = (name for name, value in policy.items() if isinstance(value, list) and None in value)
    return FilterPolicy(pattern, scope, frozenset(nullable))


_IGNORED = object()


def _object(text: str) -> dict[str, Any]:
    try:
        policy = json.loads(text)
    except ValueError:
        raise invalid("FilterPolicy: failed to parse JSON.") from None
    if not isinstance(policy, dict):
        raise invalid("FilterPolicy: Filter is not an object")
    return policy


def _leaves(policy: Mapping[str, Any], depth: int) -> Iterator[tuple[int, int]]:
    """Yield for each key that holds values how many they are, and how deep it stands."""
    for name, value in policy.items():
        if isinstance(value, dict):
            yield from _leaves(value, depth + 1)
        elif name == "$or" and isinstance(value, list):
            for choice in value:
                if isinstance(choice, dict):
                    yield from _leaves(choice, depth)
        elif isinstance(value, list):
            yield len(value), depth


def _check_complexity(leaves: list[tuple[int, int]]) -> None:
    combinations = 1
    for values, depth in leaves:
        combinations *= max(values, 1) * depth
    if combinations > _MOST_COMBINATIONS:
        raise invalid("FilterPolicy: Filter policy is too complex")


def _value(attribute: Mapping[str, str]) -> Any:
    """The value that a policy sees: a string, a number, or a list; Binary is ignored."""
    kind, text = attribute["Type"], attribute["Value"]
    if kind.startswith("Binary"):
        return _IGNORED
    if kind not in ("Number", "String.Array", "Number.Array"):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return _IGNORED if kind.endswith(".Array") else float(text)


def _body(message: Message) -> Mapping[str, Any] | None:
    try:
        body = json.loads(message.text)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None
