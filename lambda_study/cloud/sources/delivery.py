"""Delivery to a target that may refuse: tried at once, tried again on the clock, given up in the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lambda_study.cloud.sources.errands import Errands
from lambda_study.engine.errors import ServiceError

_LONGEST_WAIT_S = 480.0

Send = Callable[[int], ServiceError | None]
"""Tries once, given the number of the try, and returns why the target did not take it."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a delivery is tried again, and for how long.

    Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
    (read 2026-11-23).
    """

    retries: int = 185
    age_s: int = 86_400

    @classmethod
    def of(cls, target: Mapping[str, Any]) -> RetryPolicy:
        """Return the policy of a TARGET as the API takes it; what it leaves out is AWS's default.

        >>> RetryPolicy.of({"RetryPolicy": {"MaximumRetryAttempts": 2}})
        RetryPolicy(retries=2, age_s=86400)
        """
        given = target.get("RetryPolicy") or {}
        default = cls()
        retries = given.get("MaximumRetryAttempts", default.retries)
        return cls(retries, given.get("MaximumEventAgeInSeconds", default.age_s))


@dataclass(frozen=True, slots=True)
class GivenUp:
    """The end of a delivery that failed: the last error, how often it was tried again, what ran out."""

    error: ServiceError
    retries: int
    condition: str
    """AWS's name of what ran out, or "" when it was not tried again at all."""


def wait_s(retry: int) -> float:
    """Return the seconds before a retry, the first being 1.

    Unlike AWS: AWS waits longer each time and a random time more, and tells no figures. Here the wait
    doubles from one second to eight minutes, so that 185 retries fill a day.

    >>> [wait_s(retry) for retry in (1, 2, 3, 9, 10)]
    [1.0, 2.0, 4.0, 256.0, 480.0]
    >>> sum(map(wait_s, range(1, 186))) < 86_400
    True
    """
    return min(_LONGEST_WAIT_S, 2.0 ** (retry - 1))


class Delivery:
    """One event on its way to one target; `start` tries it."""

    def __init__(
        self,
        errands: Errands,
        policy: RetryPolicy,
        send: Send,
        tried_again: Callable[[ServiceError], bool],
        ended: Callable[[GivenUp | None], None],
    ) -> None:
        self._errands = errands
        self._policy = policy
        self._send = send
        self._tried_again = tried_again
        self._ended = ended
        self._began = errands.now()
        self._retries = 0

    def start(self) -> None:
        """Try it now. What ENDED is told is None for a target that took it."""
        error = self._send(self._retries + 1)
        if error is None:
            self._ended(None)
            return
        condition = self._what_ran_out(error)
        if condition is not None:
            self._ended(GivenUp(error, self._retries, condition))
            return
        self._retries += 1
        self._errands.call_in(wait_s(self._retries), self.start)

    def _what_ran_out(self, error: ServiceError) -> str | None:
        if not self._tried_again(error):
            return ""
        if self._retries >= self._policy.retries:
            return "MaximumRetryAttempts"
        age = (self._errands.now() - self._began).total_seconds()
        too_old = age + wait_s(self._retries + 1) > self._policy.age_s
        return "MaximumEventAgeInSeconds" if too_old else None
