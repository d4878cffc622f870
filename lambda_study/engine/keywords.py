"""The one line about a keyword that a function does not have."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from lambda_study.errors import BadInput
from lambda_study.nearest import did_you_mean

P = ParamSpec("P")
R = TypeVar("R")


def tells_unknown_keywords(function: Callable[P, R]) -> Callable[P, R]:
    """Let a keyword that FUNCTION does not have raise BadInput with the nearest that it has."""
    known = inspect.signature(function).parameters

    @functools.wraps(function)
    def checked(*values: P.args, **keywords: P.kwargs) -> R:
        for name in keywords.keys() - known.keys():
            advice = did_you_mean(name, known) or f" Choose from {', '.join(known)}."
            raise BadInput(f'{function.__name__}() has no "{name}".{advice}')
        return function(*values, **keywords)

    return checked
