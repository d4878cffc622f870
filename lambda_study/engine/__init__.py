"""A Lambda service that really runs a handler, in a child process, through the real Runtime API."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambda_study.engine.deployment import deploy
    from lambda_study.engine.errors import ServiceError
    from lambda_study.engine.function import Function, FunctionConfiguration
    from lambda_study.engine.invocation import Invocation
    from lambda_study.engine.service import LambdaService, default_service

_HOME = {
    "deploy": "deployment",
    "Function": "function",
    "FunctionConfiguration": "function",
    "Invocation": "invocation",
    "LambdaService": "service",
    "ServiceError": "errors",
    "default_service": "service",
}

__all__ = [
    "Function",
    "FunctionConfiguration",
    "Invocation",
    "LambdaService",
    "ServiceError",
    "default_service",
    "deploy",
]


def __getattr__(name: str) -> Any:
    """Import a name of the engine when it is first asked for."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value
