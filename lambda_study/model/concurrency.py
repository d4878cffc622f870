"""How an execution environment is chosen: the one rule that the engine and the simulator share."""

from __future__ import annotations

from typing import Literal, NamedTuple

from lambda_study.model.shares import ACCOUNT_LIMIT, RATE_LIMIT, RESERVED_LIMIT, Account, Allowance, Share

__all__ = ["ACCOUNT_LIMIT", "RATE_LIMIT", "RESERVED_LIMIT", "Placed", "Placement", "Routing"]

Routing = Literal["most_recently_used", "newest_created"]


class Placed(NamedTuple):
    """The answer to one arrival: the environment's number, if it must be started, or why it is throttled."""

    environment: int
    cold: bool
    reason: str | None = None

    @property
    def throttled(self) -> bool:
        return self.reason is not None


class Placement:
    """Decides for each arriving invocation of one function: reuse an environment, start one, or throttle.

    An environment runs one invocation at a time. Environments are numbered 1, 2, 3 in the order of their
    start. An idle one is always reused before another is started: the one used last ("most_recently_used")
    or the one started last ("newest_created"). Both leave the others idle, so that they expire. At most
    `limit` invocations run at a time, or `reserved` if the function has reserved concurrency (0 throttles
    all). `scaling_rate` environments may be started in a `scaling_period`, refilled continuously. Times are
    numbers of one unit of your choice; they must not run backwards. There is no clock, thread or lock in
    here.

    >>> placement = Placement(reserved=2)
    >>> placement.arrive(0), placement.arrive(0)
    (Placed(environment=1, cold=True, reason=None), Placed(environment=2, cold=True, reason=None))
    >>> placement.arrive(1).reason
    'ReservedFunctionConcurrentInvocationLimitExceeded'
    >>> placement.finish(1, now=5)
    True
    >>> placement.arrive(6)
    Placed(environment=1, cold=False, reason=None)

    Provisioned environments are started ahead by `provision` and used first; what exceeds them runs on
    demand. Several placements, one a version, may have one `share`: the function's in its account.

    Unlike AWS: which idle environment is reused is not documented; most recently used is what is observed.
    AWS does not say either which reason it gives above the scaling rate.
    Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html (read 2026-11-23).
    """

    def __init__(
        self,
        limit: int = 1000,
        reserved: int | None = None,
        routing: Routing = "most_recently_used",
        idle_expiry: float | None = None,
        scaling_rate: int | None = None,
        scaling_period: float = 10,
        share: Share | None = None,
    ) -> None:
        scaling = None if scaling_rate is None else Allowance(scaling_rate, scaling_period)
        self.share = share or Share(Account(limit), reserved, scaling)
        self.routing = routing
        self.idle_expiry = idle_expiry
        # environment -> idle since; insertion order is the order of finishing
        self._idle: dict[int, float] = {}
        self._busy: set[int] = set()
        self._outdated: set[int] = set()  # busy with the code or configuration of before
        self._provisioned: set[int] = set()
        self._ready: list[int] = []  # provisioned and idle, the one used last at the end

    @property
    def idle(self) -> tuple[int, ...]:
        """The idle environments on demand, longest idle first."""
        return tuple(self._idle)

    @property
    def busy(self) -> tuple[int, ...]:
        """The busy environments, by number."""
        return tuple(sorted(self._busy))

    @property
    def concurrency(self) -> int:
        """How many environments are busy."""
        return len(self._busy)

    @property
    def provisioned(self) -> tuple[int, ...]:
        """The provisioned environments, busy or not, by number."""
        return tuple(sorted(self._provisioned))

    @property
    def idle_since(self) -> float | None:
        """Since when the environment on demand that waits longest has been idle; None if there is none."""
        return next(iter(self._idle.values()), None)

    def arrive(self, now: float) -> Placed:
        """Take one arrival: an idle environment, a new one, or a throttle with AWS's reason.

        Environments whose idle time is over are not reused; call `expire` first to learn which they were.
        """
        share = self.share
        if share.reserved == 0:
            return Placed(0, False, RESERVED_LIMIT)
        if self._ready:
            environment = self._ready.pop()
            self._busy.add(environment)
            return Placed(environment, False)
        reason = share.begin()
        if reason is not None:
            return Placed(0, False, reason)
        idle = self._next_idle(now)
        if idle is None and not share.may_scale(now):
            share.end()
            return Placed(0, False, RATE_LIMIT)
        environment = self._start() if idle is None else idle
        self._busy.add(environment)
        return Placed(environment, idle is None)

    def finish(self, environment: int, now: float) -> bool:
        """Make ENVIRONMENT idle from NOW on. Returns False if it is outdated: it is forgotten, stop it."""
        self._busy.remove(environment)
        if environment in self._provisioned:
            self._ready.append(environment)
            return True
        self.share.end()
        if environment in self._outdated:
            self._outdated.remove(environment)
            return False
        self._idle[environment] = now
        return True

    def discard(self, environment: int) -> None:
        """Forget ENVIRONMENT, busy or idle: it is lost."""
        if environment in self._provisioned:
            self._withdraw(environment)
        elif environment in self._busy:
            self.share.end()
        self._busy.discard(environment)
        self._outdated.discard(environment)
        self._idle.pop(environment, None)

    def expire(self, now: float) -> list[int]:
        """Forget the environments that have been idle for `idle_expiry` or longer, and return them."""
        expired: list[int] = []
        for environment, since in self._idle.items():
            if not self._is_over(since, now):
                break
            expired.append(environment)
        for environment in expired:
            del self._idle[environment]
        return expired

    def outdate(self) -> list[int]:
        """Forget all idle environments and return them; the busy ones are forgotten when they finish.

        This is what a change of code or configuration does: the next arrival is cold.
        """
        idle = [*self._idle, *self._ready]
        self._idle.clear()
        for environment in list(self._provisioned):
            self._withdraw(environment)
            if environment in self._busy:
                self.share.take_over()
        self._outdated |= self._busy
        return idle

    def provision(self, environments: int) -> tuple[list[int], list[int]]:
        """Have ENVIRONMENTS provisioned ones. Returns which must be started, and which stopped.

        One that was started takes arrivals once it is `ready`. A busy one that is not wanted any more ends
        when it finishes.

        >>> placement = Placement()
        >>> placement.provision(2)
        ([1, 2], [])
        >>> placement.ready(1), placement.ready(2)
        (None, None)
        >>> [placement.arrive(0).cold for _ in range(3)]
        [False, False, True]
        """
        started = [self._start() for _ in range(environments - len(self._provisioned))]
        self._provisioned.update(started)
        self.share.provision(len(started))
        stopped = self._ready[: max(0, len(self._provisioned) - environments)]
        for environment in stopped:
            self._withdraw(environment)
        self._release_busy(len(self._provisioned) - environments)
        return started, stopped

    def ready(self, environment: int) -> None:
        """Let the provisioned ENVIRONMENT take arrivals: its init is over."""
        self._ready.append(environment)

    def _release_busy(self, surplus: int) -> None:
        """Let SURPLUS busy provisioned environments count as on demand, and end after their work."""
        for environment in sorted(self._provisioned & self._busy)[: max(0, surplus)]:
            self._withdraw(environment)
            self._outdated.add(environment)
            self.share.take_over()

    def _withdraw(self, environment: int) -> None:
        self._provisioned.remove(environment)
        if environment in self._ready:
            self._ready.remove(environment)
        self.share.provision(-1)

    def _start(self) -> int:
        self.share.started += 1
        return self.share.started

    def _next_idle(self, now: float) -> int | None:
        if self.idle_expiry is not None:
            self.expire(now)
        if not self._idle:
            return None
        if self.routing == "most_recently_used":
            return self._idle.popitem()[0]
        newest = max(self._idle)
        del self._idle[newest]
        return newest

    def _is_over(self, since: float, now: float) -> bool:
        return self.idle_expiry is not None and now - since >= self.idle_expiry
