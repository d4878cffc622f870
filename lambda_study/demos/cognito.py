"""What triggers of a user pool decide, shown by functions and a user pool on this machine."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from lambda_study.cloud.seam.cognito import claims_of
from lambda_study.demos.small_account import SmallAccount
from lambda_study.demos.user_pool import UserPool
from lambda_study.engine import Function

_POINTS = ("PreSignUp", "PostConfirmation", "PreAuthentication", "PostAuthentication", "PreTokenGeneration")


def trigger_that_keeps_a_stranger_out_of_the_pool() -> str:
    """Which of three triggers leaves no user behind when its function refuses.

    >>> trigger_that_keeps_a_stranger_out_of_the_pool()
    'PreSignUp'
    """
    kept_out = []
    with SmallAccount() as account:
        function = _trigger(account, "refuse")
        for point in ("PreSignUp", "PostConfirmation", "PreAuthentication"):
            pool = _pool(**{point: function})
            _error_of(partial(_come_in, pool, "eve"))
            if pool.status("eve") == "unknown":
                kept_out.append(point)
    return ", ".join(kept_out)


def error_of_a_client_whose_trigger_refuses() -> str:
    """Which error a client gets whose sign-up a function refuses.

    >>> error_of_a_client_whose_trigger_refuses()
    'UserLambdaValidationException'
    """
    return _error_of_a_sign_up("refuse")


def error_of_a_client_whose_trigger_returns_nothing() -> str:
    """Which error a client gets if the function forgets to return the event.

    >>> error_of_a_client_whose_trigger_returns_nothing()
    'InvalidLambdaResponseException'
    """
    return _error_of_a_sign_up("return nothing")


def error_of_a_client_without_a_permission_of_the_function() -> str:
    """Which error a client gets if the function's policy does not name Cognito.

    >>> error_of_a_client_without_a_permission_of_the_function()
    'UnexpectedLambdaException'
    """
    with SmallAccount(enforce_permissions=True) as account:
        pool = UserPool(PreSignUp=_trigger(account, "agree"))
        return _error_of(lambda: pool.sign_up("ada"))


def status_of_a_user_after_a_failing_post_confirmation() -> str:
    """Which status a user has whose post confirmation trigger raised an exception.

    >>> status_of_a_user_after_a_failing_post_confirmation()
    'CONFIRMED'
    """
    with SmallAccount() as account:
        pool = UserPool(PostConfirmation=_trigger(account, "refuse"))
        pool.sign_up("ada")
        assert _error_of(lambda: pool.confirm("ada"))
        return pool.status("ada")


def trigger_that_puts_a_claim_into_a_token() -> str:
    """At which point a function can add a claim to the ID token.

    >>> trigger_that_puts_a_claim_into_a_token()
    'PreTokenGeneration'
    """
    able = []
    with SmallAccount() as account:
        function = _trigger(account, "add a claim")
        for point in _POINTS:
            pool = _pool_with_ada(**{point: function})
            if "member_since" in pool.claims("ada"):
                able.append(point)
    return ", ".join(able)


def tokens_that_an_event_of_version_1_changes() -> str:
    """Which tokens get a claim that a function adds in answer to an event of version 1.

    >>> tokens_that_an_event_of_version_1_changes()
    'IdToken'
    """
    with SmallAccount() as account:
        pool = _pool_with_ada(PreTokenGeneration=_trigger(account, "add a claim"))
        tokens = pool.sign_in("ada")
        return ", ".join(
            name for name in ("IdToken", "AccessToken") if "member_since" in claims_of(tokens[name])
        )


def triggers_of_a_sign_in_in_order() -> list[str]:
    """Which of five triggers run when a known user signs in, in their order.

    >>> triggers_of_a_sign_in_in_order()
    ['PreAuthentication', 'PostAuthentication', 'PreTokenGeneration']
    """
    with SmallAccount() as account:
        function = _trigger(account, "agree")
        pool = _pool_with_ada(**dict.fromkeys(_POINTS, function))
        before = len(account.cloud.invocations(function.name))
        pool.sign_in("ada")
        ran = account.cloud.invocations(function.name)[before:]
    sources = [line.split()[1] for each in ran for line in each.logs if line.startswith("asked:")]
    return [source.partition("_")[0].replace("Token", "PreToken") for source in sources]


def trigger_that_takes_over_users_with_their_passwords() -> str:
    """At which point a function can take over a user of an old directory who signs in.

    >>> trigger_that_takes_over_users_with_their_passwords()
    'UserMigration'
    """
    able = []
    with SmallAccount() as account:
        function = _trigger(account, "know old members")
        for point in ("PreSignUp", "PreAuthentication", "UserMigration"):
            pool = _pool(**{point: function})
            _error_of(partial(pool.sign_in, "ada"))
            if pool.status("ada") == "CONFIRMED":
                able.append(point)
    return ", ".join(able)


def _come_in(pool: UserPool, name: str) -> None:
    pool.sign_up(name)
    pool.confirm(name)
    pool.sign_in(name)


def _pool(**triggers: Any) -> UserPool:
    return UserPool(**triggers)


def _pool_with_ada(**triggers: Any) -> UserPool:
    pool = _pool(**triggers)
    pool.sign_up("ada")
    pool.confirm("ada")
    return pool


def _trigger(account: SmallAccount, does: str) -> Function:
    return account.function("gate", "stands_at_a_pool", environment={"DOES": does})


def _error_of_a_sign_up(does: str) -> str:
    with SmallAccount() as account:
        pool = UserPool(PreSignUp=_trigger(account, does))
        return _error_of(lambda: pool.sign_up("ada"))


def _error_of(call: Callable[[], Any]) -> str:
    """Return the name of the error that CALL ends in; "" if it does not."""
    try:
        call()
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""
