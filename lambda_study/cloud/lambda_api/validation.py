"""Checks of parameters against the service model, told in AWS's words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from lambda_study.engine import ServiceError

# These have rules of their own, with texts of their own: the model knows the limits of managed instances and
# runtimes that nobody can choose any more.
_OWN_RULES = frozenset({"memorySize", "timeout", "runtime"})
# Classes of characters that Java's patterns name, as Python's do.
_CLASSES = {
    r"\p{L}": r"\w",
    r"\p{N}": r"\d",
    r"\p{Z}": r"\s",
    r"\p{IsWhite_Space}": r"\s",
    r"\p{Graph}": r"!-~",
}


def validate(shape: Any, parameters: Mapping[str, Any]) -> None:
    """Raise AWS's ValidationException unless PARAMETERS keep to SHAPE, the input of an operation."""
    problems = list(_problems(shape, parameters, ""))
    if problems:
        errors = "error" if len(problems) == 1 else "errors"
        text = f"{len(problems)} validation {errors} detected: " + "; ".join(problems)
        raise ServiceError(400, "ValidationException", text)


def broken(value: Any, path: str, constraint: str) -> str:
    """Return AWS's words for a VALUE that breaks a constraint.

    >>> broken(3, "maximumRetryAttempts", "Member must have value less than or equal to 2")
    "Value '3' at 'maximumRetryAttempts' failed to satisfy constraint: Member must have value less than or \
equal to 2"
    """
    shown = "null" if value is None else f"'{_shown(value)}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: {constraint}"


def _problems(shape: Any, value: Any, path: str) -> Iterator[str]:
    if shape.type_name == "structure":
        yield from _problems_of_structure(shape, value, path)
        return
    if path not in _OWN_RULES:
        yield from (broken(value, path, constraint) for constraint in _constraints(shape, value))
    if shape.type_name == "list":
        yield from _problems_of_items(shape, value, path)
    if shape.type_name == "map":
        yield from _problems_of_map(shape, value, path)


def _problems_of_structure(shape: Any, value: Mapping[str, Any], path: str) -> Iterator[str]:
    for name, member in shape.members.items():
        place = f"{path}.{_lower(name)}" if path else _lower(name)
        if name in value:
            yield from _problems(member, value[name], place)
        elif name in shape.required_members:
            yield broken(None, place, "Member must not be null")


def _problems_of_items(shape: Any, value: list[Any], path: str) -> Iterator[str]:
    if shape.member.type_name == "structure":
        for number, item in enumerate(value, 1):
            yield from _problems(shape.member, item, f"{path}.{number}.member")
    elif any(_breaks(shape.member, item) for item in value):
        yield broken(value, path, f"Member must satisfy constraint: [{_all_of(shape.member)}]")


def _problems_of_map(shape: Any, value: Mapping[str, Any], path: str) -> Iterator[str]:
    if any(_breaks(shape.key, key) for key in value):
        yield broken(value, path, f"Map keys must satisfy constraint: [{_all_of(shape.key)}]")
    if any(_breaks(shape.value, item) for item in value.values()):
        yield broken(value, path, f"Map value must satisfy constraint: [{_all_of(shape.value)}]")


def _breaks(shape: Any, value: Any) -> bool:
    return value is None or next(_constraints(shape, value), None) is not None


def _constraints(shape: Any, value: Any) -> Iterator[str]:
    """Yield the constraints of SHAPE that VALUE breaks, in AWS's words."""
    if value is None:
        return
    holds = {"length": len(value) if hasattr(value, "__len__") else 0, "value": value}
    for kind, words, number in _bounds(shape):
        if (holds[kind] > number) if "less" in words else (holds[kind] < number):
            yield f"Member must have {kind} {words} than or equal to {number}"
    if value not in shape.metadata.get("enum", (value,)):
        yield _one_of(shape)
    pattern = shape.metadata.get("pattern")
    if pattern and not _compiled(pattern).fullmatch(value):
        yield f"Member must satisfy regular expression pattern: {pattern}"


def _all_of(shape: Any) -> str:
    """Return all constraints of SHAPE, as AWS lists them for the items of a list or a map."""
    found = [f"Member must have {kind} {words} than or equal to {n}" for kind, words, n in _bounds(shape)]
    if "enum" in shape.metadata:
        found.append(_one_of(shape))
    if shape.metadata.get("pattern"):
        found.append(f"Member must satisfy regular expression pattern: {shape.metadata['pattern']}")
    return ", ".join([*found, "Member must not be null"])


def _one_of(shape: Any) -> str:
    return f"Member must satisfy enum value set: [{', '.join(shape.metadata['enum'])}]"


def _bounds(shape: Any) -> Iterator[tuple[str, str, Any]]:
    if shape.type_name == "blob":
        return
    numeric = shape.type_name in ("integer", "long", "double", "float")
    kind = "value" if numeric else "length"
    for words, name in (("less", "max"), ("greater", "min")):
        if name in shape.metadata:
            yield kind, words, shape.metadata[name]


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    for java, python in _CLASSES.items():
        pattern = pattern.replace(java, python)
    return re.compile(pattern)


def _shown(value: Any) -> str:
    """Return VALUE as Java prints it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}={_shown(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_shown(item) for item in value) + "]"
    return "null" if value is None else str(value)


def _lower(name: str) -> str:
    """Return the name of a member as AWS's texts write it: memorySize, kMSKeyArn."""
    return name[:1].lower() + name[1:]
