"""moto's secrets: the ARN of each, which ends in six characters that nobody chose."""

from __future__ import annotations

from lambda_study.cloud import seam
from lambda_study.engine.function import ACCOUNT, REGION


def arn_of_secret(name: str) -> str | None:
    """Return the ARN of the secret NAME; None if there is none."""
    from moto.secretsmanager.models import secretsmanager_backends

    with seam.lock:
        found = secretsmanager_backends[ACCOUNT][REGION].secrets.get(name)
        return str(found.arn) if found else None
