"""The tokens of moto's user pools, read by who lets their bearers in."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from lambda_study.cloud import seam
from lambda_study.engine.function import ACCOUNT, REGION

ISSUER = f"https://cognito-idp.{REGION}.amazonaws.com/"


def verified(token: str) -> Mapping[str, Any] | None:
    """Return the claims of TOKEN if a user pool of the account has signed it; else None."""
    from moto.cognitoidp import models  # takes long to load

    issuer = str(_unverified(token).get("iss", ""))
    with seam.lock:
        pool = models.cognitoidp_backends[ACCOUNT][REGION].user_pools.get(issuer.removeprefix(ISSUER))
        if pool is None or not issuer.startswith(ISSUER):
            return None
        try:
            claims: Mapping[str, Any] = models.jwt.decode(token, pool.json_web_key).claims
        except Exception:  # of whatever kind: somebody else has written it
            return None
        return claims


def _unverified(token: str) -> Mapping[str, Any]:
    """Return what the middle part of a token says; nothing if it is none."""
    parts = token.split(".")
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "==")) if len(parts) == 3 else {}
    except ValueError:
        return {}
    return claims if isinstance(claims, Mapping) else {}
