"""All that the service knows of one function: $LATEST, its versions and aliases, and who runs them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from typing import NamedTuple

from lambda_study.engine import limits
from lambda_study.engine.alias import Alias
from lambda_study.engine.errors import Refused, ServiceError, throttled
from lambda_study.engine.execution_environment import ExecutionEnvironment
from lambda_study.engine.function import FunctionConfiguration
from lambda_study.engine.lineage import STOPPED_TEXT, Lineage
from lambda_study.engine.pool import Pool
from lambda_study.engine.revision import Revision
from lambda_study.errors import BadInput
from lambda_study.model.asynchronous import AsyncConfig
from lambda_study.model.report import Report
from lambda_study.model.shares import Share

LATEST = "$LATEST"
TERMINATE, ALLOW = "Terminate", "Allow"  # what recursive loop detection does, in AWS's words


class Target(NamedTuple):
    """What an invocation is sent to: the environments of one revision, and the ARN that was called."""

    pool: Pool
    arn: str


@dataclass(frozen=True, slots=True)
class ProvisionedConcurrency:
    """What `provision` has brought: so many of the REQUESTED environments are AVAILABLE.

    `status` is "READY", or "FAILED" when an init failed; `logs` are the log events of the inits.
    """

    qualifier: str
    requested: int
    available: int
    status: str
    logs: tuple[str, ...] = ()

    def __repr__(self) -> str:
        count = f"{self.available} of {self.requested}"
        return f"Provisioned concurrency of {self.qualifier}: {count} ({self.status})"


class DeployedFunction:
    """A function as the service holds it. The service's lock guards its changes, POOL_LOCK its share."""

    def __init__(
        self,
        revision: Revision,
        share: Share,
        new_pool: Callable[[Revision, Share], Pool],
        random: Random,
        pool_lock: threading.Lock,
    ) -> None:
        self.share = share
        self.reports: list[Report] = []
        self._new_pool = new_pool
        self._random = random
        self._pool_lock = pool_lock
        self._pools: dict[str, Pool] = {LATEST: new_pool(revision, share)}
        self._aliases: dict[str, Alias] = {}
        self._provisioned: dict[str, dict[str, int]] = {}  # how many each version of a qualifier has
        self._async_configs: dict[str, AsyncConfig] = {}
        self._provisioning = threading.Lock()
        self.recursive_loop = TERMINATE

    @property
    def latest(self) -> Revision:
        return self._pools[LATEST].revision

    @property
    def configuration(self) -> FunctionConfiguration:
        return self.latest.configuration

    @property
    def versions(self) -> tuple[str, ...]:
        return tuple(version for version in list(self._pools) if version != LATEST)

    @property
    def aliases(self) -> tuple[Alias, ...]:
        return tuple(self._aliases.values())

    def configure(self, revision: Revision) -> None:
        """Make REVISION the $LATEST; its next invocation is cold."""
        self._reserve(revision)
        self._pools[LATEST].configure(revision)

    def deploy_again(self, revision: Revision) -> None:
        """Make REVISION the $LATEST, as of a function that is new: without reports, environment 1 comes next.

        Environments of versions keep their numbers, and so do those that are started then.
        """
        self.reports = []
        self.configure(revision)
        if len(self._pools) == 1:
            with self._pool_lock:
                self.share.number_afresh()

    def reserve(self, revision: Revision) -> None:
        """Take over a change of the reserved concurrency alone, which leaves environments warm."""
        self._reserve(revision)
        self._pools[LATEST].adopt(revision)

    def publish(self, number: Callable[[], int], anew: bool = False) -> str:
        """Publish $LATEST, and return the version's number: that of the last one if nothing changed.

        ANEW publishes in any case: something has changed that is not kept here.
        """
        versions = self.versions
        if not anew and versions and self._pools[versions[-1]].revision.is_like(self.latest):
            return versions[-1]
        version = str(number())
        self._pools[version] = self._new_pool(self.latest.as_version(version), self.share)
        return version

    def target(self, qualifier: str | None = None) -> Target:
        """Return what QUALIFIER leads to: a version, an alias, or without one $LATEST."""
        arn = self.configuration.arn
        if qualifier is None:
            return Target(self._pools[LATEST], arn)
        limits.check_qualifier("qualifier", qualifier)
        alias = self._aliases.get(qualifier)
        version = qualifier if alias is None else alias.pick(self._random)
        pool = self._pools.get(version)
        if pool is None:
            text = f"Function not found: {arn}:{qualifier}"
            raise ServiceError(404, "ResourceNotFoundException", text)
        return Target(pool, f"{arn}:{qualifier}")

    def request(self, now: float) -> None:
        """Take one synchronous request at NOW. ServiceError if they come faster than concurrency allows."""
        with self._pool_lock:
            reason = self.share.request(now)
        if reason is not None:
            raise throttled(reason)

    def put_alias(self, name: str, version: str, weights: Mapping[str, float] | None = None) -> Alias:
        """Let alias NAME lead to VERSION, and by WEIGHTS to another; its provisioned concurrency follows."""
        limits.check_alias(name, version, weights or {}, self.versions)
        alias = Alias(name, version, MappingProxyType(dict(weights or {})))
        with self._provisioning:
            environments = sum(self._provisioned.get(name, {}).values())
            wanted = alias.split(environments)
            if environments:
                self._check_provisioned(environments, name, wanted)
            self._aliases[name] = alias
            if environments:
                self._provision(name, wanted)
        return alias

    def alias(self, name: str) -> Alias:
        """Return the alias called NAME."""
        alias = self._aliases.get(name)
        if alias is None:
            known = ", ".join(self._aliases) or "none yet"
            raise BadInput(f'There is no alias "{name}". There is: {known}.')
        return alias

    def delete_alias(self, name: str) -> None:
        """Delete alias NAME with its provisioned concurrency; deleting one that is gone changes nothing."""
        with self._provisioning:
            if self._aliases.pop(name, None) is not None:
                self._provision(name, {})
                self._async_configs.pop(name, None)

    def delete_version(self, version: str) -> None:
        """Delete VERSION: its environments stop. Deleting one that is gone changes nothing."""
        with self._provisioning:
            if version == LATEST or version not in self._pools:
                return
            self._provision(version, {})
            self._async_configs.pop(version, None)
            pool = self._pools.pop(version)
        pool.close()

    def provision(self, environments: int, qualifier: str) -> ProvisionedConcurrency:
        """Start ENVIRONMENTS ahead for a version or an alias, and wait until they are ready."""
        with self._provisioning:
            self._check_provisioned(environments, qualifier, self._split(qualifier, 0))
            wanted = self._split(qualifier, environments)
            logs = self._provision(qualifier, wanted)
            available = sum(self._provisioned.get(qualifier, {}).values())
        status = "READY" if available == environments else "FAILED"
        return ProvisionedConcurrency(qualifier, environments, available, status, tuple(logs))

    def async_config(self, qualifier: str | None) -> AsyncConfig:
        """Return how asynchronous events for QUALIFIER are retried, and where their records go."""
        if qualifier is not None:
            limits.check_qualifier("qualifier", qualifier)
        return self._async_configs.get(qualifier or LATEST, AsyncConfig())

    def configure_async(self, config: AsyncConfig, qualifier: str | None) -> None:
        """Let CONFIG hold for asynchronous events for QUALIFIER."""
        self.target(qualifier)
        self._async_configs[qualifier or LATEST] = config

    def delete_async_config(self, qualifier: str | None) -> None:
        """Let asynchronous events for QUALIFIER be retried as by default, and their records go nowhere."""
        self._async_configs.pop(qualifier or LATEST, None)

    @property
    def async_configs(self) -> Mapping[str, AsyncConfig]:
        """What holds for asynchronous events, by the version or alias that it was configured for."""
        return MappingProxyType(self._async_configs)

    @property
    def provisioned(self) -> Mapping[str, int]:
        """How many environments are provisioned, by the version or alias that they were asked for."""
        return {qualifier: sum(counts.values()) for qualifier, counts in self._provisioned.items()}

    def revision(self, version: str = LATEST) -> Revision:
        """Return what the environments of VERSION are started from; AWS's error if there is none."""
        return self.target(None if version == LATEST else version).pool.revision

    def next_lineage(self, lineage: Lineage) -> Lineage:
        """Return what LINEAGE is in the function's next run; ServiceError if AWS stops it as a loop."""
        if self.stops(lineage):
            raise ServiceError(400, "RecursiveInvocationException", STOPPED_TEXT)
        return lineage.with_run_of(self.configuration.arn)

    def stops(self, lineage: Lineage) -> bool:
        """Return whether the function's next run in LINEAGE is stopped as that of a loop."""
        return self.recursive_loop == TERMINATE and lineage.is_loop(self.configuration.arn)

    def dead_letter(self, version: str) -> str:
        """Return the dead-letter queue of VERSION, which has the one it was published with; "" for none."""
        pool = self._pools.get(version)
        return "" if pool is None else pool.revision.configuration.dead_letter

    def environments(self) -> tuple[ExecutionEnvironment, ...]:
        """Return the environments of all versions, $LATEST first."""
        return tuple(environment for pool in self._pools.values() for environment in pool.environments())

    @property
    def concurrency(self) -> int:
        """How many environments are busy, those of all versions together."""
        return sum(pool.concurrency for pool in list(self._pools.values()))

    def close(self) -> None:
        """Stop all environments, and give the share of the account back."""
        for pool in self._pools.values():
            pool.close()
        with self._pool_lock:
            self.share.leave()

    def _reserve(self, revision: Revision) -> None:
        with self._pool_lock:
            self.share.reserved = revision.configuration.reserved_concurrency

    def _provision(self, qualifier: str, wanted: Mapping[str, int]) -> list[str]:
        """Have as many in each version as WANTED, keep what came out of it, and return the log."""
        versions = {**self._provisioned.get(qualifier, {}), **wanted}
        logs: list[str] = []
        try:
            for version in versions:
                logs += self._pools[version].provision(wanted.get(version, 0))[1]
        finally:
            counts = {version: self._pools[version].provisioned for version in versions}
            self._provisioned[qualifier] = {version: count for version, count in counts.items() if count}
            if not self._provisioned[qualifier]:
                del self._provisioned[qualifier]
        return logs

    def _check_provisioned(self, environments: int, qualifier: str, versions: Mapping[str, int]) -> None:
        if LATEST in versions:
            raise Refused(
                "Provisioned concurrency needs a published version or an alias, not $LATEST. "
                f"Write provision({environments}, version).",
                "Provisioned Concurrency Configs cannot be applied to unpublished function versions.",
            )
        for other in self._provisioned.keys() - {qualifier}:
            if versions.keys() & self._provisioned[other].keys():
                raise Refused(
                    f'"{qualifier}" has a version that is provisioned by "{other}". Provision {other} alone.',
                    "Alias can't be used for Provisioned Concurrency configuration on an already "
                    "Provisioned version",
                    "ResourceConflictException",
                    409,
                )
        self._check_room(environments, qualifier)

    def _check_room(self, environments: int, qualifier: str) -> None:
        own = sum(self._pools[version].provisioned for version in self._provisioned.get(qualifier, {}))
        reserved, account = self.share.reserved, self.share.account
        others = self.share.provisioned if reserved is not None else account.provisioned
        limits.check_provisioned(environments, reserved, account.unreserved, others - own)

    def _split(self, qualifier: str, environments: int) -> dict[str, int]:
        limits.check_qualifier("qualifier", qualifier)
        if qualifier in self._aliases:
            return self._aliases[qualifier].split(environments)
        self.target(qualifier)
        return {qualifier: environments}
