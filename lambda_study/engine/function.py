"""A function: its configuration, and the handle that a learner holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from lambda_study.engine.alias import Alias
    from lambda_study.engine.asynchronous import AsyncInvocation
    from lambda_study.engine.deployed import ProvisionedConcurrency
    from lambda_study.engine.image import Image
    from lambda_study.engine.invocation import Invocation
    from lambda_study.engine.invoker import Result
    from lambda_study.engine.service import LambdaService
    from lambda_study.model.asynchronous import AsyncConfig
    from lambda_study.model.report import Report

REGION = "us-east-1"
ACCOUNT = "123456789012"
NO_EVENT: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Logging:
    """How a function logs: FORMAT "Text" or "JSON", in JSON from which levels on, and where to.

    GROUP is a log group of its own choice; "" is the function's own.
    """

    format: str = "Text"
    application_level: str = "INFO"
    system_level: str = "INFO"
    group: str = ""


@dataclass(frozen=True, slots=True)
class FunctionConfiguration:
    """What a function is told to be. Times in seconds, memory in MB; None for no reserved concurrency.

    A function is a zip package with a handler and a runtime, or an IMAGE, which CONTAINER runs. `layers` are
    the zip archives and folders whose files lie under /opt; `dead_letter` is the ARN of a queue or topic.

    >>> FunctionConfiguration("resize", "lambda_function.handler", runtime="python3.12").arn
    'arn:aws:lambda:us-east-1:123456789012:function:resize'
    """

    name: str
    handler: str
    runtime: str
    memory_mb: int = 128
    timeout_s: int = 3
    environment: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    architecture: str = "x86_64"
    reserved_concurrency: int | None = None
    ephemeral_mb: int = 512
    layers: tuple[str, ...] = ()
    dead_letter: str = ""
    logging: Logging = Logging()
    version: str = "$LATEST"
    image: Image | None = None
    container: str = ""

    @property
    def package_type(self) -> str:
        """AWS's word for how the code comes: "Zip" or "Image"."""
        return "Zip" if self.image is None else "Image"

    @property
    def log_group(self) -> str:
        """Where its logs go."""
        return self.logging.group or f"/aws/lambda/{self.name}"

    @property
    def arn(self) -> str:
        """The function's Amazon Resource Name."""
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.name}"


