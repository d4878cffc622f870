"""Objects of a file that someone wrote: their keys checked, each mistake told in one line."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import MISSING, fields
from typing import Any

from lambda_study.errors import BadInput
from lambda_study.nearest import nearest


def check_keys(given: object, known: Collection[str], name: str, needed: Collection[str] = ()) -> None:
    """Raise BadInput if GIVEN, called NAME, is no object, has an unknown key or lacks a needed one.

    >>> check_keys({"put": 3}, ["gets", "puts"], '"s3"')
    Traceback (most recent call last):
    lambda_study.errors.BadInput: "put" is not a key of "s3". Do you mean "puts"? Allowed: gets, puts.
    """
    allowed = ", ".join(known)
    if not isinstance(given, Mapping):
        raise BadInput(f"{name} must be an object with: {allowed}.")
    for key in given:
        if key not in known:
            near = nearest(key, known)
            raise BadInput(f'"{key}" is not a key of {name}. Do you mean "{near}"? Allowed: {allowed}.')
    missing = [key for key in needed if key not in given]
    if missing:
        raise BadInput(f"{name} has no {' and no '.join(missing)}. Allowed: {allowed}.")


def keys_of(kind: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of a dataclass's fields, and those of them that have no default."""
    every = fields(kind)
    needed = (f.name for f in every if f.default is MISSING and f.default_factory is MISSING)
    return tuple(f.name for f in every), tuple(needed)
