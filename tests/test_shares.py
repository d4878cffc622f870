from __future__ import annotations

import random

from lambda_study.model.concurrency import ACCOUNT_LIMIT, RATE_LIMIT, RESERVED_LIMIT, Placement
from lambda_study.model.shares import Account, Allowance, Share


def provision(placement, environments):
    started, stopped = placement.provision(environments)
    for environment in started:
        placement.ready(environment)
    return started, stopped


def two_functions(limit=3, **reserved):
    account = Account(limit)
    return account, *(Placement(share=Share(account, reserved.get(name))) for name in ("a", "b"))


def test_functions_without_a_reservation_share_what_the_account_allows():
    _, a, b = two_functions(limit=3)
    a.arrive(0), a.arrive(0), b.arrive(0)
    assert (a.arrive(0).reason, b.arrive(0).reason) == (ACCOUNT_LIMIT, ACCOUNT_LIMIT)
    a.finish(1, now=1)
    assert not b.arrive(1).throttled


def test_a_reservation_is_taken_from_the_others_whether_it_is_used_or_not():
    account, a, b = two_functions(limit=3, a=2)
    assert account.unreserved == 1
    b.arrive(0)
    assert b.arrive(0).reason == ACCOUNT_LIMIT
    assert not a.arrive(0).throttled


def test_a_reservation_counts_for_all_versions_of_a_function():
    share = Share(Account(), reserved=2)
    version_1, version_2 = Placement(share=share), Placement(share=share)
    assert version_1.arrive(0).environment == 1
    assert version_2.arrive(0).environment == 2
    assert version_1.arrive(0).reason == RESERVED_LIMIT


def test_a_reservation_made_while_invocations_run_moves_them_out_of_the_common_part():
    account, a, b = two_functions(limit=3)
    a.arrive(0), b.arrive(0)
    a.share.reserved = 1
    assert (account.running, account.unreserved) == (1, 2)
    a.finish(1, now=1), b.finish(1, now=1)
    assert account.running == 0
    a.share.reserved = None
    assert (account.running, account.unreserved) == (0, 3)


def test_a_function_starts_a_thousand_environments_at_once_and_then_a_hundred_a_second():
    placement = Placement(limit=5000, scaling_rate=1000, scaling_period=10)
    assert not any(placement.arrive(0).throttled for _ in range(1000))
    assert placement.arrive(0).reason == RATE_LIMIT
    assert sum(not placement.arrive(1).throttled for _ in range(1000)) == 100
    assert sum(not placement.arrive(1.01).throttled for _ in range(1000)) == 1


def test_reusing_an_environment_takes_nothing_from_the_scaling_rate():
    placement = Placement(scaling_rate=1)
    for now in range(100):
        assert not placement.arrive(now / 1000).throttled
        placement.finish(1, now / 1000)


def test_an_allowance_cannot_be_saved_up():
    allowance = Allowance(3, period=10)
    allowance.take(0)
    assert [allowance.take(1000) for _ in range(4)] == [True, True, True, False]


def test_provisioned_environments_come_first_and_the_rest_runs_on_demand():
    placement = Placement()
    assert provision(placement, 2) == ([1, 2], [])
    arrivals = [placement.arrive(0) for _ in range(3)]
    assert [arrival.cold for arrival in arrivals] == [False, False, True]
    assert sorted(arrival.environment for arrival in arrivals) == [1, 2, 3]


def test_a_provisioned_environment_takes_nothing_before_its_init_is_over():
    placement = Placement()
    assert placement.provision(1) == ([1], [])
    assert placement.arrive(0) == (2, True, None)
    placement.ready(1)
    assert placement.arrive(0) == (1, False, None)


def test_provisioned_environments_do_not_expire():
    placement = Placement(idle_expiry=10)
    provision(placement, 1)
    placement.arrive(0), placement.arrive(0)
    placement.finish(1, now=1), placement.finish(2, now=1)
    assert placement.expire(now=1000) == [2]
    assert not placement.arrive(1000).cold


def test_provisioned_concurrency_is_part_of_the_reservation():
    placement = Placement(reserved=3)
    provision(placement, 2)
    placements = [placement.arrive(0) for _ in range(4)]
    assert [placed.cold for placed in placements[:3]] == [False, False, True]
    assert placements[3].reason == RESERVED_LIMIT


def test_provisioned_concurrency_is_taken_from_the_unreserved_part_of_the_account():
    account, a, b = two_functions(limit=3)
    provision(a, 2)
    assert not b.arrive(0).throttled
    assert b.arrive(0).reason == ACCOUNT_LIMIT
    assert not a.arrive(0).throttled and account.running == 1


def test_less_provisioned_concurrency_stops_idle_environments_and_ends_busy_ones_after_their_work():
    placement = Placement()
    provision(placement, 3)
    busy = [placement.arrive(0).environment for _ in range(2)]
    started, stopped = provision(placement, 1)
    assert started == [] and len(stopped) == 1
    kept = [placement.finish(environment, now=1) for environment in sorted(busy)]
    assert sorted(kept) == [False, True] and placement.share.running == 0


def test_a_busy_environment_that_is_not_provisioned_any_more_counts_as_on_demand():
    account, placement, _ = two_functions()
    provision(placement, 1)
    placement.arrive(0)
    assert (placement.share.running, account.running, account.provisioned) == (0, 0, 1)
    placement.provision(0)
    assert (placement.share.running, account.running, account.provisioned) == (1, 1, 0)
    placement.finish(1, now=1)
    assert (placement.share.running, account.running) == (0, 0)


def test_a_function_that_was_deleted_leaves_nothing_behind():
    account, a, b = two_functions(limit=3, b=1)
    a.arrive(0), provision(a, 1)
    a.share.leave(), b.share.leave()
    assert (account.running, account.provisioned, account.reserved) == (0, 0, 0)


def test_the_sums_of_an_account_always_agree_with_what_runs():
    account, dice = Account(12), random.Random(7)
    versions = [Placement(share=share) for share in (Share(account), Share(account)) for _ in range(2)]
    for now in range(4000):
        placement = dice.choice(versions)
        busy = list(placement.busy)
        step = dice.random()
        if step < 0.5:
            placement.arrive(now)
        elif step < 0.9 and busy:
            placement.finish(dice.choice(busy), now)
        elif step < 0.93:
            placement.share.reserved = dice.choice([None, None, 2])
        elif step < 0.96:
            provision(placement, dice.randrange(3))
        elif step < 0.98:
            placement.outdate()
        elif busy:
            placement.discard(dice.choice(busy))
        check_sums(account, versions)


def check_sums(account, versions):
    shares = {placement.share for placement in versions}
    for share in shares:
        mine = [placement for placement in versions if placement.share is share]
        on_demand = sum(len(set(placement.busy) - set(placement.provisioned)) for placement in mine)
        assert share.running == on_demand
        assert share.provisioned == sum(len(placement.provisioned) for placement in mine)
    common = [share for share in shares if share.reserved is None]
    assert account.running == sum(share.running for share in common)
    assert account.provisioned == sum(share.provisioned for share in common)
    assert account.reserved == sum(share.reserved or 0 for share in shares)
