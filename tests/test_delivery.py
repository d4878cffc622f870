"""A delivery that may be refused: tried again on the clock, given up in the end."""

from __future__ import annotations

from datetime import timedelta

from lambda_study.cloud.sources.delivery import Delivery, RetryPolicy
from lambda_study.cloud.sources.errands import Errands
from lambda_study.engine import ManualClock, ServiceError

DAY = RetryPolicy()
BUSY = ServiceError(429, "ThrottlingException", "Rate exceeded")


class Target:
    """Refuses a number of tries, then takes one; it keeps the seconds at which it was tried."""

    def __init__(self, clock, refusals):
        self._clock, self._begun, self._refusals = clock, clock.now(), refusals
        self.tried_s = []
        self.attempts = []

    def send(self, attempt):
        self.attempts.append(attempt)
        self.tried_s.append((self._clock.now() - self._begun).total_seconds())
        return BUSY if len(self.tried_s) <= self._refusals else None


def delivered(refusals, policy=DAY, tried_again=True):
    """Deliver over two days; return the target and how it ended."""
    clock = ManualClock()
    target, ends = Target(clock, refusals), []
    Delivery(Errands(clock), policy, target.send, lambda error: tried_again, ends.append).start()
    clock.advance(hours=48)
    return target, ends


def test_a_refusal_is_tried_again_with_longer_and_longer_waits():
    target, ends = delivered(refusals=4)
    assert target.tried_s == [0, 1, 3, 7, 15]
    assert (target.attempts, ends) == ([1, 2, 3, 4, 5], [None])


def test_the_default_is_185_retries_in_a_day():
    target, (end,) = delivered(refusals=1000)
    assert (len(target.tried_s), end.retries, end.condition) == (186, 185, "MaximumRetryAttempts")
    assert timedelta(hours=23) < timedelta(seconds=target.tried_s[-1]) < timedelta(hours=24)


def test_a_policy_of_few_retries_or_of_a_short_age_ends_sooner():
    target, (end,) = delivered(1000, RetryPolicy(retries=2))
    assert (target.tried_s, end.condition) == ([0, 1, 3], "MaximumRetryAttempts")
    target, (end,) = delivered(1000, RetryPolicy(age_s=60))
    assert (target.tried_s, end.condition) == ([0, 1, 3, 7, 15, 31], "MaximumEventAgeInSeconds")


def test_an_error_that_somebody_has_to_mend_is_not_tried_again():
    target, (end,) = delivered(1000, tried_again=False)
    assert (target.tried_s, end.retries, end.condition) == ([0], 0, "")


def test_nothing_is_tried_again_once_its_source_is_closed():
    clock = ManualClock()
    target, ends, errands = Target(clock, 1000), [], Errands(clock)
    Delivery(errands, DAY, target.send, lambda error: True, ends.append).start()
    clock.advance(seconds=2)
    errands.close()
    clock.advance(days=2)
    assert (target.tried_s, ends) == ([0, 1], [])
