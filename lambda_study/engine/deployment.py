"""`deploy`: from a function in a cell to a function on Lambda."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from lambda_study.engine import limits, settings
from lambda_study.engine.default import default_service
from lambda_study.engine.function import Function, FunctionConfiguration
from lambda_study.engine.handler_cells import tell_of_another_cell
from lambda_study.engine.keywords import tells_unknown_keywords
from lambda_study.engine.packaging import package_of
from lambda_study.engine.runtimes.languages import launcher_for
from lambda_study.engine.runtimes.python import host_runtime
from lambda_study.engine.service import LambdaService


@tells_unknown_keywords
def deploy(
    handler: Callable[..., Any] | str | Path,
    name: str | None = None,
    memory_mb: int = 128,
    timeout_s: int = 3,
    environment: Mapping[str, str] | None = None,
    runtime: str | None = None,
    architecture: str = "x86_64",
    reserved_concurrency: int | None = None,
    ephemeral_mb: int = 512,
    layers: Sequence[str | Path] = (),
    dead_letter: str = "",
    service: LambdaService | None = None,
) -> Function:
    """Deploy HANDLER and return the Function.

    HANDLER is a function defined in a notebook cell or a file, or a text that names a package and the handler
    in it. The whole cell, file, folder or zip is the deployment package. The same NAME again deploys the
    function anew: the next invocation is cold, in environment 1 again, and its reports start afresh. What
    can be given here is as given, or at its default: reserved concurrency and dead-letter queue too. What is
    set on the function stays: versions, aliases, provisioned concurrency and `configure_async`; with
    versions, environments go on counting. MEMORY_MB is 128 to 10,240, TIMEOUT_S 1
    to 900, EPHEMERAL_MB the size of /tmp, 512 to 10,240. LAYERS are up to five zip archives or folders, whose
    files lie under /opt, the last one on top. RESERVED_CONCURRENCY is how many invocations may run at a time,
    no more and no less. DEAD_LETTER is the ARN of a queue or topic for events of asynchronous invocations
    that were given up.

        "app.py:handler"             Python, AWS's spelling app.handler
        "index.mjs:handler"          Node.js, index.handler; .js and .cjs too
        "app.rb:handler"             Ruby, app.handler; "app.rb:Club.handler" for a method of a class
        "Hello.java:handleRequest"   Java, example.Hello::handleRequest; compiled here
        "Function.cs:Handler"        C#, Function::Example.Function::Handler; compiled here
        "main.go"                    Go; compiled here to a program named bootstrap
        "function.sh:handler"        a bash function, and a runtime in bash and curl
        "folder" or "bootstrap"      a program named bootstrap that speaks the Runtime API itself
        "folder:index.handler", "package.zip:index.handler"   many files; the handler in AWS's spelling

    RUNTIME is AWS's identifier, such as "nodejs22.x"; left out, it is the newest for the file's language.

    >>> deploy("app.py")
    Traceback (most recent call last):
    lambda_study.errors.BadInput: handler="app.py" names no function. Write "app.py:handler".

    What Lambda would refuse, what does not compile, and a language that is not installed raise BadInput,
    before anything starts.
    Unlike AWS: an identifier runs on what the host has of its language, by small runtimes of ours (Python:
    by AWS's own); the INIT_START line of the log names its version. Only one file is taken of a program in
    one file: its imports must be of the language, or come with a folder or a zip.
    Source: https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html (read 2026-11-23).
    """
    package = package_of(handler)
    configuration = FunctionConfiguration(
        name=package.default_name if name is None else name,
        handler=package.handler,
        runtime=runtime or package.runtime or host_runtime(),
        memory_mb=memory_mb,
        timeout_s=timeout_s,
        environment=settings.variables_of(environment),
        architecture=architecture,
        reserved_concurrency=reserved_concurrency,
        ephemeral_mb=ephemeral_mb,
        layers=settings.layers_of(layers),
        dead_letter=dead_letter,
    )
    limits.check_configuration(configuration)
    launcher_for(configuration.runtime).version()  # tells what is not installed, before anything starts
    if callable(handler):
        tell_of_another_cell(handler, configuration.name)
    return (service or default_service()).create_function(configuration, package)
