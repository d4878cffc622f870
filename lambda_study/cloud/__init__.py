"""The AWS around the functions, on one loopback address: plain boto3 works against it."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambda_study.cloud.cloud import Cloud
    from lambda_study.cloud.trace import Trace
    from lambda_study.model.trace_event import TraceEvent

_HOME = {
    "Cloud": "lambda_study.cloud.cloud",
    "Trace": "lambda_study.cloud.trace",
    "TraceEvent": "lambda_study.model.trace_event",
}

__all__ = ["Cloud", "Trace", "TraceEvent"]


def __getattr__(name: str) -> Any:
    """Import a name of the cloud when it is first asked for: moto takes a moment."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOME[name]), name)
    globals()[name] = value
    return value
