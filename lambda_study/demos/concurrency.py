"""How many invocations run at a time, shown by running them: throttles, reservations, environments ahead.

Most demos deploy handlers of `demos/handlers/` in a Lambda service of their own. Where hundreds of
environments would have to start, the placement rule is asked that the service follows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lambda_study.engine import Function, LambdaService, ServiceError, ThrottledInvocation, deploy
from lambda_study.errors import BadInput
from lambda_study.facts import fact
from lambda_study.model.concurrency import Placement
from lambda_study.model.shares import Account, Allowance, Share

_HANDLERS = Path(__file__).parent / "handlers"


@contextmanager
def _function(**configuration: Any) -> Iterator[Function]:
    """A function that takes 20 ms to start, in a service that ends with the block."""
    with LambdaService() as service:
        yield deploy(f"{_HANDLERS / 'takes_time.py'}:handler", service=service, **configuration)


def answer_to_a_throttled_invocation() -> str:
    """What Lambda answers to an invocation above the concurrency of its function.

    >>> answer_to_a_throttled_invocation()
    '429 TooManyRequestsException'
    """
    with _function(reserved_concurrency=1) as function:
        results = function.invoke_all([{}, {}])
    refused = [result.error for result in results if isinstance(result, ThrottledInvocation)]
    return ", ".join(f"{error.status} {error.code}" for error in refused) or "200"


def setting_that_stops_all_invocations() -> str:
    """Which of four settings lets no invocation through any more.

    >>> setting_that_stops_all_invocations()
    'reserved concurrency'
    """
    with _function() as function:
        stops = {"timeout": _throttles(function.update(timeout_s=1))}
        stops["memory"] = _throttles(function.update(memory_mb=128))
        function.provision(0, function.publish_version())
        stops["provisioned concurrency"] = _throttles(function)
        stops["reserved concurrency"] = _throttles(function.update(reserved_concurrency=0))
    return _names(stops)


def setting_that_keeps_room_at_no_cost() -> str:
    """Which setting keeps 50 environments free for one function, while another takes all it can get.

    >>> setting_that_keeps_room_at_no_cost()
    'reserved concurrency'
    """
    billed_s = {"provisioned concurrency": fact("pc.x86").value["provisioned"]}
    billed_s["reserved concurrency"] = fact("concurrency.reserved_cost").value
    room = {
        "memory": _room_beside_an_import(),
        "timeout": _room_beside_an_import(),
        "reserved concurrency": _room_beside_an_import(reserved=50),
        "provisioned concurrency": _room_beside_an_import(provisioned=50),
    }
    return _names({name: free >= 50 and not billed_s.get(name) for name, free in room.items()})


def setting_that_leaves_no_init_to_the_caller() -> str:
    """Which of four settings lets the first invocation of a function run without an init.

    >>> setting_that_leaves_no_init_to_the_caller()
    'provisioned concurrency'
    """
    with _function() as function:
        warm = {"reserved concurrency": not function.update(reserved_concurrency=20).invoke().report.cold}
        warm["timeout"] = not function.update(timeout_s=60).invoke().report.cold
        warm["memory"] = not function.update(memory_mb=10_240).invoke().report.cold
        version = function.publish_version()
        function.provision(1, version)
        warm["provisioned concurrency"] = not function.invoke(qualifier=version).report.cold
    return _names(warm)


def qualifiers_that_take_provisioned_concurrency() -> list[str]:
    """What of $LATEST, a version and an alias can have provisioned concurrency.

    >>> qualifiers_that_take_provisioned_concurrency()
    ['version', 'alias']
    """
    with _function() as function:
        version = function.publish_version()
        function.alias("live", version)
        tried = {"$LATEST": "$LATEST", "version": version, "alias": "live"}
        return [name for name, qualifier in tried.items() if _takes_one_ahead(function, qualifier)]


def cold_starts_of_six_invocations_with_two_provisioned() -> list[int]:
    """How many of six invocations at once are cold, and how many throttled, where two environments wait.

    >>> cold_starts_of_six_invocations_with_two_provisioned()
    [4, 0]
    """
    with _function() as function:
        version = function.publish_version()
        function.provision(2, version)
        results = function.invoke_all([{}] * 6, qualifier=version)
    reports = [result.report for result in results if result.report is not None]
    return [sum(report.cold for report in reports), len(results) - len(reports)]


def environments_of_a_burst_of_2500() -> int:
    """How many environments a function starts when 2,500 requests come at once and the account allows 5,000.

    >>> environments_of_a_burst_of_2500()
    1000
    """
    rate, period = fact("concurrency.scaling_rate").value, fact("concurrency.scaling_period").value
    share = Share(Account(5000), scaling=Allowance(int(rate), float(period)))
    placement = Placement(share=share)
    return sum(placement.arrive(0).cold for _ in range(2500))


def _throttles(function: Function) -> bool:
    try:
        function.invoke()
    except ServiceError as error:
        return error.status == 429
    return False


def _takes_one_ahead(function: Function, qualifier: str) -> bool:
    try:
        function.provision(1, qualifier)
    except BadInput:
        return False
    function.provision(0, qualifier)
    return True


def _room_beside_an_import(reserved: int | None = None, provisioned: int = 0) -> int:
    """How many invocations a function with these settings can run when another has taken all it gets."""
    account = Account(int(fact("concurrency.account_default").value))
    orders, imports = Share(account, reserved), Share(account)
    orders.provision(provisioned)
    while imports.begin() is None:
        pass
    running = provisioned
    while orders.begin() is None:
        running += 1
    return running


def _names(found: dict[str, bool]) -> str:
    return " and ".join(name for name, there in found.items() if there) or "nothing"
