"""What a function may change in the tokens of a user pool, before they are given out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lambda_study.cloud.sources.cognito_triggers import object_of, texts_by_name, texts_of, unreadable

# Claims that Cognito alone decides; what a function says of them is left aside.
RESERVED = frozenset(
    {
        "acr",
        "amr",
        "aud",
        "at_hash",
        "auth_time",
        "azp",
        "client_id",
        "cognito:username",
        "device_key",
        "event_id",
        "exp",
        "iat",
        "identities",
        "iss",
        "jti",
        "nbf",
        "nonce",
        "origin_jti",
        "sub",
        "token_use",
        "username",
        "version",
    }
)
_GROUPS = {
    "groupsToOverride": "cognito:groups",
    "iamRolesToOverride": "cognito:roles",
    "preferredRole": "cognito:preferred_role",
}
_RESPONSE = {
    1: "claimsOverrideDetails",
    2: "claimsAndScopeOverrideDetails",
    3: "claimsAndScopeOverrideDetails",
}


def response_of(version: int) -> dict[str, Any]:
    """Return the response that an event of VERSION comes with, to be filled in."""
    return {_RESPONSE[version]: None}


def changed(
    version: int, response: Mapping[str, Any], id_claims: Mapping[str, Any], access_claims: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the claims of an ID token and of an access token as RESPONSE wants them.

    An event of version 1 can change the ID token only, and its claims are strings.

    >>> response = {"claimsOverrideDetails": {"claimsToAddOrOverride": {"member_since": "2019"}}}
    >>> changed(1, response, {"sub": "1"}, {"sub": "1"})
    ({'sub': '1', 'member_since': '2019'}, {'sub': '1'})

    ServiceError for a form that Cognito does not read.
    Source: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html
    (read 2026-11-23).
    """
    details = object_of(response.get(_RESPONSE[version]))
    groups = _groups(object_of(details.get("groupOverrideDetails")))
    if version == 1:
        texts_by_name(details.get("claimsToAddOrOverride"))
        in_access = {name: value for name, value in groups.items() if name == "cognito:groups"}
        return {**_claims(id_claims, details), **groups}, {**access_claims, **in_access}
    for_id = object_of(details.get("idTokenGeneration"))
    for_access = object_of(details.get("accessTokenGeneration"))
    access = {**_claims(access_claims, for_access), **groups}
    return {**_claims(id_claims, for_id), **groups}, _scoped(access, for_access)


def _claims(claims: Mapping[str, Any], details: Mapping[str, Any]) -> dict[str, Any]:
    suppressed = set(texts_of(details.get("claimsToSuppress"))) - RESERVED
    added = object_of(details.get("claimsToAddOrOverride"))
    added = {name: value for name, value in added.items() if name not in RESERVED | suppressed}
    return {**{name: value for name, value in claims.items() if name not in suppressed}, **added}


def _scoped(claims: Mapping[str, Any], details: Mapping[str, Any]) -> dict[str, Any]:
    dropped = set(texts_of(details.get("scopesToSuppress")))
    scopes = [*str(claims.get("scope", "")).split(), *texts_of(details.get("scopesToAdd"))]
    return {**claims, "scope": " ".join(dict.fromkeys(each for each in scopes if each not in dropped))}


def _groups(details: Mapping[str, Any]) -> dict[str, Any]:
    texts_of(details.get("groupsToOverride"))
    texts_of(details.get("iamRolesToOverride"))
    if not isinstance(details.get("preferredRole"), str | None):
        raise unreadable()
    return {claim: details[name] for name, claim in _GROUPS.items() if details.get(name)}
