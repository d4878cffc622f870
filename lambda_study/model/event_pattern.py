"""Event patterns of EventBridge: which events a rule takes, decided as AWS's open-source ruler decides it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lambda_study.errors import BadInput
from lambda_study.model.event_operators import OPERATORS, FieldTest, read_field
from lambda_study.model.event_values import Number, Pairs, WrongPattern, fail, json_text
from lambda_study.model.wildcard import Wildcard, too_complex

__all__ = ["EventPattern", "InvalidEventPattern", "parse"]

_MOST_BRANCHES = 1000
"""AWS says that a pattern has fewer than 1,000 combinations of $or. The reason's text is our own."""


class InvalidEventPattern(BadInput):
    """A pattern that AWS refuses: its text is the message of AWS's InvalidEventPatternException.

    `reason` is AWS's reason, `field` the path of the field it is about, "" for the whole pattern.
    """

    code = "InvalidEventPatternException"

    def __init__(self, reason: str, field: str = "") -> None:
        super().__init__(f"Event pattern is not valid. Reason: {reason}")
        self.reason = reason
        self.field = field


Rule = tuple[tuple[str, FieldTest], ...]
"""The fields of one branch by path, in the order in which AWS's ruler tries them."""

Place = tuple[tuple[int, int], ...]
"""Where in arrays a value stands: for each array around it, which one that is and which element."""


@dataclass(frozen=True, slots=True, repr=False)
class EventPattern:
    """A pattern that AWS takes, ready to match events."""

    text: str
    rules: tuple[Rule, ...]
    """One for each combination of $or branches; an event matches when one of them does."""
    leaves: frozenset[str]
    stems: frozenset[str]
    """The paths on the way to the leaves."""

    def __repr__(self) -> str:
        return f"EventPattern({self.text})"

    def matches(self, event: Mapping[str, object] | str) -> bool:
        """Return whether EVENT, an object or its JSON text, matches.

        All fields of the pattern must match, each by one of its values. Fields inside an array of objects
        must match in the same element. A number equals 300 and 300.0 alike.

        >>> pattern = parse({"detail": {"items": {"name": ["cat"], "size": [{"numeric": [">", 9]}]}}})
        >>> pattern.matches({"detail": {"items": [{"name": "cat", "size": 1}, {"name": "dog", "size": 10}]}})
        False

        Errors: `BadInput` for text that is no JSON object.
        Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html and
        https://github.com/aws/event-ruler (read 2026-11-23).
        """
        given = _read_event(event) if isinstance(event, str) else event
        found = _Values(self.leaves, self.stems)
        found.collect(given, "", ())
        return any(_matches(rule, found.by_path) for rule in self.rules)


def parse(pattern: Mapping[str, object] | str) -> EventPattern:
    """Return the pattern that an object, or its JSON text, stands for.

    >>> parse({"source": ["aws.s3"], "detail": {"object": {"key": [{"suffix": ".png"}]}}})
    EventPattern({"source": ["aws.s3"], "detail": {"object": {"key": [{"suffix": ".png"}]}}})
    >>> try: parse({"source": []})
    ... except InvalidEventPattern as error: print(error)
    Event pattern is not valid. Reason: Empty arrays are not allowed

    Errors: `InvalidEventPattern` with AWS's reason. Unlike AWS: text that is no JSON has a reason of our own,
    and reasons come without a line and a column.
    """
    text = pattern if isinstance(pattern, str) else json.dumps(pattern, ensure_ascii=False)
    reader = _Reader()
    try:
        branches = reader.read(_read_json(text))
        rules = tuple(tuple(sorted(branch.items(), key=lambda item: item[0])) for branch in branches)
        _check_wildcards(rules)
    except WrongPattern as error:
        raise InvalidEventPattern(str(error), reader.path) from None
    leaves = frozenset(path for rule in rules for path, _test in rule)
    steps = [path.split(".") for path in leaves]
    stems = frozenset(".".join(path[:length]) for path in steps for length in range(1, len(path)))
    return EventPattern(text, rules, leaves, stems)


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _read_json(text: str) -> object:
    """The pattern, with numbers as written and keys that may come twice."""
    try:
        return json.loads(
            text,
            parse_int=Number,
            parse_float=Number,
            parse_constant=_refuse_constant,
            object_pairs_hook=Pairs,
        )
    except (ValueError, RecursionError) as error:
        fail(f"It is not JSON: {error}")


def _read_event(text: str) -> Mapping[str, object]:
    try:
        event = json.loads(text, parse_int=Number, parse_float=Number, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"The event is not JSON: {error}.") from None
    if not isinstance(event, dict):
        raise BadInput('The event is not a JSON object. Write {"source": "my.app", ...}.')
    return event


# Reading a pattern

Branch = dict[str, FieldTest]
"""The fields of one combination of $or branches. A path that comes again replaces the first."""

_RESERVED = frozenset(
    [
        *OPERATORS,
        *("=", "<", "<=", ">", ">=", "regex", "not-wildcard", "not-equals-ignore-case"),
        *("date-after", "date-on-or-after", "date-before", "date-on-or-before", "in-date-range"),
        *("ip-address-in-range", "ip-address-not-in-range"),
    ]
)
"""Names that are no fields inside $or."""


