"""The Lambda service: functions by name, and their invocations."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import threading
import uuid
import weakref
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lambda_study.engine import event as events
from lambda_study.engine import limits
from lambda_study.engine.clock import Clock, RunningClock
from lambda_study.engine.errors import ServiceError
from lambda_study.engine.execution_environment import ExecutionEnvironment
from lambda_study.engine.freezer import Freezer
from lambda_study.engine.function import Function, FunctionConfiguration
from lambda_study.engine.guard import Guard
from lambda_study.engine.host import Host
from lambda_study.engine.invocation import Invocation
from lambda_study.engine.package import Package
from lambda_study.engine.pool import Pool
from lambda_study.engine.runtimes.python import PythonLauncher
from lambda_study.engine.system import PortableSystem, default_system
from lambda_study.errors import BadInput
from lambda_study.model.report import Report

CONCURRENCY_LIMIT = 1000


@dataclass
class _Deployed:
    """All that the service knows of one function."""

    configuration: FunctionConfiguration
    package: Package
    task_root: Path
    pool: Pool
    reports: list[Report] = field(default_factory=list)


class LambdaService:
    """Runs functions on this machine: one child process for each execution environment.

    It is a context manager; `close` stops every environment and removes every file. CLOCK drives what waits
    between invocations, IDS makes request ids. SYSTEM and LAUNCHER (that of Python functions) choose the
    parts that differ between operating systems.
    """

    def __init__(
        self,
        clock: Clock | None = None,
        ids: Callable[[], str] = lambda: str(uuid.uuid4()),
        system: PortableSystem | None = None,
        launcher: PythonLauncher | None = None,
        concurrency_limit: int = CONCURRENCY_LIMIT,
        idle_expiry_s: float | None = None,
        freezes: bool = True,
    ) -> None:
        system = system or default_system()
        self.clock = clock or RunningClock()
        self._ids = ids
        self._limit = concurrency_limit
        self._idle_expiry_s = idle_expiry_s
        self._functions: dict[str, _Deployed] = {}
        self._lock = threading.RLock()
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
        )
        _services.add(self)

    # -- functions

    def create_function(self, configuration: FunctionConfiguration, package: Package) -> Function:
        """Create the function, or change an existing one; the next invocation is cold."""
        limits.check_configuration(configuration)
        limits.check_reserved(configuration.reserved_concurrency, self._limit)
        with self._lock:
            self._check_open()
            task_root = self._unpack(package, configuration.name)
            deployed = self._functions.get(configuration.name)
            if deployed is None:
                pool = Pool(self._host, self._limit, idle_expiry_s=self._idle_expiry_s)
                deployed = _Deployed(configuration, package, task_root, pool)
                self._functions[configuration.name] = deployed
            deployed.configuration, deployed.package, deployed.task_root = configuration, package, task_root
            deployed.pool.configure(configuration, task_root)
        return Function(configuration.name, self)

    def update_configuration(self, name: str, **changes: Any) -> None:
        """Change fields of the function's configuration; the next invocation is cold.

        A change of `reserved_concurrency` alone leaves the environments warm.
        """
        with self._lock:
            deployed = self._deployed(name)
            _check_changes(changes)
            if "environment" in changes:
                changes["environment"] = MappingProxyType(dict(changes["environment"] or {}))
            configuration = replace(deployed.configuration, **changes)
            limits.check_configuration(configuration)
            limits.check_reserved(configuration.reserved_concurrency, self._limit)
            deployed.configuration = configuration
            if set(changes) == {"reserved_concurrency"}:
                deployed.pool.reserve(configuration)
            else:
                deployed.pool.configure(configuration, deployed.task_root)

    def delete(self, name: str) -> None:
        """Delete the function; deleting one that is gone changes nothing."""
        with self._lock:
            deployed = self._functions.pop(name, None)
        if deployed is not None:
            deployed.pool.close()

    def configuration(self, name: str) -> FunctionConfiguration:
        """Return the function's configuration."""
        return self._deployed(name).configuration

    def environments(self, name: str) -> tuple[str, ...]:
        """Return the names and states of the function's execution environments."""
        return tuple(repr(environment) for environment in self._deployed(name).pool.environments())

    def reports(self, name: str) -> tuple[Report, ...]:
        """Return the Reports of the function's invocations so far."""
        return tuple(self._deployed(name).reports)

    def hints(self, name: str) -> tuple[str, ...]:
        """Return what looked wrong in the function's code when it was deployed."""
        return self._deployed(name).package.hints

    # -- invocations

    def invoke(self, name: str, event: Any) -> Invocation:
        """Run the function once and return the result."""
        deployed = self._deployed(name)
        payload = events.encode(event)
        limits.check_event_size(payload)
        number, environment = deployed.pool.acquire()
        try:
            return self._run(deployed, environment, payload)
        finally:
            deployed.pool.release(number)

    def invoke_all(self, name: str, all_events: Sequence[Any]) -> list[Invocation]:
        """Run the function once for each event at the same time; the results are in the order of the events.

        Each gets its environment before the first one starts, and none is given back before the last one
        ends: so the order in which environments are used does not depend on luck.
        """
        deployed = self._deployed(name)
        payloads = [events.encode(event) for event in all_events]
        for payload in payloads:
            limits.check_event_size(payload)
        acquired: list[tuple[int, ExecutionEnvironment]] = []
        try:
            for _ in payloads:
                acquired.append(deployed.pool.acquire())
            environments = [environment for _, environment in acquired]
            return self._run_all(deployed, environments, payloads)
        finally:
            for number, _ in acquired:
                deployed.pool.release(number)

    def close(self) -> None:
        """Stop all environments, end the guard, remove all files. A second call changes nothing."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            functions = list(self._functions.values())
        for deployed in functions:
            deployed.pool.close()
        self.clock.close()
        if self._host.freezer is not None:
            self._host.freezer.close()
        self._guard.close()
        shutil.rmtree(self._folder, ignore_errors=True)
        _services.discard(self)

    def __enter__(self) -> LambdaService:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _run(self, deployed: _Deployed, environment: ExecutionEnvironment, payload: bytes) -> Invocation:
        invocation = environment.invoke(self._ids(), payload)
        if invocation.function_error and deployed.package.hints:
            invocation = replace(invocation, hints=deployed.package.hints)
        deployed.reports.append(invocation.report)
        return invocation

    def _run_all(
        self, deployed: _Deployed, environments: Sequence[ExecutionEnvironment], payloads: Sequence[bytes]
    ) -> list[Invocation]:
        if not payloads:
            return []
        with ThreadPoolExecutor(len(payloads), thread_name_prefix="lambda-study invoke") as threads:
            running: list[Future[Invocation]] = [
                threads.submit(self._run, deployed, environment, payload)
                for environment, payload in zip(environments, payloads, strict=True)
            ]
            try:
                return [future.result() for future in running]
            except BaseException:
                for environment in environments:
                    environment.stop()
                raise

    def _unpack(self, package: Package, name: str) -> Path:
        task_root = Path(tempfile.mkdtemp(prefix=f"{name}-task-", dir=self._folder))
        package.write(task_root)
        return task_root

    def _deployed(self, name: str) -> _Deployed:
        deployed = self._functions.get(name)
        if deployed is None:
            text = f"Function not found: arn:aws:lambda:us-east-1:123456789012:function:{name}"
            raise ServiceError(404, "ResourceNotFoundException", text)
        return deployed

    def _check_open(self) -> None:
        if self._closed:
            raise BadInput("This Lambda service is closed. Start another one.")


def _check_changes(changes: dict[str, Any]) -> None:
    known = {item.name for item in fields(FunctionConfiguration)} - {"name", "handler"}
    for name in changes:
        if name not in known:
            raise BadInput(f'"{name}" cannot be updated. Choose from {", ".join(sorted(known))}.')


_services: weakref.WeakSet[LambdaService] = weakref.WeakSet()
_default: LambdaService | None = None
_default_lock = threading.Lock()


def default_service() -> LambdaService:
    """Return the service that `deploy` uses; it starts with the first call and is closed when Python ends."""
    global _default
    with _default_lock:
        if _default is None or _default._closed:
            _default = LambdaService()
        return _default


def _close_all() -> None:
    for service in list(_services):
        service.close()


def _forget_in_child() -> None:
    """A forked child owns no service: it drops the guard's pipe, so that the parent's end is still seen."""
    global _default
    _default = None
    for service in list(_services):
        service._closed = True
        service._guard.drop_pipe()
    _services.clear()


atexit.register(_close_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_in_child)
