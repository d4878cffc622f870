"""moto's user pools: who is in them, which triggers they have, and the tokens they give out."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from lambda_study.cloud import seam
from lambda_study.cloud.seam.patch import MotoHasChanged, Patch, patched
from lambda_study.engine.clock import Clock
from lambda_study.engine.function import ACCOUNT, REGION

_LENGTH_OF_ID = 9  # behind the Region
_LONGEST_ID_OF_MOTO = 55
_DETAILED = "PreTokenGenerationConfig"  # names the function, and the version of its event


@dataclass(frozen=True, slots=True)
class Pool:
    """A user pool: `triggers` are the functions by the name of their trigger."""

    id: str
    arn: str
    triggers: Mapping[str, str]
    token_event_version: int = 1
    verifies: tuple[str, ...] = ()
    message: str = "Your verification code is {####}. "
    subject: str = "Your verification code"


@dataclass(frozen=True, slots=True)
class User:
    """A user of a pool, with the `attributes` and `groups` that are kept of them."""

    name: str
    status: str
    attributes: Mapping[str, str]
    groups: tuple[str, ...] = ()


def pool(pool_id: str) -> Pool | None:
    """Return the pool; None if there is none."""
    with seam.lock:
        found = _backend().user_pools.get(pool_id)
        return None if found is None else _pool(found)


def pool_of_client(client_id: str) -> Pool | None:
    """Return the pool that has this app client; None if there is none."""
    with seam.lock:
        pools = _backend().user_pools.values()
        return next((_pool(each) for each in pools if client_id in each.clients), None)


def user(pool_id: str, name: str) -> User | None:
    """Return who signs in to the pool by NAME; None if nobody does."""
    with seam.lock:
        found = _backend().user_pools[pool_id]._get_user(name)
        if found is None:
            return None
        groups = tuple(sorted(group.group_name for group in found.groups))
        return User(found.username, _status(found), dict(found.attribute_lookup), groups)


def owner_of(refresh_token: str) -> str:
    """Return who a refresh token was given to; "" if it was given to nobody."""
    with seam.lock:
        for each in _backend().user_pools.values():
            if found := each.refresh_tokens.get(refresh_token):
                return str(found[1])
        return ""


def owner_of_session(session: str) -> str:
    """Return who has begun to sign in in a session; "" for one that is not there."""
    with seam.lock:
        return str(_backend().sessions.get(session, ("",))[0])


def renamed_session(session: str) -> str:
    """Give a session a name that is base64 too, as clients expect of a secret block, and return it."""
    with seam.lock:
        sessions, name = _backend().sessions, session.replace("-", "")
        sessions[name] = sessions.pop(session)
        return name


def password_of(pool_id: str, name: str) -> str:
    """Return the password of a user."""
    with seam.lock:
        return str(_backend().user_pools[pool_id]._get_user(name).password)


def may_sign_up(pool_id: str, name: str, password: str) -> bool:
    """Return whether a pool would take a new user by NAME with this password."""
    with seam.lock:
        backend = _backend()
        if backend.user_pools[pool_id]._get_user(name):
            return False
        try:
            backend._validate_password(pool_id, password)
        except _models().InvalidPasswordException:
            return False
        return True


def confirm(pool_id: str, name: str, verified: tuple[str, ...] = ()) -> None:
    """Confirm a user; VERIFIED attributes, "email" for example, are marked so."""
    with seam.lock:
        found = _backend().user_pools[pool_id]._get_user(name)
        found.status = _models().UserStatus.CONFIRMED
        found.update_attributes([{"Name": f"{each}_verified", "Value": "true"} for each in verified])


def verify(pool_id: str, name: str, verified: tuple[str, ...]) -> None:
    """Mark attributes of a user as verified."""
    with seam.lock:
        found = _backend().user_pools[pool_id]._get_user(name)
        found.update_attributes([{"Name": f"{each}_verified", "Value": "true"} for each in verified])


def migrate(pool_id: str, name: str, password: str, attributes: Mapping[str, str], status: str) -> None:
    """Make a user of another directory a user of the pool."""
    with seam.lock:
        listed = [{"Name": key, "Value": value} for key, value in attributes.items()]
        _backend().admin_create_user(pool_id, name, "SUPPRESS", password, listed)
        if status != "RESET_REQUIRED":
            _backend().admin_set_user_password(pool_id, name, password, True)


def sign_in(pool_id: str, client_id: str, name: str) -> dict[str, Any]:
    """Sign a user in without a password, and return what the client gets."""
    with seam.lock:
        found = _backend().user_pools[pool_id]
        told: dict[str, Any] = _backend()._log_user_in(found, found.clients[client_id], name)
        return told


def claims_of(token: str) -> dict[str, Any]:
    """Return what a token says."""
    body = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims


def reissue(pool_id: str, token: str, claims: Mapping[str, Any]) -> str:
    """Put a token with these CLAIMS in the place of TOKEN, and return it."""
    with seam.lock:
        found = _backend().user_pools[pool_id]
        headers = {"kid": "dummy", "alg": "RS256"}
        new: str = _models().jwt.encode(headers, dict(claims), found.json_web_key)
        for kept in (found.id_tokens, found.access_tokens):
            if token in kept:
                kept[new] = kept.pop(token)
        return new


def revoke(pool_id: str, tokens: Mapping[str, Any]) -> None:
    """Forget the tokens of a sign-in that failed after they had been made."""
    with seam.lock:
        found = _backend().user_pools[pool_id]
        for kept in (found.id_tokens, found.access_tokens, found.refresh_tokens):
            for token in tokens.values():
                kept.pop(token, None)


@contextmanager
def mended(clock: Clock) -> Iterator[None]:
    """Let tokens be issued at the time of CLOCK, and ids of pools be as short as AWS's, in the block."""
    pools = _models().CognitoIdpUserPool
    if pools.MAX_ID_LENGTH != _LONGEST_ID_OF_MOTO:
        raise MotoHasChanged("moto makes ids of user pools in another way now.")
    with patched(new_token(clock)):
        pools.MAX_ID_LENGTH = len(f"{REGION}_") + _LENGTH_OF_ID
        try:
            yield
        finally:
            pools.MAX_ID_LENGTH = _LONGEST_ID_OF_MOTO


