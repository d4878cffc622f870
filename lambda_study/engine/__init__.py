"""A Lambda service that really runs a handler, in a child process, through the real Runtime API."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambda_study.engine.alias import Alias
    from lambda_study.engine.asynchronous import AsyncInvocation
    from lambda_study.engine.clock import ManualClock, make_clock
    from lambda_study.engine.conformance import check_runtime
    from lambda_study.engine.default import default_service
    from lambda_study.engine.deployed import ProvisionedConcurrency
    from lambda_study.engine.deployment import deploy
    from lambda_study.engine.errors import ServiceError
    from lambda_study.engine.function import Function, FunctionConfiguration
    from lambda_study.engine.image import Image, read_image
    from lambda_study.engine.image_deployment import deploy_image
    from lambda_study.engine.image_unpack import unpack
    from lambda_study.engine.image_writer import Link, write_image
    from lambda_study.engine.invocation import Invocation
    from lambda_study.engine.service import LambdaService
    from lambda_study.engine.sink import Delivery, MemorySink
    from lambda_study.engine.smallest_image import smallest_image
    from lambda_study.engine.throttled import ThrottledInvocation

_HOME = {
    "Alias": "alias",
    "AsyncInvocation": "asynchronous",
    "Delivery": "sink",
    "ManualClock": "clock",
    "MemorySink": "sink",
    "ProvisionedConcurrency": "deployed",
    "make_clock": "clock",
    "check_runtime": "conformance",
    "deploy": "deployment",
    "deploy_image": "image_deployment",
    "Function": "function",
    "FunctionConfiguration": "function",
    "Image": "image",
    "Invocation": "invocation",
    "LambdaService": "service",
    "Link": "image_writer",
    "ServiceError": "errors",
    "ThrottledInvocation": "throttled",
    "default_service": "default",
    "read_image": "image",
    "smallest_image": "smallest_image",
    "unpack": "image_unpack",
    "write_image": "image_writer",
}

__all__ = [
    "Alias",
    "AsyncInvocation",
    "Delivery",
    "Function",
    "FunctionConfiguration",
    "Image",
    "Invocation",
    "LambdaService",
    "Link",
    "ManualClock",
    "MemorySink",
    "ProvisionedConcurrency",
    "ServiceError",
    "ThrottledInvocation",
    "check_runtime",
    "default_service",
    "deploy",
    "deploy_image",
    "make_clock",
    "read_image",
    "smallest_image",
    "unpack",
    "write_image",
]


def __getattr__(name: str) -> Any:
    """Import a name of the engine when it is first asked for."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value
