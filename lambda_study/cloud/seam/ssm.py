"""moto's Parameter Store: values as large as AWS takes them, and ciphertext for who does not decrypt."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from lambda_study.cloud.seam.patch import Patch
from lambda_study.facts import fact

_PUT = (
    *("self", "name", "description", "value", "parameter_type", "allowed_pattern", "keyid"),
    *("overwrite", "tags", "data_type", "tier", "policies"),
)


def patches() -> tuple[Patch, ...]:
    """Return the patches of what takes a value, and of what encrypts and decrypts one.

    Unlike AWS: the ciphertext is the text in another writing. Nothing here keeps a secret from its owner.
    """
    models = _models()
    return (
        Patch(models.SimpleSystemManagerBackend, "put_parameter", _PUT, _sized),
        Patch(models.Parameter, "encrypt", ("self", "value"), _encrypted),
        Patch(models.Parameter, "decrypt", ("self", "value"), _decrypted),
    )


def _sized(moto: Callable[..., Any]) -> Callable[..., Any]:
    def put_parameter(self: Any, *given: Any, **named: Any) -> Any:
        asked = {**dict(zip(_PUT[1:], given, strict=False)), **named}
        _check_size(asked.get("value") or "", asked.get("tier") or "Standard")
        return moto(self, **asked)

    return put_parameter


def _check_size(value: str, tier: str) -> None:
    """Raise AWS's error for a VALUE that its TIER does not take; Intelligent-Tiering takes up to the most."""
    sizes = fact("ssm.value_max").value
    kind = "standard" if tier == "Standard" else "advanced"
    most = int(sizes[kind]) * 1024
    if len(value) <= most:
        return
    text = f"{kind.capitalize()} tier parameters support a maximum parameter value of {most} characters."
    if kind == "standard":
        text += (
            " To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. "
            "For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/"
            "parameter-store-advanced-parameters.html"
        )
    raise _models().ValidationException(text)


def _encrypted(moto: Callable[..., Any]) -> Callable[..., Any]:
    def encrypt(self: Any, value: str) -> str:
        return base64.b64encode(str(moto(self, value)).encode()).decode()

    return encrypt


def _decrypted(moto: Callable[..., Any]) -> Callable[..., Any]:
    def decrypt(self: Any, value: str) -> Any:
        if self.parameter_type != "SecureString":
            return moto(self, value)
        return moto(self, base64.b64decode(value).decode())

    return decrypt


def _models() -> Any:
    from moto.ssm import models  # takes longer to load than a cloud to open, and few programs ask for it

    return models
