"""moto's time: that of the cloud's clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import moto.core.utils
from moto.s3 import models as moto_s3

from lambda_study.cloud.seam.patch import MotoHasChanged, Patch, patched
from lambda_study.engine.clock import Clock

_NOW = "_now_of_the_cloud"  # the name under which moto's function finds the clock


def _utcnow() -> Any:
    return _now_of_the_cloud()  # type: ignore[name-defined]  # noqa: F821


@contextmanager
def on(clock: Clock) -> Iterator[None]:
    """Let moto's time be that of CLOCK, until the block ends.

    moto's modules import `utcnow` by name: so its code is replaced, and not the name. All other times of its
    services are made from it, except for that of a new bucket.
    """

    def now() -> datetime:
        return clock.now().replace(tzinfo=None)

    utcnow = moto.core.utils.utcnow
    _check(utcnow)
    original = utcnow.__code__
    setattr(moto.core.utils, _NOW, now)
    utcnow.__code__ = _utcnow.__code__
    try:
        with patched(NEW_BUCKET):
            yield
    finally:
        utcnow.__code__ = original
        delattr(moto.core.utils, _NOW)


def _check(utcnow: Any) -> None:
    """Raise MotoHasChanged unless the time of now is still a plain function without arguments."""
    code = utcnow.__code__
    if code.co_argcount or code.co_freevars:
        raise MotoHasChanged("moto.core.utils.utcnow is no plain function of no arguments any more.")


def _new_bucket(moto: Callable[..., Any]) -> Callable[..., Any]:
    def __init__(
        self: Any, name: str, account_id: str, region_name: str, bucket_namespace: str | None = None
    ) -> None:
        moto(self, name, account_id, region_name, bucket_namespace)
        self.creation_date = moto_s3.utcnow().replace(tzinfo=UTC)

    return __init__


_BUCKET = ("self", "name", "account_id", "region_name", "bucket_namespace")
NEW_BUCKET = Patch(moto_s3.FakeBucket, "__init__", _BUCKET, _new_bucket)
