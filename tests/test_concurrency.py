from __future__ import annotations

import random

from lambda_study.model.concurrency import ACCOUNT_LIMIT, RESERVED_LIMIT, Placement


def test_an_idle_environment_is_reused_before_another_is_started():
    placement = Placement()
    assert placement.arrive(0).cold
    placement.finish(1, now=1)
    assert placement.arrive(2) == (1, False, None)


def test_the_environment_used_last_is_reused_first():
    placement = Placement()
    for _ in range(3):
        placement.arrive(0)
    for environment in (2, 3, 1):
        placement.finish(environment, now=1)
    assert [placement.arrive(2).environment for _ in range(4)] == [1, 3, 2, 4]


def test_the_environment_started_last_is_reused_first_if_asked():
    placement = Placement(routing="newest_created")
    for _ in range(3):
        placement.arrive(0)
    for environment in (2, 3, 1):
        placement.finish(environment, now=1)
    assert [placement.arrive(2).environment for _ in range(3)] == [3, 2, 1]


def test_the_account_limit_throttles_with_its_reason():
    placement = Placement(limit=1)
    placement.arrive(0)
    throttled = placement.arrive(0)
    assert throttled.throttled and throttled.reason == ACCOUNT_LIMIT
    placement.finish(1, now=1)
    assert not placement.arrive(1).throttled


def test_reserved_concurrency_is_the_limit_of_its_function():
    placement = Placement(limit=1000, reserved=1)
    placement.arrive(0)
    assert placement.arrive(0).reason == RESERVED_LIMIT


def test_reserving_zero_throttles_everything():
    assert Placement(reserved=0).arrive(0).reason == RESERVED_LIMIT


def test_environments_idle_for_too_long_expire_oldest_first():
    placement = Placement(idle_expiry=10)
    placement.arrive(0), placement.arrive(0)
    placement.finish(2, now=1)
    placement.finish(1, now=5)
    assert placement.expire(now=11) == [2]
    assert placement.expire(now=15) == [1]
    assert placement.arrive(15) == (3, True, None)


def test_an_arrival_never_gets_an_environment_that_has_expired():
    placement = Placement(idle_expiry=10)
    placement.arrive(0)
    placement.finish(1, now=1)
    assert placement.arrive(11).cold


def test_outdated_environments_end_at_once_when_idle_and_after_their_work_when_busy():
    placement = Placement()
    placement.arrive(0), placement.arrive(0)
    placement.finish(1, now=1)
    assert placement.outdate() == [1]
    assert placement.finish(2, now=2) is False
    assert placement.arrive(3) == (3, True, None)


def test_a_lost_environment_makes_room():
    placement = Placement(limit=1)
    placement.arrive(0)
    placement.discard(1)
    assert placement.arrive(1) == (2, True, None)


def test_busy_environments_never_exceed_the_limit_and_never_run_two_at_a_time():
    placement, dice, busy = Placement(limit=5), random.Random(1), set()
    for now in range(5000):
        if busy and dice.random() < 0.5:
            placement.finish(busy.pop(), now)
            continue
        placed = placement.arrive(now)
        assert placed.throttled == (len(busy) == 5)
        if not placed.throttled:
            assert placed.environment not in busy
            busy.add(placed.environment)
        assert placement.busy == tuple(sorted(busy))