def new_token(clock: Clock) -> Patch:
    """Return the patch of what makes tokens, which asks the machine for the time."""

    def wrap(moto: Callable[..., Any]) -> Callable[..., Any]:
        def create_jwt(
            self: Any,
            client_id: str,
            username: str,
            token_use: str,
            expires_in: int = 3600,
            extra_data: dict[str, Any] | None = None,
        ) -> Any:
            at = int(clock.now().timestamp())
            times = {"iat": at, "auth_time": at, "exp": at + expires_in}
            return moto(self, client_id, username, token_use, expires_in, {**(extra_data or {}), **times})

        return create_jwt

    parameters = ("self", "client_id", "username", "token_use", "expires_in", "extra_data")
    return Patch(_models().CognitoIdpUserPool, "create_jwt", parameters, wrap)


def _pool(found: Any) -> Pool:
    config = found.extended_config
    triggers = {name: value for name, value in (config.get("LambdaConfig") or {}).items() if value}
    detailed = triggers.get(_DETAILED)
    version = 1
    if detailed:
        version = int(detailed.get("LambdaVersion", "V1_0")[1])
        triggers["PreTokenGeneration"] = detailed["LambdaArn"]
    functions = {name: value for name, value in triggers.items() if isinstance(value, str)}
    template = config.get("VerificationMessageTemplate") or {}
    return Pool(
        found.id,
        found.arn,
        functions,
        version,
        tuple(config.get("AutoVerifiedAttributes") or ()),
        config.get("EmailVerificationMessage") or template.get("EmailMessage", ""),
        config.get("EmailVerificationSubject") or template.get("EmailSubject", ""),
    )


def _status(found: Any) -> str:
    return str(getattr(found.status, "value", found.status))


def _backend() -> Any:
    return _models().cognitoidp_backends[ACCOUNT][REGION]


def _models() -> Any:
    from moto.cognitoidp import models  # as slow to load as a cloud to open, and few programs sign in

    return models
