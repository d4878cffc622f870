"""What `deploy` and `update` are given for a setting, as a configuration holds it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lambda_study.engine.function import FunctionConfiguration
from lambda_study.errors import BadInput


def layers_of(layers: Iterable[str | Path] | None) -> tuple[str, ...]:
    """Return the paths of a function's layers as texts; BadInput for anything but a list of them.

    >>> layers_of("layer.zip")
    Traceback (most recent call last):
    lambda_study.errors.BadInput: layers='layer.zip' is no list. Write ['layer.zip'].
    """
    if isinstance(layers, str | Path):
        raise BadInput(f"layers={str(layers)!r} is no list. Write [{str(layers)!r}].")
    if layers is not None and not isinstance(layers, Iterable):
        raise BadInput(f'layers={layers!r} is no list. Write ["layer.zip"].')
    return tuple(map(str, layers or ()))


def variables_of(environment: Mapping[str, str] | None) -> Mapping[str, str]:
    """Return the variables of a function as they were given, not to be changed; BadInput for no mapping.

    >>> variables_of("STAGE=test")
    Traceback (most recent call last):
    lambda_study.errors.BadInput: environment='STAGE=test' is no dict. Write {"NAME": "value"}.
    """
    if environment is not None and not isinstance(environment, Mapping):
        raise BadInput(f'environment={environment!r} is no dict. Write {{"NAME": "value"}}.')
    return MappingProxyType(dict(environment or {}))


def changes_of(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return CHANGES as a configuration holds them; BadInput for what cannot be updated."""
    deployed = {"name", "version", "image", "container"}
    known = {item.name for item in fields(FunctionConfiguration)} - deployed
    check_names(changes, known, "cannot be updated")
    held: dict[str, Callable[[Any], Any]] = {"environment": variables_of, "layers": layers_of}
    return {name: held[name](value) if name in held else value for name, value in changes.items()}


def check_names(changes: Mapping[str, Any], known: set[str], problem: str) -> None:
    """Raise BadInput with PROBLEM for a name of CHANGES that is not KNOWN."""
    for name in changes:
        if name not in known:
            raise BadInput(f'"{name}" {problem}. Choose from {", ".join(sorted(known))}.')
