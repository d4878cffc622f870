"""The runtime identifiers that AWS knows: which of them a function may name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from lambda_study.engine.errors import Refused
from lambda_study.facts import fact
from lambda_study.nearest import nearest

_DEPLOYABLE = ("supported", "deprecated")


def family(runtime: str) -> str:
    """Return the language of an identifier.

    >>> family("nodejs22.x"), family("provided.al2023")
    ('nodejs', 'provided')
    """
    found = re.match("[a-z]+", runtime)
    return found.group() if found else ""


def newest(language: str) -> str:
    """Return the newest supported identifier of a language.

    >>> newest("nodejs")
    'nodejs24.x'
    """
    return next(name for name in _supported() if family(name) == language)


def check_runtime(runtime: str) -> None:
    """Raise BadInput unless a new function may name RUNTIME.

    >>> check_runtime("node22")
    Traceback (most recent call last):
    lambda_study.engine.errors.Refused: runtime="node22" is unknown. The nearest is nodejs22.x. Supported \
are nodejs24.x, nodejs22.x, python3.14, python3.13, python3.12, python3.11, java25, java21, java17.al2023, \
java11.al2023, java8.al2023, java17, java11, java8.al2, dotnet10, ruby4.0, ruby3.4, ruby3.3, provided.al2023.
    >>> check_runtime("go1.x")
    Traceback (most recent call last):
    lambda_study.engine.errors.Refused: runtime="go1.x" is not for new functions since 2024-02-08. Use \
provided.al2023.
    """
    row = _table().get(runtime)
    if row is None:
        near = nearest(str(runtime), _supported())
        supported = ", ".join(_supported())
        raise Refused(
            f'runtime="{runtime}" is unknown. The nearest is {near}. Supported are {supported}.',
            f"Value {runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: "
            f"[{supported}] or be a valid ARN",
        )
    if row["status"] not in _DEPLOYABLE:
        since = row.get("block_create")
        why = f"not for new functions since {since}" if since else "for container images only"
        raise Refused(
            f'runtime="{runtime}" is {why}. Use {_successor(runtime)}.',
            f"The runtime parameter of {runtime} is no longer supported for creating or updating AWS Lambda "
            "functions. We recommend you use a supported runtime while creating or updating functions.",
        )


def _successor(runtime: str) -> str:
    language = {"go": "provided", "dotnetcore": "dotnet"}.get(family(runtime), family(runtime))
    return newest(language)


@cache
def _supported() -> tuple[str, ...]:
    return tuple(name for name, row in _table().items() if row["status"] == "supported")


def _table() -> Mapping[str, Any]:
    table: Mapping[str, Any] = fact("runtime").value
    return table
