"""A slow and obvious matcher of event patterns: it tries each way to pick one element of every array."""

from __future__ import annotations

import random
from collections.abc import Iterator

Json = object
WORDS = ("x", "Xy", "10", "", "a*b")


def draw_event(draw: random.Random, depth: int = 0) -> dict[str, Json]:
    """A small event with objects in arrays."""
    return {key: draw_value(draw, depth) for key in draw.sample("abc", draw.randint(1, 3))}


def draw_value(draw: random.Random, depth: int) -> Json:
    kind = draw.random()
    if depth < 3 and kind < 0.35:
        return draw_event(draw, depth + 1)
    if depth < 3 and kind < 0.75:
        return [draw_value(draw, depth + 1) for _ in range(draw.randint(0, 2))]
    return draw.choice([*WORDS, 10, 10.5, -3, True, None])


def draw_pattern(draw: random.Random, event: Json, depth: int = 0) -> dict[str, Json]:
    """A pattern for fields that an event has, so that some of them match."""
    pattern: dict[str, Json] = {}
    for node in [part for part in parts_of(event) if isinstance(part, dict)][:2]:
        for key in draw.sample(sorted(node), min(len(node), 2)):
            inner = [part for part in parts_of(node[key]) if isinstance(part, dict)]
            pattern[key] = draw_pattern(draw, node[key], depth + 1) if inner else draw_operators(draw)
    return pattern or {"a": draw_operators(draw)}


def parts_of(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]


OPERATORS: list[Json] = [
    *WORDS[:3],
    *(10, True, None),
    {"exists": True},
    {"prefix": "X"},
    {"suffix": "y"},
    {"anything-but": ["x", "10"]},
    {"numeric": [">=", 10]},
    {"wildcard": "*y"},
]


def draw_operators(draw: random.Random) -> list[Json]:
    return draw.sample(OPERATORS, 3)


def allows(operator: Json, value: Json) -> bool:
    """Whether one part of a pattern takes one value."""
    if not isinstance(operator, dict):
        return operator == value and isinstance(operator, bool) == isinstance(value, bool)
    ((name, wanted),) = operator.items()
    if name == "exists":
        return True
    if name == "anything-but":
        return value not in wanted
    if name == "numeric":
        return isinstance(value, int | float) and not isinstance(value, bool) and value >= wanted[1]
    if not isinstance(value, str):
        return False
    return value.startswith(wanted) if name == "prefix" else value.endswith(wanted.lstrip("*"))


def matches(pattern: dict[str, Json], event: dict[str, Json]) -> bool:
    """Whether some way to pick array elements gives every field a value that it takes."""
    return any(satisfied(pattern, list(flat(picked, ""))) for picked in picks(event))


def picks(value: Json) -> Iterator[Json]:
    """VALUE with every array cut down to its plain values and one of its arrays and objects."""
    if isinstance(value, dict):
        yield from picked_fields(list(value.items()))
    elif isinstance(value, list):
        plain = [element for element in value if not isinstance(element, dict | list)]
        nested = [element for element in value if isinstance(element, dict | list)]
        if not nested:
            yield plain
        for element in nested:
            for picked in picks(element):
                yield [*plain, picked]
    else:
        yield value


def picked_fields(fields: list[tuple[str, Json]]) -> Iterator[dict[str, Json]]:
    if not fields:
        yield {}
        return
    (key, value), *rest = fields
    for picked in picks(value):
        for others in picked_fields(rest):
            yield {key: picked, **others}


def flat(value: Json, path: str) -> Iterator[tuple[str, Json]]:
    """The plain values in VALUE, each with its path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from flat(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from flat(inner, path)
    else:
        yield path, value


def satisfied(pattern: Json, values: list[tuple[str, Json]], path: str = "") -> bool:
    if isinstance(pattern, dict):
        return all(satisfied(inner, values, f"{path}.{key}") for key, inner in pattern.items())
    return any(allows(operator, value) for operator in pattern for at, value in values if at == path)  # type: ignore[attr-defined]
