"""moto's secrets: as large as AWS takes them, dated by the cloud's clock, rotated by functions that run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from lambda_study.cloud import seam
from lambda_study.cloud.seam.patch import MotoHasChanged, Patch, all_patched
from lambda_study.engine.clock import Clock
from lambda_study.engine.function import ACCOUNT, REGION
from lambda_study.facts import fact

PENDING, CURRENT = "AWSPENDING", "AWSCURRENT"
_ADD = (
    *("self", "secret_id", "secret_string", "secret_binary", "description", "tags", "kms_key_id"),
    *("version_id", "version_stages", "replica_regions", "force_overwrite"),
)
_MOVE = ("self", "secret_id", "version_stage", "remove_from_version_id", "move_to_version_id")


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret, and how it is rotated: by a function, every so many days; 0 is never.

    `pending` is the version that a rotation has begun and not ended.
    """

    name: str
    arn: str
    function_arn: str
    days: int
    rotates: bool
    pending: str = ""


def secret(secret_id: str) -> Secret | None:
    """Return the secret by its name or ARN; None if there is none, or it was deleted."""
    with seam.lock:
        found = _backend().secrets.get(secret_id)
        if found is None or found.is_deleted():
            return None
        stages = {version: each["version_stages"] for version, each in found.versions.items()}
        waiting = (version for version, names in stages.items() if PENDING in names and CURRENT not in names)
        by, days = found.rotation_lambda_arn, found.auto_rotate_after_days
        return Secret(found.name, found.arn, by, days, found.rotation_enabled, next(waiting, ""))


def arn_of_secret(name: str) -> str | None:
    """Return the ARN of the secret NAME, which ends in six characters that nobody chose; None if none is."""
    with seam.lock:
        found = _backend().secrets.get(name)
        return str(found.arn) if found else None


def begin_rotation(secret_id: str, version: str, function_arn: str, days: int) -> None:
    """Begin VERSION, which has no value yet, and keep who rotates the secret, and every how many DAYS."""
    with seam.lock:
        found = _backend().secrets[secret_id]
        found.rotation_requested = found.rotation_enabled = True
        found.rotation_lambda_arn, found.auto_rotate_after_days = function_arn, days
        found.remove_version_stages_from_old_versions([PENDING])
        now = int(_models().time.time())
        new = {"createdate": now, "version_id": version, "version_stages": [PENDING]}
        found.versions.setdefault(version, new)


def newest(secret_id: str) -> str:
    """Return the id of the version that was begun last."""
    with seam.lock:
        return str(next(reversed(_backend().secrets[secret_id].versions)))


def end_rotation(secret_id: str) -> None:
    """Keep that a rotation has ended well."""
    with seam.lock:
        _backend().secrets[secret_id].last_rotation_date = int(_models().time.time())


@contextmanager
def mended(clock: Clock) -> Iterator[None]:
    """Let secrets have the time of CLOCK and the size of AWS's in the block."""
    models = _models()
    with ExitStack() as stack:
        stack.enter_context(all_patched(patches()))
        original = models.time
        if getattr(original, "__name__", "") != "time":
            raise MotoHasChanged("moto dates its secrets in another way now.")
        models.time = _Time(clock)
        stack.callback(setattr, models, "time", original)
        yield


def patches() -> tuple[Patch, ...]:
    """Return the patches of what keeps a value, and of what moves a label."""
    backend = _models().SecretsManagerBackend
    return (
        Patch(backend, "_add_secret", _ADD, _sized),
        Patch(backend, "update_secret_version_stage", _MOVE, _current),
    )


class _Time:
    """moto's `time`, as far as its secrets ask for it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def time(self) -> float:
        return self._clock.now().timestamp()


def _sized(moto: Callable[..., Any]) -> Callable[..., Any]:
    def _add_secret(
        self: Any, secret_id: str, secret_string: str | None = None, *rest: Any, **more: Any
    ) -> Any:
        most = fact("secret.size_max").value
        if len((secret_string or "").encode()) > most:
            text = "1 validation error detected: Value at 'secretString' failed to satisfy constraint: "
            text += f"Member must have length less than or equal to {most}"
            raise _validation_error(text)
        return moto(self, secret_id, secret_string, *rest, **more)

    return _add_secret


def _validation_error(text: str) -> Exception:
    from moto.secretsmanager.exceptions import ValidationException

    return ValidationException(text)


def _current(moto: Callable[..., Any]) -> Callable[..., Any]:
    """moto moves the label, and still answers with the version that had it before."""

    def update_secret_version_stage(
        self: Any, secret_id: str, version_stage: str, remove_from_version_id: str, move_to_version_id: str
    ) -> Any:
        told = moto(self, secret_id, version_stage, remove_from_version_id, move_to_version_id)
        if version_stage == CURRENT and move_to_version_id:
            self.secrets[secret_id].set_default_version_id(move_to_version_id)
        return told

    return update_secret_version_stage


def _backend() -> Any:
    return _models().secretsmanager_backends[ACCOUNT][REGION]


def _models() -> Any:
    from moto.secretsmanager import models  # few programs ask for secrets

    return models