class Function:
    """A deployed function. `invoke` runs it once, `update` changes it, `close` deletes it.

    >>> from lambda_study.engine import LambdaService, ManualClock, deploy
    >>> def handler(event, context):
    ...     return 12 / event["n"]
    >>> service = LambdaService(clock=ManualClock())
    >>> fn = deploy(handler, service=service)
    >>> fn.invoke({"n": 4}).payload
    3.0
    >>> accepted = fn.invoke_async({"n": 0})
    >>> service.clock.advance(minutes=3)
    >>> accepted
    202 accepted: RetriesExhausted (3 runs)
    >>> fn.publish_version()
    '1'
    >>> fn.alias("live", "1")
    Alias live: version 1
    >>> fn.provision(1, "live")
    Provisioned concurrency of live: 1 of 1 (READY)
    >>> fn.invoke({"n": 4}, qualifier="live").report.cold
    False
    >>> service.close()
    """

    def __init__(self, name: str, service: LambdaService) -> None:
        self.name = name
        self._service = service

    @property
    def configuration(self) -> FunctionConfiguration:
        """The configuration of now."""
        return self._service.configuration(self.name)

    @property
    def environments(self) -> tuple[str, ...]:
        """The execution environments that exist, with their states: ("environment 1 (idle)",)."""
        return self._service.environments(self.name)

    @property
    def reports(self) -> tuple[Report, ...]:
        """The Reports of all invocations since it was last deployed, in the order of their end."""
        return self._service.reports(self.name)

    @property
    def versions(self) -> tuple[str, ...]:
        """The numbers of the published versions, oldest first."""
        return self._service.versions(self.name)

    @property
    def aliases(self) -> tuple[Alias, ...]:
        """The aliases, in the order of their making."""
        return self._service.aliases(self.name)

    def invoke(self, event: Any = NO_EVENT, qualifier: str | None = None) -> Invocation:
        """Run the handler once with EVENT and wait for its result.

        QUALIFIER is a version or an alias; without it $LATEST runs. A handler that raises is a result too:
        look at `.function_error`. An event that JSON cannot hold raises BadInput; a throttled invocation
        raises ServiceError.
        """
        return self._service.invoke(self.name, _event(event), qualifier)

    def invoke_all(self, events: Iterable[Any], qualifier: str | None = None) -> list[Result]:
        """Run the handler once for each of EVENTS, all at the same time; results in the order of the events.

        Each invocation has an execution environment of its own. Where one is throttled, the others run, and
        a ThrottledInvocation of status 429 stands in its place: it has no report.
        """
        return self._service.invoke_all(self.name, [_event(event) for event in events], qualifier)

    def invoke_async(self, event: Any = NO_EVENT, qualifier: str | None = None) -> AsyncInvocation:
        """Queue EVENT and return at once, with status 202: the invocation type `Event`.

        The clock of the service runs the handler, and again one and three minutes later if it fails. With a
        manual clock call `clock.advance(minutes=3)`, with another one wait by `clock.settle()`.
        Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html (read 2026-11-23).
        """
        return self._service.invoke_async(self.name, _event(event), qualifier)

    def dry_run(self, event: Any = NO_EVENT, qualifier: str | None = None) -> int:
        """Check an invocation without running anything: the invocation type `DryRun`. Returns 204."""
        return self._service.dry_run(self.name, _event(event), qualifier)

    def publish_version(self) -> str:
        """Publish $LATEST as the next version and return its number: "1", "2", ...

        A version never changes. If nothing has changed since the last one, that one's number comes back.
        Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html (read 2026-11-23).
        """
        return self._service.publish_version(self.name)

    def alias(
        self, name: str, version: str | None = None, weights: Mapping[str, float] | None = None
    ) -> Alias:
        """Let the alias NAME lead to VERSION, and return it; without VERSION return it as it is.

        WEIGHTS gives the share of a second version: `fn.alias("live", "1", {"2": 0.1})`.
        Source: https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html (read 2026-11-23).
        """
        if version is None:
            return self._service.alias(self.name, name)
        return self._service.put_alias(self.name, name, version, weights)

    def provision(self, environments: int, qualifier: str = "$LATEST") -> ProvisionedConcurrency:
        """Start ENVIRONMENTS ahead for a version or an alias; invocations beyond them run on demand.

        Returns when they are ready. 0 takes them back. $LATEST can have none, so QUALIFIER is needed.
        Source: https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html (read 2026-11-23).
        """
        return self._service.provision(self.name, environments, qualifier)

    def configure_async(self, qualifier: str | None = None, **changes: Any) -> AsyncConfig:
        """Change how asynchronous events are retried, and where the records of their ends go.

        CHANGES are maximum_retry_attempts (0-2), maximum_event_age_s (60-21,600), on_success and on_failure
        (ARNs). Returns the settings as they are now. What is sent to a destination is in the `sink` of the
        service.
        Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html
        (read 2026-11-23).
        """
        return self._service.configure_async(self.name, qualifier, **changes)

    def update(self, **changes: Any) -> Function:
        """Change the configuration (memory_mb, timeout_s, environment, ...); the next invocation is cold."""
        self._service.update_configuration(self.name, **changes)
        return self

    def close(self) -> None:
        """Delete the function: its environments stop."""
        self._service.delete(self.name)

    def __repr__(self) -> str:
        c = self.configuration
        code = f"{c.handler}, {c.runtime}" if c.image is None else f"image {c.image.digest[:19]}"
        lines = [f"Function {c.name}: {code}, {c.memory_mb} MB, timeout {c.timeout_s} s"]
        lines += [f"hint: {hint}" for hint in self._service.hints(self.name)]
        return "\n".join(lines)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))

    def __enter__(self) -> Function:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def _event(event: Any) -> Any:
    return {} if event is NO_EVENT else event
