"""What a rule's target gets of an event: all of it, a part, a constant, or a template filled with its parts.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
(read 2026-11-23).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from lambda_study.engine.errors import ServiceError

__all__ = ["RuleContext", "check_target_input", "select", "target_input"]

MISSING: Final = object()
"""What a path finds that leads nowhere."""

_WAYS = ("Input", "InputPath", "InputTransformer")
_TOKEN = re.compile(r'\\.|"|<(?P<name>[^<>]+)>', re.DOTALL)
_STEP = re.compile(r"\.(?P<key>[\w/-]+|\*)|\[(?P<index>\d+|\*)\]")
_RESERVED = (
    "aws.events.rule-arn",
    "aws.events.rule-name",
    "aws.events.event.ingestion-time",
    "aws.events.event",
    "aws.events.event.json",
)


@dataclass(frozen=True, slots=True)
class RuleContext:
    """What the reserved variables of a template tell: the rule, and when EventBridge got the event."""

    rule_arn: str
    rule_name: str
    ingested_at: datetime


def target_input(target: Mapping[str, Any], event: Mapping[str, Any], context: RuleContext) -> str:
    """Return the text that TARGET, as PutTargets takes it, gets of EVENT.

    It is JSON text, without spaces between its parts, unless a template or what fills it makes it none.

    >>> from datetime import UTC
    >>> rule = RuleContext("arn:aws:events:us-east-1:123456789012:rule/hot", "hot", datetime(2026, 11, 23))
    >>> event = {"source": "garden", "detail": {"bed": "roses", "celsius": 31}}
    >>> target_input({"InputPath": "$.detail"}, event, rule)
    '{"bed":"roses","celsius":31}'
    >>> template = {"InputPathsMap": {"bed": "$.detail.bed"}, "InputTemplate": '{"say": "<bed>!"}'}
    >>> target_input({"InputTransformer": template}, event, rule)
    '{"say":"roses!"}'
    """
    if target.get("Input"):
        return str(target["Input"])
    if target.get("InputPath"):
        found = select(target["InputPath"], event)
        return _text("" if found is MISSING else found)
    if target.get("InputTransformer"):
        transformer = target["InputTransformer"]
        paths = transformer.get("InputPathsMap") or {}
        return _fill(transformer["InputTemplate"], paths, event, context)
    return _text(event)


def select(path: str, event: Mapping[str, Any]) -> Any:
    """Return what the JSON PATH leads to in EVENT, or MISSING. A wildcard gives a list of all it meets.

    >>> select("$.detail.items[0].name", {"detail": {"items": [{"name": "cat"}]}})
    'cat'

    AWS knows dots, array indices and the wildcard, no filters and no brackets around names.
    """
    rest = path.removeprefix("$")
    found: list[Any] = [event]
    many = False
    at = 0
    while at < len(rest):
        step = _STEP.match(rest, at)
        if step is None:
            return MISSING
        at = step.end()
        many = many or "*" in step[0]
        found = [inner for value in found for inner in _inside(value, step["key"], step["index"])]
    if many:
        return found
    return found[0] if found else MISSING


def _inside(value: Any, key: str | None, index: str | None) -> list[Any]:
    """What one step of a path leads to: a field, an element, or all of them."""
    if key is not None:
        if not isinstance(value, Mapping):
            return []
        return list(value.values()) if key == "*" else [value[key]] if key in value else []
    if not isinstance(value, list) or index is None:
        return []
    return list(value) if index == "*" else value[int(index) : int(index) + 1]


def _fill(template: str, paths: Mapping[str, str], event: Mapping[str, Any], context: RuleContext) -> str:
    values = {name: select(path, event) for name, path in paths.items()}
    values |= _reserved(event, context)
    filled = _TOKEN.sub(_Filling(values), template)
    try:
        return _text(json.loads(filled))
    except ValueError:
        return filled


def _reserved(event: Mapping[str, Any], context: RuleContext) -> dict[str, Any]:
    # AWS itself writes detailType in <aws.events.event>, which is the event without its detail.
    short = {
        "detailType" if name == "detail-type" else name: event[name] for name in event if name != "detail"
    }
    ingested = f"{context.ingested_at:%Y-%m-%dT%H:%M:%SZ}"
    return dict(zip(_RESERVED, (context.rule_arn, context.rule_name, ingested, short, event), strict=True))


class _Filling:
    """Replaces the placeholders of one template, left to right; it knows whether it is inside quotes.

    Outside quotes a value is JSON, so text gets its quotes. Inside quotes it is put in as it is: AWS escapes
    nothing. What is missing leaves nothing behind, outside quotes the empty text. AWS's pages are silent on
    that; it is what LocalStack's tests recorded from AWS on 2024-06-11 (test_events_inputs.snapshot.json).
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values
        self._quoted = False

    def __call__(self, token: re.Match[str]) -> str:
        name = token["name"]
        if name is None:
            self._quoted ^= token[0] == '"'
            return token[0]
        value = self._values.get(name, MISSING)
        if value is MISSING:
            return "" if self._quoted else '""'
        if not self._quoted:
            return _text(value)
        return value if isinstance(value, str) else _text(value).replace('"', "")


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def check_target_input(target: Mapping[str, Any]) -> None:
    """Raise AWS's ValidationException for an input that PutTargets refuses.

    >>> check_target_input({"Id": "1", "Input": "{", "InputPath": "$"})
    Traceback (most recent call last):
    lambda_study.engine.errors.ServiceError: ValidationException: \
Only one of Input, InputPath, or InputTransformer must be provided for target 1.
    """
    name = target.get("Id", "")
    if sum(bool(target.get(way)) for way in _WAYS) > 1:
        raise _refusal(
            f"Only one of Input, InputPath, or InputTransformer must be provided for target {name}."
        )
    if target.get("Input") and not _is_json(target["Input"]):
        raise _refusal(f"JSON syntax error in input for target {name}")
    if target.get("InputTransformer"):
        _check_template(name, target["InputTransformer"])


def _check_template(name: str, transformer: Mapping[str, Any]) -> None:
    known = {*(transformer.get("InputPathsMap") or {}), *_RESERVED}
    for token in _TOKEN.finditer(transformer["InputTemplate"]):
        if token["name"] is not None and token["name"] not in known:
            raise _refusal(f"InputTemplate for target {name} contains invalid placeholder {token['name']}.")


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _refusal(message: str) -> ServiceError:
    return ServiceError(400, "ValidationException", message)
