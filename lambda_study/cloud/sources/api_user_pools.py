"""Members of user pools at an API: who has signed in brings a token, and no function is asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lambda_study.cloud.api_configuration import Authorizer
from lambda_study.cloud.exchange import Response
from lambda_study.cloud.sources.api_authorizers import Unauthorized
from lambda_study.cloud.sources.api_responses import Refused

Claims = Mapping[str, Any]


def member(
    authorizer: Authorizer, token: str, at: datetime, scopes: tuple[str, ...], shut: Response
) -> Claims:
    """Return the claims of a token for a REST API or an HTTP API.

    Without SCOPES a REST API takes the id token; with them a token needs one of them. Unauthorized for a
    token that is not of the authorizer's pools, or too old at a time; Refused by SHUT without a scope.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-integrate-with-cognito.html
    and http-api-jwt-authorizer.html (read 2026-11-23).
    """
    claims = _verified(token.removeprefix("Bearer ").strip())
    if (
        claims is None
        or float(claims.get("exp", 0)) <= at.timestamp()
        or not _is_for(authorizer, claims, scopes)
    ):
        raise Unauthorized
    if scopes and not set(scopes) & set(scopes_of(claims)):
        raise Refused(shut)
    return claims


def scopes_of(claims: Claims) -> list[str]:
    """Return the scopes of a token."""
    return str(claims.get("scope", "")).split()


def as_texts(claims: Claims) -> dict[str, str]:
    """Return claims as an event has them: all of them texts, a list in brackets.

    >>> as_texts({"sub": "a1", "email_verified": True, "cognito:groups": ["jury", "staff"]})
    {'sub': 'a1', 'email_verified': 'true', 'cognito:groups': '[jury staff]'}
    """
    return {name: _text(value) for name, value in claims.items()}


def _verified(token: str) -> Claims | None:
    from lambda_study.cloud.seam import user_tokens

    return user_tokens.verified(token) if token else None


def _is_for(authorizer: Authorizer, claims: Claims, scopes: tuple[str, ...]) -> bool:
    """Whether a token is of a pool, and for a client, that the authorizer names."""
    issuer = str(claims.get("iss", ""))
    if authorizer.kind == "JWT":
        return (
            issuer == authorizer.issuer
            and {claims.get("aud"), claims.get("client_id")} & set(authorizer.audience) != set()
        )
    pools = {arn.rpartition("/")[2] for arn in authorizer.providers}
    return issuer.rpartition("/")[2] in pools and (bool(scopes) or claims.get("token_use") == "id")


def _text(value: Any) -> str:
    if isinstance(value, list):
        return f"[{' '.join(map(str, value))}]"
    return str(value).lower() if isinstance(value, bool) else str(value)
