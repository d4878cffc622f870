"""`deploy`: from a function in a cell to a function on Lambda."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lambda_study.engine import limits
from lambda_study.engine.function import Function, FunctionConfiguration
from lambda_study.engine.packaging import package_of
from lambda_study.engine.runtimes.languages import launcher_for
from lambda_study.engine.runtimes.python import host_runtime
from lambda_study.engine.service import LambdaService, default_service


def deploy(
    handler: Callable[..., Any] | str | Path,
    name: str | None = None,
    memory_mb: int = 128,
    timeout_s: int = 3,
    environment: Mapping[str, str] | None = None,
    runtime: str | None = None,
    architecture: str = "x86_64",
    reserved_concurrency: int | None = None,
    service: LambdaService | None = None,
) -> Function:
    """Deploy HANDLER and return the Function.

    HANDLER is a function defined in a notebook cell or a file, "path/file.py:handler", or
    "path/package.zip:module.function". The whole cell (or file) is the deployment package. The same NAME
    again changes the function: the next invocation is cold. MEMORY_MB is 128 to 10,240, TIMEOUT_S 1 to 900.

    >>> deploy("app.py")
    Traceback (most recent call last):
    lambda_study.errors.BadInput: handler="app.py" names no function. Write "app.py:handler".

    What Lambda would refuse raises BadInput, before anything starts.
    Unlike AWS: every runtime identifier runs on the host's Python.
    Source: https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html (read 2026-11-23).
    """
    package = package_of(handler)
    configuration = FunctionConfiguration(
        name=package.default_name if name is None else name,
        handler=package.handler,
        runtime=runtime or package.runtime or host_runtime(),
        memory_mb=memory_mb,
        timeout_s=timeout_s,
        environment=MappingProxyType(dict(environment or {})),
        architecture=architecture,
        reserved_concurrency=reserved_concurrency,
    )
    limits.check_configuration(configuration)
    launcher_for(configuration.runtime)  # tells what is not installed, before anything starts
    return (service or default_service()).create_function(configuration, package)
