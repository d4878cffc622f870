"""How much may run at once: the share of each function in what its account may run in one Region."""

from __future__ import annotations

RESERVED_LIMIT = "ReservedFunctionConcurrentInvocationLimitExceeded"
ACCOUNT_LIMIT = "ConcurrentInvocationLimitExceeded"
RATE_LIMIT = "FunctionInvocationRateLimitExceeded"
RESERVED_RATE_LIMIT = "ReservedFunctionInvocationRateLimitExceeded"


class Account:
    """The concurrency of one account in one Region, and what is taken of it.

    Functions with reserved concurrency take their reservation out of the common part, used or not; so does
    provisioned concurrency of the other functions. What is left is shared by all functions without a
    reservation. `request_rate` is how many synchronous requests a second each unit of concurrency allows;
    with None they may come as fast as they like.
    """

    def __init__(self, limit: int = 1000, request_rate: int | None = None) -> None:
        self.limit = limit
        self.request_rate = request_rate
        self.requests = self.requests_of(limit)
        self.reserved = 0
        self.provisioned = 0
        self.running = 0  # on-demand invocations of functions without a reservation

    @property
    def unreserved(self) -> int:
        """How much of the limit no function has reserved."""
        return self.limit - self.reserved

    def requests_of(self, concurrency: int) -> Allowance | None:
        """Return the requests a second that go with CONCURRENCY; None if there is no rate."""
        return None if self.request_rate is None else Allowance(self.request_rate * concurrency, period=1)


class Allowance:
    """So much in a period, refilled continuously; what is not used in time is lost.

    Times are numbers of one unit of your choice. The allowance is full at the start.

    >>> allowance = Allowance(2, period=10)
    >>> allowance.take(0), allowance.take(0), allowance.take(0), allowance.take(5)
    (True, True, False, True)
    """

    def __init__(self, amount: int, period: float) -> None:
        self.amount = amount
        self.period = period
        self._left = float(amount)
        self._since: float | None = None

    def take(self, now: float) -> bool:
        """Take one at NOW; False if there is none left."""
        if self._since is not None:
            refill = (now - self._since) * self.amount / self.period
            self._left = min(float(self.amount), self._left + refill)
        self._since = now
        if self._left < 1.0 - 1e-9:
            return False
        self._left -= 1.0
        return True


class Share:
    """One function's share: all its versions run within it.

    `reserved` is what the function has reserved, None for nothing: 0 throttles everything. `scaling` is
    how many environments it may start in a period. `started` counts its environments: they are numbered
    1, 2, 3 over all versions.

    >>> account = Account(limit=1000)
    >>> share = Share(account, reserved=400)
    >>> account.unreserved
    600
    >>> share.reserved = None
    >>> account.unreserved
    1000

    Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html (read 2026-11-23).
    """

    def __init__(
        self, account: Account, reserved: int | None = None, scaling: Allowance | None = None
    ) -> None:
        self.account = account
        self.scaling = scaling
        self.running = 0  # on-demand invocations
        self.provisioned = 0
        self.started = 0
        self._started_before = 0
        self._reserved: int | None = None
        self._requests: Allowance | None = None  # those of its reservation
        self.reserved = reserved

    @property
    def reserved(self) -> int | None:
        return self._reserved

    @reserved.setter
    def reserved(self, reserved: int | None) -> None:
        self._enter(-1)
        self._reserved = reserved
        self._requests = self.account.requests_of(reserved) if reserved else None
        self._enter(1)

    def request(self, now: float) -> str | None:
        """Take one synchronous request at NOW, or return AWS's reason why it is throttled.

        A function with a reservation has a rate of its own, the others share the account's.

        Unlike AWS: provisioned concurrency has no rate beside these. AWS does not say which reason it gives.
        Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html (read 2026-11-23).

        >>> share = Share(Account(request_rate=10), reserved=1)
        >>> [share.request(0) for _ in range(10)].count(None), share.request(0.05), share.request(0.2)
        (10, 'ReservedFunctionInvocationRateLimitExceeded', None)
        """
        if self._reserved is None:
            requests, reason = self.account.requests, RATE_LIMIT
        else:
            requests, reason = self._requests, RESERVED_RATE_LIMIT
        return None if requests is None or requests.take(now) else reason

    def provision(self, environments: int) -> None:
        """Set ENVIRONMENTS more (fewer, if negative) aside for provisioned concurrency."""
        self._enter(-1)
        self.provisioned += environments
        self._enter(1)

    def begin(self) -> str | None:
        """Begin an on-demand invocation, or return AWS's reason why it is throttled."""
        if self._reserved is not None:
            if self.running + self.provisioned >= self._reserved:
                return RESERVED_LIMIT
        elif self.account.running + self.account.provisioned >= self.account.unreserved:
            return ACCOUNT_LIMIT
        self.take_over()
        return None

    def take_over(self) -> None:
        """Count one more on-demand invocation, whatever the limits say."""
        self.running += 1
        if self._reserved is None:
            self.account.running += 1

    def end(self) -> None:
        """End an on-demand invocation."""
        self.running -= 1
        if self._reserved is None:
            self.account.running -= 1

    def number_afresh(self) -> None:
        """Show the environments that are started from now on as 1, 2, 3 again."""
        self._started_before = self.started

    def shown_number(self, environment: int) -> int:
        """Return the number under which people know ENVIRONMENT."""
        return environment - self._started_before

    def may_scale(self, now: float) -> bool:
        """Take the start of one environment out of the scaling rate; False if it is used up."""
        return self.scaling is None or self.scaling.take(now)

    def leave(self) -> None:
        """Give everything back: the function is deleted."""
        self._enter(-1)
        self._reserved = 0
        self.running = self.provisioned = 0

    def _enter(self, sign: int) -> None:
        """Add this share to the account's sums, or take it out."""
        if self._reserved is not None:
            self.account.reserved += sign * self._reserved
        else:
            self.account.running += sign * self.running
            self.account.provisioned += sign * self.provisioned
