"""Which resource or route of an API a path leads to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

_STATIC, _PARAMETER, _GREEDY = range(3)


class Match(NamedTuple):
    """A template that fits a path: how well, by segment, and the values of its parameters."""

    rank: tuple[int, ...]
    parameters: dict[str, str]


def match(template: str, path: str) -> Match | None:
    """Return how TEMPLATE fits PATH; None if it does not.

    >>> match("/photos/{id}", "/photos/7").parameters
    {'id': '7'}
    >>> match("/{proxy+}", "/photos/7").parameters
    {'proxy': 'photos/7'}
    >>> match("/photos", "/photos/7")
    """
    rank: list[int] = []
    parameters: dict[str, str] = {}
    wanted, given = template.split("/")[1:], path.split("/")[1:]
    for place, segment in enumerate(wanted):
        if segment.endswith("+}"):
            rest = "/".join(given[place:])
            return Match((*rank, _GREEDY), {**parameters, segment[1:-2]: rest}) if rest else None
        if place >= len(given):
            return None
        if segment.startswith("{"):
            if not given[place]:
                return None
            parameters[segment[1:-1]] = given[place]
            rank.append(_PARAMETER)
        elif segment == given[place]:
            rank.append(_STATIC)
        else:
            return None
    return Match(tuple(rank), parameters) if len(wanted) == len(given) else None


def best(templates: Iterable[str], path: str) -> tuple[str, dict[str, str]] | None:
    """Return the template that fits PATH best, with its parameters: the more exact, the better.

    >>> best(["/{proxy+}", "/photos/{id}", "/photos/latest"], "/photos/latest")
    ('/photos/latest', {})
    >>> best(["/{proxy+}", "/photos/{id}"], "/photos/7/comments")
    ('/{proxy+}', {'proxy': 'photos/7/comments'})
    """
    found = [(fit.rank, template, fit) for template in templates if (fit := match(template, path))]
    if not found:
        return None
    _, template, fit = min(found, key=lambda each: each[:2])
    return template, fit.parameters
