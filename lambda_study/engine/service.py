"""The Lambda service: functions by name, and their invocations."""

from __future__ import annotations

import itertools
import shutil
import tempfile
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from lambda_study.engine import event as events
from lambda_study.engine import limits, open_services, settings
from lambda_study.engine.alias import Alias
from lambda_study.engine.asynchronous import AsyncInvocation, AsyncQueue
from lambda_study.engine.clock import Clock, RunningClock
from lambda_study.engine.cpu_share import CpuShare
from lambda_study.engine.deployed import DeployedFunction, ProvisionedConcurrency
from lambda_study.engine.errors import ServiceError
from lambda_study.engine.freezer import Freezer
from lambda_study.engine.function import Function, FunctionConfiguration
from lambda_study.engine.guard import Guard
from lambda_study.engine.host import Host
from lambda_study.engine.invocation import Invocation
from lambda_study.engine.invoker import Result, Run, ThrottledRun, run_all, run_or_throttled
from lambda_study.engine.observer import CALLER, Observer
from lambda_study.engine.package import Package
from lambda_study.engine.pool import Pool
from lambda_study.engine.revision import Revision
from lambda_study.engine.runtimes.python import PythonLauncher
from lambda_study.engine.sink import MemorySink, Sink
from lambda_study.engine.system import PortableSystem, default_system
from lambda_study.engine.turns import Turn, Turns
from lambda_study.engine.variables import NO_ENDPOINT
from lambda_study.errors import BadInput, Interrupted
from lambda_study.facts import fact
from lambda_study.model.asynchronous import AsyncConfig
from lambda_study.model.report import Report
from lambda_study.model.shares import Account, Allowance, Share

CONCURRENCY_LIMIT = 1000
# Unlike AWS: AWS does not say how long it keeps an idle environment; minutes are observed.
IDLE_EXPIRY_S = 600.0