class _Reader:
    """Reads one pattern, and knows at which path it is."""

    def __init__(self) -> None:
        self.path = ""

    def read(self, pattern: object) -> list[Branch]:
        if not isinstance(pattern, Pairs):
            fail("Filter is not an object")
        return self._object([{}], pattern, "", inside_or=False)

    def _object(self, branches: list[Branch], pairs: Pairs, path: str, inside_or: bool) -> list[Branch]:
        """BRANCHES with what the object PAIRS at PATH asks for."""
        if not pairs:
            fail("Empty objects are not allowed")
        for name, value in pairs:
            self.path = f"{path}.{name}" if path else name
            if name == "$or":
                branches = self._or(branches, value, path)
            elif inside_or and name in _RESERVED:
                fail(f"{name} is Ruler reserved fieldName which cannot be used inside $or.")
            elif isinstance(value, Pairs):
                branches = self._object(branches, value, self.path, inside_or)
            elif isinstance(value, list):
                test = read_field(value)
                for branch in branches:
                    branch[self.path] = test
            else:
                fail(f'"{name}" must be an object or an array')
        return branches

    def _or(self, branches: list[Branch], value: object, path: str) -> list[Branch]:
        """BRANCHES, each continued with each of the objects of a $or."""
        if type(value) is not list:
            fail("It must be an Array followed with $or.")
        forked: list[Branch] = []
        for choice in value:
            if not isinstance(choice, Pairs):
                fail("Only JSON object is allowed in array of $or relationship.")
            forked += self._object([dict(branch) for branch in branches], choice, path, inside_or=True)
            if len(forked) > _MOST_BRANCHES:
                fail(f"There are more than {_MOST_BRANCHES:,} combinations of $or.")
        if len(value) < 2:
            fail("There must have at least 2 Objects in $or relationship.")
        return forked


def _check_wildcards(rules: tuple[Rule, ...]) -> None:
    """Refuse wildcards that match in too many ways.

    AWS's ruler counts together what the branches of a $or ask of one field, where the fields before agree.
    """
    fields: dict[tuple[object, ...], dict[tuple[Wildcard, ...], None]] = {}
    for rule in rules:
        for place, (path, test) in enumerate(rule):
            if test.wildcards:
                before = tuple((name, earlier.source) for name, earlier in rule[:place])
                fields.setdefault((path, before), {}).update(dict.fromkeys(test.wildcards))
    for patterns in fields.values():
        if too_complex(patterns):
            fail(
                "Rule is too complex - try using fewer wildcard characters or fewer repeating character "
                "sequences after a wildcard character"
            )


# Matching


class _Values:
    """The values of one event that a pattern asks about, by path."""

    def __init__(self, leaves: frozenset[str], stems: frozenset[str]) -> None:
        self.leaves = leaves
        self.stems = stems
        self.by_path: dict[str, list[tuple[str, Place]]] = {}
        self.arrays = 0

    def collect(self, node: Mapping[str, object], path: str, place: Place) -> None:
        """Take the values in the object NODE. Keys join with dots, so that "a.b" is the same as b in a."""
        for key, value in node.items():
            name = f"{path}.{key}" if path else key
            if name in self.leaves or name in self.stems:
                self._take(value, name, place)

    def _take(self, value: object, path: str, place: Place) -> None:
        if isinstance(value, dict):
            self.collect(value, path, place)
        elif isinstance(value, list):
            array = self.arrays
            self.arrays += 1
            for number, element in enumerate(value):
                inside = (*place, (array, number)) if isinstance(element, dict | list) else place
                self._take(element, path, inside)
        elif path in self.leaves:
            self.by_path.setdefault(path, []).append((json_text(value), place))


def _matches(rule: Rule, values: dict[str, list[tuple[str, Place]]]) -> bool:
    """Whether the values of an event match one branch."""
    places = []
    for path, test in rule:
        there = [place for value, place in values.get(path, ()) if test.allows(value)]
        if not there and not test.absent:
            return False
        places.append((there, [place for _value, place in values.get(path, ())] if test.absent else None))
    return _agree(places, 0, {})


Choices = list[tuple[list[Place], list[Place] | None]]
"""For each field: where a value matches; and where there is any value, if the field may be missing."""


def _agree(choices: Choices, depth: int, chosen: dict[int, int]) -> bool:
    """Whether each field from DEPTH on matches in the array elements CHOSEN so far, as in AWS's ruler."""
    if depth == len(choices):
        return True
    matching, present = choices[depth]
    missing = present is not None and all(_joined(chosen, place) is None for place in present)
    if missing and _agree(choices, depth + 1, chosen):
        return True
    return any(_agree(choices, depth + 1, joined) for joined in _distinct(chosen, matching))


def _distinct(chosen: dict[int, int], places: list[Place]) -> Iterator[dict[int, int]]:
    """CHOSEN joined with each of the PLACES that it agrees with, each outcome once."""
    seen = set()
    for place in places:
        if place in seen:
            continue
        seen.add(place)
        joined = _joined(chosen, place)
        if joined is not None:
            yield joined


def _joined(chosen: dict[int, int], place: Place) -> dict[int, int] | None:
    """CHOSEN with the elements of PLACE, or None where they are different elements of the same array."""
    if not place:
        return chosen
    for array, number in place:
        if chosen.get(array, number) != number:
            return None
    return {**chosen, **dict(place)}
