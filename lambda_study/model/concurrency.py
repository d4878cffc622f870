"""How an execution environment is chosen: the one rule that the engine and the simulator share."""

from __future__ import annotations

from typing import Literal, NamedTuple

Routing = Literal["most_recently_used", "newest_created"]

RESERVED_LIMIT = "ReservedFunctionConcurrentInvocationLimitExceeded"
ACCOUNT_LIMIT = "ConcurrentInvocationLimitExceeded"


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
    all). Times are numbers of one unit of your choice; they must not run backwards. There is no clock,
    thread or lock in here.

    >>> placement = Placement(reserved=2)
    >>> placement.arrive(0), placement.arrive(0)
    (Placed(environment=1, cold=True, reason=None), Placed(environment=2, cold=True, reason=None))
    >>> placement.arrive(1).reason
    'ReservedFunctionConcurrentInvocationLimitExceeded'
    >>> placement.finish(1, now=5)
    True
    >>> placement.arrive(6)
    Placed(environment=1, cold=False, reason=None)

    Unlike AWS: which idle environment is reused is not documented; most recently used is what is observed.
    Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html (read 2026-11-23).
    """

    def __init__(
        self,
        limit: int = 1000,
        reserved: int | None = None,
        routing: Routing = "most_recently_used",
        idle_expiry: float | None = None,
    ) -> None:
        self.limit = limit
        self.reserved = reserved
        self.routing = routing
        self.idle_expiry = idle_expiry
        self._idle: dict[
            int, float
        ] = {}  # environment -> idle since; insertion order is the order of finishing
        self._busy: set[int] = set()
        self._outdated: set[int] = set()  # busy with the code or configuration of before
        self._started = 0

    @property
    def idle(self) -> tuple[int, ...]:
        """The idle environments, longest idle first."""
        return tuple(self._idle)

    @property
    def busy(self) -> tuple[int, ...]:
        """The busy environments, by number."""
        return tuple(sorted(self._busy))

    def arrive(self, now: float) -> Placed:
        """Take one arrival: an idle environment, a new one, or a throttle with AWS's reason.

        Environments whose idle time is over are not reused; call `expire` first to learn which they were.
        """
        reason = self._throttle_reason()
        if reason is not None:
            return Placed(0, False, reason)
        environment = self._next_idle(now)
        cold = environment is None
        if environment is None:
            self._started += 1
            environment = self._started
        self._busy.add(environment)
        return Placed(environment, cold)

    def finish(self, environment: int, now: float) -> bool:
        """Make ENVIRONMENT idle from NOW on. Returns False if it is outdated: it is forgotten, stop it."""
        self._busy.remove(environment)
        if environment in self._outdated:
            self._outdated.remove(environment)
            return False
        self._idle[environment] = now
        return True

    def discard(self, environment: int) -> None:
        """Forget ENVIRONMENT, busy or idle: it is lost."""
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
        idle = list(self._idle)
        self._idle.clear()
        self._outdated |= self._busy
        return idle

    def _throttle_reason(self) -> str | None:
        running = len(self._busy)
        if self.reserved is not None:
            return RESERVED_LIMIT if running >= self.reserved else None
        return ACCOUNT_LIMIT if running >= self.limit else None

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