class LambdaService:
    """Runs functions on this machine: one child process for each execution environment.

    It is a context manager; `close` stops every environment and removes every file. CLOCK drives what waits
    between invocations; one that is given stays open. IDS makes request ids, RANDOM draws between the
    versions of an alias, and SINK takes what goes to destinations. CONCURRENCY_LIMIT is the account's. An
    environment that is idle for IDLE_EXPIRY_S seconds is stopped; None keeps it. CPU_SHARE gives a function
    CPU time in proportion to its memory, as Lambda does. SYSTEM and LAUNCHER (that of Python functions)
    choose the parts that differ between operating systems. ENDPOINT_URL is where handlers that call AWS get
    their answers; without one they reach nothing. OBSERVER is told what happens.
    """

    def __init__(
        self,
        clock: Clock | None = None,
        ids: Callable[[], str] = lambda: str(uuid.uuid4()),
        system: PortableSystem | None = None,
        launcher: PythonLauncher | None = None,
        concurrency_limit: int = CONCURRENCY_LIMIT,
        idle_expiry_s: float | None = IDLE_EXPIRY_S,
        freezes: bool = True,
        cpu_share: bool = False,
        random: Random | None = None,
        sink: Sink | None = None,
        endpoint_url: str = NO_ENDPOINT,
        observer: Observer | None = None,
    ) -> None:
        system = system or default_system()
        if cpu_share and not system.can_freeze:
            raise BadInput("cpu_share=True needs a system that can stop processes. Leave it out here.")
        self.clock = clock or RunningClock()
        self._has_own_clock = clock is None
        self.sink = sink or MemorySink()
        self._ids = ids
        self._idle_expiry_s = idle_expiry_s
        self._random = random or Random()
        self.account = Account(concurrency_limit, int(fact("rps.sync_per_concurrency").value))
        self._functions: dict[str, DeployedFunction] = {}
        self._version_numbers: dict[str, Iterator[int]] = {}
        self._lock = threading.RLock()
        self._pool_lock = threading.Lock()
        self._closed = False
        self._folder = Path(tempfile.mkdtemp(prefix="lambda-study-"))
        self._guard = Guard(self._folder.name, self._folder)
        self._host = Host(
            system=system,
            python_launcher=launcher or PythonLauncher(),
            guard=self._guard,
            clock=self.clock,
            ids=lambda: str(uuid.uuid4()),
            folder=self._folder,
            marker=self._folder.name,
            freezer=Freezer() if freezes and system.can_freeze else None,
            cpu_share=CpuShare() if cpu_share else None,
            endpoint_url=endpoint_url,
        )
        self._observer = observer or Observer()
        self._turns = Turns(self.clock)
        self._queue = AsyncQueue(self.clock, self.sink, self.deployed, self._turns, self._observer)
        open_services.add(self)

    # -- functions

    def create_function(self, configuration: FunctionConfiguration, package: Package) -> Function:
        """Create the function, or deploy an existing one again; the next invocation is cold."""
        self._check(configuration)
        with self._lock:
            self._check_open()
            revision = Revision.unpack(configuration, package, self._folder)
            deployed = self._functions.get(configuration.name)
            if deployed is None:
                self._functions[configuration.name] = self._new_function(revision)
            else:
                deployed.deploy_again(revision)
        return Function(configuration.name, self)

    def update_configuration(self, name: str, **changes: Any) -> None:
        """Change fields of the function's configuration; the next invocation is cold.

        A change of `reserved_concurrency` alone leaves the environments warm.
        """
        with self._lock:
            self._check_open()
            deployed = self.deployed(name)
            configuration = replace(deployed.configuration, **settings.changes_of(changes))
            self._check(configuration)
            if "runtime" in changes:
                self._host.launcher_for(configuration.runtime).version()  # tells what is not installed
            revision = deployed.latest.changed(configuration, self._folder)
            if set(changes) == {"reserved_concurrency"}:
                deployed.reserve(revision)
            else:
                deployed.configure(revision)

    def update_code(self, name: str, package: Package, **changes: Any) -> None:
        """Give the function the files of PACKAGE, and CHANGES of its configuration; the next one is cold."""
        with self._lock:
            self._check_open()
            deployed = self.deployed(name)
            configuration = replace(deployed.configuration, **changes)
            deployed.configure(Revision.unpack(configuration, package, self._folder))

    def delete(self, name: str) -> None:
        """Delete the function with its versions; deleting one that is gone changes nothing."""
        with self._lock:
            deployed = self._functions.pop(name, None)
        if deployed is not None:
            deployed.close()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all functions, in the order of their making."""
        return tuple(self._functions)

    def deployed(self, name: str) -> DeployedFunction:
        """Return the function called NAME with all that belongs to it; AWS's error if there is none."""
        deployed = self._functions.get(name)
        if deployed is None:
            text = f"Function not found: arn:aws:lambda:us-east-1:123456789012:function:{name}"
            raise ServiceError(404, "ResourceNotFoundException", text)
        return deployed

    def configuration(self, name: str) -> FunctionConfiguration:
        """Return the function's configuration."""
        return self.deployed(name).configuration

    def environments(self, name: str) -> tuple[str, ...]:
        """Return the names and states of the function's execution environments."""
        return tuple(repr(environment) for environment in self.deployed(name).environments())

    def reports(self, name: str) -> tuple[Report, ...]:
        """Return the Reports of the function's invocations so far."""
        return tuple(self.deployed(name).reports)

    def hints(self, name: str) -> tuple[str, ...]:
        """Return what looked wrong in the function's code when it was deployed."""
        return self.deployed(name).latest.package.hints

    # -- versions, aliases, settings

    def publish_version(self, name: str, anew: bool = False) -> str:
        """Publish $LATEST as a version and return its number; numbers are never used again."""
        with self._lock:
            numbers = self._version_numbers.setdefault(name, itertools.count(1))
            return self.deployed(name).publish(lambda: next(numbers), anew)

    def versions(self, name: str) -> tuple[str, ...]:
        """Return the numbers of the function's published versions, oldest first."""
        return self.deployed(name).versions

    def aliases(self, name: str) -> tuple[Alias, ...]:
        """Return the function's aliases."""
        return self.deployed(name).aliases

    def put_alias(
        self, name: str, alias: str, version: str, weights: Mapping[str, float] | None = None
    ) -> Alias:
        """Create ALIAS, or let it lead elsewhere."""
        self._check_open()
        return self.deployed(name).put_alias(alias, version, weights)

    def alias(self, name: str, alias: str) -> Alias:
        """Return the alias called ALIAS."""
        return self.deployed(name).alias(alias)

    def provision(self, name: str, environments: int, qualifier: str) -> ProvisionedConcurrency:
        """Start ENVIRONMENTS ahead for a version or an alias; 0 takes the provisioned concurrency back."""
        self._check_open()
        return self.deployed(name).provision(environments, qualifier)

    def async_config(self, name: str, qualifier: str | None = None) -> AsyncConfig:
        """Return how asynchronous events are retried, and where their records go."""
        return self.deployed(name).async_config(qualifier)

    def configure_async(self, name: str, qualifier: str | None = None, **changes: Any) -> AsyncConfig:
        """Change fields of the AsyncConfig, and return it as it is now."""
        settings.check_names(changes, {item.name for item in fields(AsyncConfig)}, "is no setting")
        config = replace(self.async_config(name, qualifier), **changes)
        limits.check_async(config)
        with self._lock:
            self.deployed(name).configure_async(config, qualifier)
        return config

    # -- invocations

    def invoke(
        self, name: str, event: Any, qualifier: str | None = None, context: str = "", source: str = CALLER
    ) -> Invocation:
        """Run the function once, for SOURCE; CONTEXT is that of a client, JSON text for the handler's."""
        run = self._run(name, _payload(event), qualifier, source, context)
        try:
            invocation = run.result()
            self._observer.invoked(name, invocation, source)
            return invocation
        except KeyboardInterrupt:
            raise Interrupted("Interrupted; the environment was stopped.") from None
        finally:
            run.release()

    def invoke_all(self, name: str, all_events: Sequence[Any], qualifier: str | None = None) -> list[Result]:
        """Run the function once for each event at the same time; the results are in the order of the events.

        Each gets its environment before the first one starts, and none is given back before the last one
        ends: so the order in which environments are used does not depend on luck. In the place of one that
        is throttled stands a ThrottledInvocation.
        """
        payloads = [_payload(event) for event in all_events]
        runs: list[Run | ThrottledRun] = []
        try:
            for payload in payloads:
                runs.append(run_or_throttled(partial(self._run, name, payload, qualifier)))
            results = run_all(runs)
            for result in results:
                if isinstance(result, Invocation):
                    self._observer.invoked(name, result, CALLER)
            return results
        except KeyboardInterrupt:
            raise Interrupted("Interrupted; the environments were stopped.") from None
        finally:
            for run in runs:
                run.release()

    def invoke_in_turn(
        self,
        name: str,
        event: Any,
        then: Callable[[Invocation | ServiceError], None],
        qualifier: str | None = None,
        source: str = CALLER,
    ) -> None:
        """Begin to run the function once, for SOURCE; THEN gets what came of it, on another thread, in turn.

        With a clock that is moved by hand turns come in the order of the beginnings.
        """
        payload = _payload(event)

        def end(turn: Turn) -> None:
            if turn.result is not None:
                self._observer.invoked(name, turn.result, source)
            then(turn.outcome)

        self._turns.begin(lambda: self._run(name, payload, qualifier, source), end)

    def invoke_async(
        self, name: str, event: Any, qualifier: str | None = None, source: str = CALLER, about: str = ""
    ) -> AsyncInvocation:
        """Queue EVENT of SOURCE, ABOUT something, and return at once; the clock tries it, and again."""
        self._check_open()
        payload = _payload(event, asynchronous=True)
        self.deployed(name).target(qualifier)
        item = AsyncInvocation(
            name, qualifier, self._ids(), events.decode(payload), payload, self.clock.now(), source, about
        )
        self._queue.add(item)
        return item

    def dry_run(self, name: str, event: Any, qualifier: str | None = None) -> int:
        """Check an invocation without running anything. Returns AWS's status for it, 204."""
        _payload(event)
        self.deployed(name).target(qualifier)
        return 204

    def new_folder(self, name: str) -> Path:
        """Return an empty folder that goes when this service closes, or when its process ends in any way."""
        self._check_open()
        return Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self._folder))

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed

    def close(self) -> None:
        """Stop all environments, end the guard, remove all files. A second call changes nothing."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            functions = list(self._functions.values())
        self._queue.close()
        self._turns.close()
        for deployed in functions:
            deployed.close()
        if self._has_own_clock:
            self.clock.close()
        if self._host.freezer is not None:
            self._host.freezer.close()
        if self._host.cpu_share is not None:
            self._host.cpu_share.close()
        self._guard.close()
        shutil.rmtree(self._folder, ignore_errors=True)
        open_services.discard(self)

    def forget(self) -> None:
        """Own nothing any more: this is a forked child, and the service its parent's."""
        self._closed = True
        self._guard.drop_pipe()  # so that the parent's end is still seen

    def __enter__(self) -> LambdaService:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _run(
        self, name: str, payload: bytes, qualifier: str | None, source: str = CALLER, client_context: str = ""
    ) -> Run:
        self._check_open()
        try:
            deployed = self.deployed(name)
            deployed.request(self.clock.now().timestamp())
            target = deployed.target(qualifier)
            return Run(deployed, target, self._ids(), payload, client_context=client_context)
        except ServiceError as error:
            self._observer.throttled(name, error, source)
            raise

    def _new_function(self, revision: Revision) -> DeployedFunction:
        per_period, period = (fact(f"concurrency.scaling_{name}").value for name in ("rate", "period"))
        scaling = Allowance(int(per_period), float(period))
        with self._pool_lock:
            share = Share(self.account, revision.configuration.reserved_concurrency, scaling)
        return DeployedFunction(revision, share, self._new_pool, self._random, self._pool_lock)

    def _new_pool(self, revision: Revision, share: Share) -> Pool:
        return Pool(self._host, revision, share, self._pool_lock, idle_expiry_s=self._idle_expiry_s)

    def _check(self, configuration: FunctionConfiguration) -> None:
        """Raise BadInput for what Lambda would refuse of CONFIGURATION, in this account."""
        limits.check_configuration(configuration)
        deployed = self._functions.get(configuration.name)
        own = deployed.share.reserved or 0 if deployed else 0
        others = self.account.reserved - own
        limits.check_reserved(configuration.reserved_concurrency, self.account.limit, others)
        if deployed and configuration.reserved_concurrency is not None:
            limits.check_not_below_provisioned(configuration.reserved_concurrency, deployed.share.provisioned)

    def _check_open(self) -> None:
        if self._closed:
            raise BadInput("This Lambda service is closed. Start another one.")


def _payload(event: Any, asynchronous: bool = False) -> bytes:
    payload = events.encode(event)
    limits.check_event_size(payload, asynchronous)
    return payload
